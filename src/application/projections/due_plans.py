"""What falls due of improvement plans: measures, and the day a target is to be reached by."""

from __future__ import annotations

from datetime import date

from application.projections.base import Rows
from application.projections.credits import contract_of
from application.projections.due_rows import DueKind, DueRow, due_row, held, key_of, reports_of
from application.recorded import Recorded
from domain.contract.standing import ONE_DAY
from domain.improvement.facts import (
    MeasureOverdue,
    MeasureProgressed,
    PlanAgreed,
    PlanClosed,
    PlanFact,
    PlanProposed,
)
from domain.values.periods import midnight


def plans(event: Recorded, rows: Rows[DueRow]) -> None:
    """Set or strike the due dates that a fact of a plan concerns."""
    if not isinstance(event.fact, PlanFact):
        return
    match event.fact:
        case PlanProposed():
            _keep(event, event.fact, rows)
        case PlanAgreed():
            _agreed(event, rows)
        case MeasureProgressed(measure=measure, done=True) | MeasureOverdue(measure=measure):
            rows.delete(key_of(event.stream, DueKind.MEASURE_DUE, measure))
        case PlanClosed():
            kept = rows.get(held(event.stream))
            for measure in () if kept is None else kept.items:
                rows.delete(key_of(event.stream, DueKind.MEASURE_DUE, measure))
            rows.delete(key_of(event.stream, DueKind.PLAN_TARGET_DUE))
            rows.delete(held(event.stream))
        case _:
            return


def _keep(event: Recorded, proposed: PlanProposed, rows: Rows[DueRow]) -> None:
    """Keep the latest edition: by its agreement its dates hold."""
    row = due_row(event, DueKind.MEASURE_DUE, event.at, None)
    items = tuple(one.measure for one in proposed.measures)
    kept = {"kind": None, "due": None, "items": items, "plan": proposed}
    rows.put(row.model_copy(update=kept))


def _agreed(event: Recorded, rows: Rows[DueRow]) -> None:
    kept = rows.get(held(event.stream))
    if kept is None or kept.plan is None:
        return
    plan, known = kept.plan, rows.get(held(reports_of(contract_of(event.stream))))
    zone = "UTC" if known is None or known.standing is None else known.standing.terms.zone

    def put(kind: DueKind, last: date, awaits: str, subject: str, item: str | None = None) -> None:
        due = midnight(last + ONE_DAY, zone)
        rows.put(due_row(event, kind, due, awaits, subject, item=item, day=last))

    for one in plan.measures:
        put(DueKind.MEASURE_DUE, one.due, str(one.side), f"{one.owner}: {one.what}", one.measure)
    put(DueKind.PLAN_TARGET_DUE, plan.reach_by, str(plan.by.other), plan.target)
