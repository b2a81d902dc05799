"""Rights to end a contract for repeated misses: opened, open until an instant, lapsed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from domain.contract.facts import (
    ContractFact,
    Ground,
    TerminationRightLapsed,
    TerminationRightOpened,
)
from domain.contract.standing import Right, Standing
from domain.decider import Refused


def right_to(standing: Standing, objective: str) -> Right | None:
    """Return the right that misses of an objective gave, the one that can be used longest."""
    return next((one for one in standing.rights if one.objective == objective), None)


def open_right(standing: Standing, opened: TerminationRightOpened) -> list[ContractFact]:
    """Open a right, or keep it open for longer: further misses do not take a right away."""
    known = right_to(standing, opened.objective)
    return [opened] if known is None or _reaches_further(opened, known) else []


def _reaches_further(opened: TerminationRightOpened, known: Right) -> bool:
    if known.until is None:
        return False
    return opened.until is None or opened.until > known.until


def lapse_right(standing: Standing, objective: str, now: datetime) -> list[ContractFact]:
    """Record that a right was not used in time; one that is being used does not lapse."""
    right = right_to(standing, objective)
    if right is not None and right.lapsed:
        return []
    due = lapses_at(standing, right)
    if right is None or due is None or now < due:
        raise Refused("not-due", f"no right from missing {objective} has run out")
    return [TerminationRightLapsed(objective, due)]


def lapses_at(standing: Standing, right: Right | None) -> datetime | None:
    """Return the instant from which a right is too late to use; None: it does not run out now."""
    ending = standing.ending
    used = ending is not None and ending.ground is Ground.CHRONIC_FAILURE
    return None if right is None or right.lapsed or used else right.until


def refuse_if_lapsed(standing: Standing, now: datetime) -> None:
    """Raise Refused when there was a right and its time is over, whether or not on record yet."""
    rights = standing.rights
    if not rights or any(one.until is None or now < one.until for one in rights):
        return
    told = "; ".join(f"{one.because}, to be used before {_written(one.until)}" for one in rights)
    raise Refused("termination-right-lapsed", f"the right to end this is over: {told}")


def _written(until: datetime | None) -> str:
    return "" if until is None else f"{until:%Y-%m-%dT%H:%M:%SZ}"


def with_right(standing: Standing, fact: TerminationRightOpened) -> Standing:
    """Return how a contract stands once a right is open, in the place of an earlier one."""
    others = tuple(one for one in standing.rights if one.objective != fact.objective)
    opened = Right(fact.objective, fact.because, fact.until)
    return replace(standing, rights=(*others, opened))


def without_right(standing: Standing, fact: TerminationRightLapsed) -> Standing:
    """Return how a contract stands once a right has lapsed; that there was one stays known."""
    rights = tuple(
        replace(one, lapsed=True) if one.objective == fact.objective else one
        for one in standing.rights
    )
    return replace(standing, rights=rights)
