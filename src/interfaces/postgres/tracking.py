"""How far along the ledger each view is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from psycopg import Cursor
from psycopg.rows import TupleRow

from application.projections.base import Projection

TRACK: Final[LiteralString] = (
    "INSERT INTO view_tracking (view, version, position)"
    " SELECT * FROM unnest(%s::text[], %s::int[], %s::bigint[])"
    " ON CONFLICT (view) DO UPDATE SET version = EXCLUDED.version, position = EXCLUDED.position"
)
"""How far views are: their names, versions and positions."""
_LOCK: Final[LiteralString] = (
    "SELECT pg_advisory_xact_lock(hashtextextended('view ' || name, 0))"
    " FROM unnest(%s::text[]) AS name"
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


def positions_of(
    cursor: Cursor[TupleRow], projections: Sequence[Projection[Any]]
) -> dict[str, int]:
    """Return the positions up to which views hold, by name."""
    names = [one.name for one in projections]
    cursor.execute(
        "SELECT view, version, position FROM view_tracking WHERE view = ANY(%s)", (names,)
    )
    known = {(view, version): position for view, version, position in cursor.fetchall()}
    return {one.name: known.get((one.name, one.version), 0) for one in projections}


def lock(cursor: Cursor[TupleRow], projections: Sequence[Projection[Any]]) -> None:
    """Let nobody else move these views before the transaction ends.

    Two followers of one view would both apply a batch; the second waits and passes it over. In one
    order, so that two followers of several never wait for each other.
    """
    cursor.execute(_LOCK, (sorted(one.name for one in projections),))


def track(cursor: Cursor[TupleRow], positions: Sequence[tuple[Projection[Any], int]]) -> None:
    """Remember how far views are."""
    names = [one.name for one, _ in positions]
    versions = [one.version for one, _ in positions]
    cursor.execute(TRACK, (names, versions, [position for _, position in positions]))
