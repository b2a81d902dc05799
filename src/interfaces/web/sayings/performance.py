"""Facts of measured performance and of exclusions."""

from __future__ import annotations

from typing import assert_never

from domain.exclusions import facts as exclusion
from domain.exclusions.facts import ExclusionFact
from domain.performance import facts as performance
from domain.performance.facts import MeasurementFact, PerformanceFact, Result
from interfaces.web.sayings.voice import (
    Saying,
    Voice,
    because,
    came,
    did,
    listed,
    many,
    on,
    quoted,
    when,
    words,
)


def of_measurements(fact: MeasurementFact, voice: Voice) -> Saying:
    """Say which figures came in."""
    del voice
    handed = f"{many(fact.rows, 'row')} of {words(fact.shape)} from {quoted(fact.source)}"
    return did(f"handed in {handed} for {when(fact.starts)} to {when(fact.ends)}.")


def of_performance(fact: PerformanceFact, voice: Voice) -> Saying:
    """Say what a period came to."""
    del voice
    match fact:
        case performance.PeriodReported(period=period, note=note):
            said = f": {quoted(note)}" if note else "."
            return did(f"reported that the figures of the period from {on(period)} are whole{said}")
        case performance.ResultEstablished(result=result):
            return came(f"The period from {on(result.period)} was closed: {_came_to(result)}.")
        case performance.ResultRestated(result=result, because=why):
            return came(
                f"The result of the period from {on(result.period)} was restated"
                f"{because(why)}: {_came_to(result)}."
            )
        case performance.ThresholdReached(period=period, percent=percent, used=used):
            budget = f"{percent} % of what a target allows is used up ({used})"
            return came(f"In the period from {on(period)} {budget}.")
        case performance.PeriodSetAside(period=period, because=why):
            return came(f"The period from {on(period)} was set aside{because(why)}.")
        case performance.PeriodTakenUp(period=period):
            return came(f"The period from {on(period)} was taken up again.")
        case _:
            assert_never(fact)


def of_exclusions(fact: ExclusionFact, voice: Voice) -> Saying:
    """Say what was asked not to count, and what came of it."""
    del voice
    match fact:
        case exclusion.ExclusionRequested(exclusion=name, starts=starts, ends=ends, because=why):
            span = f"{when(starts)} to {when(ends)}"
            itself = ", which needs nobody's consent" if fact.granted_by_itself else ""
            asked = f"asked that {span} not count, as {quoted(name)}"
            return did(f"{asked}{because(why)}{itself}.")
        case exclusion.ExclusionGranted():
            return did("agreed that the time does not count.")
        case exclusion.ExclusionRefused(because=why):
            return did(f"did not agree, so the time counts{because(why)}.")
        case exclusion.ExclusionWithdrawn():
            return did("took the request back, so the time counts.")
        case _:
            assert_never(fact)


def _came_to(result: Result) -> str:
    targets = [target for part in result.parts for target in part.targets]
    missed = tuple(f"{one.shown} against {one.bound}" for one in targets if one.met is False)
    met = f"{many(len(targets), 'target')}, {len(missed)} missed"
    return f"{met}: {listed(missed)}" if missed else met
