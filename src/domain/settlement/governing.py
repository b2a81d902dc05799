"""Which version governs when, and over which runs of days an objective is judged.

An amendment in mid-period splits the period at its instant, or waits for the next period: its own
terms say which. A later version replaces an earlier one from its own first instant on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.values.periods import Days, Period


@dataclass(frozen=True, slots=True)
class Version:
    """A signed version of a contract: its number, its terms, and the instant it governs from."""

    number: int
    terms: AgreementTerms
    since: datetime


@dataclass(frozen=True, slots=True)
class Governed:
    """A stretch of time in which one version governs."""

    version: Version
    period: Period


def governed(versions: Iterable[Version], period: Period) -> tuple[Governed, ...]:
    """Return the stretches of a period by governing version, in order; none touches its like.

    At an instant the greatest version that governs by then does. Time before the first is in none.
    """
    known = list(versions)
    edges = {version.since for version in known if version.since in period}
    edges |= {period.starts, period.ends}
    found: list[Governed] = []
    for starts, ends in pairwise(sorted(edges)):
        begun = [version for version in known if version.since <= starts]
        if not begun:
            continue
        version = max(begun, key=lambda one: one.number)
        if found and found[-1].version.number == version.number:
            found[-1] = Governed(version, Period(found[-1].period.starts, ends))
        else:
            found.append(Governed(version, Period(starts, ends)))
    return tuple(found)


def parts_of(
    versions: Sequence[Version], objective: str, days: Days, zone: str
) -> tuple[Governed, ...]:
    """Return the parts of a judged period, each to be measured and priced by its own version.

    A version that waits for the next period governs none of this one unless it begins with it. A
    version without the objective measures nothing of it.
    """
    period = days.instants(zone)
    in_time = [version for version in versions if not _waits(version, period)]
    parts = governed(in_time, period)
    return tuple(part for part in parts if part.version.terms.objective(objective) is not None)


def _waits(version: Version, period: Period) -> bool:
    waits = version.terms.amended_in_mid_period == "waits for the next period"
    return waits and version.number > 1 and period.starts < version.since < period.ends


def judged_periods(
    objective: Objective, begins: date, ends: date | None, until: date
) -> tuple[Days, ...]:
    """Return the runs of days an objective is judged over that have ended by ``until``.

    ``begins`` is the first day in force, ``ends`` the day after the last (None: no end is known),
    ``until`` the day after the last that is over. What the agreement covers only a part of counts
    as agreed: as it is, joined to its neighbour, or not at all. With nothing to join it to, it
    stands as it is. A rolling stretch that reaches before the first day is joined to nothing: the
    first whole one holds it.
    """
    rule, partial = objective.period, objective.partial_periods
    over = Days(begins, until if ends is None else ends)
    if over.first >= over.end:
        return ()
    whole = list(rule.over(over))
    runs = [Days(max(one.first, begins), one.end) for one in whole]
    if ends is not None:
        runs[-1] = Days(runs[-1].first, min(runs[-1].end, ends))
    if rule.kind == "rolling":
        if partial.first != "as it is":
            runs = [run for run in runs if run.count == rule.days]
        return tuple(run for run in runs if run.end <= until)
    first_is_cut = whole[0].first < begins
    last_is_cut = ends is not None and whole[-1].end > ends
    if last_is_cut and len(runs) > 1:
        runs = _last(runs, partial.last)
    elif last_is_cut and partial.last == "not judged":
        runs = []
    if first_is_cut and len(runs) > 1:
        runs = _first(runs, partial.first)
    elif first_is_cut and partial.first == "not judged":
        runs = []
    return tuple(run for run in runs if run.end <= until)


def _first(runs: list[Days], rule: str) -> list[Days]:
    match rule:
        case "joined to the next":
            return [Days(runs[0].first, runs[1].end), *runs[2:]]
        case "not judged":
            return runs[1:]
        case _:
            return runs


def _last(runs: list[Days], rule: str) -> list[Days]:
    match rule:
        case "joined to the one before":
            return [*runs[:-2], Days(runs[-2].first, runs[-1].end)]
        case "not judged":
            return runs[:-1]
        case _:
            return runs
