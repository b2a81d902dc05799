"""Connections to every partition, once it is seen that each is the one it is said to be.

One that is away keeps nobody from beginning: it is seen to be the right one before it is used.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import Connection, OperationalError, sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow

from interfaces.partitions.ledger import RoutedLedger
from interfaces.partitions.routes import HOME, Routes
from interfaces.postgres.datastore import RECONNECT
from interfaces.postgres.migrate import MigrationError, migrate, require_current
from interfaces.postgres.reach import Reach, ReachedPool
from interfaces.postgres.views import GuardedPool, Pool

log = logging.getLogger(__name__)

FENCED_TABLES = (
    "ledger_events",
    "measurement_batches",
    "document_revisions",
    "document_rounds",
)


@dataclass(frozen=True)
class Partitions:
    """Every partition of an installation, as a process uses them; home comes first."""

    routes: Routes
    ledger: RoutedLedger
    pools: Mapping[str, Pool]
    reaches: Mapping[str, Reach]
    """Whether those besides home answer."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names, home first."""
        return tuple(self.pools)

    def where(self, stream: str) -> int:
        """Return which of them a stream is in."""
        return self.names.index(self.routes.of(stream))


@contextmanager
def open_partitions(
    conninfos: Mapping[str, str], envs: Mapping[str, Mapping[str, str]]
) -> Iterator[Partitions]:
    """Lend the partitions of an installation, home first; ``envs`` are their ledgers' settings.

    Raises MigrationError when one of the databases is not the partition that it is said to be.
    """
    installation = check_name(HOME, conninfos[HOME])
    reaches = {
        name: Reach(name, partial(check_name, name, one, installation))
        for name, one in conninfos.items()
        if name != HOME
    }
    for reach in reaches.values():
        reach.begin()
    with ExitStack() as stack:
        pools = {
            name: stack.enter_context(_pool(one, reaches.get(name)))
            for name, one in conninfos.items()
        }
        routes = Routes(pools[HOME], tuple(reaches))
        ledger = stack.enter_context(RoutedLedger(envs, routes, reaches))
        yield Partitions(routes, ledger, pools, reaches)


def _pool(conninfo: str, reach: Reach | None) -> Pool:
    told: dict[str, Any] = {
        "min_size": 1,
        "max_size": 20,
        "timeout": 5,
        "reconnect_timeout": RECONNECT,
        "open": True,
    }
    if reach is None:
        return GuardedPool(conninfo, name="views", **told)
    return ReachedPool(conninfo, reach, name=f"views of {reach.name}", **told)


def check_names(home: str, others: Mapping[str, str]) -> None:
    """See that each database is the partition that it is said to be, of one installation.

    Raises MigrationError, and OperationalError for one that does not answer.
    """
    installation = check_name(HOME, home)
    for name, conninfo in others.items():
        check_name(name, conninfo, installation)


def check_name(name: str, conninfo: str, installation: str | None = None) -> str:
    """See that a database is the partition that it is said to be; return of which installation.

    Raises MigrationError, and OperationalError when it does not answer.
    """
    require_current(conninfo)
    with psycopg.connect(conninfo) as connection:
        known = _known(connection)
    if known is None:
        raise MigrationError(
            f"the database of the partition {name!r} was never made one: run `parley migrate`"
        )
    if known != (name, installation or known[1]):
        raise MigrationError(
            f"what PARLEY_PARTITIONS calls {name!r} is {known[0]!r} of "
            f"{'this' if installation in {None, known[1]} else 'another'} installation"
        )
    return known[1]


def prepare_partitions(home: str, others: Mapping[str, str]) -> list[str]:
    """Migrate every partition, give each its name for good, and put up the fences.

    Nothing is written where nothing is outstanding. Returns those that do not answer, which are
    left as they are. Raises MigrationError for a database that has another name already, or facts
    and no name.
    """
    if not others:
        return []
    migrate(home)
    _, installation = _name(home, HOME, None)
    away = []
    for name, conninfo in others.items():
        try:
            migrate(conninfo)
            _name(conninfo, name, installation)
            check_name(name, conninfo, installation)
        except OperationalError as silent:
            said = str(silent).partition("\n")[0]
            log.warning("the partition %s does not answer, others do: %s", name, said)
            away.append(name)
    return away


def _name(conninfo: str, name: str, installation: str | None) -> tuple[str, str]:
    with psycopg.connect(conninfo) as connection:
        known = _known(connection)
        if known is not None:
            return known
        if name != HOME and connection.execute("SELECT FROM ledger_events LIMIT 1").rowcount:
            raise MigrationError(
                f"the database of the partition {name!r} holds facts already: a partition begins "
                "empty"
            )
        try:
            for table in FENCED_TABLES:
                connection.execute(
                    sql.SQL("ALTER TABLE {} ENABLE TRIGGER fence").format(
                        sql.Identifier("public", table)
                    )
                )
            given = (name, installation or str(uuid4()))
            connection.execute(
                "INSERT INTO partition_names (name, installation) VALUES (%s, %s)", given
            )
        except InsufficientPrivilege as error:
            raise MigrationError(
                f"{name!r} is no partition yet, and this role may not make it one: run "
                "`parley migrate` as the owner of the tables"
            ) from error
        return given


def _known(connection: Connection[TupleRow]) -> tuple[str, str] | None:
    found = connection.execute("SELECT name, installation::text FROM partition_names").fetchone()
    return None if found is None else (found[0], found[1])
