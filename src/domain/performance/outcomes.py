"""Results as they are put on record: exact for machines, honest for people.

``value`` is a fraction in lowest terms (``1999/20``). One longer than a line is written as a
decimal of 30 places after the word *about*, rounded towards the worse: it lies on the same side of
the target as the exact one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from domain.attainment.attainment import Attainment, Reached
from domain.attainment.result import Measurement, Unit, Working
from domain.performance.facts import Line, PartResult, TargetResult
from domain.settlement.governing import Governed
from domain.terms.figures import decimal, elapsed
from domain.terms.measurement import Scale, WhenEmpty
from domain.terms.objective import Objective, Target
from domain.terms.part import magnitude, written

LONGEST: Final = 80
"""How long an exact fraction may be, in characters."""
PLACES: Final = 30
FEWEST_PLACES: Final = 3
ABOUT: Final = "about "


def value_text(value: Fraction, *, more_is_better: bool) -> str:
    """Write a value exactly, or as a decimal that says that it is one."""
    exact = str(value)
    if len(exact) <= LONGEST:
        return exact
    scaled = value * 10**PLACES
    whole = scaled.__floor__() if more_is_better else scaled.__ceil__()
    return f"{ABOUT}{_written(whole, PLACES)}"


def _written(scaled: int, places: int) -> str:
    """Write a whole number of the smallest places; no arithmetic context rounds it."""
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole}.{rest:0{places}d}"


def read_value(text: str) -> Fraction:
    """Read a value back."""
    return Fraction(text.removeprefix(ABOUT))


def shown(reached: Reached, objective: Objective) -> str:
    """Write a result for people; a miss never reads as if it had met its target."""
    measurement = reached.measurement
    if measurement.worst:
        return "worse than any value"
    if measurement.value is None:
        return "nothing to measure"
    if objective.measured.scale is Scale.TIME:
        return elapsed(measurement.value)
    text = _rounded(measurement.value, reached.target, met=reached.met)
    unit = getattr(objective.measured, "unit", "")
    return f"{text} %" if objective.measured.scale is Scale.PERCENT else f"{text} {unit}".rstrip()


def _rounded(value: Fraction, target: Target, *, met: bool | None) -> str:
    """Round half to even, to as many places as it takes not to touch a target that was missed."""
    bound = magnitude(target.bound)
    places = max(FEWEST_PLACES, _places(target))
    while True:
        near = round(value, places)
        if met is not False or near != bound or places >= PLACES:
            break
        places += 1
    if near == value:
        return decimal(value)
    return _written(int(near * 10**places), places)


def _places(target: Target) -> int:
    _, _, digits = written(target.bound).partition(".")
    return len(digits)


def target_result(reached: Reached, objective: Objective) -> TargetResult:
    """Return what one target came to, as it is put on record."""
    target, found = reached.target, reached.measurement
    sign = "at least" if target.more_is_better else "at most"
    value = (
        None
        if found.value is None
        else value_text(found.value, more_is_better=target.more_is_better)
    )
    return TargetResult(
        target.window,
        target.severity,
        f"{sign} {written(target.bound)}",
        value,
        shown(reached, objective),
        reached.met,
        found.pending,
        tuple(Line(one.says, one.amount, one.unit) for one in found.working),
    )


def part_result(part: Governed, found: Attainment) -> PartResult:
    """Return what a part of a period came to, as it is put on record."""
    objective = _objective(part, found.objective)
    terms = part.version.terms
    return PartResult(
        part.version.number,
        terms.digest,
        part.period.starts,
        part.period.ends,
        tuple(target_result(one, objective) for one in found.reached),
    )


def by_rule(part: Governed, objective: str, *, met: bool) -> PartResult:
    """Return what a part counts as that was never reported."""
    promised = _objective(part, objective)
    rule = "met" if met else "missed"
    sheet = tuple(
        TargetResult(
            target.window,
            target.severity,
            f"at {'least' if target.more_is_better else 'most'} {written(target.bound)}",
            None,
            f"not reported: counts as {rule}",
            met,
            0,
            (),
        )
        for target in promised.targets
    )
    version, period = part.version, part.period
    return PartResult(version.number, version.terms.digest, period.starts, period.ends, sheet)


def attained(part: Governed, objective: str, result: PartResult) -> Attainment:
    """Return the attainment that a part of a result on record stands for.

    Exact wherever the value on record is. Raises KeyError for terms without the objective.
    """
    promised = _objective(part, objective)
    reached = tuple(
        Reached(target, _measured(one), one.met)
        for target, one in zip(promised.targets, result.targets, strict=True)
    )
    return Attainment(objective, part.period, reached)


_UNITS: Final[dict[str, Unit]] = {
    "µs": "µs",
    "slices": "slices",
    "events": "events",
    "intervals": "intervals",
    "cases": "cases",
    "units": "units",
}


def _measured(one: TargetResult) -> Measurement:
    working = tuple(Working(line.says, line.amount, _UNITS[line.unit]) for line in one.working)
    if one.value is not None:
        return Measurement(read_value(one.value), working, pending=one.pending)
    if one.met is False:
        return Measurement(None, working, worst=True, pending=one.pending)
    empty: WhenEmpty = "counts as met" if one.met else "not judged"
    return Measurement(None, working, empty=empty, pending=one.pending)


def _objective(part: Governed, objective: str) -> Objective:
    found = part.version.terms.objective(objective)
    if found is None:
        raise KeyError(f"version {part.version.number} has no objective {objective}")
    return found
