"""The working of a period's figures: windows, what was excused, rules, versions, fractions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from application.agreed import Agreed
from application.closing import results_of
from application.settling import judged_by
from domain.attainment.excused import excused
from domain.attainment.result import Measurement
from domain.attainment.spans import instant
from domain.exclusions.exclusions import EXCLUSIONS, Exclusions
from domain.exclusions.facts import ExclusionRequested
from domain.performance.counting import measuring_sides
from domain.performance.facts import (
    MeasurementsReceived,
    PeriodReported,
    Result,
    ResultEstablished,
    ResultRestated,
)
from domain.performance.outcomes import attained, shown, value_text
from domain.performance.periods import JudgedPeriod, local_day
from domain.performance.running import Running, RunningTarget, running
from domain.settlement.governing import Governed
from domain.terms.agreement import AgreementTerms
from domain.terms.clause import Exclusion
from domain.terms.figures import elapsed, length
from domain.terms.objective import Objective
from domain.terms.part import ALWAYS, OTHERWISE
from domain.terms.words.methods import measured
from domain.terms.words.rules import calendar_in_words, exclusion_in_words, reporting_in_words
from domain.terms.words.spans import name, sentence
from domain.values.ids import within
from domain.values.periods import Period
from interfaces.composition import House
from interfaces.web.performance.outcomes import SAID, TargetShown, budget_shown, promised_in
from interfaces.web.performance.words import amount, gaps, period_name, promise, where

MOST_STRETCHES: Final = 40
RUNNING: Final = "running"
TIMES: Final = "\N{MULTIPLICATION SIGN}"
BASIS: Final = {
    "reported": "It rests on figures that were reported.",
    "not reported: worst": "No report came in time: by the agreed rule it counts as missed.",
    "not reported: met": "No report came in time: by the agreed rule it counts as met.",
    "other side's figures": "No report came in time: by the agreed rule the other side's count.",
    RUNNING: "It still runs: this is what the figures so far come to.",
}
GOOD: Final = {"events": "good", "cases": "within the limit"}
"""The line that is a share of what was counted, where a result is one."""


@dataclass(frozen=True)
class LineShown:
    """One line of the working: ``exact`` is the bare figure it was counted in."""

    says: str
    amount: str
    exact: str


@dataclass(frozen=True)
class TargetWorking:
    """One target: its window in words, each line, and how the figure follows from them."""

    target: TargetShown
    window: str
    lines: tuple[LineShown, ...]
    formula: str | None
    pending: int


@dataclass(frozen=True)
class QuotaShown:
    """An exclusion of the terms: what it excused here, and how much of its quota is used."""

    name: str
    says: str
    stretches: tuple[tuple[datetime, datetime], ...]
    more: int
    total: str
    quota: str | None


@dataclass(frozen=True)
class PartWorking:
    """A part of the period, by the version that governs it."""

    version: int
    since: datetime
    digest: str
    starts: datetime
    ends: datetime
    method: str
    missing: str
    reporting: tuple[str, ...]
    targets: tuple[TargetWorking, ...]
    exclusions: tuple[QuotaShown, ...]


@dataclass(frozen=True)
class Word:
    """Something that was said of the period: when, what, and why."""

    at: datetime
    says: str
    because: str
    version: int


@dataclass(frozen=True)
class CaseShown:
    """An exclusion that was asked for and touches the period."""

    case: ExclusionRequested
    standing: str


@dataclass(frozen=True)
class Working:
    """How a period's figures came about; ``missed`` None: it still runs."""

    key: date
    name: str
    zone: str
    starts: datetime
    ends: datetime
    told_until: datetime
    basis: str
    figures: str | None
    missed: bool | None
    parts: tuple[PartWorking, ...]
    words: tuple[Word, ...]
    stream: str
    batches: tuple[MeasurementsReceived, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    cases: tuple[CaseShown, ...]


@dataclass(frozen=True)
class _Asked:
    """Which objective of what was agreed, with its contract's exclusions."""

    house: House
    agreed: Agreed
    objective: str
    excluded: Exclusions


@dataclass(frozen=True)
class _Judged:
    """A part with what its targets came to, and each figure as it is shown."""

    part: Governed
    targets: Sequence[RunningTarget]
    shown: Sequence[str]


def working_of(
    house: House, agreed: Agreed, objective: str, key: date, standing: Running | None
) -> Working | None:
    """Return the working of a period; None for one that has no result and does not run.

    ``standing`` is how the running period stands, if any does.
    """
    stream = within(agreed.contract, "exclusions")
    asked = _Asked(house, agreed, objective, house.ledger.load(EXCLUSIONS, stream).state)
    result = house.closing.results(agreed.contract, objective).results.get(key)
    if result is not None:
        judged, until, basis = judged_by(result, agreed.versions), result.ends, str(result.basis)
        parts = _closed(judged, result, objective)
    elif standing is not None and standing.judged.key == key:
        judged, until, basis = standing.judged, standing.until, RUNNING
        promised = promised_in(standing.part, objective)
        said = [shown(one.reached, promised) for one in standing.targets]
        parts = (_Judged(standing.part, standing.targets, said),)
    else:
        return None
    so_far = Period(judged.period.starts, until)
    facts = house.measuring.received(agreed.contract, objective, so_far.starts, judged.period.ends)
    last = judged.parts[-1]
    sides = measuring_sides(last.version.terms, promised_in(last, objective))
    return Working(
        key,
        period_name(judged.period, judged.zone),
        judged.zone,
        judged.period.starts,
        judged.period.ends,
        until,
        BASIS[basis],
        None if result is None else result.figures,
        None if result is None else result.missed,
        tuple(_part(asked, one) for one in parts),
        tuple(_words(asked, key)),
        results_of(agreed.contract, objective),
        tuple(facts),
        tuple(gaps(facts, sides, so_far)),
        tuple(_cases(asked, so_far)),
    )


def _closed(judged: JudgedPeriod, result: Result, objective: str) -> tuple[_Judged, ...]:
    found = []
    for part, outcome in zip(judged.parts, result.parts, strict=True):
        reached = attained(part, objective, outcome)
        targets = running(judged, part, part.period.ends, reached).targets
        found.append(_Judged(part, targets, [one.shown for one in outcome.targets]))
    return tuple(found)


def _part(asked: _Asked, judged: _Judged) -> PartWorking:
    part = judged.part
    terms, promised = part.version.terms, promised_in(part, asked.objective)
    return PartWorking(
        part.version.number,
        part.version.since,
        terms.digest,
        part.period.starts,
        part.period.ends,
        measured(promised.measured),
        promised.measured.missing,
        tuple(reporting_in_words(terms)),
        tuple(
            _target(terms, promised, one, said)
            for one, said in zip(judged.targets, judged.shown, strict=True)
        ),
        tuple(_quotas(asked, part)),
    )


def _target(
    terms: AgreementTerms, promised: Objective, one: RunningTarget, said: str
) -> TargetWorking:
    target, measurement = one.reached.target, one.reached.measurement
    value = None
    if measurement.value is not None:
        value = value_text(measurement.value, more_is_better=target.more_is_better)
    target_shown = TargetShown(
        where(target.window, target.severity),
        promise(target, promised),
        said,
        value,
        one.reached.met,
        budget_shown(one.budget),
    )
    return TargetWorking(
        target_shown,
        _window(terms, target.window),
        tuple(
            LineShown(line.says, amount(line.amount, line.unit), f"{line.amount:,} {line.unit}")
            for line in measurement.working
        ),
        _formula(measurement),
        measurement.pending,
    )


def _window(terms: AgreementTerms, window: str) -> str:
    if window == ALWAYS:
        return "All of the period, around the clock."
    if window == OTHERWISE:
        return "All time that no other window of this objective covers."
    calendar = terms.calendar(window)
    return "" if calendar is None else calendar_in_words(calendar)


def _formula(measurement: Measurement) -> str | None:
    """Write how a share follows from the lines; None where it is no such share."""
    amounts = {line.says: line.amount for line in measurement.working}
    unit = measurement.working[-1].unit if measurement.working else ""
    of = amounts.get("counted", 0)
    if unit in GOOD and GOOD[unit] in amounts:
        good = amounts[GOOD[unit]]
    elif "down" in amounts:
        good = of - amounts["down"]
    else:
        return None
    if not of or measurement.value != Fraction(100 * good, of):
        return None
    return f"100 {TIMES} {good:,} / {of:,} {unit} = {measurement.value} %"


def _quotas(asked: _Asked, part: Governed) -> Iterator[QuotaShown]:
    """Yield what each exclusion of the terms excused within a part, and how far its quota went."""
    terms, promised = part.version.terms, promised_in(part, asked.objective)
    found = {
        one.exclusion: one.spans
        for one in excused(terms, promised, asked.excluded.excuses(), part.period)
    }
    for exclusion in terms.exclusions:
        if exclusion.applies_to and promised.id not in exclusion.applies_to:
            continue
        spans = found.get(exclusion.id)
        stretches = [] if spans is None else [(instant(one), instant(end)) for one, end in spans]
        yield QuotaShown(
            sentence(name(exclusion.id)),
            exclusion_in_words(exclusion),
            tuple(stretches[:MOST_STRETCHES]),
            max(len(stretches) - MOST_STRETCHES, 0),
            elapsed(Fraction(0 if spans is None else spans.total)),
            _quota(asked, part, exclusion),
        )


def _quota(asked: _Asked, part: Governed, exclusion: Exclusion) -> str | None:
    """Say how much of a quota is used in the run of days it is for; None without a quota."""
    terms = part.version.terms
    if exclusion.at_most is None:
        return None
    over, of = part.period, "in this period"
    if exclusion.per is not None:
        over = exclusion.per.around(local_day(part.period.starts, terms.zone)).instants(terms.zone)
        of = f"in {period_name(over, terms.zone)}"
    reasons = excused(terms, promised_in(part, asked.objective), asked.excluded.excuses(), over)
    used = sum(one.spans.total for one in reasons if one.exclusion == exclusion.id)
    return f"{elapsed(Fraction(used))} of {length(exclusion.at_most)} used {of}"


def _words(asked: _Asked, key: date) -> Iterator[Word]:
    """Yield what is on record of a period, the first word first."""
    for event in asked.house.ledger.history(results_of(asked.agreed.contract, asked.objective)):
        match event.fact:
            case PeriodReported(period=period, by=by, note=note) if period == key:
                says = f"The {by} reported it as complete"
                yield Word(event.at, says, note, event.version)
            case ResultEstablished(result=result) if result.period == key:
                says = f"Closed as {SAID[not result.missed]}"
                yield Word(event.at, says, "", event.version)
            case ResultRestated(result=result, because=because) if result.period == key:
                says = f"Restated as {SAID[not result.missed]}"
                yield Word(event.at, says, because, event.version)
            case _:
                continue


def _cases(asked: _Asked, period: Period) -> Iterator[CaseShown]:
    for one in asked.excluded.cases.values():
        if one.starts < period.ends and period.starts < one.ends:
            yield CaseShown(one, asked.excluded.standing[one.case])
