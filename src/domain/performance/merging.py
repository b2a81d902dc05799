"""Batches of one side put together: which figures count where several speak for the same time.

A batch speaks for its whole time, so a later one takes the place of what earlier ones of its source
said about it, also where it says nothing. Sources complement each other: down by any of them is
down, and what they counted adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
from domain.attainment.spans import NOTHING, Mask, Micros, Spans


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """A batch of figures as it came in; ``starts`` and ``ends`` are microseconds since 1970."""

    source: str
    starts: int
    ends: int
    records: Records


def merged(batches: Sequence[Batch]) -> Records | None:
    """Return what counts of batches of one shape, given in the order they came in; None of none.

    Raises ValueError when their shapes differ.
    """
    if not batches:
        return None
    shapes = {type(batch.records) for batch in batches}
    if len(shapes) > 1:
        raise ValueError("batches of different shapes do not add up")
    valid = _valid(batches)
    match batches[0].records:
        case Outages():
            return _outages(batches, valid)
        case Checks():
            columns = _columns(batches, valid, ("at", "made", "failed"))
            return Checks(*columns)
        case Counts():
            return Counts(*_columns(batches, valid, ("at", "events", "good", "unknown")))
        case Cases():
            return _cases(batches)
        case Readings():
            return _readings(batches, valid)


def _valid(batches: Sequence[Batch]) -> list[Spans]:
    """Return for each batch the time that no later batch of its source speaks for."""
    taken: dict[str, Spans] = {}
    valid = []
    for batch in reversed(batches):
        own = Spans.of([(batch.starts, batch.ends)])
        later = taken.get(batch.source, NOTHING)
        valid.append(own - later)
        taken[batch.source] = later | own
    return valid[::-1]


def _outages(batches: Sequence[Batch], valid: Sequence[Spans]) -> Outages:
    down = recorded = NOTHING
    for batch, spans in zip(batches, valid, strict=True):
        if isinstance(batch.records, Outages):
            down |= batch.records.down & spans
            recorded |= batch.records.recorded & spans
    return Outages(down, recorded)


def _columns(
    batches: Sequence[Batch], valid: Sequence[Spans], names: tuple[str, ...]
) -> list[Micros]:
    parts: list[list[Micros]] = [[] for _ in names]
    for batch, spans in zip(batches, valid, strict=True):
        at: Micros = getattr(batch.records, names[0])
        kept: Mask = spans.covers(at)
        for part, name in zip(parts, names, strict=True):
            part.append(getattr(batch.records, name)[kept])
    joined = [np.concatenate(part) for part in parts]
    order = np.argsort(joined[0], kind="stable")
    return [column[order] for column in joined]


def _cases(batches: Sequence[Batch]) -> Cases:
    """Return the latest of what was said of each case; a source names a case once."""
    latest: dict[tuple[str, str], Case] = {}
    for batch in batches:
        if isinstance(batch.records, Cases):
            latest.update({(batch.source, case.id): case for case in batch.records.cases})
    return Cases(tuple(sorted(latest.values(), key=lambda case: (case.began, case.id))))


def _readings(batches: Sequence[Batch], valid: Sequence[Spans]) -> Readings:
    kept: list[Reading] = []
    for batch, spans in zip(batches, valid, strict=True):
        if isinstance(batch.records, Readings):
            at = np.array([one.at for one in batch.records.readings], dtype=np.int64)
            mask = spans.covers(at).tolist()
            kept += [
                one for one, valid_ in zip(batch.records.readings, mask, strict=True) if valid_
            ]
    return Readings(tuple(sorted(kept, key=lambda one: one.at)))
