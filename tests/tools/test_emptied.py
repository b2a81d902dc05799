"""A database lent to a test holds nothing of the tests before, and nobody is left in it."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import LockNotAvailable

from kept_casts import emptied, taken
from unaltered import require_unaltered

pytestmark = pytest.mark.postgres

SUBJECT = "INSERT INTO subject_keys (subject, key) VALUES (%s, %s)"
NUMBER = "SELECT nextval('public.' || quote_ident(sequencename)) FROM pg_sequences"


def test_rows_are_gone_and_numbers_begin_anew_even_those_taken_in_vain(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(SUBJECT, ["somebody", bytes(32)])
        assert connection.execute(NUMBER).fetchall()
    assert taken(database).tables.keys() == {"subject_keys"}
    emptied(database)
    assert taken(database).tables == {}
    with psycopg.connect(database) as connection:
        numbers = connection.execute(NUMBER).fetchall()
        assert {number for (number,) in numbers} == {1}
        connection.rollback()
    emptied(database)
    assert taken(database).sequences == {}


def test_who_still_writes_in_it_is_not_waited_for_without_end(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kept_casts.PATIENCE", "50ms")
    with psycopg.connect(database) as forgotten:
        forgotten.execute(SUBJECT, ["somebody", bytes(32)])
        with pytest.raises(LockNotAvailable):
            emptied(database)


@pytest.mark.parametrize(
    ("altering", "named"),
    [
        (
            "ALTER TABLE ledger_events DISABLE TRIGGER history_append",
            "history_append of ledger_events",
        ),
        ("DROP TRIGGER fence ON ledger_events", "fence of ledger_events"),
        (
            "ALTER FUNCTION history_leaf(text, bigint, text, bytea) CALLED ON NULL INPUT",
            "history_leaf",
        ),
        ("CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'", "more()"),
    ],
)
def test_who_altered_what_the_next_would_rely_on_is_not_overlooked(
    database: str, altering: str, named: str
) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(altering.encode())
        with pytest.raises(AssertionError, match="left the database altered") as found:
            require_unaltered(database, connection)
        assert named in str(found.value)
        connection.rollback()
        require_unaltered(database, connection)
