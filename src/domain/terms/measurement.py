"""How an objective is measured: one small type for each method the trade uses.

Each says what its result is: a percentage, a length of time, or a number of its own unit.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.terms.deadline import Limit
from domain.terms.part import ALWAYS, Id, Line, Part
from domain.terms.query import ErrorQuery, HistogramQuery, ReadingQuery, ShareQuery, UpQuery
from domain.values.durations import Interval
from domain.values.exact import Percentage


class Scale(StrEnum):
    """What kind of figure a method results in."""

    PERCENT = "percent"
    TIME = "time"
    NUMBER = "number"


MissingTime = Literal["counts as down", "counts as up", "left out", "last known state holds"]
MissingCases = Literal["counts as missed", "counts as met", "left out"]
WhenEmpty = Literal["counts as met", "counts as missed", "not judged"]


class Method(Part):
    """What all methods share."""

    source: Line | None = None
    """Where the figures come from: a monitor, a log, a ticket system."""
    by_whom: Literal["provider", "client", "both", "third party"] | None = None
    """Who measures."""


class ElapsedTime(Method):
    """Time up as a share of the time agreed, to the microsecond, from outages with both ends."""

    by: Literal["elapsed time"]
    missing: MissingTime
    """How time for which there is no record counts."""
    shortest_outage: Interval | None = None
    """An outage shorter than this is not one."""
    query: UpQuery | None = None
    """Where Prometheus has the figures."""

    @property
    def scale(self) -> Scale:
        """Result in percent of time."""
        return Scale.PERCENT


class TimeSlices(Method):
    """Slices of equal length that were up, as a share of the slices agreed."""

    by: Literal["time slices"]
    slice: Interval
    """How long a slice is; slices are counted from midnight UTC, and belong to the window they
    begin in."""
    missing: MissingTime
    """How a slice without any check counts."""
    down_above: Percentage | None = None
    """A slice is down when more than this percentage of its checks failed; without it, when any
    check failed."""
    shortest_outage: Interval | None = None
    """Slices down in a row for less than this are not an outage."""
    query: UpQuery | None = None
    """Where Prometheus has the figures."""

    @property
    def scale(self) -> Scale:
        """Result in percent of slices."""
        return Scale.PERCENT


class EventRatio(Method):
    """Good events as a share of all events."""

    by: Literal["event ratio"]
    good: Line
    """Which events are good."""
    of: Line
    """Which events count at all."""
    missing: MissingCases = "left out"
    """How an event with no outcome on record counts."""
    when_empty: WhenEmpty = "counts as met"
    """How a period without any event counts."""
    query: ShareQuery | None = None
    """Where Prometheus has the figures."""

    @property
    def scale(self) -> Scale:
        """Result in percent of events."""
        return Scale.PERCENT


class IntervalRates(Method):
    """100 % minus the mean of the error rates of all intervals, each interval weighing the same."""

    by: Literal["mean of interval rates"]
    interval: Interval
    """How long an interval is."""
    rate: Line
    """Which errors over which requests."""
    missing: MissingTime
    """How an interval without any record counts."""
    empty_intervals: Literal["count as good", "left out"] = "count as good"
    """How an interval with a record, but no request, counts."""
    query: ErrorQuery | None = None
    """Where Prometheus has the figures."""

    @property
    def scale(self) -> Scale:
        """Result in percent."""
        return Scale.PERCENT


class Percentile(Method):
    """The value that the given percentage of cases stays at or under."""

    by: Literal["percentile"]
    percentile: Percentage
    """Which one: 90 for the 90th."""
    of: Line
    """What is timed or counted."""
    unit: Line
    """The unit of the result; ``time`` when targets are durations."""
    rule: Literal["nearest rank", "linear"] = "nearest rank"
    """How it is read between two cases: the next case itself, or in proportion."""
    missing: MissingCases = "left out"
    """How a case with no value on record counts; missed is worse than any value."""
    when_empty: WhenEmpty = "counts as met"
    """How a period without any case counts."""
    query: HistogramQuery | None = None
    """Where Prometheus has the figures."""

    @property
    def scale(self) -> Scale:
        """Result in the unit, or as a length of time."""
        return Scale.TIME if self.unit == "time" else Scale.NUMBER


class HandlingTime(Method):
    """How long cases took to be answered or resolved, on a clock that runs in service hours."""

    by: Literal["response time", "resolution time"]
    of: Line
    """Which cases."""
    hours: Id = ALWAYS
    """The service hours in which the clock runs; a support level's own hours go first."""
    stopped_while: tuple[Line, ...] = ()
    """While this is so, the clock stands still: the other side is awaited."""
    answered_by: Literal["a person", "anything"] | None = None
    """What counts as a response; an automated reply is anything."""
    take: Literal["every case", "mean", "percentile", "share in time"]
    """What is compared with the target: the slowest case, the mean, a percentile, or the
    percentage of cases within the limit of their support level."""
    percentile: Percentage | None = None
    """Which one, when a percentile is taken."""
    missing: MissingCases = "counts as missed"
    """How a case that has no answer on record counts."""
    when_empty: WhenEmpty = "counts as met"
    """How a period without any case counts."""
    query: ShareQuery | None = None
    """Where Prometheus has the figures."""

    @model_validator(mode="after")
    def _percentile_where_taken(self) -> Self:
        if (self.take == "percentile") != (self.percentile is not None):
            raise ValueError("percentile is given exactly when take is percentile")
        if self.query is not None and self.take != "share in time":
            raise ValueError("a query says a share: it goes with take: share in time only")
        return self

    @property
    def scale(self) -> Scale:
        """Result as a length of time, or in percent of cases."""
        return Scale.PERCENT if self.take == "share in time" else Scale.TIME


class ShareWithin(Method):
    """The share of cases that stayed within a limit; on the limit is within it."""

    by: Literal["share within a limit"]
    of: Line
    """Which cases."""
    limit: Limit
    """What a case must stay within."""
    hours: Id = ALWAYS
    """The service hours in which the clock runs."""
    stopped_while: tuple[Line, ...] = ()
    """While this is so, the clock stands still: the other side is awaited."""
    answered_by: Literal["a person", "anything"] | None = None
    """Where the case ends with an answer: what counts as one."""
    belongs_to: Literal["period it began in", "period it ended in", "period it was due in"] = (
        "period it began in"
    )
    """Which period a case counts in."""
    missing: MissingCases = "counts as missed"
    """How a case that has no end on record counts."""
    when_empty: WhenEmpty = "counts as met"
    """How a period without any case counts."""
    query: ShareQuery | None = None
    """Where Prometheus has the figures."""

    @property
    def scale(self) -> Scale:
        """Result in percent of cases."""
        return Scale.PERCENT


class CustomUnit(Method):
    """A figure in a unit of the parties' own."""

    by: Literal["custom unit"]
    unit: Line
    """The unit, such as vehicle-days."""
    reads: Line
    """What is read, and how."""
    take: Literal["share", "sum", "mean", "lowest", "highest", "last"]
    """What is compared with the target; a share is good units of all units, in percent."""
    missing: MissingCases = "left out"
    """How a reading that is not there counts."""
    when_empty: WhenEmpty = "not judged"
    """How a period without any reading counts."""
    query: ReadingQuery | None = None
    """Where Prometheus has the figures."""

    @model_validator(mode="after")
    def _all_units_for_a_share(self) -> Self:
        if self.query is not None and (self.query.of is not None) != (self.take == "share"):
            raise ValueError("a query names all units, of, exactly when take is share")
        return self

    @property
    def scale(self) -> Scale:
        """Result in percent of units, or in the unit."""
        return Scale.PERCENT if self.take == "share" else Scale.NUMBER


Measured = Annotated[
    ElapsedTime
    | TimeSlices
    | EventRatio
    | IntervalRates
    | Percentile
    | HandlingTime
    | ShareWithin
    | CustomUnit,
    Field(discriminator="by"),
]
"""How an objective is measured."""

TIME_BASED = (ElapsedTime, TimeSlices)
"""Methods whose result is a share of time, so that a target allows so much downtime."""
