"""Every row of a query, read a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from application.projections.base import Projection, Query, R, View


def every(
    view: View[R], projection: Projection[R], query: Query, *, first: int | None = None
) -> Iterator[R]:
    """Yield all rows that match, in order; ``query.limit`` is how many to read at once.

    ``first`` is how many to read the first time, where the first rows mostly are enough.
    """
    chunk = replace(query, limit=query.limit if first is None else first)
    while rows := view.find(chunk):
        yield from rows
        if len(rows) < chunk.limit:
            return
        place = projection.place(rows[-1])
        chunk = replace(query, after=(place.sort, place.key))
