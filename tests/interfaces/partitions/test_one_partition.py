"""With one database the router is not there: counted in statements, and by the database itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from application.ledger import Ledger
from faults.installation import until
from http_answers import done
from http_cast import Cast, open_negotiation, path_of
from http_world import World, open_world
from interfaces.partitions import routes
from parted import Databases

pytestmark = pytest.mark.postgres

WARM = 3
"""How often each thing is done before what it takes is what it takes from then on."""
SCANS = (
    "SELECT coalesce(sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins), 0)"
    " FROM pg_stat_user_tables WHERE relname LIKE 'partition\\_%'"
)
CALLS = (
    "SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions WHERE funcname LIKE '%fence%'"
    " OR funcname LIKE 'partition\\_%'"
)
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note every statement that is sent to a database."""
    said: list[str] = []

    def noting(original: Callable[..., Any]) -> Callable[..., Any]:
        def execute(cursor: Any, query: Any, *told: Any, **named: Any) -> Any:
            said.append(query if isinstance(query, str) else repr(query))
            return original(cursor, query, *told, **named)

        return execute

    for name in ("execute", "executemany"):
        monkeypatch.setattr(psycopg.Cursor, name, noting(getattr(psycopg.Cursor, name)))
    return said


@contextmanager
def busy(world: World) -> Iterator[dict[str, Callable[[], object]]]:
    """Lend what people do most, in a service on which something is there to do it with."""
    cast: Cast = world.cast()
    deal = world.strike_a_deal(cast)
    talk = path_of(open_negotiation(cast)["id"])
    world.settle()
    reader = world.as_("client-negotiator")
    yield {
        "read a contract's terms": lambda: done(reader.get(f"{deal.contract_path}/terms")),
        "read a negotiation": lambda: done(reader.get(talk)),
        "read the trail": lambda: done(reader.get(f"{cast.path}/audit-trail")),
        "list relationships": lambda: done(reader.get("/relationships")),
        "comment": lambda: done(reader.post(f"{talk}/comments", {"text": "a word"}), 201),
        "invite": lambda: done(reader.post("/relationships", invitation(cast)), 201),
        "let the worker catch up": world.settle,
    }


def invitation(cast: Cast) -> dict[str, str]:
    return {"other": cast.provider.id, "our_side": "client", "purpose": "once more"}


def statements(world: World, said: list[str]) -> dict[str, list[str]]:
    """Return what each of these takes, once it was done before."""
    found = {}
    with busy(world) as things:
        for _ in range(WARM):
            for do in things.values():
                do()
        for name, do in things.items():
            said.clear()
            do()
            found[name] = [*said]
    return found


def test_the_router_adds_questions_about_routes_and_without_it_there_are_none(
    database: str,
    databases: Databases,
    tmp_path: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_world(database, tmp_path) as world:
        assert type(world.house.ledger) is Ledger
        without = statements(world, said)
    monkeypatch.setattr(routes, "LEASE", 1000.0)  # it is asked in time of its own what moved
    monkeypatch.setattr(routes.Routes, "place", lambda _self, _relationship: "home")
    with open_world(databases.home, tmp_path, partitions=databases.setting) as world:
        routed = statements(world, said)
    assert all(without.values())
    for name, sent in without.items():
        assert not [one for one in sent if "partition_" in one], name
    alike = ("read a contract's terms", "read a negotiation", "comment")
    assert {name: without[name] for name in alike} == {name: routed[name] for name in alike}
    for name in ("list relationships", "let the worker catch up"):
        assert len(routed[name]) > len(without[name]), "what others are asked is counted too"


def test_the_database_itself_counts_nothing_of_partitions(
    database: str, databases: Databases, tmp_path: Path
) -> None:
    assert counted(database, tmp_path) == (0, 0)
    scans, calls = counted(databases.home, tmp_path, partitions=databases.setting)
    assert scans, "routes are looked up where there are partitions"
    assert calls, "and the fence is asked"


def counted(database: str, home: Path, **told: str) -> tuple[int, int]:
    """Return how often tables and functions of partitions were used at home in a busy hour."""
    with psycopg.connect(database, autocommit=True) as connection:

        def ask(question: str) -> int:
            found = connection.execute(question.encode()).fetchone()
            return 0 if found is None else int(found[0])

        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET track_functions = "all"'.encode())
        others, before = ask(OTHERS), (ask(SCANS), ask(CALLS))
        with open_world(database, home, **told) as world, busy(world) as things:
            for do in things.values():
                do()
        until("the connections end", lambda: ask(OTHERS) <= others)
        connection.execute(f'ALTER DATABASE "{name}" RESET track_functions'.encode())
        return ask(SCANS) - before[0], ask(CALLS) - before[1]
