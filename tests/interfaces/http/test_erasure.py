"""Erased over HTTP: nothing of the person is left in the database, and every proof still holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from application.checking import Fault, check_history
from application.erasing import check_seals
from domain.history.merkle import includes, inclusion_proof, root_of
from http_cast import Cast, Organisation, appointment
from http_world import World, done, open_world, problem
from in_memory import held
from interfaces.postgres.history import open_books

NAME, EMAIL = "Ottilie Vandermeer", "ottilie.vandermeer@northwind.example"
TRACES = ("ottilie", "vandermeer")
NOBODY = "person-00000000000000000000000000"


def appoint(provider: Organisation, key: str = "appointing") -> tuple[dict[str, Any], str]:
    """Appoint somebody of whom a trace would be noticed; return the answer and their id."""
    asked = {**appointment("archivist"), "name": NAME, "email": EMAIL}
    people = f"{provider.path}/representatives"
    answer = provider["administrator"].post(people, asked, if_match="*", key=key)
    return done(answer, 201), answer.headers["Location"].rsplit("/", 1)[-1]


def path_to(provider: Organisation, person: str) -> str:
    return f"{provider.path}/representatives/{person}"


def withdraw(provider: Organisation, person: str) -> None:
    done(provider["administrator"].delete(path_to(provider, person), if_match="*"))


def erase(
    provider: Organisation, person: str, key: str = "erasing", by: str = "administrator"
) -> Any:
    return provider[by].post(f"{path_to(provider, person)}/erasure", if_match="*", key=key)


def everything(database: str) -> str:
    """Return every row of every table as a dump shows it, bytes in both their spellings."""
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        rows = [
            str(value)
            for table in tables
            for row in connection.execute(
                sql.SQL("SELECT t.*, t::text FROM {} t").format(sql.Identifier(*table))
            )
            for value in (one.decode("latin-1") if isinstance(one, bytes) else one for one in row)
        ]
    return "\n".join(rows).lower()


def traces(database: str) -> list[str]:
    """Return what is found of the person, written out or as the hexadecimal of a dump."""
    dumped = everything(database)
    return [trace for trace in TRACES if trace in dumped or trace.encode().hex() in dumped]


def leaves(database: str) -> list[tuple[str, int, bytes]]:
    with psycopg.connect(database) as connection:
        return connection.execute(
            "SELECT log, leaf_index, leaf_hash FROM history_leaves ORDER BY log, leaf_index"
        ).fetchall()


def stored(database: str) -> list[Any]:
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT * FROM ledger_events ORDER BY notification_id").fetchall()


def faults(world: World, database: str) -> list[Fault]:
    with open_books(database) as books:
        found = check_history(books, world.house.signing.service).faults
    return [*found, *check_seals(world.house.ledger)]


def test_nothing_of_the_person_is_in_the_database_and_every_proof_holds(
    world: World, cast: Cast, database: str
) -> None:
    _, person = appoint(cast.provider)
    world.settle()
    # The one place where anything of a person could be seen is their own, and it is sealed.
    assert traces(database) == []
    withdraw(cast.provider, person)
    world.settle()
    before = {(log, index): leaf for log, index, leaf in leaves(database)}
    facts = stored(database)
    done(erase(cast.provider, person))
    world.settle()
    assert traces(database) == []
    assert stored(database)[: len(facts)] == facts
    assert faults(world, database) == []
    logs: dict[str, list[bytes]] = {}
    for log, _, leaf in leaves(database):
        logs.setdefault(log, []).append(leaf)
    for (log, index), leaf in before.items():
        path = inclusion_proof(index, logs[log])
        assert includes(leaf, index, len(logs[log]), path, root_of(logs[log]))
    views = world.house.projections.all()
    stale = world.house.follower.stale_rows(views, lambda _position, _head: None)
    assert stale == {view.name: [] for view in views}


def test_the_search_for_traces_would_find_them(world: World, cast: Cast, database: str) -> None:
    assert traces(database) == []
    asked = {"other": cast.provider.id, "our_side": "client", "purpose": f"ask {NAME}"}
    done(cast.auditor["negotiator"].post("/relationships", asked), 201)
    world.settle()
    assert traces(database) == list(TRACES)


def test_whoever_looks_sees_nobody_or_that_they_were_erased(cast: Cast) -> None:
    appointed, person = appoint(cast.provider)
    administrator, stranger = cast.provider["administrator"], cast.client["negotiator"]
    shown = done(stranger.get(cast.provider.path))
    assert NAME in [one["name"] for one in shown["representatives"]]
    role = f"{path_to(cast.provider, person)}/roles/legal"
    assigned = done(administrator.put(role, if_match="*", key="assigning"))
    withdraw(cast.provider, person)
    done(erase(cast.provider, person))
    for caller in (administrator, stranger, cast.auditor["auditor"]):
        assert NAME not in caller.get(cast.provider.path).text
    again = done(administrator.put(role, if_match="*", key="assigning"))
    of_them = next(one for one in again["representatives"] if one["person"] == person)
    assert (of_them["name"], of_them["email"]) == ("erased", "erased")
    # All else of that answer is as it was then.
    of_them |= {"name": NAME, "email": EMAIL}
    assert again == assigned
    assert NAME in [one["name"] for one in appointed["representatives"]]


def test_the_request_that_named_them_cannot_be_answered_again(provider: Organisation) -> None:
    first, person = appoint(provider)
    assert appoint(provider) == (first, person)
    withdraw(provider, person)
    done(erase(provider, person))
    asked = {**appointment("archivist"), "name": NAME, "email": EMAIL}
    people = f"{provider.path}/representatives"
    again = provider["administrator"].post(people, asked, if_match="*", key="appointing")
    problem(again, 422, "idempotency-key-reused")


def test_it_is_done_once_however_often_it_is_asked(provider: Organisation) -> None:
    _, person = appoint(provider)
    withdraw(provider, person)
    once = done(erase(provider, person))
    assert done(erase(provider, person)) == once
    assert done(erase(provider, person, key="another")) == once


def test_who_is_in_office_or_was_never_there_is_not_erased(provider: Organisation) -> None:
    _, person = appoint(provider)
    refused = problem(erase(provider, person), 409, "still-a-representative")
    assert "withdraw them" in refused["detail"]
    problem(erase(provider, NOBODY, key="other"), 409, "unknown-person")
    assert EMAIL in done(provider["administrator"].get(provider.path)).__repr__()


def test_others_do_not_erase(cast: Cast) -> None:
    _, person = appoint(cast.provider)
    withdraw(cast.provider, person)
    for role in ("legal", "newcomer", "auditor"):
        problem(erase(cast.provider, person, by=role), 403, "role-missing")
    path = f"{path_to(cast.provider, person)}/erasure"
    problem(cast.client["administrator"].post(path, if_match="*"), 404, "not-found")
    done(erase(cast.provider, person))


def test_another_process_and_one_begun_later_read_them_as_erased(
    world: World, provider: Organisation, database: str, tmp_path: Path
) -> None:
    _, person = appoint(provider)
    with open_world(database, tmp_path) as other:
        path, ada = provider.path, "provider-administrator"
        assert NAME in other.as_(ada).get(path).text
        houses = (world.house, other.house)
        assert [held(NAME, one.ledger.remembered) for one in houses] == [True, True]
        withdraw(provider, person)
        done(erase(provider, person))
        assert NAME not in other.as_(ada).get(path).text
        assert [held(NAME, one.ledger) for one in houses] == [False, False]
    with open_world(database, tmp_path) as later:
        assert NAME not in later.as_(ada).get(path).text
        read = repr(later.house.ledger.history(provider.id))
        assert (NAME in read, "name='erased'" in read) == (False, True)
        assert faults(later, database) == []


@pytest.mark.parametrize("change", ["altered", "moved"])
def test_what_is_sealed_and_tampered_with_is_named(
    world: World, provider: Organisation, database: str, change: str
) -> None:
    appoint(provider)
    statements = {
        "altered": "overlay(state placing 'AAAA' from position('sealed' in convert_from(state,"
        " 'UTF8')) + 12)",
        "moved": "(SELECT state FROM ledger_events e WHERE e.topic = o.topic"
        " ORDER BY notification_id LIMIT 1)",
    }
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        changed = connection.execute(
            f"UPDATE ledger_events o SET state = {statements[change]} WHERE notification_id ="
            " (SELECT max(notification_id) FROM ledger_events WHERE topic LIKE 'party.Repr%')"
            " RETURNING originator_version"
        ).fetchall()
    ((version,),) = changed
    found = list(check_seals(world.house.ledger))
    assert [fault.place for fault in found] == [f"{provider.id} version {version}"]
    assert "altered, moved" in found[0].because
