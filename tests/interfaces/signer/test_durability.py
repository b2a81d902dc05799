"""What the signer takes for kept, and what not."""

from __future__ import annotations

import psycopg
import pytest

from interfaces.signer.durability import Server, ask_server, flush, kept


def server(
    *, in_recovery: bool = False, fsync: bool = True, commit: str = "on", standbys: str = ""
) -> Server:
    return Server(in_recovery, fsync, commit, standbys)


def test_a_primary_that_flushes_is_as_it_should_be() -> None:
    assert server().objection() is None
    assert server(commit="remote_apply").objection() is None


@pytest.mark.parametrize(
    ("careless", "because"),
    [
        (server(in_recovery=True), "standby"),
        (server(fsync=False), "fsync off"),
        (server(commit="off"), "synchronous_commit is off"),
    ],
)
def test_any_other_server_is_not(careless: Server, because: str) -> None:
    assert because in str(careless.objection())


@pytest.mark.parametrize(
    ("names", "standbys"),
    [
        ("", 0),
        ("  ", 0),
        ("a", 1),
        ("*", 1),
        ("2 (a, b, c)", 2),
        ("FIRST 3 (*)", 3),
        ("ANY 1(a)", 1),
    ],
)
def test_as_many_standbys_confirm_as_the_server_waits_for(names: str, standbys: int) -> None:
    assert server(standbys=names).standbys == standbys


def test_what_was_read_is_kept_once_it_is_flushed(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        ours = ask_server(connection)
        assert (ours.in_recovery, ours.fsync) == (False, False)
        found = connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
        assert found is not None
        flush(connection)
        assert kept(connection, server(), found[0]) is None
        assert kept(connection, server(), "FFFFFFFF/0") == (
            "the primary has not flushed what was read"
        )
        assert kept(connection, server(standbys="a"), found[0]) == (
            "0 of 1 synchronous standbys have flushed what was read"
        )
