"""What the signer will not sign: what contradicts what it signed, and what may not last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from application.ledger import Ledger
from domain.history.checkpoint import SERVICE_LOG
from interfaces.postgres.persistence import ledger_env
from interfaces.signer.books import SignersBooks
from interfaces.signer.durability import Server
from interfaces.signer.signer import Report, Seal
from signed_logs import (
    ONE,
    OTHER,
    another_home,
    behind_its_back,
    crash,
    latest,
    leaves,
    rows,
    say,
    set_back,
    tick,
)
from signers import ORIGIN, SECRET, signer


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with Ledger(ledger_env(database)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def signed(database: str, ledger: Ledger, tmp_path: Path) -> None:
    say(ledger, ONE, 6)
    say(ledger, OTHER, 3)
    tick(database, tmp_path)


def test_a_log_that_was_set_back(database: str, tmp_path: Path) -> None:
    set_back(database, ONE, 4)
    report = tick(database, tmp_path)
    assert report.refused == {ONE: "it was signed with 6 leaves; leaf 4 is missing"}


def test_a_log_that_was_set_back_while_it_ran(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    with signer(database, tmp_path) as made:
        made.tick()
        set_back(database, ONE, 4)
        say(ledger, ONE, 1, "otherwise")
        report = made.tick()
    assert report.refused == {
        ONE: "it was signed with 6 leaves and has fewer: the database was set back"
    }


def test_a_log_that_was_set_back_and_went_on_differently(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    with signer(database, tmp_path) as made:
        made.tick()
        set_back(database, ONE, 4)
        say(ledger, ONE, 5, "otherwise")
        assert made.tick().refused == {ONE: "leaf 5 is not the one that was signed"}
    assert tick(database, tmp_path).refused == {
        ONE: "its first 6 leaves are not those that were signed"
    }


def test_while_the_others_go_on(database: str, ledger: Ledger, tmp_path: Path) -> None:
    set_back(database, ONE, 4)
    say(ledger, OTHER, 1)
    assert tick(database, tmp_path).signed == 1
    assert latest(database, OTHER).size == 4
    assert latest(database, ONE).size == 6
    alarms = rows(database, "SELECT log, because FROM history_alarms")
    assert alarms == [(ONE, "it was signed with 6 leaves; leaf 4 is missing")]


def test_a_whole_database_that_was_set_back(database: str, ledger: Ledger, tmp_path: Path) -> None:
    yesterday = rows(database, "SELECT log, size FROM history_checkpoints")
    say(ledger, ONE, 2)
    tick(database, tmp_path)
    set_back(database, ONE, 6)
    behind_its_back(
        database,
        f"DELETE FROM history_checkpoints WHERE log = '{ONE}' AND size = 8",
        f"DELETE FROM history_checkpoints WHERE log = '{SERVICE_LOG}' AND size = 3",
    )
    assert rows(database, "SELECT log, size FROM history_checkpoints") == yesterday
    say(ledger, OTHER, 1)
    report = tick(database, tmp_path)
    assert report.signed == 0
    assert report.refused == {
        SERVICE_LOG: "it was signed with 3 leaves; leaf 2 is missing",
        ONE: "it was signed with 8 leaves; leaf 6 is missing",
    }
    assert rows(database, "SELECT log, size FROM history_checkpoints") == yesterday


def test_a_log_that_is_gone(database: str, tmp_path: Path) -> None:
    behind_its_back(
        database,
        f"DELETE FROM history_leaves WHERE log = '{OTHER}'",
        f"DELETE FROM history_logs WHERE log = '{OTHER}'",
    )
    refused = tick(database, tmp_path).refused
    assert refused == {OTHER: "it was signed with 3 leaves and has none"}


def test_a_fact_rewritten_with_its_leaf(database: str, ledger: Ledger, tmp_path: Path) -> None:
    behind_its_back(
        database,
        "UPDATE ledger_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
        " 'hello', 'hallo'), 'UTF8') WHERE originator_version = 3"
        f" AND originator_id LIKE '{ONE}%'",
        "UPDATE history_leaves SET leaf_hash = history_leaf(stream, version, topic, state)"
        " FROM ledger_events WHERE originator_id = stream AND originator_version = version",
    )
    say(ledger, ONE, 1)
    report = tick(database, tmp_path)
    assert report.refused == {ONE: "its first 6 leaves are not those that were signed"}
    assert latest(database, ONE).size == 6


def test_a_checkpoint_taken_out_of_the_service_wide_log(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    behind_its_back(database, f"DELETE FROM history_checkpoints WHERE log = '{OTHER}'")
    say(ledger, ONE, 1)
    report = tick(database, tmp_path)
    assert report == Report(refused={SERVICE_LOG: "it was signed with 2 leaves; leaf 1 is missing"})


def test_what_was_signed_and_cannot_be_published_any_more(
    database: str,
    ledger: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say(ledger, ONE, 2)
    with monkeypatch.context() as patched, signer(database, tmp_path) as made:
        patched.setattr(SignersBooks, "publish", crash)
        with pytest.raises(KeyboardInterrupt):
            made.tick()
    set_back(database, ONE, 6)
    refused = tick(database, tmp_path).refused[SERVICE_LOG]
    assert "no longer holds the last of them" in refused


def test_what_was_lost_for_good_is_signed_again_under_another_name_only(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    set_back(database, ONE, 4)
    say(ledger, ONE, 3, "otherwise")
    tables = ("checkpoints", "cosignatures", "nodes", "signers", "alarms")
    names = ", ".join(f"history_{table}" for table in tables)
    behind_its_back(database, f"TRUNCATE {names}")
    report = tick(database, tmp_path)
    assert report.refused[SERVICE_LOG] == "it was signed with 2 leaves and has none"
    behind_its_back(database, f"TRUNCATE {names}")
    with signer(
        database, another_home(tmp_path, "second"), seal=Seal(f"{ORIGIN}/2", SECRET)
    ) as made:
        assert made.tick() == Report(signed=2)


def test_what_is_put_right_is_signed_again(database: str, ledger: Ledger, tmp_path: Path) -> None:
    kept = leaves(database, ONE)[2]
    behind_its_back(
        database,
        f"UPDATE history_leaves SET leaf_hash = sha256('x') WHERE leaf_index = 2 AND log = '{ONE}'",
    )
    say(ledger, ONE, 1)
    with signer(database, tmp_path) as made:
        assert ONE in made.tick().refused
        behind_its_back(
            database,
            f"UPDATE history_leaves SET leaf_hash = '\\x{kept.hex()}'"
            f" WHERE leaf_index = 2 AND log = '{ONE}'",
        )
        assert made.rederive() == {}
        assert made.tick() == Report(signed=1)
    assert rows(database, "SELECT * FROM history_alarms") == []


def test_a_server_that_may_not_keep_what_it_acknowledges(
    database: str, ledger: Ledger, tmp_path: Path
) -> None:
    say(ledger, ONE, 1)

    def careless(_: psycopg.Connection[Any]) -> Server:
        return Server(in_recovery=False, fsync=False, synchronous_commit="on", standby_names="")

    with signer(database, tmp_path, server=careless) as made:
        report = made.tick()
    assert report.signed == 0
    assert "fsync off" in report.refused[SERVICE_LOG]


def test_what_no_synchronous_standby_has_yet(
    database: str,
    ledger: Ledger,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("interfaces.signer.signer.PATIENCE", 0.05)
    say(ledger, ONE, 1)

    def replicated(_: psycopg.Connection[Any]) -> Server:
        return Server(
            in_recovery=False, fsync=True, synchronous_commit="on", standby_names="ANY 1 (a, b)"
        )

    with signer(database, tmp_path, server=replicated) as made:
        report = made.tick()
    assert report == Report(waiting="0 of 1 synchronous standbys have flushed what was read")
    assert tick(database, tmp_path) == Report(signed=1)
