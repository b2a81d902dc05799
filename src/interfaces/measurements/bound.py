"""Which query the terms bind an objective to, from when until when: amendments change it.

Figures of a time are judged by the terms that govern it, so they are asked for with the query of
those, however late that is done. An amendment that waits for the next period waits here as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.attainment.spans import instant, micros
from domain.performance.periods import running_period
from domain.settlement.governing import Version
from domain.terms.objective import Objective
from interfaces.measurements.pulled import NotBound, Pull, pull_of


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when until before when (UTC) an objective is asked for in one way."""

    promised: Objective
    starts: datetime
    ends: datetime

    @property
    def pull(self) -> Pull | None:
        """What is asked for; None where the terms bind it to no query."""
        return _asked(self.promised)


def stretches(
    versions: Sequence[Version],
    objective: str,
    ends: datetime | None,
    starts: datetime,
    until: datetime,
) -> list[Stretch]:
    """Return how an objective is asked for over a range, in order; none where it is not promised.

    ``ends`` is when the contract ends, as far as is known. A step that an amendment falls into is
    asked for as it began.
    """
    ever = [version.terms.objective(objective) for version in versions]
    promised = [one for one in ever if one is not None]
    if promised and len(promised) == len(ever) and not _changes(promised):
        begins = max(starts, min(version.since for version in versions))
        return [Stretch(promised[-1], begins, until)] if begins < until else []
    found: list[Stretch] = []
    for one in _governed(versions, objective, ends, starts, until):
        alike = found and not _changes([found[-1].promised, one.promised])
        if alike and found[-1].ends >= one.starts:
            found[-1] = replace(found[-1], promised=one.promised, ends=one.ends)
            continue
        if found and found[-1].ends == one.starts:
            found[-1] = replace(found[-1], ends=min(_whole(found[-1]), until))
        begins = max(one.starts, found[-1].ends) if found else one.starts
        if begins < one.ends:
            found.append(replace(one, starts=begins))
    return found


def _governed(
    versions: Sequence[Version],
    objective: str,
    ends: datetime | None,
    starts: datetime,
    until: datetime,
) -> Iterator[Stretch]:
    """Yield the range period by period, each in its parts by the version that governs them."""
    at = starts
    while at < until:
        period = running_period(versions, objective, ends, at)
        parts = () if period is None else period.parts
        part = next((one for one in parts if at in one.period), None)
        promised = None if part is None else part.version.terms.objective(objective)
        if part is None or promised is None:
            later = [one.since for one in versions if one.since > at]
            at = min([*later, until])
            continue
        # A rolling period is the one that ends that day.
        after = min(part.period.ends, until)
        yield Stretch(promised, at, after)
        at = after


def _changes(promised: Sequence[Objective]) -> bool:
    """Tell whether it is not always asked for in the same way."""
    first, *others = ((one.measured.by, _asked(one)) for one in promised)
    return any(one != first for one in others)


def _asked(promised: Objective) -> Pull | None:
    try:
        return pull_of(promised)
    except NotBound:
        return None


def _whole(one: Stretch) -> datetime:
    """Return when the step ends that a stretch ends in."""
    step = 1 if one.pull is None else one.pull.step
    return instant(-(-micros(one.ends) // step) * step)
