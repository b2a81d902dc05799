"""Listings may come from a standby, and then they are what the primary would have answered."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from application.projections.audit_trail import AuditRow
from application.projections.base import Query, StrayRowError
from domain.negotiation.commands import Comment
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from faults.installation import until
from faults.pair import Pair, stream_of
from interfaces.composition import House, open_house
from interfaces.http.routes.health import ready
from interfaces.postgres import replica as replica_module
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.migrate import migrate
from interfaces.postgres.views import statement
from interfaces.settings import Settings
from standby import Standby, followed

pytestmark = pytest.mark.postgres
EVERYTHING = Query(limit=1000, everybodys=True)


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """Lend a directory that the servers' account may pass through."""
    made = Path(tempfile.mkdtemp(prefix="parley-replica-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def primary(directory: Path) -> Iterator[EmbeddedPostgres]:
    """Start a primary of this module's own."""
    server = followed(directory / "primary")
    migrate(server.ensure_database())
    yield server
    server.discard()


@pytest.fixture(scope="module")
def standby(primary: EmbeddedPostgres, directory: Path) -> Iterator[Standby]:
    """Start a standby of it."""
    follower = Standby(primary, directory / "standby")
    yield follower
    follower.discard()


class Ground:
    """A house with a replica, and a negotiation to record something in."""

    def __init__(self, house: House, standby: Standby) -> None:
        self.house = house
        self.standby = standby
        self.pair = Pair(house.ledger).enter()
        self.stream = stream_of(self.pair.negotiation())
        self._said = 0
        self.settle()

    def settle(self) -> None:
        """Bring the views up to date, and the standby with them."""
        self.house.follower.catch_up()
        self.standby.catch_up()

    def say(self) -> None:
        """Record something, and have the views take it in."""
        self.record()
        self.house.follower.catch_up()

    def record(self) -> None:
        """Record something that the views do not know of yet."""
        self._said += 1
        comment = Comment(f"comment-{self._said}", Side.CLIENT, f"this is {self._said}")
        self.pair.record(NEGOTIATION, self.stream, comment)

    def shown(self) -> list[AuditRow]:
        """Return what a reader is shown."""
        return self.house.shown.view(self.house.projections.audit_trail).find(EVERYTHING)

    def kept(self) -> list[AuditRow]:
        """Return what the primary holds."""
        return self.house.store.view(self.house.projections.audit_trail).find(EVERYTHING)

    def outcome(self, act: Callable[[], object]) -> str:
        """Return what became of the one question that an act puts to the replica."""
        assert self.house.replica is not None
        before = asdict(self.house.replica.standing())
        act()
        after = asdict(self.house.replica.standing())
        counts = ("answered", "elsewhere", "unanswered")
        return " and ".join(what for what in counts if after[what] != before[what]) or "not asked"


@pytest.fixture
def ground(
    primary: EmbeddedPostgres, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Ground]:
    """Open a house that has the standby for its replica; it forgives at once."""
    monkeypatch.setattr(replica_module, "REST", 0.2)
    with open_house(primary.dsn(), settings=Settings(replica=standby.dsn())) as house:
        made = Ground(house, standby)
        until("the replica answers", lambda: made.outcome(made.shown) == "answered")
        yield made


def test_a_replica_that_stands_where_the_primary_does_answers(ground: Ground) -> None:
    assert ground.outcome(ground.shown) == "answered"
    assert ground.shown() == ground.kept() != []


def test_what_was_just_recorded_is_shown_though_the_replica_has_not_come_to_it(
    ground: Ground,
) -> None:
    ground.standby.pause()
    try:
        ground.say()
        assert ground.outcome(ground.shown) == "elsewhere"
        assert ground.shown() == ground.kept()
        assert "this is 1" in str(ground.shown()[-1])
    finally:
        ground.standby.resume()
    assert ground.outcome(ground.shown) == "answered"
    assert ground.shown() == ground.kept()


def test_nothing_is_shown_that_the_primary_does_not_hold_for_kept_yet(
    ground: Ground, primary: EmbeddedPostgres
) -> None:
    kept = ground.kept()
    ground.record()
    with psycopg.connect(primary.dsn(), autocommit=True) as control:
        control.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody_there'")
        control.execute("ALTER SYSTEM SET synchronous_commit = 'on'")
        control.execute("SELECT pg_reload_conf()")
        # The view moves on in a commit that the standby replays and nobody confirms.
        writer = Thread(target=ground.house.follower.catch_up, daemon=True)
        try:
            writer.start()
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            until("a commit waits", lambda: control.execute(waiting.encode()).fetchone() != (0,))
            ground.standby.catch_up()
            with open_house(ground.standby.dsn()) as unguarded:
                trail = unguarded.projections.audit_trail
                assert len(unguarded.store.view(trail).find(EVERYTHING)) == len(kept) + 1
            assert ground.outcome(ground.shown) == "elsewhere"
            assert ground.shown() == kept
        finally:
            control.execute("ALTER SYSTEM RESET synchronous_standby_names")
            control.execute("ALTER SYSTEM RESET synchronous_commit")
            control.execute("SELECT pg_reload_conf()")
            writer.join()
    assert len(ground.kept()) == len(kept) + 1


def test_a_replica_that_is_away_is_missed_by_nobody(ground: Ground) -> None:
    ground.standby.stop()
    try:
        assert ground.outcome(ground.shown) == "unanswered"
        ground.say()
        assert ground.shown() == ground.kept()
    finally:
        ground.standby.start()
    ground.settle()
    until("it is asked again", lambda: ground.outcome(ground.shown) == "answered")
    assert ground.shown() == ground.kept()


def test_a_replica_that_says_nothing_is_not_waited_for(ground: Ground) -> None:
    ground.standby.freeze()
    try:
        assert ground.outcome(ground.shown) == "unanswered"
        assert ground.shown() == ground.kept()
    finally:
        ground.standby.thaw()


def test_while_a_replica_rests_it_is_not_asked(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica_module, "REST", 3600.0)
    assert ground.house.replica is not None
    ground.standby.stop()
    try:
        assert ground.outcome(ground.shown) == "unanswered"
        resting = ground.house.replica.standing()
        assert ground.shown() == ground.kept()
        assert (resting.resting, ground.house.replica.standing()) == (True, resting)
    finally:
        ground.standby.start()


def test_another_installations_database_is_never_asked(
    primary: EmbeddedPostgres, database: str
) -> None:
    with open_house(primary.dsn(), settings=Settings(replica=database)) as house:
        assert house.replica is not None
        Pair(house.ledger).enter()
        house.follower.catch_up()
        trail = house.projections.audit_trail
        assert house.shown.view(trail).find(EVERYTHING) == house.store.view(trail).find(EVERYTHING)
        assert house.replica.standing().answered == 0
        assert house.replica.standing().unanswered == 1


def test_a_row_of_the_replica_that_was_not_asked_for_is_shown_to_nobody(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybodys = statement("audit_trail", EVERYTHING)
    monkeypatch.setattr(replica_module, "statement", lambda _name, _query: everybodys)
    trail = ground.house.shown.view(ground.house.projections.audit_trail)
    with pytest.raises(StrayRowError):
        trail.find(Query(relationship="relationship-of-strangers"))


def test_readiness_tells_of_the_replica(ground: Ground) -> None:
    told = ready(ground.house).replica
    assert told is not None
    assert (told.resting, told.answered > 0) == (False, True)


def test_readiness_says_nothing_of_a_replica_where_there_is_none(database: str) -> None:
    with open_house(database) as house:
        assert ready(house).replica is None
