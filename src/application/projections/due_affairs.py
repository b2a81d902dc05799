"""What falls due of credits, disputes, escalations and reviews."""

from __future__ import annotations

from datetime import datetime

from application.projections.base import Rows
from application.projections.credits import CreditRow, contract_of, moved
from application.projections.due_rows import DueKind, DueRow, due_row, held, key_of, reports_of
from application.recorded import Recorded
from domain.contract.standing import ONE_DAY
from domain.credits.facts import CreditFact, Kind
from domain.disputes.facts import (
    DisputeEscalated,
    DisputeFact,
    DisputeOpened,
    DisputeSettled,
    DisputeWithdrawn,
)
from domain.escalations.facts import (
    EscalationAcknowledged,
    EscalationBegun,
    EscalationClimbed,
    EscalationEnded,
    EscalationFact,
)
from domain.performance.periods import local_day
from domain.reviews.facts import (
    ActionAccepted,
    ActionAgreed,
    ActionDone,
    ActionOverdue,
    ActionReopened,
    MinutesWritten,
    Planned,
    ReviewCalled,
    ReviewCancelled,
    ReviewFact,
    ReviewMoved,
)
from domain.settlement.deadlines import pay_due
from domain.terms.agreement import AgreementTerms
from domain.values.periods import midnight
from domain.values.sides import Side

ALL_THREE = (DueKind.CLAIM_LAPSES, DueKind.CLAIM_ANSWER_DUE, DueKind.CREDIT_PAYMENT_DUE)


def affairs(event: Recorded, rows: Rows[DueRow]) -> None:
    """Set, move or strike the due dates that a fact of an affair concerns."""
    match event.fact:
        case fact if isinstance(fact, CreditFact):
            _credit(event, rows)
        case fact if isinstance(fact, DisputeFact):
            _dispute(event, fact, rows)
        case fact if isinstance(fact, EscalationFact):
            _escalation(event, fact, rows)
        case fact if isinstance(fact, ReviewFact):
            _review(event, fact, rows)
        case _:
            return


def _credit(event: Recorded, rows: Rows[DueRow]) -> None:
    def known(credit: str) -> CreditRow | None:
        row = rows.get(held(f"{event.stream}/{credit}"))
        return None if row is None else row.credit

    for credit in list(moved(event, known)):
        rows.put(
            DueRow(
                stream=f"{event.stream}/{credit.credit}",
                relationship=str(event.relationship),
                kind=None,
                due=None,
                credit=credit,
            )
        )
        _dates_of(event, credit, rows)


def _dates_of(event: Recorded, credit: CreditRow, rows: Rows[DueRow]) -> None:
    def put(kind: DueKind, due: datetime, awaits: Side) -> None:
        rows.put(due_row(event, kind, due, str(awaits), credit.credit, item=credit.credit))

    paid = rows.get(key_of(event.stream, DueKind.CREDIT_PAYMENT_DUE, credit.credit))
    for kind in ALL_THREE:
        rows.delete(key_of(event.stream, kind, credit.credit))
    match credit.standing:
        case "claimable" if credit.claim_until is not None:
            put(DueKind.CLAIM_LAPSES, credit.claim_until, Side.CLIENT)
        case "claimed" if credit.answer_by is not None:
            put(DueKind.CLAIM_ANSWER_DUE, credit.answer_by, Side.PROVIDER)
        case "granted" if credit.open:
            due = _pay_by(event, rows) if paid is None else paid.due
            owes = (
                Side.CLIENT if (credit.kind is Kind.BONUS) != (credit.open < 0) else (Side.PROVIDER)
            )
            if due is not None:
                put(DueKind.CREDIT_PAYMENT_DUE, due, owes)
        case _:
            return


def _pay_by(event: Recorded, rows: Rows[DueRow]) -> datetime | None:
    terms = _terms(contract_of(event.stream), rows)
    if terms is None:
        return None
    last = pay_due(terms, local_day(event.at, terms.zone))
    return None if last is None else midnight(last + ONE_DAY, terms.zone)


def _dispute(event: Recorded, fact: DisputeFact, rows: Rows[DueRow]) -> None:
    match fact:
        case DisputeOpened(ladder=ladder):
            for rung in ladder:
                subject, item = f"level {rung.level}: {rung.role}", str(rung.level)
                rows.put(
                    due_row(event, DueKind.DISPUTE_ESCALATES, rung.at, None, subject, item=item)
                )
            rows.put(
                DueRow(
                    stream=event.stream,
                    relationship=str(event.relationship),
                    kind=None,
                    due=None,
                    items=tuple(str(rung.level) for rung in ladder),
                )
            )
        case DisputeEscalated(level=level):
            rows.delete(key_of(event.stream, DueKind.DISPUTE_ESCALATES, str(level)))
        case DisputeSettled() | DisputeWithdrawn():
            known = rows.get(held(event.stream))
            for item in () if known is None else known.items:
                rows.delete(key_of(event.stream, DueKind.DISPUTE_ESCALATES, item))
            rows.delete(held(event.stream))
        case _:
            return


def _escalation(event: Recorded, fact: EscalationFact, rows: Rows[DueRow]) -> None:
    kept = f"{event.stream}/{fact.escalation}"
    match fact:
        case EscalationBegun(path=path):
            items = tuple(f"{fact.escalation}.{one.level}" for one in path)
            for one, item in zip(path, items, strict=True):
                awaits, subject = str(Side.PROVIDER), f"level {one.level}: {one.role}"
                rows.put(due_row(event, DueKind.MISS_ESCALATES, one.at, awaits, subject, item=item))
            row = due_row(event, DueKind.MISS_ESCALATES, event.at, None)
            rows.put(row.model_copy(update={"stream": kept, "kind": None, "items": items}))
        case EscalationClimbed(level=level):
            item = f"{fact.escalation}.{level}"
            rows.delete(key_of(event.stream, DueKind.MISS_ESCALATES, item))
        case EscalationAcknowledged() | EscalationEnded():
            known = rows.get(held(kept))
            for item in () if known is None else known.items:
                rows.delete(key_of(event.stream, DueKind.MISS_ESCALATES, item))
            rows.delete(held(kept))


def _review(event: Recorded, fact: ReviewFact, rows: Rows[DueRow]) -> None:
    match fact:
        case ReviewCalled(at=at) | ReviewMoved(at=at):
            rows.put(due_row(event, DueKind.REVIEW_HELD, at, None))
        case ReviewCancelled() | MinutesWritten():
            rows.delete(key_of(event.stream, DueKind.REVIEW_HELD))
        case ActionAgreed(planned=planned):
            _agreed(event, planned, rows)
        case ActionDone(action=action):
            rows.delete(key_of(event.stream, DueKind.ACTION_DUE, action))
        case ActionReopened(action=action):
            kept = rows.get(held(f"{event.stream}/{action}"))
            if kept is not None:
                again = {"stream": event.stream, "kind": DueKind.ACTION_DUE}
                rows.put(kept.model_copy(update=again))
        case ActionAccepted(action=action) | ActionOverdue(action=action):
            rows.delete(key_of(event.stream, DueKind.ACTION_DUE, action))
            rows.delete(held(f"{event.stream}/{action}"))
        case _:
            return


def _agreed(event: Recorded, planned: Planned, rows: Rows[DueRow]) -> None:
    """Await an action up to the end of its local day; a copy is kept, should it be reopened."""
    terms = _terms(contract_of(event.stream), rows)
    due = midnight(planned.due + ONE_DAY, "UTC" if terms is None else terms.zone)
    row = due_row(
        event,
        DueKind.ACTION_DUE,
        due,
        str(planned.side),
        planned.what,
        item=planned.action,
        day=planned.due,
    )
    rows.put(row)
    rows.put(row.model_copy(update={"stream": f"{event.stream}/{planned.action}", "kind": None}))


def _terms(contract: str, rows: Rows[DueRow]) -> AgreementTerms | None:
    known = rows.get(held(reports_of(contract)))
    return None if known is None or known.standing is None else known.standing.terms
