"""However large the table of all views grows, reading a page costs that page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, LiteralString

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from application.projections.base import SHARED, Query
from interfaces.postgres.plans import planned_once
from interfaces.postgres.views import DUE, statement

MANY: Final = 1000
PAGE: Final = 20

BUSY, LATER = "relationship/busy", "relationship/busy#000000500"

FILL: Final[LiteralString] = """
    INSERT INTO view_rows (view, key, relationship, stream, audience, sort, due, row)
    SELECT view, stream || '#' || to_char(n, 'FM000000000'), 'relationship', stream,
           CASE WHEN mod(n, 4) = 0 THEN 'client' ELSE 'shared' END,
           stream || '#' || to_char(n, 'FM000000000'),
           TIMESTAMPTZ '2026-01-01 00:00Z' + n * INTERVAL '1 hour',
           jsonb_build_object('number', n)
    FROM unnest(ARRAY['versions', 'spans']) view,
         LATERAL (SELECT n, 'relationship/busy' AS stream FROM generate_series(1, %(many)s) n
                  UNION ALL
                  SELECT n, 'relationship/other-' || n FROM generate_series(1, %(many)s) n) rows
"""

READS: Final[dict[str, tuple[LiteralString, list[Any]]]] = {
    "the newest of a stream": statement(
        "versions", Query(stream=BUSY, descending=True, limit=PAGE)
    ),
    "the newest of a stream, further on": statement(
        "versions", Query(stream=BUSY, descending=True, after=(LATER, LATER), limit=PAGE)
    ),
    "a page of a stream": statement("versions", Query(stream=BUSY, limit=PAGE)),
    "a page of a relationship": statement("spans", Query(relationship="relationship", limit=PAGE)),
    "a later page of a relationship, for one side": statement(
        "spans",
        Query(
            relationship="relationship",
            audiences=(SHARED, "provider"),
            after=(LATER, LATER),
            limit=PAGE,
        ),
    ),
    "a stream within a relationship": statement(
        "spans", Query(relationship="relationship", stream=BUSY, after=(LATER, LATER), limit=PAGE)
    ),
    "what falls due": (DUE, ["spans", "2027-01-01", PAGE]),
}


@pytest.fixture
def filled(database: str) -> Iterator[Connection[TupleRow]]:
    """Lend a connection to a view table with thousands of rows of several views and streams."""
    with psycopg.connect(planned_once(database), autocommit=True) as connection:
        connection.execute(FILL, {"many": MANY})
        connection.execute("ANALYZE view_rows")
        yield connection


@pytest.mark.postgres
@pytest.mark.parametrize("read", READS)
def test_a_page_is_read_off_an_index_and_nothing_else_is_touched(
    filled: Connection[TupleRow], read: str
) -> None:
    select, parameters = READS[read]

    plan = _plan(filled, select, parameters)

    assert [node["Node Type"] for node in _nodes(plan)] == ["Limit", "Index Scan"], plan
    scan = plan["Plans"][0]
    assert scan["Actual Rows"] == PAGE
    assert scan.get("Rows Removed by Filter", 0) == 0, scan


def _plan(connection: Connection[TupleRow], select: LiteralString, of: list[Any]) -> dict[str, Any]:
    explain: LiteralString = "EXPLAIN (ANALYZE, FORMAT JSON) "
    found = connection.execute(explain + select, of).fetchone()
    assert found is not None
    plan: dict[str, Any] = found[0][0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


@pytest.mark.postgres
def test_a_statement_is_planned_once_beside_whatever_options_are_given(database: str) -> None:
    given = make_conninfo(database, options="-c statement_timeout=7s")

    with psycopg.connect(planned_once(given)) as connection:
        mode = connection.execute("SHOW plan_cache_mode").fetchone()
        timeout = connection.execute("SHOW statement_timeout").fetchone()

    assert (mode, timeout) == (("force_generic_plan",), ("7s",))
