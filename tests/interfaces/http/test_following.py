"""Who follows live looks where something was recorded, and only there."""

from __future__ import annotations

from functools import partial

import anyio
import pytest

from application.access import Principal
from application.desk import Request
from application.projections.audit_trail import AuditRow
from http_answers import done
from http_cast import Cast, open_negotiation, path_of
from http_world import World
from interfaces.http import following
from interfaces.http.following import Pulse, looking_at, news
from interfaces.identity.development_issuer import ISSUER

PATIENCE = 10


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_AGAIN", 0.0)


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast()


def say(cast: Cast, negotiation: str, text: str = "We shall look at it") -> None:
    path = f"{path_of(negotiation)}/comments"
    done(cast.client["negotiator"].post(path, {"text": text}, if_match="*"), 201)


def test_what_is_recorded_elsewhere_is_nothing_to_look_at(world: World, cast: Cast) -> None:
    other = world.cast("other-")
    here, there = open_negotiation(cast)["id"], open_negotiation(other)["id"]
    world.settle()
    pulse = Pulse(world.house)
    before = pulse.sights()
    say(other, there)
    world.settle()
    after = pulse.sights()
    assert after != before
    assert pulse.moved(other.relationship, before)
    assert not pulse.moved(cast.relationship, before)
    say(cast, here)
    world.settle()
    pulse.sights()
    assert pulse.moved(cast.relationship, after)
    assert not pulse.moved(other.relationship, after)


def test_what_the_trail_does_not_have_yet_is_looked_for_again(world: World, cast: Cast) -> None:
    negotiation = open_negotiation(cast)["id"]
    world.settle()
    pulse = Pulse(world.house)
    before = pulse.sights()
    say(cast, negotiation)
    lagging = pulse.sights()
    assert lagging == before
    world.settle()
    caught_up = pulse.sights()
    assert pulse.moved(cast.relationship, lagging)
    assert not pulse.moved(cast.relationship, caught_up)


def asker(world: World, name: str = "client-negotiator") -> Request:
    principal: Principal = world.house.directory.resolve(ISSUER, name)
    return Request(principal, world.clock.now(), "follow")


def test_a_follower_asks_for_rows_only_when_its_relationship_moved(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.cast("other-")
    here, there = open_negotiation(cast)["id"], open_negotiation(other)["id"]
    world.settle()
    looks: list[int] = []
    visible = following.visible

    def noting(*asked: object) -> list[AuditRow] | None:
        looks.append(1)
        return visible(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(following, "visible", noting)
    pulse = Pulse(world.house)
    look = looking_at(world.house, asker(world), cast.relationship, pulse)

    def recorded() -> None:
        for _ in range(5):
            say(other, there)
            world.settle()
            pulse.sights()
        say(cast, here, "at last")
        world.settle()

    async def first_told() -> list[AuditRow]:
        found = news(pulse, look, world.house.ledger.head(cast.relationship))
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as group:
                group.start_soon(partial(anyio.to_thread.run_sync, recorded))
                rows = await anext(found)
        await found.aclose()  # type: ignore[attr-defined]
        return rows

    rows = anyio.run(first_told)
    assert [row.name for row in rows] == ["CommentMade"]
    assert len(looks) <= 3, "at the beginning, and when its own relationship moved"
