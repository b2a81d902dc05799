"""Replay: go through every whole period of a past, judge it and price it by proposed terms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Final

from domain.attainment.attainment import Attainment, Observed, attainment, checks_of
from domain.attainment.records import Outages
from domain.attainment.spans import Spans
from domain.backtest.assumed import assumed
from domain.backtest.best import Best, best_met, counted
from domain.backtest.outcome import Backtest, Composed, ObjectiveReplayed, PeriodReplayed
from domain.backtest.past import (
    Past,
    Replayed,
    Told,
    digest_of_past,
    term_at,
    terms_over,
    whole_periods,
)
from domain.performance.periods import key_of
from domain.settlement.caps import Credited
from domain.settlement.charges import Charges
from domain.settlement.chronic import PeriodResult, RightOpened, right_opened
from domain.settlement.pricing import MeasuredPart
from domain.settlement.settlement import Case, Judged, settle
from domain.settlement.statement import Citation, ObjectiveSettled
from domain.settlement.uncharged import uncharged
from domain.terms.agreement import AgreementTerms
from domain.terms.composition import best_promise, promise_of
from domain.terms.measurement import Scale, TimeSlices
from domain.terms.objective import Objective
from domain.terms.part import ALL_CHARGES, magnitude
from domain.values.durations import MICROSECONDS_PER_DAY
from domain.values.periods import Days, midnight

_ONE_DAY: Final = timedelta(days=1)
_MOMENT: Final = timedelta(microseconds=1)
_CITES: Final = Citation("back-test", 0)
_FULL: Final = 100
MOST_PERIODS: Final = 800
MOST_DAYS: Final = 3_660
MOST_SLICES: Final = 6_000_000
"""More than ten years of minutes."""


class NothingToReplay(Exception):  # noqa: N818 - it is an answer: this past does not say enough
    """The past holds no period these terms can be held against; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    objective: Objective
    days: Days
    found: Attainment
    part: MeasuredPart


def backtest(terms: AgreementTerms, past: Past, k: int | None = None) -> Backtest:
    """Say what terms would have come to over a past.

    The best target is that met in ``k`` periods of each objective; None: in all of them. Raises
    NothingToReplay when no period lies in the past, WrongRecords when what is on record of an
    objective cannot tell it, ValueError when ``k`` is less than 1.
    """
    runs = _runs(terms, past)
    data, past = digest_of_past(past, terms.zone), _in_slices(terms, past)
    replayed = terms_over(terms, past.days)
    measured = [
        _measure(term_at(replayed, days), objective, days, past)
        for objective, periods in runs
        for days in periods
    ]
    charges = Charges(tuple(one.version for one in replayed))
    settled = _settle(measured, replayed, charges)
    days = Days(min(one.days.first for one in measured), max(one.days.end for one in measured))
    charged = charges.over(ALL_CHARGES, days.instants(terms.zone))
    objectives = tuple(
        _objective(
            terms, objective, [one for one in measured if one.objective is objective], settled, k
        )
        for objective, _ in runs
    )
    told = assumed(terms, past, days, charged, len(replayed))
    return Backtest(terms.digest, data, days, terms.currency, objectives, charged, told)


def _in_slices(terms: AgreementTerms, past: Past) -> Past:
    """Cut outages into slices once, and not again for each period."""
    told = {}
    for name, one in past.told.items():
        promised = terms.objective(name)
        method = None if promised is None else promised.measured
        told[name] = one
        if isinstance(method, TimeSlices) and isinstance(one.records, Outages):
            # A slice that begins on the last day may end on the next.
            around = Days(one.days.first - _ONE_DAY, one.days.end + _ONE_DAY)
            near = Spans.over(around.instants(terms.zone))
            records = Outages(one.records.down & near, one.records.recorded & near)
            told[name] = Told(checks_of(records, method.slice.elapsed), one.days)
    return Past(told, past.excuses)


def _refuse_too_much(objective: Objective, days: Days, periods: int) -> None:
    """Keep what is worked out at once within bounds, whatever the figures claim to speak for."""
    if days.count > MOST_DAYS:
        raise NothingToReplay(f"a back-test goes over at most {MOST_DAYS} days at once")
    if periods > MOST_PERIODS:
        raise NothingToReplay(f"a back-test goes through at most {MOST_PERIODS} periods at once")
    method = objective.measured
    if isinstance(method, TimeSlices):
        slices = days.count * MICROSECONDS_PER_DAY // method.slice.elapsed
        if slices > MOST_SLICES:
            raise NothingToReplay(f"a back-test goes through at most {MOST_SLICES} slices at once")


def _runs(terms: AgreementTerms, past: Past) -> list[tuple[Objective, tuple[Days, ...]]]:
    unknown = sorted(name for name in past.told if terms.objective(name) is None)
    if unknown:
        raise NothingToReplay(f"the terms have no objective {', '.join(unknown)}")
    found: list[tuple[Objective, tuple[Days, ...]]] = []
    for objective in terms.objectives:
        told = past.told.get(objective.id)
        if told is None:
            continue
        _refuse_too_much(objective, told.days, 0)
        periods = whole_periods(objective, told.days)
        if not periods:
            raise NothingToReplay(
                f"no whole {objective.period} of {objective.id} lies in "
                f"{told.days.first} to {told.days.last}"
            )
        found.append((objective, periods))
        _refuse_too_much(objective, told.days, sum(len(each) for _, each in found))
    if not found:
        raise NothingToReplay("nothing is on record of any objective")
    return found


def _measure(replayed: Replayed, objective: Objective, days: Days, past: Past) -> _Measured:
    terms, told = replayed.version.terms, past.told[objective.id]
    period = days.instants(terms.zone)
    # What became of a case after its period is on record too: look from the end of the past.
    observed = Observed(told.records, past.excuses, midnight(told.days.end, terms.zone))
    found = attainment(terms, objective, period, observed)
    free = uncharged(terms, objective, period, observed)
    return _Measured(objective, days, found, MeasuredPart(replayed.version, found, _CITES, free))


Settled = Mapping[tuple[str, Days], ObjectiveSettled]


def _settle(
    measured: Sequence[_Measured], replayed: tuple[Replayed, ...], charges: Charges
) -> Settled:
    """Settle period by period, in the order in which they end; earlier credits fill the caps."""
    together: dict[Days, list[_Measured]] = defaultdict(list)
    for one in measured:
        together[one.days].append(one)
    credited: list[Credited] = []
    found: dict[tuple[str, Days], ObjectiveSettled] = {}
    for days in sorted(together, key=lambda days: (days.end, days.first)):
        group = together[days]
        judged = tuple(Judged(one.objective.id, (one.part,)) for one in group)
        key, term = key_of(group[0].objective, days), term_at(replayed, days).term
        case = Case("back-test", key, days, judged, charges, term, tuple(credited))
        for priced in settle(case).objectives:
            found[priced.objective, days] = priced
            if priced.credit.amount:
                credited.append(Credited(priced.objective, days, priced.credit.amount))
    return found


def _objective(
    terms: AgreementTerms,
    objective: Objective,
    measured: Sequence[_Measured],
    settled: Settled,
    k: int | None,
) -> ObjectiveReplayed:
    rights = _rights(
        terms, objective, [(one.days, settled[objective.id, one.days]) for one in measured]
    )
    periods = tuple(
        PeriodReplayed(one.days, one.found.reached, settled[objective.id, one.days], right)
        for one, right in zip(measured, rights, strict=True)
    )
    return ObjectiveReplayed(
        objective, periods, _bests(objective, measured, k), composed(terms, objective)
    )


def _rights(
    terms: AgreementTerms, objective: Objective, settled: Sequence[tuple[Days, ObjectiveSettled]]
) -> list[RightOpened | None]:
    """Return the right as it stands after each period; the client notified every miss in time."""
    results = [
        PeriodResult(days, one.missed, days.instants(terms.zone).ends - _MOMENT)
        for days, one in settled
    ]
    return [right_opened(terms, objective, results[: end + 1]) for end in range(len(results))]


def _bests(objective: Objective, measured: Sequence[_Measured], k: int | None) -> tuple[Best, ...]:
    found = []
    for place, target in enumerate(objective.targets):
        results = [one.found.reached[place].measurement for one in measured]
        often = k if k is not None else max(sum(map(counted, results)), 1)
        found.append(best_met(results, often, more_is_better=target.more_is_better))
    return tuple(found)


def composed(terms: AgreementTerms, objective: Objective) -> Composed | None:
    """Return what an objective's dependencies allow, None where it rests on none or is no share."""
    promised = [magnitude(one.bound) for one in objective.targets if one.more_is_better]
    if not objective.rests_on or not promised or objective.measured.scale is not Scale.PERCENT:
        return None
    each = tuple((str(one), promise_of(one, terms) * _FULL) for one in objective.rests_on)
    return Composed(best_promise(objective.rests_on, terms) * _FULL, Fraction(max(promised)), each)
