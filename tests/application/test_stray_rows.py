"""Whatever a view's statement finds: nobody is shown a row that was not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, LiteralString

import pytest
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from application.projections.base import Place, Projection, Query, Row, Rows, StrayRowError, View
from application.recorded import Positioned
from interfaces.postgres import views
from interfaces.postgres.views import PostgresViewStore

pytestmark = pytest.mark.postgres


class Kept(Row):
    """A row that says where it belongs."""

    key: str
    relationship: str
    stream: str
    audience: str


class Shelf(Projection[Kept]):
    """A view of such rows."""

    name = "shelf"
    version = 1
    row = Kept

    def place(self, row: Kept) -> Place:
        return Place(row.key, row.key, row.relationship, row.stream, row.audience)

    def process(self, recorded: Positioned, rows: Rows[Kept]) -> None:
        raise AssertionError(f"{recorded} for {rows}: the rows here are put in by hand")


ROWS: Final = (
    Kept(key="1", relationship="ours", stream="ours/a", audience="shared"),
    Kept(key="2", relationship="theirs", stream="theirs/a", audience="shared"),
    Kept(key="3", relationship="ours", stream="ours/b", audience="shared"),
    Kept(key="4", relationship="ours", stream="ours/a", audience="client"),
)
OURS: Final = Query(relationship="ours", stream="ours/a")


@pytest.fixture
def shelf(database: str) -> Iterator[View[Kept]]:
    """Lend the view with the rows in it."""
    with ConnectionPool(database, min_size=1, open=True) as pool:
        with pool.connection() as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO view_rows (view, key, relationship, stream, audience, sort, row)"
                " VALUES ('shelf', %s, %s, %s, %s, %s, %s)",
                [
                    (row.key, row.relationship, row.stream, row.audience, row.key, Jsonb(document))
                    for row in ROWS
                    for document in [row.model_dump()]
                ],
            )
        yield PostgresViewStore(pool).view(Shelf())


def test_a_query_says_whose_rows_it_means() -> None:
    with pytest.raises(ValueError, match="names a relationship or a stream"):
        Query(limit=10)
    assert Query(everybodys=True).relationship is None


def test_what_was_asked_for_is_shown(shelf: View[Kept]) -> None:
    assert shelf.find(OURS) == [ROWS[0]]
    assert shelf.find(Query(everybodys=True, audiences=("shared", "client"))) == list(ROWS)


@pytest.mark.parametrize("stray", ["2", "3", "4"], ids=["relationship", "stream", "audience"])
def test_a_statement_that_forgets_a_condition_shows_nothing(
    shelf: View[Kept], monkeypatch: pytest.MonkeyPatch, stray: str
) -> None:
    def forgetful(name: str, _: Query) -> tuple[LiteralString, list[Any]]:
        return "SELECT row::text FROM view_rows WHERE view = %s AND key IN ('1', %s)", [name, stray]

    monkeypatch.setattr(views, "statement", forgetful)
    with pytest.raises(StrayRowError):
        shelf.find(OURS)
