"""The signer on a real database: what it signs, and what it remembers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.ledger import Ledger
from domain.history.checkpoint import SERVICE_LOG, Checkpoint
from domain.history.merkle import root_of
from interfaces.postgres.persistence import ledger_env
from interfaces.signer.books import SignersBooks
from interfaces.signer.errors import SignerRefuses
from interfaces.signer.memory import Memory, Round
from interfaces.signer.signer import Report, Seal
from signed_logs import (
    NOW,
    ONE,
    OTHER,
    another_home,
    behind_its_back,
    crash,
    latest,
    leaves,
    rows,
    say,
    tick,
)
from signers import ORIGIN, signer


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with Ledger(ledger_env(database)) as opened:
        yield opened


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
    def test_acrash_before_publishing_publishes_what_was_signed_and_signs_nothing_anew(
        self,
        database: str,
        ledger: Ledger,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        say(ledger, ONE, 3)
        with monkeypatch.context() as patched, signer(database, tmp_path) as made:
            patched.setattr(SignersBooks, "publish", crash)
            with pytest.raises(KeyboardInterrupt):
                made.tick()
        assert rows(database, "SELECT * FROM history_checkpoints") == []
        say(ledger, ONE, 2)
        assert tick(database, tmp_path) == Report(signed=1)
        assert rows(
            database,
            f"SELECT size, service_index FROM history_checkpoints WHERE log = '{ONE}' ORDER BY 1",
        ) == [(3, 0), (5, 1)]

    def test_acrash_after_publishing_publishes_nothing_twice(
        self,
        database: str,
        ledger: Ledger,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        say(ledger, ONE, 3)
        with monkeypatch.context() as patched, signer(database, tmp_path) as made:
            patched.setattr(Memory, "published", crash)
            with pytest.raises(KeyboardInterrupt):
                made.tick()
        assert tick(database, tmp_path) == Report()
        assert rows(database, "SELECT count(*) FROM history_checkpoints") == [(2,)]

    def test_a_signer_without_its_memory_does_not_start(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 3)
        tick(database, another_home(tmp_path, "one"))
        with (
            pytest.raises(SignerRefuses, match="signer that forgot"),
            signer(database, another_home(tmp_path, "other")),
        ):
            pass

    def test_told_to_it_takes_what_is_published_for_what_it_signed(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 3)
        say(ledger, OTHER, 3)
        tick(database, another_home(tmp_path, "one"))
        home = another_home(tmp_path, "other")
        with signer(database, home, adopt=True) as made:
            assert made.tick() == Report()
            say(ledger, ONE, 2)
            assert made.tick() == Report(signed=1)
        assert latest(database, ONE).root == root_of(leaves(database, ONE))

    def test_told_to_it_still_takes_no_history_that_leads_elsewhere(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        say(ledger, ONE, 3)
        tick(database, another_home(tmp_path, "one"))
        behind_its_back(
            database, "UPDATE history_leaves SET leaf_hash = sha256('x') WHERE leaf_index = 1"
        )
        home = another_home(tmp_path, "other")
        with (
            pytest.raises(SignerRefuses, match="do not lead to"),
            signer(database, home, adopt=True),
        ):
            pass

    def test_an_older_memory_does_not_start_either(
        self, database: str, ledger: Ledger, tmp_path: Path
    ) -> None:
        home = another_home(tmp_path, "one")
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


def test_the_memory_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.remember(Round(NOW))
    memory.close()
    assert (tmp_path / "memory.sqlite").stat().st_mode & 0o077 == 0
