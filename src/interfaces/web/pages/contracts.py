"""Contracts: the list, and what one promises: now, or at any instant as known at any other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Annotated, Final

from fastapi import Query, Response

from application.access import Action
from application.contracting import AsOf
from application.errors import NotFound
from application.projections.base import Query as ViewQuery
from application.projections.due_dates import DueRow
from domain.contract.standing import declinable_until
from domain.terms.agreement import AgreementTerms
from domain.terms.value import total_value
from interfaces.http.conventions import ContractPath, Cursor, RelationshipPath, read_cursor
from interfaces.http.schemas.base import page as listed
from interfaces.routing import Routes
from interfaces.web.contract_places import ContractPlace, contract_place
from interfaces.web.instants import Asked, asked_instant
from interfaces.web.navigation import address
from interfaces.web.places import place
from interfaces.web.rendering import page
from interfaces.web.terms_shown import TermsShown, terms_shown
from interfaces.web.visits import AVisit, Visit

router = Routes(prefix="/relationships/{relationship}/contracts", include_in_schema=False)

MOST: Final = 50
BINDING: Final = {
    "before": "it had not begun then",
    "in-force": "it was in force then",
    "after": "it had ended by then",
}
AnInstant = Annotated[str | None, Query(max_length=40)]


@dataclass(frozen=True)
class Promised:
    """What was promised at an instant as known at another, or why nothing can be shown."""

    at: Asked
    known_at: Asked
    found: AsOf | None
    said: str

    @property
    def looking_back(self) -> bool:
        """Whether anything but now was asked about."""
        return self.at.given is not None or self.known_at.given is not None

    @cached_property
    def terms(self) -> TermsShown | None:
        """The terms that governed, to be read."""
        if self.found is None:
            return None
        return terms_shown(AgreementTerms.model_validate(self.found.version.terms))


@router.get("")
def contracts_page(visit: AVisit, relationship: RelationshipPath, after: Cursor = None) -> Response:
    """List the contracts of a relationship, the latest first."""
    found = place(visit, relationship, "contracts")
    register = visit.house.projections.contract_register
    query = ViewQuery(
        relationship=relationship, after=read_cursor(after), descending=True, limit=MOST + 1
    )
    rows = visit.house.reading.page(register, found.seat, query)
    return page(
        visit,
        "contracts.html",
        relationship=found,
        address=address,
        live=found.live,
        **listed(register, rows, MOST, lambda row: row),
    )


@router.get("/{contract}")
def contract_page(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    as_of: AnInstant = None,
    known_at: AnInstant = None,
) -> Response:
    """Show how a contract stands and what it promises, in words and as data."""
    found = contract_place(visit, relationship, contract)
    at, known = asked_instant(as_of), asked_instant(known_at)
    return page(
        visit,
        "contract_terms.html",
        422 if at.wrong or known.wrong else 200,
        relationship=found.relationship,
        contract=found,
        promised=_promised(visit, found, at, known),
        due=list(_due(visit, found)),
        declinable=declinable_until(found.standing),
        value=total_value(found.standing.terms),
        may_negotiate=_may(visit, found, Action.NEGOTIATE),
        may_end=_may(visit, found, Action.GIVE_NOTICE),
        now=visit.asked.at,
        live=found.relationship.live,
    )


def _promised(visit: Visit, contract: ContractPlace, at: Asked, known: Asked) -> Promised:
    now = visit.asked.at
    if at.wrong or known.wrong:
        return Promised(at, known, None, "")
    try:
        found = visit.house.promises.as_of(contract.stream.id, at.value or now, known.value or now)
    except NotFound:
        return Promised(at, known, None, "Nothing was known of this contract then.")
    return Promised(at, known, found, BINDING[found.binding])


def _due(visit: Visit, contract: ContractPlace) -> Iterator[tuple[DueRow, datetime]]:
    """Yield what falls due of the contract itself, the earliest first."""
    due_dates = visit.house.projections.due_dates
    query = ViewQuery(relationship=contract.relationship.id, stream=contract.stream.id, limit=MOST)
    for row in visit.house.reading.page(
        due_dates, contract.relationship.seat, query, lambda row: row.stream
    ):
        if row.due is not None:
            yield row, row.due


def _may(visit: Visit, contract: ContractPlace, action: Action) -> bool:
    """Tell whether the visitor, on a side, could do something to a contract that still binds."""
    on_a_side = contract.relationship.side is not None
    return on_a_side and contract.status != "ended" and visit.may(action)
