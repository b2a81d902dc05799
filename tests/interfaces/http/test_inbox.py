"""The inbox over HTTP: a part at a time, the soonest first, each side its own and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from agreements import simple_terms
from domain.parties.facts import Role
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import Cast, Organisation, offer, open_negotiation
from http_world import World

PARTS = ("yours", "sign", "risk", "either", "theirs", "due")


@pytest.fixture
def offers(world: World, cast: Cast) -> list[str]:
    """Let the provider make three offers; return the negotiations, the first one first."""
    found = [open_negotiation(cast)["id"] for _ in range(3)]
    for negotiation in found:
        offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    return found


def inbox(organisation: Organisation, role: str = Role.NEGOTIATOR) -> dict[str, list[Any]]:
    """Return what somebody finds in each part that holds something."""
    found = {part: done(organisation[role].get(f"/inbox/{part}"))["items"] for part in PARTS}
    return {part: items for part, items in found.items() if items}


def test_each_side_finds_what_waits_for_it_and_for_the_other(cast: Cast, offers: list[str]) -> None:
    theirs, ours = inbox(cast.provider), inbox(cast.client)
    assert [one["stream"] for one in theirs["theirs"]] == offers
    assert [one["stream"] for one in ours["yours"]] == offers
    assert [one["kind"] for one in ours["due"]] == ["offer-expires"] * 3
    assert ours.keys() == {"yours", "due"}
    first = ours["yours"][0]
    assert (first["about"], first["awaits"]) == ("Order management", "client")
    assert first["relationship"] == cast.relationship
    assert first["due"] == ours["due"][0]["due"]


def test_nobody_else_finds_any_of_it(world: World, cast: Cast, offers: list[str]) -> None:
    assert offers
    assert inbox(cast.auditor, Role.AUDITOR) == {}
    assert done(world.as_("somebody-new").get("/inbox/due"))["items"] == []
    stranger = Organisation(world, "stranger")
    stranger.appear()
    world.settle()
    assert inbox(stranger) == {}


def test_it_is_read_a_page_at_a_time(cast: Cast, offers: list[str]) -> None:
    first = done(cast.client["legal"].get("/inbox/yours", limit=2))
    last = done(cast.client["legal"].get("/inbox/yours", limit=2, after=first["next"]))
    assert [one["stream"] for one in first["items"]] == offers[:2]
    assert [one["stream"] for one in last["items"]] == offers[2:]
    assert last["next"] is None


def test_what_is_no_part_and_no_cursor_is_said_so(cast: Cast) -> None:
    problem(cast.client["legal"].get("/inbox/yours", after="nonsense"), 422, "cursor-malformed")
    assert cast.client["legal"].get("/inbox/everything").status_code in {404, 422}
