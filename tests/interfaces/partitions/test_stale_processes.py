"""Whoever believes in an old place records nothing there, and is shown nothing old for long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import cast as typed

import psycopg
import pytest

from domain.parties.facts import Role
from http_answers import done, problem
from http_cast import Cast, invite, open_negotiation, path_of
from http_world import World, open_world
from interfaces.partitions.ledger import RoutedLedger
from interfaces.partitions.moving import GRACE
from interfaces.partitions.routes import LEASE, Routes
from parted import Town, mover_of

pytestmark = pytest.mark.postgres

NEGOTIATOR = "home-client-negotiator"
PROCESSES = count(1)
"""Each uses keys of its own."""


class Stopped(Exception):  # noqa: N818 - it says what happens
    """The move is left at a step."""


@contextmanager
def another_process(town: Town) -> Iterator[World]:
    """Lend the same service as another process serves it."""
    databases = town.databases
    with open_world(databases.home, town.world.home, partitions=databases.setting) as other:
        other.keys_used = 1_000_000 * next(PROCESSES)
        yield other


def routes_of(world: World) -> Routes:
    return typed("RoutedLedger", world.house.ledger)._routes  # noqa: SLF001 - to spoil them


def relationship_in(town: Town, place: str) -> tuple[str, str]:
    """Return a new relationship, and where to comment in it."""
    town.settling.place = place
    begun = invite(town.home.provider, town.home.client)
    path = f"/relationships/{begun['id']}"
    joining = {"their_keys": begun["keys"]["provider"]}
    done(town.home.client[Role.NEGOTIATOR].post(f"{path}/joining", joining, if_match="*"))
    here = Cast(town.home.provider, town.home.client, town.home.auditor, begun["id"], "")
    return begun["id"], f"{path_of(open_negotiation(here)['id'])}/comments"


def left_at(town: Town, relationship: str, target: str, step: str) -> None:
    """Move a relationship up to a step."""

    def leave(done_by_now: str) -> None:
        if done_by_now == step:
            raise Stopped

    with mover_of(town.world, town.databases) as mover, pytest.raises(Stopped):
        mover.move(relationship, target, leave)


def test_a_process_that_heard_of_no_move_is_sent_to_the_new_place(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    relationship, comments = relationship_in(town, "home")
    with another_process(town) as stale:
        done(stale.as_(NEGOTIATOR).post(comments, {"text": "before"}), 201)
        monkeypatch.setattr(routes_of(stale), "_heed_now", lambda _lease: None)
        left_at(town, relationship, "east", "opened")
        there = town.databases.facts(relationship)["east"]
        said, key = {"text": "after"}, "stale"
        answer = done(stale.as_(NEGOTIATOR).post(comments, said, key=key), 201)
        assert town.databases.facts(relationship)["east"] == there + 1
        own = town.world.as_(NEGOTIATOR).post(comments, said, key=key)
        assert done(own, 201) == answer


def test_a_process_that_stood_still_until_the_old_place_was_cleared_records_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    relationship, comments = relationship_in(town, "home")
    with another_process(town) as stale:
        done(stale.as_(NEGOTIATOR).post(comments, {"text": "before"}), 201)
        monkeypatch.setattr(routes_of(stale), "_heed_now", lambda _lease: None)
        left_at(town, relationship, "east", "cleared")
        before = town.databases.facts(relationship)
        problem(stale.as_(NEGOTIATOR).post(comments, {"text": "after"}), 404, "not-found")
        assert town.databases.facts(relationship) == before


def test_a_process_that_will_not_hear_of_it_records_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    relationship, comments = relationship_in(town, "home")
    with another_process(town) as stale:
        believe_in(stale, "home", monkeypatch)
        left_at(town, relationship, "east", "opened")
        before = town.databases.facts(relationship)
        answer = stale.as_(NEGOTIATOR).post(comments, {"text": "in the wrong place"})
        problem(answer, 503, "relationship-moving")
        assert town.databases.facts(relationship) == before


def test_without_the_fence_it_would_be_lost(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault that the fence is there against: planted, and seen."""
    relationship, comments = relationship_in(town, "home")
    with another_process(town) as stale:
        believe_in(stale, "home", monkeypatch)
        left_at(town, relationship, "east", "opened")
        before = town.databases.facts(relationship)
        switch_fence(town, "DISABLE")
        try:
            done(stale.as_(NEGOTIATOR).post(comments, {"text": "in the wrong place"}), 201)
        finally:
            switch_fence(town, "ENABLE")
        after = town.databases.facts(relationship)
        assert (after["home"], after["east"]) == (before["home"] + 1, before["east"])


def believe_in(stale: World, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a process believe that everything lives in one place, whatever it is told."""
    monkeypatch.setattr(routes_of(stale), "of", lambda _stream: place)


def switch_fence(town: Town, how: str) -> None:
    with psycopg.connect(town.databases.home) as connection:
        connection.execute(f"ALTER TABLE ledger_events {how} TRIGGER fence".encode())


def test_what_a_process_knows_holds_for_a_moment_and_no_longer(town: Town) -> None:
    relationship, _ = relationship_in(town, "home")
    now = [1000.0]
    routes = routes_of(town.world)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("interfaces.partitions.routes.LEASE", LEASE)
        known = Routes(routes._home, ("east", "west"), lambda: now[0])  # noqa: SLF001 - the same pool
        assert known.of(relationship) == "home"
        left_at(town, relationship, "east", "switched")
        now[0] += LEASE - 0.001
        assert known.of(relationship) == "home"
        now[0] += 0.001
        assert known.of(f"{relationship}/anything") == "east"


def test_nobody_may_write_at_the_new_place_before_everybody_has_asked() -> None:
    assert GRACE > LEASE
