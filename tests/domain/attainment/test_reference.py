"""Attainment against a slow, obvious reference, on random calendars, outages and exclusions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from agreements import simple_terms
from attainments import checks
from domain.attainment.attainment import Observed, attainment
from domain.attainment.excused import Excuse
from domain.attainment.records import Outages
from domain.attainment.spans import Spans, micros
from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import ServiceHours
from domain.values.periods import Period

STEP = timedelta(minutes=5)
ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC")
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Story:
    """What happened, on a grid of five minutes: outages, gaps in the record, excuses."""

    terms: AgreementTerms
    period: Period
    down: tuple[Stretch, ...]
    unrecorded: tuple[Stretch, ...]
    excused: tuple[Stretch, ...]


@st.composite
def stories(draw: st.DrawFn, by: Literal["elapsed time", "time slices"]) -> Story:
    zone = draw(st.sampled_from(ZONES))
    # Around a change of the clock in each of these zones, or anywhere
    day = draw(st.sampled_from([(3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31), (6, 10)]))
    starts = datetime(2026, *day, tzinfo=UTC) + draw(st.integers(0, 24)) * timedelta(hours=1)
    period = Period(starts, starts + draw(st.integers(1, 3)) * timedelta(days=1))
    opens, closes = sorted(draw(st.sets(st.integers(0, 23), min_size=2, max_size=2)))
    missing = draw(
        st.sampled_from(["counts as down", "counts as up", "left out", "last known state holds"])
    )
    method: dict[str, Any] = {"by": by, "missing": missing}
    if by == "time slices":
        method["slice"] = "PT5M"
    if draw(st.booleans()):
        method["shortest_outage"] = draw(st.sampled_from(["PT10M", "PT25M"]))
    objective = {
        "id": "availability",
        "indicator": "availability",
        "measured": method,
        "period": "calendar month",
        "targets": [
            {"window": "hours", "at_least": "99.5"},
            {"window": "otherwise", "at_least": "97"},
        ],
    }
    terms = simple_terms(
        objectives=[objective],
        calendars=[
            {"id": "hours", "zone": zone, "open": [f"Mon-Sun {opens:02d}:00-{closes:02d}:00"]}
        ],
        exclusions=[
            {
                "id": "agreed",
                "reason": "agreed",
                "kind": "other",
                "counts_as": draw(st.sampled_from(["left out", "up"])),
            }
        ],
    )
    return Story(terms, period, *(_stretches(draw, period) for _ in range(3)))


def _stretches(draw: st.DrawFn, period: Period) -> tuple[Stretch, ...]:
    steps = int((period.ends - period.starts) / STEP)
    pairs = st.tuples(st.integers(-5, steps), st.integers(1, 30))
    return tuple(
        (period.starts + begin * STEP, period.starts + (begin + length) * STEP)
        for begin, length in draw(st.lists(pairs, max_size=5))
    )


def _holds(stretches: tuple[Stretch, ...], at: datetime) -> bool:
    return any(begin <= at < end for begin, end in stretches)


def slow(story: Story) -> dict[str, Fraction | None]:
    """Walk from five minutes to five minutes, and ask of each what everybody would ask."""
    objective = story.terms.objectives[0]
    method: Any = objective.measured
    steps = []
    at = story.period.starts - 10 * STEP
    while at < story.period.ends + 40 * STEP:
        steps.append(at)
        at += STEP
    down = [_holds(story.down, at) for at in steps]
    recorded = [is_down or not _gap(story, at) for at, is_down in zip(steps, down, strict=True)]
    if method.shortest_outage is not None:
        down = _without_short(down, method.shortest_outage.elapsed // (300 * 1_000_000))
    tally = {"hours": [0, 0], "otherwise": [0, 0]}
    last = False
    for at, is_down, known in zip(steps, down, recorded, strict=True):
        if known:
            last = _holds(story.down, at)
        if at not in story.period:
            continue
        counted, bad = True, is_down and known
        if not known:
            bad = method.missing == "counts as down"
            bad = bad or (method.missing == "last known state holds" and last)
            counted = method.missing != "left out"
        if _holds(story.excused, at):
            bad = False
            counted = story.terms.exclusions[0].counts_as == "up"
        window = tally["hours" if _open(story.terms, at) else "otherwise"]
        window[0] += counted
        window[1] += bad and counted
    return {
        name: Fraction(100 * (of - bad), of) if of else None for name, (of, bad) in tally.items()
    }


def _gap(story: Story, at: datetime) -> bool:
    return _holds(story.unrecorded, at) or at not in story.period


def _without_short(down: list[bool], least: int) -> list[bool]:
    kept, begin = list(down), 0
    while begin < len(down):
        end = begin
        while end < len(down) and down[end] == down[begin]:
            end += 1
        if down[begin] and end - begin < least:
            kept[begin:end] = [False] * (end - begin)
        begin = end
    return kept


def _open(terms: AgreementTerms, at: datetime) -> bool:
    hours = terms.calendar("hours")
    assert isinstance(hours, ServiceHours)
    shown = at.astimezone(ZoneInfo(hours.zone))
    minute = shown.hour * 60 + shown.minute
    return any(
        day == shown.weekday() and opens <= minute < closes
        for day, opens, closes in hours.stretches()
    )


def _excuses(story: Story) -> tuple[Excuse, ...]:
    return tuple(
        Excuse("agreed", micros(begin), micros(end), granted=True) for begin, end in story.excused
    )


def _spans(stretches: tuple[Stretch, ...]) -> Spans:
    return Spans.of((micros(begin), micros(end)) for begin, end in stretches)


def _fast(story: Story, observed: Observed) -> dict[str, Fraction | None]:
    found = attainment(story.terms, story.terms.objectives[0], story.period, observed)
    return {one.target.window: one.measurement.value for one in found.reached}


@settings(max_examples=150, deadline=None)
@given(stories("elapsed time"))
def test_time_up_equals_the_slow_reference(story: Story) -> None:
    recorded = Spans.over(story.period) - _spans(story.unrecorded)
    observed = Observed(Outages(_spans(story.down), recorded), _excuses(story))
    assert _fast(story, observed) == slow(story)


@settings(max_examples=150, deadline=None)
@given(stories("time slices"))
def test_slices_up_equal_the_slow_reference(story: Story) -> None:
    made = []
    at = story.period.starts - 10 * STEP
    while at < story.period.ends + 40 * STEP:
        if _holds(story.down, at) or not _gap(story, at):
            made.append((micros(at), 1, int(_holds(story.down, at))))
        at += STEP
    observed = Observed(checks(*made), _excuses(story))
    assert _fast(story, observed) == slow(story)
