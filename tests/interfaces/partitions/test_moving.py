"""A relationship moves to another partition whole, and life goes on where it is."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest

from domain.history.checkpoint import Checkpoint
from domain.history.note import Note
from domain.history.proof import ConsistencyProof
from domain.parties.facts import Role
from http_answers import done, problem
from http_cast import Cast, open_negotiation, path_of
from http_world import Caller, World, open_world
from interfaces.partitions import routes
from interfaces.partitions.moving import CannotMove, Mover
from interfaces.partitions.routes import Routes
from parted import Town, move, mover_of

pytestmark = pytest.mark.postgres

BRINGING = ("begun", "expected", "copied ahead", "fenced", "copied", "shown", "proved")
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
    """Bring on two parties and their auditor, in a relationship that lives somewhere."""
    town.settling.place = place
    fresh.number += 1  # type: ignore[attr-defined]
    return town.world.cast(f"fresh{fresh.number}-")  # type: ignore[attr-defined]


fresh.number = 0  # type: ignore[attr-defined]


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
    later = checkpoint(cast)
    assert later.size == root.size + 2
    answer = cast.client[Role.LEGAL].get(f"{cast.path}/checkpoint/consistency", old=root.size)
    assert answer.status_code == 200, answer.text
    assert ConsistencyProof
    listed = done(cast.client[Role.LEGAL].get("/relationships"))["items"]
    assert [one["id"] for one in listed] == [cast.relationship]
