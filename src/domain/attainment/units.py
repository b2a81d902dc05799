"""Figures in units of the parties' own: a share, a sum, a mean, an extreme, the last one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

import numpy as np

from domain.attainment.excused import Excused
from domain.attainment.records import Reading
from domain.attainment.result import Measurement, Working, nothing
from domain.terms.measurement import CustomUnit


def custom_unit(
    method: CustomUnit, readings: Sequence[Reading], reasons: Sequence[Excused]
) -> Measurement:
    """Measure readings; one that is not there counts by the agreed rule.

    A missing reading that counts as missed makes every figure but a share worse than any value; in
    a share its units are not good ones. One that counts as met is left out of all but a share,
    where its units are good. Readings in excused time are left out.
    """
    left = list(readings)
    working = [Working("in the window", len(left), "units")]
    for reason in reasons:
        at = np.array([reading.at for reading in left], dtype=np.int64)
        out = reason.spans.covers(at)
        working.append(Working(f"left out: {reason.exclusion}", int(out.sum()), "units"))
        left = [one for one, gone in zip(left, out.tolist(), strict=True) if not gone]
    gone = sum(reading.value is None for reading in left)
    lines = (
        *working,
        Working("not there", gone, "units"),
        Working(
            "counted", len(left) if method.missing != "left out" else len(left) - gone, "units"
        ),
    )
    if method.take == "share":
        return _share(method, left, lines)
    if gone and method.missing == "counts as missed":
        return Measurement(None, lines, worst=True)
    known = sorted(
        ((one.at, one.value) for one in left if one.value is not None), key=lambda one: one[0]
    )
    if not known:
        met = gone and method.missing == "counts as met"
        return nothing("counts as met" if met else method.when_empty, lines)
    return Measurement(_taken(method, [value for _, value in known]), lines)


def _taken(method: CustomUnit, values: Sequence[Fraction]) -> Fraction:
    match method.take:
        case "sum" | "share":
            return sum(values, Fraction(0))
        case "mean":
            return sum(values, Fraction(0)) / len(values)
        case "lowest":
            return min(values)
        case "highest":
            return max(values)
        case "last":
            return values[-1]
        case _:
            assert_never(method.take)


def _share(
    method: CustomUnit, readings: Sequence[Reading], lines: tuple[Working, ...]
) -> Measurement:
    good = of = Fraction(0)
    for reading in readings:
        units = reading.of if reading.of is not None else Fraction(1)
        if reading.value is not None:
            good, of = good + reading.value, of + units
        elif method.missing != "left out":
            of += units
            good += units if method.missing == "counts as met" else 0
    return Measurement(100 * good / of, lines) if of else nothing(method.when_empty, lines)
