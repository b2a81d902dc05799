"""Figures, reports, results and exclusions as they travel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from application.closing import OpenPeriod
from application.ledger import Outcome
from domain.exclusions.exclusions import Exclusions
from domain.performance.facts import MeasurementsReceived, Result, Shape
from domain.performance.outcomes import shown
from domain.performance.results import Results
from domain.performance.running import Running, RunningTarget
from domain.terms.figures import decimal, elapsed
from domain.terms.objective import Objective
from domain.terms.part import Id, written
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Instant, Said, no_null
from interfaces.http.schemas.contracts import Day

Note = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(no_null)
]


class ReportBody(Body):
    """Saying that one's figures of a period are complete."""

    period: Day
    """The first day of the period, as results and due dates name it."""
    note: Note = ""


class ExclusionBody(Body):
    """Asking for a stretch of time to be left out."""

    exclusion: Id
    """Which exclusion of the terms it falls under."""
    starts: Instant
    ends: Instant
    because: Said
    evidence: Note = ""


class BatchAnswer(Answer):
    """A batch of figures as it was received."""

    by: Side
    source: str
    batch: str
    shape: Shape
    digest: str
    rows: int
    starts: datetime
    ends: datetime


class LineAnswer(Answer):
    """One line of the working: what was counted, and how much of which unit."""

    says: str
    amount: int
    unit: str


class TargetAnswer(Answer):
    """What one target came to: ``value`` is exact, ``shown`` is for people."""

    window: str
    severity: str | None
    bound: str
    value: str | None
    """A fraction in lowest terms, or ``about`` and a decimal of 30 places where that is long."""
    shown: str
    met: bool | None
    """None: not judged."""
    pending: int
    working: list[LineAnswer]


class PartAnswer(Answer):
    """A part of a period, by the version of the terms that governed it."""

    version: int
    terms_digest: str
    starts: datetime
    ends: datetime
    targets: list[TargetAnswer]


class ResultAnswer(Answer):
    """What a period came to."""

    objective: str
    period: date
    starts: datetime
    ends: datetime
    basis: str
    """What it rests on: figures that were reported, or the agreed rule for want of a report."""
    missed: bool
    figures: str
    """The digest of everything it was worked out from."""
    parts: list[PartAnswer]


class ReportAnswer(Answer):
    """A period that was reported; ``stream_version`` is the ETag. No result: it is still open."""

    objective: str
    period: date
    reported_by: Side | None
    stream_version: int
    result: ResultAnswer | None


class BudgetAnswer(Answer):
    """How much may still go wrong before a target is missed."""

    allowed: str | None
    """Lengths of time, exactly, where the target is one of time."""
    used: str | None
    left: str | None
    share_used: str
    """In percent; over 100 it is overdrawn."""
    burn_rate: str
    """At 1, all is used up just at the end of the period."""
    used_up_at: datetime | None
    """When all is used up at the rate so far; None: not within the period."""


class RunningTargetAnswer(Answer):
    """One target of a running period so far."""

    window: str
    severity: str | None
    bound: str
    shown: str
    met: bool | None
    """Whether it would be met if the period ended now."""
    forecast: bool | None
    """Whether it will be met if it goes on like this."""
    budget: BudgetAnswer | None


class RunningAnswer(Answer):
    """A running period so far, by the version that governs now; amounts are of its currency."""

    objective: str
    period: date
    starts: datetime
    ends: datetime
    version: int
    told_until: datetime
    """Up to where figures speak; what lies after is not missing yet."""
    targets: list[RunningTargetAnswer]
    owed: str | None
    """The credit of a period that ended like this."""
    at_stake: str | None
    """What can still be lost beyond that."""


class OpenAnswer(Answer):
    """A period that is over and has no result."""

    period: date
    starts: datetime
    ends: datetime
    reported: bool
    report_until: datetime | None
    because: str


class ObjectiveAnswer(Answer):
    """How one objective stands: the running period, those that wait, the latest results."""

    objective: str
    title: str
    running: RunningAnswer | None
    open: list[OpenAnswer]
    results: list[ResultAnswer]
    """The latest first, at most twelve."""


class CaseAnswer(Answer):
    """One case of an exclusion, and how it stands."""

    case: str
    exclusion: str
    by: Side
    starts: datetime
    ends: datetime
    because: str
    evidence: str
    announced_at: datetime
    standing: Literal["requested", "granted", "refused", "withdrawn"]
    granted_by_itself: bool


class ExclusionsAnswer(Answer):
    """Every case of a contract; ``stream_version`` is the ETag."""

    stream_version: int
    cases: list[CaseAnswer]


def batch_answer(fact: MeasurementsReceived) -> BatchAnswer:
    """Show a batch."""
    return BatchAnswer(
        by=fact.by,
        source=fact.source,
        batch=fact.batch,
        shape=fact.shape,
        digest=fact.digest,
        rows=fact.rows,
        starts=fact.starts,
        ends=fact.ends,
    )


def result_answer(objective: str, result: Result) -> ResultAnswer:
    """Show a result with its working."""
    return ResultAnswer(
        objective=objective,
        period=result.period,
        starts=result.starts,
        ends=result.ends,
        basis=result.basis,
        missed=result.missed,
        figures=result.figures,
        parts=[
            PartAnswer(
                version=part.version,
                terms_digest=part.terms_digest,
                starts=part.starts,
                ends=part.ends,
                targets=[
                    TargetAnswer(
                        window=one.window,
                        severity=one.severity,
                        bound=one.bound,
                        value=one.value,
                        shown=one.shown,
                        met=one.met,
                        pending=one.pending,
                        working=[
                            LineAnswer(says=line.says, amount=line.amount, unit=line.unit)
                            for line in one.working
                        ],
                    )
                    for one in part.targets
                ],
            )
            for part in result.parts
        ],
    )


def report_answer(objective: str, period: date, outcome: Outcome, now: Results) -> ReportAnswer:
    """Show a period that was reported, with its result if it has one."""
    result = now.results.get(period)
    return ReportAnswer(
        objective=objective,
        period=period,
        reported_by=now.reported.get(period),
        stream_version=outcome.stream.version,
        result=None if result is None else result_answer(objective, result),
    )


def running_answer(standing: Running, promised: Objective) -> RunningAnswer:
    """Show a running period."""
    whole = standing.judged.period
    return RunningAnswer(
        objective=promised.id,
        period=standing.judged.key,
        starts=whole.starts,
        ends=whole.ends,
        version=standing.part.version.number,
        told_until=standing.until,
        targets=[_running_target(one, promised) for one in standing.targets],
        owed=None if standing.owed is None else str(standing.owed),
        at_stake=None if standing.at_stake is None else str(standing.at_stake),
    )


def _running_target(one: RunningTarget, promised: Objective) -> RunningTargetAnswer:
    target, budget = one.reached.target, one.budget
    shown_budget = None
    if budget is not None:
        shown_budget = BudgetAnswer(
            allowed=None if budget.allowed is None else elapsed(budget.allowed),
            used=None if budget.used is None else elapsed(budget.used),
            left=None if budget.left is None else elapsed(budget.left),
            share_used=decimal(budget.share_used * 100),
            burn_rate=decimal(budget.burn_rate),
            used_up_at=budget.used_up_at,
        )
    sign = "at least" if target.more_is_better else "at most"
    return RunningTargetAnswer(
        window=target.window,
        severity=target.severity,
        bound=f"{sign} {written(target.bound)}",
        shown=shown(one.reached, promised),
        met=one.reached.met,
        forecast=one.forecast,
        budget=shown_budget,
    )


def open_answer(waiting: OpenPeriod) -> OpenAnswer:
    """Show a period that waits."""
    judged = waiting.period
    return OpenAnswer(
        period=judged.key,
        starts=judged.period.starts,
        ends=judged.period.ends,
        reported=waiting.reported,
        report_until=judged.report_until,
        because=waiting.because,
    )


def objective_answer(
    promised: Objective,
    standing: Running | None,
    waiting: Sequence[OpenPeriod],
    results: Sequence[Result],
) -> ObjectiveAnswer:
    """Show how an objective stands."""
    return ObjectiveAnswer(
        objective=promised.id,
        title=promised.name,
        running=None if standing is None else running_answer(standing, promised),
        open=[open_answer(one) for one in waiting],
        results=[result_answer(promised.id, one) for one in results],
    )


def exclusions_answer(version: int, state: Exclusions) -> ExclusionsAnswer:
    """Show every case of a contract."""
    return ExclusionsAnswer(
        stream_version=version,
        cases=[
            CaseAnswer(
                case=one.case,
                exclusion=one.exclusion,
                by=one.by,
                starts=one.starts,
                ends=one.ends,
                because=one.because,
                evidence=one.evidence,
                announced_at=one.announced_at,
                standing=state.standing[one.case],
                granted_by_itself=one.granted_by_itself,
            )
            for one in state.cases.values()
        ],
    )
