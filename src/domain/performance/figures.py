"""Figures as they are kept: by month, as bytes that are the same for the same figures.

Columns of whole numbers are kept as such, 64 bits each, the highest byte first; cases and readings
as canonical JSON. The digest of a batch is over its months' digests, so that a month can be read
and checked without the others. An outage is cut where a month (UTC) ends and put together again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final, assert_never

import numpy as np

from domain.attainment.records import (
    Case,
    Cases,
    Checks,
    Counts,
    Outages,
    Reading,
    Readings,
    Records,
)
from domain.attainment.spans import NOTHING, Micros, Spans, instant, micros
from domain.performance.facts import Shape
from domain.values.canonical import Digest, canonical_json, digest_of
from domain.values.durations import add_months

SCHEMA: Final = "parley/figures/1"
_WORD: Final = np.dtype(">i8")
_NO_WORDS: Final = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The figures of one month (its first day, UTC): how many rows, and the digest of the bytes."""

    month: date
    rows: int
    digest: str

    @classmethod
    def of(cls, month: date, rows: int, data: bytes) -> Sheet:
        """Return the sheet of some bytes."""
        return cls(month, rows, sha256(data).hexdigest())


class SpoiltFiguresError(Exception):
    """What is kept of a batch is not what was received."""


def shape_of(records: Records) -> Shape:
    """Return the word for a shape of records."""
    match records:
        case Outages():
            return "outages"
        case Checks():
            return "checks"
        case Counts():
            return "counts"
        case Cases():
            return "cases"
        case Readings():
            return "readings"
        case _:
            assert_never(records)


def no_records(shape: Shape) -> Records:
    """Return records of a shape that hold nothing."""
    match shape:
        case "outages":
            return Outages(NOTHING, NOTHING)
        case "checks":
            return Checks(_NO_WORDS, _NO_WORDS, _NO_WORDS)
        case "counts":
            return Counts(_NO_WORDS, _NO_WORDS, _NO_WORDS, _NO_WORDS)
        case "cases":
            return Cases(())
        case "readings":
            return Readings(())
        case _:
            assert_never(shape)


def sheets_of(records: Records, starts: datetime, ends: datetime) -> dict[Sheet, bytes]:
    """Return a batch's figures as bytes by month; cases all stand in the month it starts in.

    A month without figures has no sheet.
    """
    found: dict[Sheet, bytes] = {}
    for month, rows, part in _by_month(records, starts, ends):
        data = packed(part)
        found[Sheet.of(month, rows, data)] = data
    return found


def digest_of_sheets(
    shape: Shape, starts: datetime, ends: datetime, sheets: Iterable[Sheet]
) -> Digest:
    """Return the digest of a batch: of what it speaks for, and of each month's figures."""
    return digest_of(
        {
            "schema": SCHEMA,
            "shape": shape,
            "starts": micros(starts),
            "ends": micros(ends),
            "months": [
                [one.month.isoformat(), one.rows, one.digest]
                for one in sorted(sheets, key=lambda one: one.month)
            ],
        }
    )


def read_sheets(shape: Shape, pairs: Sequence[tuple[Sheet, bytes]]) -> Records:
    """Read months back as one; raises SpoiltFiguresError where bytes do not have their digest."""
    for sheet, data in pairs:
        if sha256(data).hexdigest() != sheet.digest:
            raise SpoiltFiguresError(f"figures of {sheet.month:%Y-%m} are not what was received")
    return _joined(shape, [unpacked(shape, data) for _, data in pairs])


def packed(records: Records) -> bytes:
    """Return records as bytes."""
    match records:
        case Cases(cases=cases):
            return canonical_json([_case(one) for one in cases])
        case Readings(readings=readings):
            return canonical_json([_reading(one) for one in readings])
        case _:
            return b"".join(
                np.array([len(column)], dtype=_WORD).tobytes() + column.astype(_WORD).tobytes()
                for column in _columns(records)
            )


def unpacked(shape: Shape, data: bytes) -> Records:
    """Return the records that some bytes are of."""
    match shape:
        case "cases":
            return Cases(tuple(_read_case(one) for one in json.loads(data)))
        case "readings":
            return Readings(tuple(_read_reading(one) for one in json.loads(data)))
        case "outages":
            down, down_ends, known, known_ends = _words(data)
            return Outages(Spans(down, down_ends), Spans(known, known_ends))
        case "checks":
            return Checks(*_words(data))
        case "counts":
            return Counts(*_words(data))
        case _:
            assert_never(shape)


def _columns(records: Outages | Checks | Counts) -> tuple[Micros, ...]:
    match records:
        case Outages(down=down, recorded=known):
            return down.starts, down.ends, known.starts, known.ends
        case Checks(at=at, made=made, failed=failed):
            return at, made, failed
        case Counts(at=at, events=events, good=good, unknown=unknown):
            return at, events, good, unknown
        case _:
            assert_never(records)


def _words(data: bytes) -> list[Micros]:
    found, at = [], 0
    while at < len(data):
        count = int(np.frombuffer(data, dtype=_WORD, count=1, offset=at)[0])
        words = np.frombuffer(data, dtype=_WORD, count=count, offset=at + _WORD.itemsize)
        found.append(words.astype(np.int64))
        at += _WORD.itemsize * (count + 1)
    return found


def _by_month(
    records: Records, starts: datetime, ends: datetime
) -> Iterator[tuple[date, int, Records]]:
    if isinstance(records, Cases):
        if records.cases:
            ordered = tuple(sorted(records.cases, key=lambda case: case.id))
            yield month_of(starts), len(ordered), Cases(ordered)
        return
    ordered_records = _in_order(records)
    edges = list(_month_edges(starts, ends))
    for first, after in pairwise(edges):
        part = _between(ordered_records, first, after)
        rows = _rows(part)
        if rows or (isinstance(part, Outages) and part.recorded):
            yield month_of(instant(first)), rows, part


def _in_order(records: Outages | Checks | Counts | Readings) -> Records:
    match records:
        case Outages():
            return records
        case Readings(readings=readings):
            return Readings(tuple(sorted(readings, key=lambda one: one.at)))
        case _:
            order = np.lexsort(_columns(records)[::-1])
            return type(records)(*(column[order] for column in _columns(records)))


def _between(records: Records, first: int, after: int) -> Records:
    match records:
        case Outages(down=down, recorded=known):
            whole = Spans.of([(first, after)])
            return Outages(down & whole, known & whole)
        case Readings(readings=readings):
            return Readings(tuple(one for one in readings if first <= one.at < after))
        case Cases():
            return records
        case _:
            low, high = np.searchsorted(records.at, np.array([first, after], dtype=np.int64))
            return type(records)(*(column[low:high] for column in _columns(records)))


def _rows(records: Records) -> int:
    match records:
        case Outages(down=down):
            return len(down.starts)
        case Cases(cases=cases):
            return len(cases)
        case Readings(readings=readings):
            return len(readings)
        case _:
            return len(records.at)


def month_of(at: datetime) -> date:
    """Return the first day of the month (UTC) that an instant lies in."""
    return at.astimezone(UTC).date().replace(day=1)


def _month_edges(starts: datetime, ends: datetime) -> Iterator[int]:
    month = month_of(starts)
    while (edge := datetime(month.year, month.month, 1, tzinfo=UTC)) < ends:
        yield micros(edge)
        month = add_months(month, 1)
    yield micros(edge)


def _joined(shape: Shape, parts: Sequence[Records]) -> Records:
    if not parts:
        return no_records(shape)
    first = parts[0]
    match first:
        case Outages():
            return Outages(
                _union([one.down for one in parts if isinstance(one, Outages)]),
                _union([one.recorded for one in parts if isinstance(one, Outages)]),
            )
        case Cases():
            return Cases(tuple(c for one in parts if isinstance(one, Cases) for c in one.cases))
        case Readings():
            return Readings(
                tuple(r for one in parts if isinstance(one, Readings) for r in one.readings)
            )
        case _:
            kind = type(first)
            columns = [_columns(one) for one in parts if isinstance(one, kind)]
            return kind(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def _union(spans: Sequence[Spans]) -> Spans:
    return Spans.joined(
        np.concatenate([one.starts for one in spans]), np.concatenate([one.ends for one in spans])
    )


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "began": case.began,
        "ended": case.ended,
        "by_person": case.by_person,
        "severity": case.severity,
        "value": None if case.value is None else str(case.value),
        "stopped": [list(pair) for pair in case.stopped],
    }


def _read_case(one: dict[str, Any]) -> Case:
    value = None if one["value"] is None else Fraction(one["value"])
    stopped = Spans.of((begin, end) for begin, end in one["stopped"])
    bare = Case(one["id"], one["began"], one["ended"], one["by_person"], one["severity"], value)
    return replace(bare, stopped=stopped)


def _reading(one: Reading) -> list[Any]:
    return [
        one.at,
        None if one.value is None else str(one.value),
        None if one.of is None else str(one.of),
    ]


def _read_reading(one: list[Any]) -> Reading:
    at, value, of = one
    return Reading(
        at, None if value is None else Fraction(value), None if of is None else Fraction(of)
    )
