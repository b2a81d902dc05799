"""How far along the ledger each view is."""

from __future__ import annotations

from typing import Any, Final, LiteralString

from psycopg import Cursor
from psycopg.rows import TupleRow

from application.projections.base import Projection

TRACK: Final[LiteralString] = (
    "INSERT INTO view_tracking (view, version, position) VALUES (%s, %s, %s)"
    " ON CONFLICT (view) DO UPDATE SET version = EXCLUDED.version, position = EXCLUDED.position"
)
STANDS: Final[LiteralString] = "SELECT position FROM view_tracking WHERE view = %s AND version = %s"
"""Up to where a view holds: of which name, at which version."""


def position_at(cursor: Cursor[TupleRow], name: str, version: int) -> int:
    """Return a position that was tracked for a version of the code; 0 when there is none."""
    cursor.execute("SELECT version, position FROM view_tracking WHERE view = %s", (name,))
    found = cursor.fetchone()
    return found[1] if found is not None and found[0] == version else 0


def position_of(cursor: Cursor[TupleRow], projection: Projection[Any]) -> int:
    """Return the position up to which a view holds; 0 when it has to be built anew."""
    return position_at(cursor, projection.name, projection.version)


def locked_position(cursor: Cursor[TupleRow], projection: Projection[Any]) -> int:
    """Return a view's position, and let nobody else move it before the transaction ends.

    Two followers of one view would both apply a batch; the second waits and passes it over.
    """
    cursor.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('view ' || %s, 0))", (projection.name,)
    )
    return position_of(cursor, projection)


def track(cursor: Cursor[TupleRow], projection: Projection[Any], position: int) -> None:
    """Remember how far a view is."""
    cursor.execute(TRACK, (projection.name, projection.version, position))
