"""A relationship moves to another partition whole, and life goes on where it is."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import psycopg
import pytest

from domain.history.checkpoint import Checkpoint
from domain.history.note import Note
from domain.history.proof import ConsistencyProof
from domain.parties.facts import Role
from http_answers import done, problem
from http_cast import Cast, invite, open_negotiation, path_of
from http_world import Caller, World
from interfaces.partitions.moving import CannotMove
from parted import Town, move, mover_of
from signers import KEY

pytestmark = pytest.mark.postgres

BRINGING = ("begun", "expected", "copied ahead", "fenced", "copied", "shown", "proved")
FENCED = ("fenced", "copied", "shown", "proved", "switched", "waited")
KEY_REUSED = "idempotency-key-reused"
STEPS = (*BRINGING, "switched", "waited", "opened", "cleared")


class Killed(Exception):  # noqa: N818 - it says what happens
    """Somebody ends the command between two steps."""


def after(step: str) -> Callable[[str], None]:
    """Kill whoever has just done a step."""

    def kill(done: str) -> None:
        if done == step:
            raise Killed

    return kill


def fresh(town: Town, place: str) -> Cast:
    """Return a new relationship of two parties that work together already, and where it lives."""
    town.settling.place = place
    provider, client = town.home.provider, town.home.client
    relationship = invite(provider, client)
    path = f"/relationships/{relationship['id']}"
    joining = {"their_keys": relationship["keys"]["provider"]}
    done(client[Role.NEGOTIATOR].post(f"{path}/joining", joining, if_match="*"))
    return replace(town.home, relationship=relationship["id"])


def own(cast: Cast, key: str) -> str:
    """Return a key that nobody used for another relationship."""
    return f"{key}-{cast.relationship}"


def talk(cast: Cast) -> tuple[Caller, str]:
    """Open a negotiation; return who comments in it, and where."""
    return cast.client[Role.NEGOTIATOR], f"{path_of(open_negotiation(cast)['id'])}/comments"


def trail(cast: Cast, world: World) -> list[tuple[str, int]]:
    """Return the audit trail as it is read over HTTP: every fact once, in order."""
    world.settle()
    found: list[tuple[str, int]] = []
    more: dict[str, str] = {}
    while True:
        page = done(cast.client[Role.LEGAL].get(f"{cast.path}/audit-trail", limit=100, **more))
        found += [(one["stream"], one["version"]) for one in page["items"]]
        if page["next"] is None:
            return found
        more = {"after": page["next"]}


def history_in(archive: bytes, relationship: str) -> dict[str, str]:
    """Return the digests of what a bundle holds of a relationship's own history."""
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        return {
            name: sha256(opened.read(name)).hexdigest()
            for name in opened.namelist()
            if relationship in name and not name.startswith("proofs/")
        }


def bundle(cast: Cast, contract_path: str) -> dict[str, str]:
    answer = cast.client[Role.LEGAL].get(f"{contract_path}/audit")
    assert answer.status_code == 200, answer.text
    return history_in(answer.content, cast.relationship)


def checkpoint(cast: Cast) -> Checkpoint:
    text = cast.client[Role.LEGAL].get(f"{cast.path}/checkpoint").text
    return Checkpoint.parse(Note.parse(text).text)


def test_what_moves_is_what_was_there_and_life_goes_on(town: Town) -> None:
    cast = fresh(town, "home")
    world = town.world
    deal = world.strike_a_deal(cast)
    world.sign()
    trail_before, before = trail(cast, world), bundle(cast, deal.contract_path)
    root = checkpoint(cast)
    assert move(world, town.databases, cast.relationship, "east") == list(STEPS)
    assert set(town.databases.facts(cast.relationship)) == {"east"}
    assert bundle(cast, deal.contract_path) == before
    assert trail(cast, world) == trail_before
    client, comments = talk(cast)
    done(client.post(comments, {"text": "here we are"}), 201)
    world.sign()
    assert checkpoint(cast).size == root.size + 2
    listed = done(cast.client[Role.LEGAL].get("/relationships", limit=100))["items"]
    assert [one["id"] for one in listed].count(cast.relationship) == 1


def test_what_is_held_of_the_history_before_is_continued_after(town: Town) -> None:
    cast = fresh(town, "east")
    client, comments = talk(cast)
    town.world.sign()
    held = checkpoint(cast)
    move(town.world, town.databases, cast.relationship, "west")
    done(client.post(comments, {"text": "here we are"}), 201)
    town.world.sign()
    answer = cast.client[Role.LEGAL].get(f"{cast.path}/checkpoint/consistency", old=held.size)
    later = ConsistencyProof.parse(answer.text).check(held, KEY.named(held.origin))
    assert later.checkpoint.size == held.size + 1


def test_it_moves_into_home_and_out_and_back_again(town: Town) -> None:
    cast = fresh(town, "east")
    client, comments = talk(cast)
    sent = {"text": "said in the east"}
    first = done(client.post(comments, sent, key=own(cast, "said-once")), 201)
    before = trail(cast, town.world)
    for place in ("home", "west", "home", "east"):
        move(town.world, town.databases, cast.relationship, place)
        assert set(town.databases.facts(cast.relationship)) == {place}
        assert done(client.post(comments, sent, key=own(cast, "said-once")), 201) == first
        problem(
            client.post(comments, {"text": "else"}, key=own(cast, "said-once")), 422, KEY_REUSED
        )
        done(client.post(comments, {"text": f"said in {place}"}), 201)
    after = trail(cast, town.world)
    assert after[: len(before)] == before
    assert len(after) == len(before) + 4


@pytest.mark.parametrize("step", STEPS)
def test_a_move_that_was_killed_after_a_step_is_gone_on_with(town: Town, step: str) -> None:
    cast = fresh(town, "home")
    client, comments = talk(cast)
    before = trail(cast, town.world)
    killed_after(town, cast, "west", step)
    answer = client.post(comments, {"text": "meanwhile"}, key=own(cast, "meanwhile"))
    if step in FENCED:
        problem(answer, 503, "relationship-moving")
        assert answer.headers["Retry-After"]
    else:
        done(answer, 201)
    move(town.world, town.databases, cast.relationship, "west")
    said = done(client.post(comments, {"text": "meanwhile"}, key=own(cast, "meanwhile")), 201)
    assert said["version"] == 2
    assert set(town.databases.facts(cast.relationship)) == {"west"}
    assert trail(cast, town.world)[: len(before)] == before
    assert town.databases.ask("home", "SELECT FROM partition_moves WHERE ended_at IS NULL") == []


@pytest.mark.parametrize("step", BRINGING)
@pytest.mark.parametrize(("source", "target"), [("home", "west"), ("west", "home")])
def test_a_move_that_was_killed_is_undone(town: Town, step: str, source: str, target: str) -> None:
    cast = fresh(town, source)
    client, comments = talk(cast)
    done(client.post(comments, {"text": "before"}, key=own(cast, "before")), 201)
    before = trail(cast, town.world)
    killed_after(town, cast, target, step)
    with mover_of(town.world, town.databases) as mover:
        mover.undo(cast.relationship)
    done(client.post(comments, {"text": "before"}, key=own(cast, "before")), 201)
    assert trail(cast, town.world) == before
    assert set(town.databases.facts(cast.relationship)) == {source}
    done(client.post(comments, {"text": "after"}), 201)
    move(town.world, town.databases, cast.relationship, target)
    assert set(town.databases.facts(cast.relationship)) == {target}
    done(client.post(comments, {"text": "before"}, key=own(cast, "before")), 201)


def killed_after(town: Town, cast: Cast, target: str, step: str) -> None:
    with mover_of(town.world, town.databases) as mover, pytest.raises(Killed):
        mover.move(cast.relationship, target, after(step))


@pytest.mark.parametrize("step", ["switched", "waited", "opened", "cleared"])
def test_what_is_switched_is_not_undone(town: Town, step: str) -> None:
    cast = fresh(town, "east")
    killed_after(town, cast, "home", step)
    with (
        mover_of(town.world, town.databases) as mover,
        pytest.raises(CannotMove, match="lives in home by now"),
    ):
        mover.undo(cast.relationship)
    move(town.world, town.databases, cast.relationship, "home")
    assert set(town.databases.facts(cast.relationship)) == {"home"}


SPOILT = {
    "fact": "UPDATE ledger_events SET state = state || ' ' WHERE originator_id = %s",
    "leaf": "UPDATE history_leaves SET leaf_hash = sha256('x') WHERE stream = %s",
    "row": 'UPDATE view_rows SET row = row || \'{"title": "another"}\' WHERE stream = %s',
    "key": "DELETE FROM ledger_keys WHERE stream = %s",
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_copy_that_is_not_the_original_is_found_out_and_undone(town: Town, what: str) -> None:
    cast = fresh(town, "home")
    client, comments = talk(cast)
    stream = trail(cast, town.world)[-1][0]

    def spoil(step: str) -> None:
        if step == "shown":
            with psycopg.connect(town.databases.others["west"]) as connection:
                assert connection.execute(SPOILT[what].encode(), (stream,)).rowcount

    with (
        mover_of(town.world, town.databases) as mover,
        pytest.raises(CannotMove, match="the copy is not the original"),
    ):
        mover.move(cast.relationship, "west", spoil)
    assert set(town.databases.facts(cast.relationship)) == {"home"}
    done(client.post(comments, {"text": "still here"}), 201)


def test_nothing_that_follows_of_itself_follows_twice(town: Town) -> None:
    """Policies see every fact again where it arrives; what they did they do not do again."""
    cast = fresh(town, "home")
    deal = town.world.strike_a_deal(cast)
    told = town.databases.ask("home", "SELECT count(*) FROM notices")
    before = trail(cast, town.world)
    move(town.world, town.databases, cast.relationship, "east")
    assert trail(cast, town.world) == before
    assert town.databases.ask("home", "SELECT count(*) FROM notices") == told
    town.world.tick()
    assert trail(cast, town.world) == before
    shown = done(cast.client[Role.LEGAL].get(deal.contract_path))
    assert shown["status"] == "in-force"


def test_what_makes_no_sense_is_refused(town: Town) -> None:
    cast = town.east
    strangers = f"relationship-{'0' * 26}"
    with mover_of(town.world, town.databases) as mover:
        for relationship, place, because in (
            (cast.relationship, "east", "lives in east already"),
            (cast.relationship, "north", "no partition 'north'"),
            (strangers, "east", f"there is no {strangers}"),
            (cast.client.id, "east", f"there is no {cast.client.id}"),
        ):
            with pytest.raises(CannotMove, match=because):
                mover.move(relationship, place)
        with pytest.raises(CannotMove, match="not on its way"):
            mover.undo(cast.relationship)
        with (
            pytest.raises(CannotMove, match="one at a time"),
            mover_of(town.world, town.databases),
        ):
            pass
        planned = mover.plan(cast.relationship, "west")
    assert (planned.source, planned.target, planned.under_way) == ("east", "west", False)
    assert planned.facts == town.databases.facts(cast.relationship)["east"]
