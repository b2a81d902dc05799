"""The document of a signed version: made and sealed, signed in two rounds, archived, handed out."""

from __future__ import annotations

from base64 import b64decode
from typing import Annotated, Any, Final

from fastapi import Path, Query, Response

from application.ledger import Outcome
from domain.values.canonical import Digest
from domain.values.ids import id_pattern
from interfaces.downloads import PDF, sent_document
from interfaces.http.conventions import ContractStream, Fresh, Reading, TheHouse, tag
from interfaces.http.schemas.documents import (
    DocumentAnswer,
    DocumentSignatureBody,
    SigningRoundAnswer,
    SigningRoundBody,
    ders,
    document_answer,
    round_answer,
)
from interfaces.routing import Routes

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/versions/{version}/document",
    tags=["documents"],
)

VersionNumber = Annotated[int, Path(ge=1, le=10**9 - 1)]
RoundPath = Annotated[str, Path(pattern=id_pattern("round"))]
RevisionDigest = Annotated[
    str | None,
    Query(
        pattern=r"^sha256:[0-9a-f]{64}$",
        description="The revision to hand out; the latest",
    ),
]
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("", operation_id="issueDocument", status_code=201)
def issue_document(
    house: TheHouse,
    asked: Fresh,
    stream: ContractStream,
    version: VersionNumber,
    response: Response,
) -> DocumentAnswer:
    """Make a version's document and seal it; one that is there already is answered as it is."""
    return _answer(house.documenting.issue(asked, stream, version), response)


@router.get("", operation_id="getDocument")
def get_document(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    version: VersionNumber,
    response: Response,
) -> DocumentAnswer:
    """Show how a version's document stands: its revisions, who signed, who is missing."""
    found = house.documenting.read(asked, stream, version)
    tag(response, found.version)
    return document_answer(found)


@router.get("/file", operation_id="downloadDocument", response_class=Response, responses=_FILE)
def download_document(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    version: VersionNumber,
    revision: RevisionDigest = None,
) -> Response:
    """Hand out the file, the latest revision or the one named."""
    wanted = None if revision is None else Digest(revision)
    digest, pdf = house.documenting.revision(asked, stream, version, wanted)
    return sent_document(stream, version, digest, pdf)


@router.post("/signing-rounds", operation_id="beginSigningDocument", status_code=201)
def begin_signing_document(
    house: TheHouse,
    asked: Fresh,
    stream: ContractStream,
    version: VersionNumber,
    body: SigningRoundBody,
) -> SigningRoundAnswer:
    """Prepare the document for one's signature; one's earlier round on it ends."""
    opened = house.documenting.begin_signing(asked, stream, version, ders(body.certificates))
    return round_answer(opened)


@router.post("/signing-rounds/{round}/signature", operation_id="signDocument")
def sign_document(
    house: TheHouse,
    asked: Fresh,
    stream: ContractStream,
    version: VersionNumber,
    round: RoundPath,  # noqa: A002 - the path says so
    body: DocumentSignatureBody,
    response: Response,
) -> DocumentAnswer:
    """Put one's signature into the document, with a timestamp."""
    signature = b64decode(body.signature, validate=True)
    return _answer(house.documenting.sign(asked, stream, version, round, signature), response)


@router.post("/archive-timestamps", operation_id="archiveDocument")
def archive_document(
    house: TheHouse,
    asked: Fresh,
    stream: ContractStream,
    version: VersionNumber,
    response: Response,
) -> DocumentAnswer:
    """Put an archive timestamp over a document that both sides have signed."""
    return _answer(house.documenting.archive(asked, stream, version), response)


def _answer(outcome: Outcome, response: Response) -> DocumentAnswer:
    tag(response, outcome.stream.version)
    return document_answer(outcome.stream)
