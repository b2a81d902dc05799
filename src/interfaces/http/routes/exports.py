"""What people take away: redlines, summaries, and the legal package of a signed version.

Every one of these is made when it is asked for, on a worker thread, and is the same each time.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query, Response
from fastapi.responses import StreamingResponse

from application.redlining import Redline
from domain.values.ids import id_pattern
from interfaces.downloads import ZIP, sent_redline, sent_summary, sent_zip, summary_of
from interfaces.http.conventions import (
    ContractStream,
    NegotiationStream,
    OfferPath,
    Reading,
    TheHouse,
)
from interfaces.http.problem_documents import answer
from interfaces.http.schemas.exports import (
    RedlineAnswer,
    SummaryAnswer,
    redline_answer,
    summary_answer,
)
from interfaces.packages.package import package
from interfaces.redlines.media import MEDIA
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}", tags=["exports"])

VersionNumber = Annotated[int, Path(ge=1, le=10**9)]
Form = Annotated[
    Literal["json", "html", "pdf", "docx"],
    Query(
        alias="format",
        description="`html`: one page that needs nothing else; `pdf`: PDF/A-3a and PDF/UA-1; "
        "`docx`: tracked changes, accept all for the new text and reject all for the old",
    ),
]
SummaryForm = Annotated[Literal["json", "markdown", "text"], Query(alias="format")]
_FORMS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The redline in the form that was asked for",
        "content": {
            medium.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for medium in MEDIA.values()
        },
    }
}
_SUMMARIES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The summary in the form that was asked for",
        "content": {
            kind: {"schema": {"type": "string"}} for kind in ("text/markdown", "text/plain")
        },
    }
}


@router.get(
    "/contracts/{contract}/versions/{version}/redline",
    operation_id="redlineVersion",
    response_model=RedlineAnswer,
    responses=_FORMS,
)
def redline_version(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    version: VersionNumber,
    since: Annotated[
        int | None, Query(ge=1, le=10**9, description="The version to compare with; the one before")
    ] = None,
    form: Form = "json",
) -> RedlineAnswer | Response:
    """Show the whole text of a version against an earlier one, with what each change means."""
    redline = house.redlining.versions(asked, stream, version, since)
    return _redline(redline, form, f"redline-version-{version}")


@router.get(
    "/negotiations/{negotiation}/offers/{offer}/redline",
    operation_id="redlineOffer",
    response_model=RedlineAnswer,
    responses=_FORMS,
)
def redline_offer(
    house: TheHouse,
    asked: Reading,
    stream: NegotiationStream,
    offer: OfferPath,
    since: Annotated[
        str | None,
        Query(
            pattern=id_pattern("offer"),
            description="The offer to compare with; without it, the one it answered",
        ),
    ] = None,
    form: Form = "json",
) -> RedlineAnswer | Response:
    """Show the whole text of an offer against another, with what each change means."""
    redline = house.redlining.offers(asked, stream, offer, since)
    return _redline(redline, form, f"redline-{offer}")


@router.get(
    "/contracts/{contract}/versions/{version}/summary",
    operation_id="summariseVersion",
    response_model=SummaryAnswer,
    responses=_SUMMARIES,
)
def summarise_version(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    version: VersionNumber,
    form: SummaryForm = "json",
) -> SummaryAnswer | Response:
    """Say on one page what is promised, what it costs, what a miss leads to and how it ends."""
    edition = house.redlining.version(asked, stream, version)
    if form == "json":
        return summary_answer(summary_of(edition))
    return sent_summary(edition, form, shown=True)


@router.get(
    "/contracts/{contract}/versions/{version}/package",
    operation_id="packageVersion",
    response_class=StreamingResponse,
    responses={
        200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}},
        500: answer("The recorded history and the facts do not agree"),
    },
)
def package_version(
    house: TheHouse, asked: Reading, stream: ContractStream, version: VersionNumber
) -> StreamingResponse:
    """Pack what a law firm files: document, redline, statements, history, summary, digests."""
    return sent_zip(package(house.packaging.gather(asked, stream, version)))


def _redline(redline: Redline, form: str, name: str) -> RedlineAnswer | Response:
    if form == "json":
        return redline_answer(redline)
    return sent_redline(redline, form, name, shown=True)
