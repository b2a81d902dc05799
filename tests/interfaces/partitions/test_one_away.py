"""One of two servers is lost at any step of a move, or before, or while it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from psycopg import OperationalError
from typer.testing import CliRunner

from application.errors import PartitionAway
from domain.parties.facts import Role
from faults.installation import until
from http_answers import done, problem
from http_cast import Cast, invite, open_negotiation, path_of
from http_world import World, open_world
from interfaces.cli.answers import Said
from interfaces.cli.main import app
from interfaces.composition import open_house
from interfaces.partitions import moving, routes
from interfaces.partitions.moving import CannotMove, Mover, open_mover
from interfaces.partitions.opening import prepare_partitions
from interfaces.partitions.routes import Routes
from interfaces.postgres import reach
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.migrate import migrate
from interfaces.settings import Settings
from parted import Databases

pytestmark = pytest.mark.postgres

STEPS = (
    "begun", "expected", "copied ahead", "fenced", "copied", "shown", "proved", "switched",
    "waited", "opened",
)  # fmt: skip
UNDONE = STEPS[: STEPS.index("proved")]
"""Who was lost after the last of these was switched to all the same: home alone says so."""


class Two:
    """A service over two servers of its own, the second of which can be lost."""

    def __init__(self, world: World, databases: Databases, east: EmbeddedPostgres) -> None:
        self.world = world
        self.databases = databases
        self.east = east
        self.cast: Cast = world.cast()

    def fresh(self) -> tuple[Cast, str]:
        """Return a new relationship, which lives at home, and where to comment in it."""
        begun = invite(self.cast.provider, self.cast.client)
        path = f"/relationships/{begun['id']}"
        joining = {"their_keys": begun["keys"]["provider"]}
        done(self.cast.client[Role.NEGOTIATOR].post(f"{path}/joining", joining, if_match="*"))
        cast = replace(self.cast, relationship=begun["id"])
        talk = path_of(open_negotiation(cast)["id"])
        self.world.settle()
        return cast, talk

    @contextmanager
    def mover(self) -> Iterator[Mover]:
        """Lend a mover as the command does, which begins anew each time."""
        settings = Settings(home=self.world.home, partitions=self.databases.setting)
        with (
            open_house(self.databases.home, settings=settings) as house,
            open_mover(self.databases.all, house) as mover,
        ):
            yield mover

    def move(self, relationship: str) -> None:
        with self.mover() as mover:
            mover.move(relationship, "east")

    def move_losing_it(self, relationship: str, *, after: str) -> None:
        """Begin a move, and lose the second server when a step of it is done."""

        def lose(done_by_now: str) -> None:
            if done_by_now == after:
                self.east.stop()

        with self.mover() as mover, pytest.raises((OperationalError, PartitionAway)):
            mover.move(relationship, "east", lose)

    def back(self) -> None:
        """Bring the second server back, and wait until the worker has noticed."""
        self.east.start()
        until("the worker goes on", self._works)

    def _works(self) -> bool:
        try:
            self.world.settle()
        except (OperationalError, PartitionAway):
            return False
        return True

    def under_way(self) -> int:
        query = "SELECT FROM partition_moves WHERE ended_at IS NULL"
        with psycopg.connect(self.databases.home) as connection:
            return connection.execute(query).rowcount


@pytest.fixture(scope="module")
def _two(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    directory = tmp_path_factory.mktemp("east")
    for passed in (directory, *directory.parents[:2]):
        passed.chmod(0o711)
    east = EmbeddedPostgres(directory / "postgres", durable=False).start()
    databases = Databases(
        postgres.ensure_database(f"home_{uuid4().hex}"), {"east": east.ensure_database()}
    )
    migrate(databases.home)
    prepare_partitions(databases.home, databases.others)
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Routes, "place", lambda _self, _relationship: "home")
        patched.setattr(routes, "LEASE", 0.0)
        patched.setattr(moving, "GRACE", 0.0)
        patched.setattr(reach, "REST", 0.0)
        with open_world(databases.home, home, partitions=databases.setting) as world:
            yield Two(world, databases, east)
    east.discard()


@pytest.fixture
def two(_two: Two) -> Iterator[Two]:
    """Lend the two servers; whichever is lost is back after."""
    yield _two
    _two.back()


@pytest.mark.parametrize("step", STEPS)
def test_a_move_whose_target_is_lost_after_a_step_is_gone_on_with(two: Two, step: str) -> None:
    cast, talk = two.fresh()
    client = cast.client[Role.NEGOTIATOR]
    two.move_losing_it(cast.relationship, after=step)
    two.back()
    two.move(cast.relationship)
    assert set(two.databases.facts(cast.relationship)) == {"east"}
    done(client.post(f"{talk}/comments", {"text": "here we are"}), 201)
    assert two.under_way() == 0


@pytest.mark.parametrize("step", UNDONE)
def test_a_move_is_taken_back_while_its_target_is_away(two: Two, step: str) -> None:
    """Or whoever has lost a server could not work with what never went there."""
    cast, talk = two.fresh()
    client = cast.client[Role.NEGOTIATOR]
    two.move_losing_it(cast.relationship, after=step)
    with two.mover() as mover:
        mover.undo(cast.relationship)
    done(client.post(f"{talk}/comments", {"text": "still here"}), 201)
    assert two.under_way() == 0
    two.back()
    done(client.post(f"{talk}/comments", {"text": "and still"}), 201)
    two.move(cast.relationship)
    assert set(two.databases.facts(cast.relationship)) == {"east"}
    done(client.post(f"{talk}/comments", {"text": "gone on from what lay there"}), 201)


def test_a_move_to_or_from_who_does_not_answer_is_not_begun(two: Two) -> None:
    (here, _), (there, talk) = two.fresh(), two.fresh()
    two.move(there.relationship)
    two.east.stop()
    with two.mover() as mover:
        for relationship, place in ((here.relationship, "east"), (there.relationship, "home")):
            with pytest.raises(CannotMove, match="the partition 'east' does not answer"):
                mover.move(relationship, place)
            with pytest.raises(CannotMove, match="the partition 'east' does not answer"):
                mover.plan(relationship, place)
    assert two.under_way() == 0
    client = here.client[Role.NEGOTIATOR]
    problem(client.get(talk), 503, "partition-unavailable")
    two.back()
    done(client.get(talk))


def test_the_command_line_says_so_in_one_line(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    here, _ = two.fresh()
    monkeypatch.setenv("PARLEY_DATABASE", two.databases.home)
    monkeypatch.setenv("PARLEY_HOME", str(two.world.home))
    monkeypatch.setenv("PARLEY_PARTITIONS", two.databases.setting)
    two.east.stop()
    ran = CliRunner().invoke
    refusal = ran(app, ["partition", "move", here.relationship, "--to", "east"]).exception
    assert isinstance(refusal, Said)
    assert str(refusal).startswith("the partition 'east' does not answer: ")
    assert "\n" not in str(refusal)
    assert "east: does not answer" in ran(app, ["partition", "list"]).stdout
    assert isinstance(ran(app, ["migrate"]).exception, OperationalError), "nobody thinks it done"
    assert isinstance(ran(app, ["fsck"]).exception, OperationalError), "nor checked"
