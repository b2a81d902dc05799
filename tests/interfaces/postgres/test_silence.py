"""Both ends of a connection notice silence, unless the operator says otherwise."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from interfaces.postgres.silence import OURS, THEIRS, noticing_silence
from interfaces.settings import read_settings

PLAIN = "host=db.example dbname=parley password='a word'"


def test_both_ends_are_told_to_ask() -> None:
    told = conninfo_to_dict(noticing_silence(PLAIN))
    assert conninfo_to_dict(PLAIN).items() <= told.items()
    assert OURS.items() <= told.items()
    assert all(f"-c {name}={value}" in str(told["options"]) for name, value in THEIRS.items())


def test_what_the_operator_says_already_stays() -> None:
    given = make_conninfo(
        PLAIN,
        connect_timeout=30,
        tcp_user_timeout=5000,
        options="-c statement_timeout=7s -c tcp_keepalives_idle=60",
    )
    told = conninfo_to_dict(noticing_silence(given))
    assert (told["connect_timeout"], told["tcp_user_timeout"]) == ("30", "5000")
    options = str(told["options"])
    assert "statement_timeout=7s" in options
    assert "tcp_keepalives_idle=60" in options
    assert "tcp_keepalives_idle=5" not in options


def test_said_twice_it_is_the_same() -> None:
    once = noticing_silence(PLAIN)
    assert conninfo_to_dict(noticing_silence(once)) == conninfo_to_dict(once)


@pytest.mark.parametrize("name", ["DATABASE", "REPLICA", "SUBJECT_KEYS"])
def test_every_database_that_is_named_is_reached_so(name: str) -> None:
    settings = read_settings({f"PARLEY_{name}": "postgresql://db.example/parley?sslmode=require"})
    said = getattr(settings, name.lower())
    assert OURS.items() <= conninfo_to_dict(said).items()
    assert conninfo_to_dict(said)["sslmode"] == "require"


@pytest.mark.postgres
def test_over_a_unix_socket_it_is_no_hindrance(database: str) -> None:
    with psycopg.connect(noticing_silence(database)) as connection:
        assert connection.execute("SHOW tcp_keepalives_idle").fetchone() == ("0",)
