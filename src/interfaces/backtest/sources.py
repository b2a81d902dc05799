"""What is on record, out of files: the same forms in which figures are handed in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from application.measuring import Handed
from domain.attainment.attainment import SHAPES
from domain.attainment.excused import Excuse
from domain.attainment.spans import micros
from domain.backtest.past import Past, Told, whole_days
from domain.performance.facts import Shape
from domain.performance.merging import Batch, merged
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.values.periods import Days, midnight
from interfaces.measurements import cells
from interfaces.measurements.formats import CSV, JSON, LINES, read_batch, read_rows
from interfaces.measurements.shapes import Form, form_of
from interfaces.measurements.unreadable import UnreadableFigures

MEDIA: Final = {".json": JSON, ".ndjson": LINES, ".jsonl": LINES, ".csv": CSV}
_ONE_DAY: Final = timedelta(days=1)
_WORDS: Final[dict[str, Shape]] = {
    "Outages": "outages",
    "Checks": "checks",
    "Counts": "counts",
    "Cases": "cases",
    "Readings": "readings",
}


class NoPast(Exception):  # noqa: N818 - it is an answer: these files cannot be replayed
    """The files do not say what was, of what, or when; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file with figures, and the objective they are of, where that is said."""

    name: str
    ending: str
    body: bytes
    objective: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The days the figures speak for, the first and the last, and their shape, where said."""

    first: date | None = None
    last: date | None = None
    shape: str | None = None


def read_past(terms: AgreementTerms, sources: Sequence[Source], asked: Asked) -> Past:
    """Read files as the past of the objectives they are of.

    Files of one objective complement each other. Raises NoPast, with the row where there is one.
    """
    told: dict[str, list[Handed]] = {}
    for source in sources:
        promised = _promised(terms, source)
        told.setdefault(promised.id, []).append(_handed(terms, source, promised, asked))
    return Past({name: _told(name, batches, terms, asked) for name, batches in told.items()})


def _promised(terms: AgreementTerms, source: Source) -> Objective:
    known = ", ".join(one.id for one in terms.objectives)
    if source.objective is None and len(terms.objectives) > 1:
        raise NoPast(f"{source.name}: say of which objective, as OBJECTIVE=FILE: {known}")
    name = source.objective or terms.objectives[0].id
    promised = terms.objective(name)
    if promised is None:
        raise NoPast(f"{source.name}: there is no objective {name}; there are: {known}")
    return promised


def _handed(terms: AgreementTerms, source: Source, promised: Objective, asked: Asked) -> Handed:
    media = MEDIA.get(source.ending)
    if media is None:
        raise NoPast(f"{source.name}: figures are in a file ending in {', '.join(MEDIA)}")
    label = {"source": source.name, "batch": source.name}
    if asked.first is not None:
        label["from"] = midnight(asked.first, terms.zone).isoformat()
    if asked.last is not None:
        label["until"] = midnight(asked.last + _ONE_DAY, terms.zone).isoformat()
    if media != JSON:
        if asked.first is None or asked.last is None:
            raise NoPast(
                f"{source.name}: say which days it speaks for, with --from and --to: "
                "an outage that is not in a list was none only on those"
            )
        label["shape"] = asked.shape or shape_in(source, promised)
    try:
        return read_batch(media, source.body, label, promised)
    except UnreadableFigures as bad:
        raise _refused(source, bad) from bad


def shape_in(source: Source, promised: Objective) -> Shape:
    """Return the first shape an objective can be measured from whose columns a file has all of.

    None fits: the one it is mostly measured from, so that the columns it lacks are named.
    """
    shapes = [_WORDS[kind.__name__] for kind in SHAPES[promised.measured.by]]
    columns = _columns(source)
    fitting = (one for one in shapes if form_of(one, promised).needed.keys() <= columns)
    return next(fitting, shapes[0])


def _columns(source: Source) -> set[str]:
    first = source.body.decode("utf-8-sig", "replace").split("\n", 1)[0]
    if MEDIA.get(source.ending) != LINES:
        return set(next(csv.reader(io.StringIO(first)), []))
    try:
        row = json.loads(first)
    except ValueError:
        return set()
    return set(row) if isinstance(row, dict) else set()


EXCUSES: Final = Form(
    {"exclusion": cells.name, "starts": cells.instant, "ends": cells.instant},
    {"announced": cells.instant, "granted": cells.yes_or_no},
)


def read_excuses(terms: AgreementTerms, source: Source) -> tuple[Excuse, ...]:
    """Read cases of exclusions: which, when, when announced, whether granted; raises NoPast."""
    try:
        rows = read_rows(MEDIA.get(source.ending, CSV), source.body, EXCUSES)
    except UnreadableFigures as bad:
        raise _refused(source, bad) from bad
    known = [one.id for one in terms.exclusions]
    for number, row in enumerate(rows, start=1):
        if row["exclusion"] not in known:
            names = ", ".join(known) or "none"
            raise NoPast(f"{source.name}, row {number}, exclusion: the terms have: {names}")
        if row["starts"] >= row["ends"]:
            raise NoPast(f"{source.name}, row {number}, ends: it starts before it ends")
    return tuple(
        Excuse(
            row["exclusion"],
            row["starts"],
            row["ends"],
            row.get("announced"),
            row.get("granted", False),
        )
        for row in rows
    )


def _refused(source: Source, bad: UnreadableFigures) -> NoPast:
    place = f", {bad.place}" if bad.place else ""
    return NoPast(f"{source.name}{place}: {bad.rule}: {bad.because}")


def past_of(terms: AgreementTerms, batches: Sequence[tuple[str, dict[str, Any]]]) -> Past:
    """Read batches, each with its objective, as a past; raises UnreadableFigures, NoPast."""
    told: dict[str, list[Handed]] = {}
    for name, document in batches:
        promised = _promised(terms, Source(str(document.get("batch")), ".json", b"", name))
        body = json.dumps(document).encode()
        told.setdefault(name, []).append(read_batch(JSON, body, {}, promised))
    return Past({name: _told(name, found, terms, Asked()) for name, found in told.items()})


def _told(name: str, batches: Sequence[Handed], terms: AgreementTerms, asked: Asked) -> Told:
    try:
        records = merged(
            [
                Batch(one.source, micros(one.starts), micros(one.ends), one.records)
                for one in batches
            ]
        )
    except ValueError as other:
        raise NoPast(f"{name}: its files hold figures of several shapes") from other
    if records is None:
        raise AssertionError("an objective is told of by at least one batch")
    days = whole_days(
        min(one.starts for one in batches), max(one.ends for one in batches), terms.zone
    )
    first, end = asked.first or days.first, days.end
    if asked.last is not None:
        end = asked.last + _ONE_DAY
    chosen = days.within(Days(first, max(first, end)))
    if chosen is None:
        raise NoPast(f"{name}: nothing is on record of the days from {first} on")
    return Told(records, chosen)
