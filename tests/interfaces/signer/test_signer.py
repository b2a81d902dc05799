"""The signer on a real database: what it signs, what it remembers, and what it will not sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.ledger import Act, Ledger, Step
from domain.history.checkpoint import SERVICE_LOG, Checkpoint, open_checkpoint
from domain.history.merkle import root_of
from domain.negotiation.commands import Comment, OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from interfaces.postgres.persistence import ledger_env
from interfaces.signer.books import SignersBooks
from interfaces.signer.durability import Server
from interfaces.signer.errors import SignerRefuses
from interfaces.signer.memory import Memory, Round
from interfaces.signer.signer import Report, Seal
from signers import KEY, ORIGIN, SECRET, signer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE, OTHER = "relationship-a", "relationship-b"


def tick(database: str, home: Path) -> Report:
    with signer(database, home) as made:
        return made.tick()


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with Ledger(ledger_env(database)) as opened:
        yield opened


def say(ledger: Ledger, log: str, times: int, word: str = "hello") -> None:
    """Add facts to a log: the first time it is opened, too."""
    stream = f"{log}/negotiation-x"
    before = ledger.load(NEGOTIATION, stream).version
    if before == 0:
        opening = OpenNegotiation(NewAgreement(), Side.CLIENT, "Orders")
        ledger.perform(Act("p", None, NOW, f"{stream} 0"), Step(NEGOTIATION, stream, opening))
        before, times = 1, times - 1
    for number in range(before, before + times):
        words = Comment(f"comment-{number}", Side.CLIENT, word)
        act = Act("p", None, NOW, f"{stream} {number} {word}")
        ledger.perform(act, Step(NEGOTIATION, stream, words))


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()


def behind_its_back(database: str, *statements: str) -> None:
    """Do as an operator with every right could, past every trigger."""
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def leaves(database: str, log: str) -> list[bytes]:
    query = "SELECT leaf_hash FROM history_leaves WHERE log = %s ORDER BY leaf_index"
    with psycopg.connect(database) as connection:
        return [leaf for (leaf,) in connection.execute(query, (log,))]


def latest(database: str, log: str) -> Checkpoint:
    """Return a log's latest checkpoint, checked by the signer's key."""
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT note FROM history_checkpoints WHERE log = %s ORDER BY size DESC LIMIT 1", (log,)
        ).fetchone()
    assert found is not None
    return open_checkpoint(found[0], KEY.named(f"{ORIGIN}/{log}")).checkpoint


SET_BACK = (
    "DELETE FROM ledger_events WHERE originator_version > {0} AND originator_id LIKE '{1}/%'",
    "DELETE FROM history_leaves WHERE version > {0} AND log = '{1}'",
    "UPDATE history_logs SET size = {0} WHERE log = '{1}'",
)


def set_back(database: str, log: str, size: int) -> None:
    """Cut a log off, and its facts, in such a way that all that is left fits together."""
    behind_its_back(database, *(statement.format(size, log) for statement in SET_BACK))


class TestWhatItSigns:
    def test_each_log_that_grew_and_all_of_them_together(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 5)
        say(ledger, OTHER, 3)
        assert tick(database, tmp_path) == Report(signed=2)
        assert latest(database, ONE).root == root_of(leaves(database, ONE))
        assert latest(database, OTHER).size == 3
        service = latest(database, SERVICE_LOG)
        assert service.root == root_of([latest(database, log).leaf() for log in (ONE, OTHER)])

    def test_nothing_twice(self, database: str, ledger: Ledger, tmp_path: Path) -> None:
        say(ledger, ONE, 5)
        tick(database, tmp_path)
        assert tick(database, tmp_path) == Report()
        assert rows(database, "SELECT count(*) FROM history_checkpoints") == [(2,)]

    def test_only_what_grew_since_the_tick_before(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        with signer(database, tmp_path) as made:
            say(ledger, ONE, 2)
            say(ledger, OTHER, 2)
            made.tick()
            say(ledger, OTHER, 1)
            assert made.tick() == Report(signed=1)
        assert rows(database, "SELECT log, size FROM history_checkpoints ORDER BY 1, 2") == [
            (ONE, 2),
            (OTHER, 2),
            (OTHER, 3),
            (SERVICE_LOG, 2),
            (SERVICE_LOG, 3),
        ]

    def test_a_history_longer_than_a_round_in_several(
        self,
        database: str,
        ledger: Ledger,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("interfaces.signer.signer.MOST", 10)
        say(ledger, ONE, 25)
        with signer(database, tmp_path) as made:
            assert [made.tick().signed for _ in range(4)] == [1, 1, 1, 0]
        assert latest(database, ONE) == Checkpoint(
            f"{ORIGIN}/{ONE}", 25, root_of(leaves(database, ONE))
        )

    def test_what_is_recorded_while_it_reads_the_next_time(
        self,
        database: str,
        ledger: Ledger,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        say(ledger, ONE, 2)
        read = SignersBooks.head

        def head_and_more(books: SignersBooks) -> int:
            seen = read(books)
            if len(leaves(database, ONE)) < 6:
                say(ledger, ONE, 2)
                say(ledger, OTHER, 1)
            return seen

        monkeypatch.setattr(SignersBooks, "head", head_and_more)
        with signer(database, tmp_path) as made:
            assert made.tick() == Report(signed=1)
            assert latest(database, ONE).size == 2
            assert made.tick() == Report(signed=2)
            made.tick()
        assert latest(database, ONE).root == root_of(leaves(database, ONE))
        assert latest(database, OTHER).root == root_of(leaves(database, OTHER))

    def test_each_subtree_of_sixteen_leaves_and_more_is_published(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 35)
        tick(database, tmp_path)
        made = leaves(database, ONE)
        assert rows(database, "SELECT level, at, hash FROM history_nodes ORDER BY 1, 2") == [
            (4, 0, root_of(made[:16])),
            (4, 1, root_of(made[16:32])),
            (5, 0, root_of(made[:32])),
        ]


class TestWhatItRemembers:
    def test_a_crash_before_publishing_publishes_what_was_signed_and_signs_nothing_anew(
        self,
        database: str,
        ledger: Ledger,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        say(ledger, ONE, 3)
        with monkeypatch.context() as patched, signer(database, tmp_path) as made:
            patched.setattr(SignersBooks, "publish", _crash)
            with pytest.raises(KeyboardInterrupt):
                made.tick()
        assert rows(database, "SELECT * FROM history_checkpoints") == []
        say(ledger, ONE, 2)
        assert tick(database, tmp_path) == Report(signed=1)
        assert rows(
            database,
            f"SELECT size, service_index FROM history_checkpoints WHERE log = '{ONE}' ORDER BY 1",
        ) == [(3, 0), (5, 1)]

    def test_a_crash_after_publishing_publishes_nothing_twice(
        self,
        database: str,
        ledger: Ledger,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        say(ledger, ONE, 3)
        with monkeypatch.context() as patched, signer(database, tmp_path) as made:
            patched.setattr(Memory, "published", _crash)
            with pytest.raises(KeyboardInterrupt):
                made.tick()
        assert tick(database, tmp_path) == Report()
        assert rows(database, "SELECT count(*) FROM history_checkpoints") == [(2,)]

    def test_a_signer_without_its_memory_does_not_start(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 3)
        tick(database, _home(tmp_path, "one"))
        with (
            pytest.raises(SignerRefuses, match="signer that forgot"),
            signer(database, _home(tmp_path, "other")),
        ):
            pass

    def test_told_to_it_takes_what_is_published_for_what_it_signed(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 3)
        say(ledger, OTHER, 3)
        tick(database, _home(tmp_path, "one"))
        home = _home(tmp_path, "other")
        with signer(database, home, adopt=True) as made:
            assert made.tick() == Report()
            say(ledger, ONE, 2)
            assert made.tick() == Report(signed=1)
        assert latest(database, ONE).root == root_of(leaves(database, ONE))

    def test_told_to_it_still_takes_no_history_that_leads_elsewhere(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 3)
        tick(database, _home(tmp_path, "one"))
        behind_its_back(
            database, "UPDATE history_leaves SET leaf_hash = sha256('x') WHERE leaf_index = 1"
        )
        home = _home(tmp_path, "other")
        with (
            pytest.raises(SignerRefuses, match="do not lead to"),
            signer(database, home, adopt=True),
        ):
            pass

    def test_an_older_memory_does_not_start_either(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        home = _home(tmp_path, "one")
        say(ledger, ONE, 3)
        tick(database, home)
        older = (home / "memory.sqlite").read_bytes()
        say(ledger, ONE, 3)
        tick(database, home)
        (home / "memory.sqlite").write_bytes(older)
        with pytest.raises(SignerRefuses, match="2 checkpoints are published and this memory"):
            tick(database, home)

    def test_a_memory_goes_with_one_key(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 3)
        tick(database, tmp_path)
        other = Ed25519PrivateKey.from_private_bytes(bytes(32))
        with (
            pytest.raises(SignerRefuses, match="is that of key"),
            signer(database, tmp_path, Seal(ORIGIN, other)),
        ):
            pass

    def test_a_memory_is_one_signer_s_at_a_time(self, database: str, tmp_path: Path) -> None:
        with signer(database, tmp_path), pytest.raises(SignerRefuses, match="another signer"):
            Memory(tmp_path)


class TestWhatItRefuses:
    @pytest.fixture(autouse=True)
    def signed(self, database: str, ledger: Ledger, tmp_path: Path) -> None:
        say(ledger, ONE, 6)
        say(ledger, OTHER, 3)
        tick(database, tmp_path)

    def test_a_log_that_was_set_back(self, database: str, tmp_path: Path) -> None:
        set_back(database, ONE, 4)
        report = tick(database, tmp_path)
        assert report.refused == {ONE: "it was signed with 6 leaves; leaf 4 is missing"}

    def test_a_log_that_was_set_back_while_it_ran(
        self, database: str, ledger: Ledger, tmp_path: Path
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
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        with signer(database, tmp_path) as made:
            made.tick()
            set_back(database, ONE, 4)
            say(ledger, ONE, 5, "otherwise")
            assert made.tick().refused == {ONE: "leaf 5 is not the one that was signed"}
        assert tick(database, tmp_path).refused == {
            ONE: "its first 6 leaves are not those that were signed"
        }

    def test_while_the_others_go_on(self, database: str, ledger: Ledger, tmp_path: Path) -> None:
        set_back(database, ONE, 4)
        say(ledger, OTHER, 1)
        assert tick(database, tmp_path).signed == 1
        assert latest(database, OTHER).size == 4
        assert latest(database, ONE).size == 6
        alarms = rows(database, "SELECT log, because FROM history_alarms")
        assert alarms == [(ONE, "it was signed with 6 leaves; leaf 4 is missing")]

    def test_a_whole_database_that_was_set_back(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
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

    def test_a_log_that_is_gone(self, database: str, tmp_path: Path) -> None:
        behind_its_back(
            database,
            f"DELETE FROM history_leaves WHERE log = '{OTHER}'",
            f"DELETE FROM history_logs WHERE log = '{OTHER}'",
        )
        refused = tick(database, tmp_path).refused
        assert refused == {OTHER: "it was signed with 3 leaves and has none"}

    def test_a_fact_rewritten_with_its_leaf(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
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
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        behind_its_back(database, f"DELETE FROM history_checkpoints WHERE log = '{OTHER}'")
        say(ledger, ONE, 1)
        report = tick(database, tmp_path)
        assert report == Report(
            refused={SERVICE_LOG: "it was signed with 2 leaves; leaf 1 is missing"}
        )

    def test_what_was_signed_and_cannot_be_published_any_more(
        self,
        database: str,
        ledger: Ledger,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        say(ledger, ONE, 2)
        with monkeypatch.context() as patched, signer(database, tmp_path) as made:
            patched.setattr(SignersBooks, "publish", _crash)
            with pytest.raises(KeyboardInterrupt):
                made.tick()
        set_back(database, ONE, 6)
        refused = tick(database, tmp_path).refused[SERVICE_LOG]
        assert "no longer holds the last of them" in refused

    def test_what_was_lost_for_good_is_signed_again_under_another_name_only(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        set_back(database, ONE, 4)
        say(ledger, ONE, 3, "otherwise")
        tables = ("checkpoints", "cosignatures", "nodes", "signers", "alarms")
        names = ", ".join(f"history_{table}" for table in tables)
        behind_its_back(database, f"TRUNCATE {names}")
        report = tick(database, tmp_path)
        assert report.refused[SERVICE_LOG] == "it was signed with 2 leaves and has none"
        behind_its_back(database, f"TRUNCATE {names}")
        with signer(database, _home(tmp_path, "second"), seal=Seal(f"{ORIGIN}/2", SECRET)) as made:
            assert made.tick() == Report(signed=2)

    def test_what_is_put_right_is_signed_again(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        kept = leaves(database, ONE)[2]
        behind_its_back(
            database,
            "UPDATE history_leaves SET leaf_hash = sha256('x')"
            f" WHERE leaf_index = 2 AND log = '{ONE}'",
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
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 1)

        def careless(_: psycopg.Connection[Any]) -> Server:
            return Server(in_recovery=False, fsync=False, synchronous_commit="on", standby_names="")

        with signer(database, tmp_path, server=careless) as made:
            report = made.tick()
        assert report.signed == 0
        assert "fsync off" in report.refused[SERVICE_LOG]

    def test_what_no_synchronous_standby_has_yet(
        self,
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


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


def _home(tmp_path: Path, name: str) -> Path:
    home = tmp_path / name
    home.mkdir()
    return home


def test_the_memory_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.remember(Round(NOW))
    memory.close()
    assert (tmp_path / "memory.sqlite").stat().st_mode & 0o077 == 0
