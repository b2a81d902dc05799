"""Whether a database's functions, triggers and constraints are still those that migrated it."""

from __future__ import annotations

from typing import Any, Final

import psycopg

_DEFINITIONS: Final = """
    SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
    UNION ALL
    SELECT format('%s of %s', t.tgname, t.tgrelid::regclass),
        t.tgenabled::text || pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
        AND NOT c.relispartition
    UNION ALL
    SELECT format('%s of %s', n.conname, n.conrelid::regclass), pg_get_constraintdef(n.oid)
    FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
    WHERE n.connamespace = 'public'::regnamespace AND NOT c.relispartition
"""
"""Those of the months that figures are kept by do not count: the service makes them itself."""

_AT_FIRST: Final[dict[str, dict[str, str]]] = {}
"""What each database of this process had when it was first asked about."""


def require_unaltered(database: str, connection: psycopg.Connection[Any]) -> None:
    """Compare a database with how it was at first.

    Raises:
        AssertionError: a test that ran before in this process altered it and left it so.
    """
    found = dict(connection.execute(_DEFINITIONS).fetchall())
    first = _AT_FIRST.setdefault(database, found)
    changed = sorted(name for name in first | found if first.get(name) != found.get(name))
    assert not changed, f"a test before this one left the database altered: {', '.join(changed)}"
