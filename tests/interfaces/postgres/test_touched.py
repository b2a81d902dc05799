"""However much there is in a contract and around it, a call reads the same few rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import psycopg
import pytest
from benchmarks.touched import (
    Call,
    comment,
    count_calls,
    open_due_dates,
    open_inbox,
    open_page,
    read_terms,
    reminding,
    touched,
)
from benchmarks.worlds import peopled

from application.projections.base import Query
from application.projections.contracts import ContractVersions
from interfaces.composition import House
from kept_casts import emptied

SMALL: Final = 60
LARGE: Final = 1200
"""Events in the contract and in the negotiation that are asked about, and contracts beside it."""
EVERY_VERSION: Final = "every version of a contract"
WALKED: Final = "SELECT sum(seq_tup_read) FROM pg_stat_user_tables"
SPARE: Final = 2
"""How many rows more are nothing: an entry of an index that is not cleared away yet."""


@pytest.fixture(scope="module")
def rows(worker_database: str) -> Iterator[dict[int, dict[str, float]]]:
    """Count the rows that each call reads, with little and with much in the database."""
    counted = {}
    for size in (SMALL, LARGE):
        calls = filled(emptied(worker_database), size)
        counted[size] = {n: touched(worker_database, each).rows for n, each in calls.items()}
    yield counted
    emptied(worker_database)


def filled(database: str, size: int) -> dict[str, Call]:
    """Make up as much as asked for, and return what is called."""
    with peopled(database) as world:
        contract, negotiation = world.contract(size), world.negotiation(size)
        world.others(size)
        world.house.follower.rebuild(world.house.projections.all(), lambda _position, _head: None)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return {
        "the current terms": partial(read_terms, contract=contract),
        "a comment": partial(comment, negotiation=negotiation),
        "the contract's page": partial(open_page, contract=contract),
        "the inbox": open_inbox,
        "all due dates": open_due_dates,
        "a minute's reminders": reminding(),
        EVERY_VERSION: partial(every_version, contract=contract),
    }


@pytest.mark.parametrize(
    "call",
    [
        "the current terms",
        "a comment",
        "the contract's page",
        "the inbox",
        "all due dates",
        "a minute's reminders",
    ],
)
def test_a_call_reads_no_more_rows_where_there_is_more(
    rows: dict[int, dict[str, float]], call: str
) -> None:
    assert 0 < rows[LARGE][call] <= rows[SMALL][call] + SPARE


def test_the_count_sees_what_grows(rows: dict[int, dict[str, float]]) -> None:
    assert rows[LARGE][EVERY_VERSION] > LARGE / SMALL * rows[SMALL][EVERY_VERSION] / 2


def test_a_plan_that_was_made_on_a_small_table_walks_through_none(worker_database: str) -> None:
    emptied(worker_database)
    with peopled(worker_database) as world:
        negotiation = world.negotiation(3)
        with psycopg.connect(worker_database, autocommit=True) as connection:
            connection.execute("ANALYZE")
    few, many = (read_through(worker_database, negotiation, number) for number in (10, 40))
    assert few == many


def read_through(database: str, negotiation: str, comments: int) -> int:
    """Return how many rows comments of one process read by walking through tables."""
    with psycopg.connect(database, autocommit=True) as connection:
        before = connection.execute(WALKED).fetchone()
        count_calls(database, partial(comment, negotiation=negotiation), comments)
        after = connection.execute(WALKED).fetchone()
    assert before is not None
    assert after is not None
    return int(after[0] - before[0])


def every_version(house: House, contract: str) -> object:
    """Read every version that a contract ever had."""
    query = Query(stream=contract, limit=10_000)
    return house.store.view(ContractVersions()).find(query)
