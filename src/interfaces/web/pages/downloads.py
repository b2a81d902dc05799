"""What people take away, over their session: the same files that the API hands out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import Path, Query, Response
from fastapi.responses import StreamingResponse

from application.errors import NotFound
from domain.history.checkpoint import LARGEST
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.ids import kind_of, relationship_of
from interfaces.bridges.governing import Target, Written, written
from interfaces.bridges.writing import as_json, as_yaml
from interfaces.downloads import (
    TEXT,
    sent,
    sent_document,
    sent_redline,
    sent_summary,
    sent_zip,
)
from interfaces.http.conventions import (
    LONGEST_STREAM,
    STREAM,
    ContractPath,
    ContractStream,
    RelationshipPath,
)
from interfaces.packages.package import package
from interfaces.routing import Routes
from interfaces.web.contract_places import ContractPlace, contract_place
from interfaces.web.rendering import page
from interfaces.web.visits import AVisit, Visit

router = Routes(prefix="/relationships/{relationship}", include_in_schema=False)

VERSIONS: Final = "/contracts/{contract}/downloads/versions/{version}"
VersionNumber = Annotated[int, Path(ge=1, le=10**9 - 1)]
RedlineForm = Annotated[Literal["html", "pdf", "docx"], Query(alias="format")]
SummaryForm = Annotated[Literal["markdown", "text"], Query(alias="format")]
TermsForm = Annotated[Literal["json", "yaml", "canonical"], Query(alias="format")]
Since = Annotated[int | None, Query(ge=1, le=10**9)]
Revision = Annotated[str | None, Query(pattern=r"^sha256:[0-9a-f]{64}$")]
Size = Annotated[int, Query(ge=0, le=LARGEST)]
LeafStream = Annotated[str, Query(pattern=STREAM, max_length=LONGEST_STREAM)]
LeafVersion = Annotated[int, Query(ge=1, le=LARGEST)]
TARGETS: Final[dict[Target, str]] = {
    "prometheus": "Prometheus rules",
    "openslo": "OpenSLO",
    "tmf651": "TM Forum agreement (TMF651)",
}
SUFFIXES: Final[dict[Target, str]] = {"prometheus": "yaml", "openslo": "yaml", "tmf651": "json"}


@dataclass(frozen=True, slots=True)
class InOtherWords:
    """An export for another tool: what it is called there, and what the tool cannot be told."""

    called: str
    file: Written


@router.get("/contracts/{contract}/downloads")
def downloads_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Show everything of a contract that can be taken along, and what each file leaves unsaid."""
    found = contract_place(visit, relationship, contract)
    return page(
        visit,
        "contract_downloads.html",
        relationship=found.relationship,
        contract=found,
        exports=[
            InOtherWords(called, _written(visit, found, to)) for to, called in TARGETS.items()
        ],
        live=found.relationship.live,
    )


@router.get("/contracts/{contract}/downloads/export")
def download_export(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, to: Target
) -> Response:
    """Hand out what governs in another tool's language."""
    found = contract_place(visit, relationship, contract)
    file = _written(visit, found, to)
    name = f"{found.id}-{to}.{SUFFIXES[to]}"
    return sent(file.text.encode(), f"{file.media_type}; charset=utf-8", name)


@router.get("/contracts/{contract}/downloads/bundle")
def download_bundle(visit: AVisit, stream: ContractStream) -> StreamingResponse:
    """Hand out a contract's audit bundle, as the visitor may see it, written while it is sent."""
    return sent_zip(visit.house.bundling.export(visit.asked, stream, visit.house.papers))


@router.get(f"{VERSIONS}/redline")
def download_redline(
    visit: AVisit,
    stream: ContractStream,
    version: VersionNumber,
    form: RedlineForm = "html",
    since: Since = None,
) -> Response:
    """Hand out what a version changed since an earlier one."""
    redline = visit.house.redlining.versions(visit.asked, stream, version, since)
    return sent_redline(redline, form, f"redline-version-{version}")


@router.get(f"{VERSIONS}/summary")
def download_summary(
    visit: AVisit, stream: ContractStream, version: VersionNumber, form: SummaryForm = "markdown"
) -> Response:
    """Hand out a version in plain words."""
    return sent_summary(visit.house.redlining.version(visit.asked, stream, version), form)


@router.get(f"{VERSIONS}/terms")
def download_terms(
    visit: AVisit, stream: ContractStream, version: VersionNumber, form: TermsForm = "json"
) -> Response:
    """Hand out a version's terms as data: to be read, or the very bytes that were digested."""
    terms = visit.house.redlining.version(visit.asked, stream, version).terms
    made, media_type, suffix = _TERMS[form]
    name = f"{stream.rpartition('/')[2]}-version-{version}.{suffix}"
    return sent(made(terms), media_type, name)


@router.get(f"{VERSIONS}/package")
def download_package(
    visit: AVisit, stream: ContractStream, version: VersionNumber
) -> StreamingResponse:
    """Hand out what a law firm files, written while it is sent."""
    return sent_zip(package(visit.house.packaging.gather(visit.asked, stream, version)))


@router.get(f"{VERSIONS}/document")
def download_document(
    visit: AVisit, stream: ContractStream, version: VersionNumber, revision: Revision = None
) -> Response:
    """Hand out a version's document, the latest revision or the one named."""
    wanted = None if revision is None else Digest(revision)
    found = visit.house.documenting.revision(visit.asked, stream, version, wanted)
    return sent_document(stream, version, *found)


@router.get("/downloads/pins")
def download_pins(visit: AVisit, relationship: RelationshipPath) -> Response:
    """Hand out the draft of a relationship's pins."""
    house = visit.house
    drafted = house.bundling.draft_pins(visit.asked, relationship, house.documenting.seal())
    return sent(drafted.encode(), TEXT, "pins")


@router.get("/downloads/checkpoint")
def download_checkpoint(visit: AVisit, relationship: RelationshipPath) -> Response:
    """Hand out the latest checkpoint: a signed note, with what witnesses put under it."""
    note = visit.house.witnessing.checkpoint(visit.asked, relationship, None)
    return sent(note.encode(), TEXT, f"checkpoint-{relationship}.txt")


@router.get("/downloads/consistency")
def download_consistency(visit: AVisit, relationship: RelationshipPath, old: Size) -> Response:
    """Hand out the proof that the latest checkpoint continues one that the visitor holds."""
    proof = visit.house.witnessing.consistency(visit.asked, relationship, old, None)
    return sent(str(proof).encode(), TEXT, f"continues-{old}.txt")


@router.get("/downloads/proof")
def download_proof(
    visit: AVisit, relationship: RelationshipPath, stream: LeafStream, version: LeafVersion
) -> Response:
    """Hand out the proof that a fact is in a signed checkpoint."""
    if relationship_of(stream) != relationship:
        raise NotFound("such fact")
    proven = visit.house.witnessing.proven(visit.asked, relationship, stream, version)
    if proven.proof is None:
        raise NotFound("proof of it yet")
    return sent(str(proven.proof).encode(), TEXT, f"{kind_of(stream)}-{version}.tlog-proof")


def _written(visit: Visit, contract: ContractPlace, to: Target) -> Written:
    now = visit.asked.at
    found = visit.house.promises.as_of(contract.stream.id, now, now)
    return written(contract.stream.id, contract.state, found, to)


_TERMS: Final[dict[str, tuple[Callable[[AgreementTerms], bytes], str, str]]] = {
    "json": (lambda terms: as_json(terms.document()).encode(), "application/json", "json"),
    "yaml": (lambda terms: as_yaml(terms.document()).encode(), "application/yaml", "yaml"),
    "canonical": (lambda terms: terms.canonical(), "application/json", "canonical.json"),
}
