"""A relationship lives its ordinary life wherever it is; nobody who uses the service can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import DatabaseError, StoredEvent
from psycopg import sql
from psycopg.conninfo import make_conninfo

from application.errors import Unavailable
from application.ledger import Ledger
from domain.parties.facts import Role
from http_answers import done, problem
from http_cast import open_negotiation, path_of
from http_world import Caller, World, open_world
from interfaces.partitions.ledger import RoutedLedger
from interfaces.partitions.opening import check_names
from interfaces.partitions.recorder import PartitionRecorder, TornSave
from interfaces.postgres.migrate import MigrationError
from interfaces.postgres.persistence import KeyedPostgresRecorder, ledger_env
from interfaces.postgres.roles import SERVICE, grant
from parted import Databases, Settling, Town
from story.test_life_of_an_agreement import test_the_life_of_an_agreement as tell_the_story

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("place", ["home", "east"])
def test_a_whole_life_is_lived_anywhere(
    parted: World, databases: Databases, settling: Settling, place: str
) -> None:
    settling.place = place
    cast = parted.cast()
    tell_the_story(parted, cast)
    assert set(databases.facts(cast.relationship)) == {place}


def test_a_whole_life_is_lived_elsewhere_under_the_lesser_role(
    databases: Databases, settling: Settling, tmp_path: Path
) -> None:
    settling.place, role = "east", f"lesser_{uuid4().hex}"
    name = sql.Identifier(role)
    with psycopg.connect(databases.home, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    for one in databases.all.values():
        grant(one, role, SERVICE)
    under = {
        place: make_conninfo(one, options=f"-c role={role}") for place, one in databases.all.items()
    }
    lesser = Databases(under.pop("home"), under)
    with open_world(lesser.home, tmp_path, partitions=lesser.setting) as world:
        world.database, world.partitions = databases.home, databases.others
        cast = world.cast()
        tell_the_story(world, cast)
    assert set(databases.facts(cast.relationship)) == {"east"}
    for one in databases.all.values():
        with psycopg.connect(one, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(name))
    with psycopg.connect(databases.home, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(name))


def test_a_partys_relationships_are_listed_over_all_partitions(town: Town) -> None:
    ours = town.home.provider[Role.NEGOTIATOR]
    before = everything_listed(ours)
    invited = []
    for number in range(7):
        town.settling.place = ("home", "east", "west")[number % 3]
        other = (town.east, town.west)[number % 2].client
        asked = {"other": other.id, "our_side": "provider", "purpose": f"the {number}th"}
        invited.append(done(ours.post("/relationships", asked), 201)["id"])
    town.world.settle()
    places = {place for one in invited for place in town.databases.facts(one)}
    assert places == set(town.databases.all)
    assert everything_listed(ours) == sorted([*before, *invited])


def everything_listed(ours: Caller) -> list[str]:
    """Read the list of relationships, three at a time."""
    listed: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = done(ours.get("/relationships", limit=3, **after))
        listed += [one["id"] for one in page["items"]]
        if page["next"] is None:
            return listed
        after = {"after": page["next"]}


def test_nobody_is_shown_what_is_anothers_in_another_partition(town: Town) -> None:
    for here in town.casts():
        ours = here.provider[Role.LEGAL]
        for there in town.casts():
            if there is here:
                continue
            assert there.relationship not in everything_listed(ours)
            for path in (there.path, f"{there.path}/audit-trail", f"{there.path}/checkpoint"):
                problem(ours.get(path), 404, "not-found")


def test_one_key_stands_for_one_request_wherever_it_is_sent(town: Town) -> None:
    ours = town.home.provider[Role.NEGOTIATOR]
    paths = []
    for place, cast in (("east", town.east), ("west", town.west), ("home", town.east)):
        town.settling.place = place
        invited = {"other": cast.client.id, "our_side": "provider", "purpose": place}
        relationship = done(ours.post("/relationships", invited), 201)
        path = f"/relationships/{relationship['id']}"
        joining = {"their_keys": relationship["keys"]["provider"]}
        done(cast.client[Role.NEGOTIATOR].post(f"{path}/joining", joining, if_match="*"))
        paths.append(path)
    asked = {"subject": {"kind": "new-agreement"}, "title": "Order management"}
    for number, first in enumerate(paths):
        key = f"the-same-{number}"
        begun = done(ours.post(f"{first}/negotiations", asked, key=key), 201)
        assert done(ours.post(f"{first}/negotiations", asked, key=key), 201) == begun
        for other in paths:
            if other != first:
                answer = ours.post(f"{other}/negotiations", asked, key=key)
                problem(answer, 422, "idempotency-key-reused")


def test_an_invitation_that_is_sent_again_invites_once(town: Town) -> None:
    ours = town.home.provider[Role.NEGOTIATOR]
    asked = {"other": town.east.client.id, "our_side": "provider", "purpose": "once"}
    town.settling.place = "east"
    invited = done(ours.post("/relationships", asked, key="once"), 201)
    town.settling.place = "west"
    assert done(ours.post("/relationships", asked, key="once"), 201)["id"] == invited["id"]
    assert town.databases.facts(invited["id"]) == {"east": 1}
    assert town.databases.ask("west", "SELECT FROM ledger_keys WHERE key = 'once'") == []


@pytest.mark.parametrize("then", ["home", "east", "west"])
def test_a_claim_of_which_nothing_came_keeps_nobody_from_trying_again(
    town: Town, then: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, key = town.home.provider[Role.NEGOTIATOR], f"again-{then}"
    asked = {"other": town.east.client.id, "our_side": "provider", "purpose": "again"}
    town.settling.place = "east"
    with monkeypatch.context() as patched:
        patched.setattr(part_of(town, "east"), "insert_events", unavailable)
        problem(ours.post("/relationships", asked, key=key), 503, "outcome-unknown")
    town.settling.place = then
    other = {**asked, "purpose": "something else"}
    problem(ours.post("/relationships", other, key=key), 422, "idempotency-key-reused")
    invited = done(ours.post("/relationships", asked, key=key), 201)
    assert done(ours.post("/relationships", asked, key=key), 201)["id"] == invited["id"]
    assert town.databases.facts(invited["id"]) == {"east": 1}


def part_of(town: Town, place: str) -> KeyedPostgresRecorder:
    """Return the recorder of a partition, behind everything else."""
    ledger = town.world.house.ledger
    assert isinstance(ledger, RoutedLedger)
    return ledger.register.recorders[place]


def unavailable(*_: Any, **__: Any) -> None:
    raise Unavailable("the partition does not answer")


def test_facts_of_two_relationships_are_never_saved_at_once(town: Town) -> None:
    events = [StoredEvent(one.relationship, 99, "x", b"{}") for one in town.casts()[:2]]
    ledger = town.world.house.ledger
    assert isinstance(ledger, RoutedLedger)
    with pytest.raises(TornSave):
        PartitionRecorder("home", ledger.register).insert_events(events)


def test_a_process_that_was_told_of_no_partitions_records_nothing_in_their_place(
    town: Town,
) -> None:
    negotiation = open_negotiation(town.east)
    path = path_of(negotiation["id"])
    before = town.databases.facts(town.east.relationship)
    with open_world(town.databases.home, town.world.home) as untold:
        caller = untold.as_("east-client-negotiator")
        problem(caller.post(f"{path}/comments", {"text": "a word"}), 404, "not-found")
    with Ledger(ledger_env(town.databases.home)) as ledger:
        event = StoredEvent(town.east.relationship, 1, "relationship.Planted/1", b"{}")
        with pytest.raises(DatabaseError, match="routed to east"):
            ledger.recorder.insert_events([event])
    assert town.databases.facts(town.east.relationship) == before


def test_a_database_that_is_another_partition_is_found_out(town: Town) -> None:
    east, west = town.databases.others["east"], town.databases.others["west"]
    with pytest.raises(MigrationError, match="what PARLEY_PARTITIONS calls 'east' is 'west'"):
        check_names(town.databases.home, {"east": west, "west": east})
