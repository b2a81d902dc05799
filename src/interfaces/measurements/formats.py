"""Batches of figures in JSON, in JSON lines and in CSV: strict, and refused whole."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NoReturn

from application.measuring import Handed
from domain.attainment.attainment import SHAPES
from domain.attainment.records import Outages, Records
from domain.attainment.spans import Spans, instant
from domain.performance.facts import Shape
from domain.terms.objective import Objective
from interfaces.measurements import cells
from interfaces.measurements.cells import BadCell
from interfaces.measurements.shapes import Form, Row, form_of, records_of
from interfaces.measurements.unreadable import UnreadableFigures

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
CSV: Final = "text/csv"
FORMATS: Final = (JSON, LINES, CSV)

MOST_ROWS: Final = 600_000
"""More than a year of minutes."""
LARGEST: Final = 32 * 1_048_576
"""How many bytes a batch has at most."""

ALL_SHAPES: Final[tuple[Shape, ...]] = ("outages", "checks", "counts", "cases", "readings")


@dataclass(frozen=True, slots=True)
class Label:
    """What a batch says of itself: where it is from, its name, and the time it speaks for."""

    source: str
    batch: str
    starts: str
    ends: str
    shape: Shape
    recorded: object = None
    """For outages: the stretches for which there is a record at all; None: for all the time."""


def read_batch(media: str, body: bytes, label: dict[str, str], promised: Objective) -> Handed:
    """Read a batch for an objective; ``label`` is what the request says beside the body.

    Raises UnreadableFigures.
    """
    text = _text(body)
    rows: Iterable[dict[str, Any]]
    match media:
        case "application/json":
            said, rows = _json(text, label)
        case "application/x-ndjson":
            said, rows = _complete(label), _lines(text)
        case _:
            said, rows = _complete(label), _csv(text)
    return handed(said, rows, promised)


def read_rows(media: str, body: bytes, form: Form) -> list[Row]:
    """Read the rows of another form, in CSV or else in JSON lines; raises UnreadableFigures."""
    text = _text(body)
    rows = _csv(text) if media == CSV else _lines(text)
    return [_row(number, row, form) for number, row in enumerate(rows, start=1)]


def handed(label: Label, rows: Iterable[dict[str, Any]], promised: Objective) -> Handed:
    """Return rows as a batch that is ready to be handed in; raises UnreadableFigures."""
    source, batch = (_head(cells.name, getattr(label, one), one) for one in ("source", "batch"))
    starts, ends = (
        _head(cells.instant, label.starts, "from"),
        _head(cells.instant, label.ends, "until"),
    )
    if starts >= ends:
        raise UnreadableFigures("no-time", "a batch speaks for some time: from before until")
    form = form_of(label.shape, promised)
    read: list[Row] = []
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise UnreadableFigures("too-many-rows", f"a batch has at most {MOST_ROWS} rows")
        read.append(_row(number, row, form))
    records = records_of(label.shape, read, starts, ends)
    if label.recorded is not None:
        records = _as_recorded(records, _head(cells.spans, label.recorded, "recorded"))
    return Handed(source, batch, instant(starts), instant(ends), records)


def shape_for(promised: Objective) -> Shape:
    """Return the shape of figures that an objective is mostly measured by."""
    words: dict[str, Shape] = {one: one for one in ALL_SHAPES}
    return words[SHAPES[promised.measured.by][0].__name__.lower()]


def _row(number: int, row: dict[str, Any], form: Form) -> Row:
    found: Row = {}
    columns = form.columns
    for name, value in row.items():
        reads = columns.get(name)
        if reads is None:
            because = f"there is no column {name[:60]!r}; there are: {', '.join(columns)}"
            raise UnreadableFigures("unknown-column", because, row=number, column=name[:60])
        if value is None or value == "":
            continue
        try:
            found[name] = reads(value)
        except BadCell as bad:
            raise UnreadableFigures(bad.rule, bad.because, row=number, column=name) from None
    for name in form.needed:
        if name not in found:
            raise UnreadableFigures("missing", f"{name} is missing", row=number, column=name)
    return found


def _json(text: str, label: dict[str, str]) -> tuple[Label, Sequence[dict[str, Any]]]:
    document = _loads(text, None)
    if not isinstance(document, dict):
        raise UnreadableFigures(
            "not-a-batch", "a batch is an object with source, batch, from, until"
        )
    shapes = [shape for shape in ALL_SHAPES if shape in document]
    if len(shapes) != 1:
        known = ", ".join(ALL_SHAPES)
        raise UnreadableFigures("no-shape", f"a batch has exactly one of: {known}")
    rows = document.pop(shapes[0])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableFigures("no-rows", "figures are a list of objects", column=shapes[0])
    recorded = document.pop("recorded", None)
    for name, value in document.items():
        if name not in ("source", "batch", "from", "until") or not isinstance(value, str):
            because = "a batch says source, batch, from and until, as text"
            raise UnreadableFigures("unknown-column", because, column=name[:60])
    complete = _complete({**label, **document, "shape": shapes[0]})
    return replace(complete, recorded=recorded), rows


def _as_recorded(records: Records, pairs: list[tuple[int, int]]) -> Records:
    if not isinstance(records, Outages):
        raise UnreadableFigures(
            "unknown-column", "recorded goes with outages alone", column="recorded"
        )
    recorded = Spans.of(pairs)
    outside = recorded - records.recorded
    if outside or records.down - recorded:
        because = (
            "what is recorded lies within the batch's time, and outages within what is recorded"
        )
        raise UnreadableFigures("outside-the-batch", because, column="recorded")
    return Outages(records.down, recorded)


def _complete(label: dict[str, str]) -> Label:
    for name in ("source", "batch", "from", "until", "shape"):
        if not label.get(name):
            raise UnreadableFigures("missing", f"{name} is missing", column=name)
    shape = next((one for one in ALL_SHAPES if one == label["shape"]), None)
    if shape is None:
        raise UnreadableFigures(
            "no-shape", f"a shape is one of {', '.join(ALL_SHAPES)}", column="shape"
        )
    return Label(label["source"], label["batch"], label["from"], label["until"], shape)


def _lines(text: str) -> Iterator[dict[str, Any]]:
    number = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        number += 1
        row = _loads(line, number)
        if not isinstance(row, dict):
            raise UnreadableFigures("not-a-row", "a line holds one object", row=number)
        yield row


def _csv(text: str) -> Iterator[dict[str, Any]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        header = next(reader, None)
        if not header:
            raise UnreadableFigures("no-header", "the first line names the columns")
        if len(set(header)) != len(header):
            raise UnreadableFigures("no-header", "a column is named twice")
        for line in reader:
            if not line:
                continue
            number += 1
            if len(line) != len(header):
                because = f"there are {len(line)} fields, and {len(header)} columns"
                raise UnreadableFigures("ragged-row", because, row=number)
            yield dict(zip(header, line, strict=True))
    except csv.Error as error:
        raise UnreadableFigures("not-csv", str(error), row=number + 1) from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFigures("not-utf-8", "figures are written in UTF-8") from None


def _loads(text: str, row: int | None) -> Any:
    def inexact(number: str) -> NoReturn:
        because = f'{number[:40]} may have lost its exact value: write it as text, "{number[:40]}"'
        raise UnreadableFigures("not-exact", because, row=row)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            ((twice, _),) = Counter(name for name, _ in pairs).most_common(1)
            because = f"{twice[:40]!a} is there twice"
            raise UnreadableFigures("duplicate-key", because, row=row)
        return found

    try:
        return json.loads(text, parse_float=inexact, parse_constant=inexact, object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise UnreadableFigures("not-json", "this is not JSON", row=row) from None


def _head(reads: Any, value: object, name: str) -> Any:
    try:
        return reads(value)
    except BadCell as bad:
        raise UnreadableFigures(bad.rule, bad.because, column=name) from None
