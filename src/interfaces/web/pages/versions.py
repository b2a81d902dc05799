"""Signed versions of a contract: who signed which and when, what each says, what each changed."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query, Response
from fastapi.responses import RedirectResponse

from application.countersigned import Countersigned
from application.projections.base import Query as ViewQuery
from application.projections.contracts import VersionRow
from domain.terms.agreement import AgreementTerms
from domain.terms.differences import differences
from interfaces.downloads import summary_of
from interfaces.http.conventions import ContractPath, Cursor, RelationshipPath, read_cursor
from interfaces.http.schemas.base import page as listed
from interfaces.redlines.sheet import changed_terms, edition_line
from interfaces.routing import Routes
from interfaces.web.contract_places import ContractPlace, contract_place
from interfaces.web.navigation import address
from interfaces.web.people import People
from interfaces.web.rendering import page
from interfaces.web.terms_shown import terms_shown
from interfaces.web.trouble import SEE_OTHER
from interfaces.web.visits import AVisit, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/versions", include_in_schema=False
)

MOST: Final = 20
VersionNumber = Annotated[int, Path(ge=1, le=10**9)]
Since = Annotated[int | None, Query(ge=1, le=10**9)]


@router.get("")
def versions_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, after: Cursor = None
) -> Response:
    """List the signed versions, the latest first, with who signed each and what it changed."""
    found = contract_place(visit, relationship, contract)
    versions = visit.house.projections.contract_versions
    query = ViewQuery(
        stream=found.stream.id, after=read_cursor(after), descending=True, limit=MOST + 1
    )
    rows = visit.house.shown.view(versions).find(query)
    people = People(visit, found.relationship)
    return page(
        visit,
        "contract_versions.html",
        relationship=found.relationship,
        contract=found,
        people=people,
        signed={row.version: _signed(visit, found, row) for row in rows},
        changed={row.version: _changed(visit, found, row) for row in rows},
        address=address,
        live=found.relationship.live,
        **listed(versions, rows, MOST, lambda row: row),
    )


@router.get("/compare")
def compare_versions_page(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    since: Annotated[int, Query(ge=1, le=10**9)],
    to: Annotated[int, Query(ge=1, le=10**9)],
) -> Response:
    """Go to the redline between two versions that were chosen."""
    found = contract_place(visit, relationship, contract)
    return RedirectResponse(f"{found.to}/versions/{to}/redline?since={since}", SEE_OTHER)


@router.get("/{version}")
def version_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, version: VersionNumber
) -> Response:
    """Show one signed version: in short, in words, as data, and by whom it was signed."""
    found = contract_place(visit, relationship, contract)
    row = visit.house.promises.version(found.stream.id, version)
    edition = visit.house.redlining.version(visit.asked, found.stream.id, version)
    return page(
        visit,
        "contract_version.html",
        relationship=found.relationship,
        contract=found,
        row=row,
        signed=_signed(visit, found, row),
        people=People(visit, found.relationship),
        summary=summary_of(edition),
        terms=terms_shown(edition.terms),
        address=address,
        live=found.relationship.live,
    )


@router.get("/{version}/redline")
def version_redline_page(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    version: VersionNumber,
    since: Since = None,
) -> Response:
    """Show the whole text of a version against an earlier one, with what each change means."""
    found = contract_place(visit, relationship, contract)
    redline = visit.house.redlining.versions(visit.asked, found.stream.id, version, since)
    return page(
        visit,
        "contract_redline.html",
        relationship=found.relationship,
        contract=found,
        version=version,
        since=since or version - 1,
        redline=redline,
        before=edition_line(redline.before),
        after=edition_line(redline.after),
        changes=list(changed_terms(redline)),
        live=found.relationship.live,
    )


def _signed(
    visit: Visit, contract: ContractPlace, row: VersionRow
) -> tuple[Countersigned, ...] | None:
    return visit.house.countersigning.of(visit.asked, contract.relationship.seat, row)


def _changed(visit: Visit, contract: ContractPlace, row: VersionRow) -> int | None:
    """Count the terms that a version changed; None for the first."""
    if row.version == 1:
        return None
    before = visit.house.promises.version(contract.stream.id, row.version - 1)
    terms = (AgreementTerms.model_validate(one.terms) for one in (before, row))
    return len(tuple(differences(*terms)))
