"""What falls due: when, of what, and who has to act before.

The daily sheet works through what is due; people read the rest as their agenda.
"""

from __future__ import annotations

from datetime import datetime

from application.projections.base import SERVICE, Place, Projection, Rows
from application.projections.due_affairs import affairs
from application.projections.due_plans import plans
from application.projections.due_rows import (
    FOR_PEOPLE,
    DueKind,
    DueRow,
    due_row,
    key_of,
    listed,
    reports_of,
    sides_kept,
)
from application.projections.due_rows import held as held_as
from application.projections.each_side import EachSide, place_of_copy, sides_in
from application.recorded import Positioned, Recorded
from domain.contract.contract import CONTRACT
from domain.contract.facts import ContractFact
from domain.contract.rights import lapses_at, right_to
from domain.contract.standing import (
    ONE_DAY,
    ContractState,
    Ended,
    InForce,
    NotConcluded,
    Pending,
    comes_to_end_at,
    renewal_decided_at,
)
from domain.negotiation.facts import (
    CounterOfferMade,
    NegotiationBrokenOff,
    NegotiationConcluded,
    OfferAccepted,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    SignatureDeclined,
    SignatureRequested,
    SigningPeriodExpired,
)
from domain.performance.counting import reporting_sides
from domain.performance.facts import PeriodSetAside, PeriodTakenUp, Result, ResultEstablished
from domain.performance.periods import local_day, next_judged
from domain.relationships.facts import (
    RelationshipDeclined,
    RelationshipInvitationLapsed,
    RelationshipInvitationWithdrawn,
    RelationshipInvited,
    RelationshipJoined,
)
from domain.settlement.deadlines import report_due
from domain.terms.objective import Objective
from domain.values.periods import midnight
from domain.values.sides import Side

__all__ = ["DueDates", "DueKind", "DueRow"]


class DueDates(Projection[DueRow]):
    """One row a due date, and a copy for each side; a date that no longer holds has no row."""

    name = "due_dates"
    version = 10
    row = DueRow

    def place(self, row: DueRow) -> Place:
        """The earliest first."""
        if row.kind is None or row.due is None:
            # Kept out of the relationship, or its agenda would begin with a row a live contract.
            return Place(held_as(row.stream), "", audience=SERVICE)
        key, sort = key_of(row.stream, row.kind, row.objective or row.item), row.due.isoformat()
        if row.listing is not None:
            return place_of_copy(key, sort, row.listing)
        return Place(
            key=key,
            sort=sort,
            relationship=row.relationship,
            stream=row.stream,
            # What nothing comes about of by itself is not for the daily sheet.
            due=None if row.kind in FOR_PEOPLE else row.due,
        )

    def process(self, recorded: Positioned, rows: Rows[DueRow]) -> None:
        """Set, move or strike the due dates that a fact concerns."""
        event = recorded.event
        rows = EachSide(rows, held_as, listed)
        if (sides := sides_in(event.fact)) is not None:
            rows.put(sides_kept(event.stream, sides))
        if isinstance(event.fact, ContractFact):
            _contract(event, rows)
        elif isinstance(event.fact, ResultEstablished):
            _closed(event, event.fact.result, rows)
        elif isinstance(event.fact, PeriodSetAside | PeriodTakenUp):
            _set_aside(event, event.fact, rows)
        else:
            _negotiation(event, rows)
            affairs(event, rows)
            plans(event, rows)


def _negotiation(event: Recorded, rows: Rows[DueRow]) -> None:
    match event.fact:
        case RelationshipInvited(answer_by=answer_by, invited_by=by) if answer_by is not None:
            rows.put(due_row(event, DueKind.INVITATION_LAPSES, answer_by, by.other))
        case (
            RelationshipJoined()
            | RelationshipDeclined()
            | RelationshipInvitationWithdrawn()
            | RelationshipInvitationLapsed()
        ):
            rows.delete(key_of(event.stream, DueKind.INVITATION_LAPSES))
        case ProposalMade(offer=offer) | CounterOfferMade(offer=offer):
            rows.put(
                due_row(event, DueKind.OFFER_EXPIRES, offer.valid_until, offer.by.other, offer.id)
            )
        case OfferWithdrawn() | OfferRejected() | OfferExpired() | NegotiationBrokenOff():
            rows.delete(key_of(event.stream, DueKind.OFFER_EXPIRES))
        case OfferAccepted():
            rows.delete(key_of(event.stream, DueKind.OFFER_EXPIRES))
        case SignatureRequested(sign_by=sign_by, offer=offer_id):
            rows.put(due_row(event, DueKind.SIGNING_PERIOD_ENDS, sign_by, None, offer_id))
        case SignatureDeclined() | SigningPeriodExpired() | NegotiationConcluded():
            rows.delete(key_of(event.stream, DueKind.SIGNING_PERIOD_ENDS))
        case _:
            return


def _contract(event: Recorded, rows: Rows[DueRow]) -> None:
    before = _before(rows.get(held_as(reports_of(event.stream))))
    after = CONTRACT.evolve(before, event.fact)
    _rights(event, before, after, rows)
    _report_anew(event, after, rows)
    dates = _dates(after)
    for kind in (DueKind.CONTRACT_BEGINS, DueKind.RENEWAL_DECIDED, DueKind.CONTRACT_ENDS):
        due = dates.get(kind)
        if due is None:
            rows.delete(key_of(event.stream, kind))
        else:
            rows.put(due_row(event, kind, due, None))


def _rights(
    event: Recorded, before: ContractState, after: ContractState, rows: Rows[DueRow]
) -> None:
    """Set until when the client can use each right that repeated misses gave."""
    standing = after.standing if isinstance(after, Pending | InForce) else None
    known = before.standing.rights if isinstance(before, Pending | InForce) else ()
    rights = () if standing is None else standing.rights
    for name in {one.objective for one in (*known, *rights)}:
        due = None if standing is None else lapses_at(standing, right_to(standing, name))
        if due is None:
            rows.delete(key_of(event.stream, DueKind.TERMINATION_RIGHT_LAPSES, name))
        else:
            kind, awaits = DueKind.TERMINATION_RIGHT_LAPSES, str(Side.CLIENT)
            row = due_row(event, kind, due, awaits, name)
            rows.put(row.model_copy(update={"objective": name}))


def _before(held: DueRow | None) -> ContractState:
    if held is None or held.standing is None or held.over:
        return NotConcluded()  # nothing of a contract that is over falls due any more
    # Both states look alike once stored, so the row says which one it was.
    return InForce(held.standing) if held.in_force else Pending(held.standing)


def _dates(state: ContractState) -> dict[DueKind, datetime | None]:
    match state:
        case Pending(standing=standing):
            begins = {DueKind.CONTRACT_BEGINS: standing.begins_at}
        case InForce(standing=standing):
            begins = {}
        case _:
            return {}
    decided = renewal_decided_at(standing)
    if decided is not None:
        return {**begins, DueKind.RENEWAL_DECIDED: decided}
    return {**begins, DueKind.CONTRACT_ENDS: comes_to_end_at(standing)}


def _report_anew(event: Recorded, state: ContractState, rows: Rows[DueRow]) -> None:
    """Set when the next period of each objective is to be reported, on the terms as they are now.

    A contract that is over still has its last periods to report.
    """
    if not isinstance(state, Pending | InForce | Ended):
        return
    standing = state.standing
    ended = state.ended_at if isinstance(state, Ended) else comes_to_end_at(standing)
    held = rows.get(held_as(reports_of(event.stream)))
    closed = {} if held is None or held.closed is None else held.closed
    earlier = () if held is None or held.standing is None else held.standing.terms.objectives
    for gone in {one.id for one in earlier} - {one.id for one in standing.terms.objectives}:
        rows.delete(key_of(event.stream, DueKind.REPORT_DUE, gone))
    rows.put(
        DueRow(
            stream=reports_of(event.stream),
            relationship=str(event.relationship),
            kind=None,
            due=None,
            standing=standing,
            in_force=isinstance(state, InForce),
            over=isinstance(state, Ended),
            ended_at=ended,
            closed=closed,
        )
    )
    if held is not None and (held.standing, held.ended_at) == (standing, ended):
        return  # the same periods as before
    for objective in standing.terms.objectives:
        _await_report(event.stream, objective, rows)


def _set_aside(event: Recorded, fact: PeriodSetAside | PeriodTakenUp, rows: Rows[DueRow]) -> None:
    """Show a period that cannot be worked out, for as long as it cannot."""
    contract, place, _ = event.stream.rsplit("/", 2)
    objective = place.removeprefix("objective-")
    item = f"{objective}/{fact.period}"
    if isinstance(fact, PeriodTakenUp):
        rows.delete(key_of(contract, DueKind.FIGURES_SPOILT, item))
        return
    subject = f"{objective} {fact.period}: {fact.because}"
    row = due_row(event, DueKind.FIGURES_SPOILT, event.at, None, subject, item=item)
    rows.put(row.model_copy(update={"stream": contract}))


def _closed(event: Recorded, result: Result, rows: Rows[DueRow]) -> None:
    contract, place, _ = event.stream.rsplit("/", 2)
    held = rows.get(held_as(reports_of(contract)))
    if held is None or held.standing is None:
        return
    name = place.removeprefix("objective-")
    closed = {**(held.closed or {})}
    closed[name] = max(closed.get(name, result.ends), result.ends)
    rows.put(held.model_copy(update={"closed": closed}))
    objective = held.standing.terms.objective(name)
    if objective is not None:
        _await_report(contract, objective, rows)


def _await_report(contract: str, objective: Objective, rows: Rows[DueRow]) -> None:
    held = rows.get(held_as(reports_of(contract)))
    if held is None or held.standing is None:
        return
    terms, zone = held.standing.terms, held.standing.terms.zone
    after = (held.closed or {}).get(objective.id)
    days = next_judged(
        objective,
        local_day(held.standing.begins_at, zone),
        None if held.ended_at is None else local_day(held.ended_at, zone),
        None if after is None else local_day(after, zone),
    )
    if days is None:
        rows.delete(key_of(contract, DueKind.REPORT_DUE, objective.id))
        return
    due, sides = report_due(terms, days), reporting_sides(terms, objective)
    rows.put(
        DueRow(
            stream=contract,
            relationship=held.relationship,
            kind=DueKind.REPORT_DUE,
            due=midnight(days.end if due is None else due + ONE_DAY, zone),
            awaits=str(next(iter(sides))) if len(sides) == 1 else None,
            subject=f"{objective.id} {days.first}",
            objective=objective.id,
        )
    )
