"""A leaf per fact in the fact's own commit, and a check that finds what was done behind it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from application.checking import Findings, check_history
from application.ledger import Act, Ledger, Step
from application.recorded import Recorded
from domain.history.leaf import leaf_of
from domain.history.merkle import EMPTY_ROOT, root_of
from domain.negotiation.commands import Comment, OpenNegotiation
from domain.negotiation.facts import CommentMade, NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from interfaces.postgres.history import open_books
from interfaces.postgres.persistence import ledger_env
from signers import ORIGIN

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE, OTHER = "relationship-a/negotiation-x", "relationship-b/negotiation-y"


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with Ledger(ledger_env(database)) as opened:
        yield opened


def say(ledger: Ledger, stream: str, times: int) -> None:
    opening = OpenNegotiation(NewAgreement(), Side.CLIENT, "Orders")
    ledger.perform(Act("p", None, NOW, f"{stream} 0"), Step(NEGOTIATION, stream, opening))
    for number in range(1, times):
        words = Comment(f"comment-{number}", Side.CLIENT, "hello")
        act = Act("p", None, NOW, f"{stream} {number}")
        ledger.perform(act, Step(NEGOTIATION, stream, words))


def checked(database: str) -> Findings:
    with open_books(database) as books:
        return check_history(books, ORIGIN)


def rewritten(database: str, statement: str) -> list[str]:
    """Do something as the operator could, and return what the check says of it."""
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")  # past every trigger
        connection.execute(statement)
    return [str(fault) for fault in checked(database).faults]


def test_the_database_hashes_a_leaf_as_the_domain_does(database: str, ledger: Ledger) -> None:
    say(ledger, ONE, 3)
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT stream, version, topic, state, leaf_hash FROM history_leaves"
            " JOIN ledger_events ON originator_id = stream AND originator_version = version"
        ).fetchall()
    assert len(rows) == 3
    for stream, version, topic, state, leaf in rows:
        assert leaf_of(stream, version, topic, state) == leaf


def test_each_log_counts_its_own_leaves_and_all_is_well(database: str, ledger: Ledger) -> None:
    say(ledger, ONE, 3)
    say(ledger, OTHER, 2)
    findings = checked(database)
    assert (findings.facts, findings.faults) == (5, [])
    sizes = {log: size for log, (size, _) in findings.roots.items()}
    assert sizes == {"relationship-a": 3, "relationship-b": 2}
    assert all(root != EMPTY_ROOT for _, root in findings.roots.values())


def test_the_root_is_that_of_the_tree_over_the_leaves(database: str, ledger: Ledger) -> None:
    say(ledger, ONE, 4)
    _, root = checked(database).roots["relationship-a"]
    with psycopg.connect(database) as connection:
        leaves = [
            leaf
            for (leaf,) in connection.execute(
                "SELECT leaf_hash FROM history_leaves ORDER BY leaf_index"
            )
        ]
    assert root_of(leaves) == root


def test_a_conflict_leaves_no_gap_and_writers_of_one_log_stay_dense(
    database: str, ledger: Ledger
) -> None:
    def write(number: int) -> None:
        say(ledger, f"relationship-a/negotiation-{number}", 5)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    taken = Recorded(
        "relationship-a/negotiation-0", 2, NOW, "p", None, "k", CommentMade("c", Side.CLIENT, "x")
    )
    with pytest.raises(IntegrityError):
        ledger.save(taken)
    say(ledger, ONE, 2)
    findings = checked(database)
    assert (findings.facts, findings.faults) == (32, [])


def test_a_version_that_skips_one_is_refused_by_the_database(ledger: Ledger) -> None:
    say(ledger, ONE, 2)
    skipping = Recorded(ONE, 4, NOW, "p", None, "k", CommentMade("c", Side.CLIENT, "x"))
    with pytest.raises(IntegrityError, match="comes before version 3"):
        ledger.save(skipping)


def test_a_ledger_that_is_ahead_of_a_restored_database_carries_on_from_what_is_there(
    database: str, ledger: Ledger
) -> None:
    say(ledger, ONE, 4)
    with psycopg.connect(database) as connection:
        for table, version in (
            ("ledger_events", "originator_version"),
            ("history_leaves", "version"),
        ):
            connection.execute(f"DELETE FROM {table} WHERE {version} > 2")
        connection.execute("UPDATE history_logs SET size = 2")
    act, words = Act("p", None, NOW, "after"), Comment("comment-9", Side.CLIENT, "on we go")
    assert ledger.perform(act, Step(NEGOTIATION, ONE, words)).stream.version == 3
    assert checked(database).faults == []


class TestBehindItsBack:
    """What an operator with every right does to the tables is found, with the place."""

    @pytest.fixture(autouse=True)
    def recorded(self, ledger: Ledger) -> None:
        say(ledger, ONE, 4)
        say(ledger, OTHER, 1)

    def test_a_rewritten_fact_is_found(self, database: str) -> None:
        changed = "convert_to(replace(convert_from(state, 'UTF8'), 'hello', 'hallo'), 'UTF8')"
        faults = rewritten(
            database,
            f"UPDATE ledger_events SET state = {changed} WHERE originator_version = 3",
        )
        assert faults == [f"{ONE} version 3: the fact is not the one its leaf was made of"]

    def test_a_dropped_fact_is_found(self, database: str) -> None:
        faults = rewritten(database, "DELETE FROM ledger_events WHERE originator_version = 4")
        assert faults == [f"{ONE} version 4: the fact is gone; its leaf is still there"]

    def test_a_fact_dropped_with_its_leaf_is_found(self, database: str) -> None:
        faults = rewritten(
            database,
            "WITH gone AS (DELETE FROM ledger_events WHERE originator_version = 4)"
            " DELETE FROM history_leaves WHERE version = 4",
        )
        assert faults == ["relationship-a: 3 leaves, and the log says 4"]

    def test_a_fact_slipped_in_is_found(self, database: str) -> None:
        faults = rewritten(
            database,
            "INSERT INTO ledger_events (originator_id, originator_version, topic, state)"
            f" SELECT '{OTHER}', 2, topic, state FROM ledger_events WHERE originator_version = 3",
        )
        assert faults == [f"{OTHER} version 2: the fact has no leaf in the history"]

    def test_two_facts_that_changed_places_are_found(self, database: str) -> None:
        faults = rewritten(
            database,
            "UPDATE history_leaves SET leaf_index = CASE leaf_index WHEN 1 THEN 102 ELSE 101 END"
            " WHERE leaf_index IN (1, 2) AND log = 'relationship-a';"
            " UPDATE history_leaves SET leaf_index = leaf_index - 100 WHERE leaf_index > 100",
        )
        assert f"{ONE} version 2: leaf 2 is out of the order of commits" in faults
        assert f"{ONE} version 3: version 2 should come here" in faults

    def test_a_leaf_in_another_log_is_found(self, database: str) -> None:
        faults = rewritten(
            database, f"UPDATE history_leaves SET log = 'relationship-c' WHERE stream = '{OTHER}'"
        )
        assert f"{OTHER} version 1: its leaf stands in the log of relationship-c" in faults
