"""Every row of a query, read a chunk at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from application.projections.base import Projection, Query, R, View


def every(view: View[R], projection: Projection[R], query: Query) -> Iterator[R]:
    """Yield all rows that match, in order; ``query.limit`` is how many to read at once."""
    while rows := view.find(query):
        yield from rows
        if len(rows) < query.limit:
            return
        place = projection.place(rows[-1])
        query = replace(query, after=(place.sort, place.key))
