"""What was recorded of a service: outages, checks, counts, cases and readings.

There is one shape for each way of watching; a method says which of them it can be worked out from.
All instants are microseconds since 1970 (UTC), all other figures exact.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from domain.attainment.spans import NOTHING, Micros, Spans


@dataclass(frozen=True, slots=True, eq=False)
class Outages:
    """When the service was down, of all the time for which there is a record at all."""

    down: Spans
    recorded: Spans


@dataclass(frozen=True, slots=True, eq=False)
class Checks:
    """Probes by the instant they were made: how many there were then, and how many failed."""

    at: Micros
    made: Micros
    failed: Micros


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Events by the instant their interval began: all, the good ones, those with no outcome.

    For a method by error rates, ``events`` are the requests and ``good`` those without an error.
    """

    at: Micros
    events: Micros
    good: Micros
    unknown: Micros


@dataclass(frozen=True, slots=True)
class Case:
    """One case: a ticket, a claim, a visit, a breakdown.

    ``ended`` is when it was answered or resolved, None while there is no such thing on record;
    ``by_person`` whether a person answered. ``value`` is what was read of it where its time is not
    what counts, None when nothing was. ``stopped`` is when the other side was awaited.
    """

    id: str
    began: int
    ended: int | None = None
    by_person: bool = True
    severity: str | None = None
    value: Fraction | None = None
    stopped: Spans = field(default=NOTHING)


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases, in any order."""

    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure in the parties' own unit: ``value``, for a share out of ``of``; None: not there."""

    at: int
    value: Fraction | None
    of: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings, in any order."""

    readings: tuple[Reading, ...]


Records = Outages | Checks | Counts | Cases | Readings


class WrongRecords(Exception):  # noqa: N818 - it is an answer: these records cannot tell
    """The records are not of a shape that the method can be worked out from."""
