"""Connections to every partition, once it is seen that each is the one it is said to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import uuid4

import psycopg
from psycopg import Connection, sql
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow

from interfaces.partitions.ledger import RoutedLedger
from interfaces.partitions.routes import HOME, Routes
from interfaces.postgres.migrate import MigrationError, migrate, require_current
from interfaces.postgres.persistence import RECONNECT
from interfaces.postgres.views import GuardedPool, Pool

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
    others = {name: one for name, one in conninfos.items() if name != HOME}
    check_names(conninfos[HOME], others)
    with ExitStack() as stack:
        pools = {name: stack.enter_context(_pool(one, name)) for name, one in conninfos.items()}
        routes = Routes(pools[HOME], tuple(others))
        yield Partitions(routes, stack.enter_context(RoutedLedger(envs, routes)), pools)


def _pool(conninfo: str, name: str) -> Pool:
    return GuardedPool(
        conninfo,
        min_size=1,
        max_size=20,
        timeout=5,
        reconnect_timeout=RECONNECT,
        open=True,
        name="views" if name == HOME else f"views of {name}",
    )


def check_names(home: str, others: Mapping[str, str]) -> None:
    """See that each database is the partition that it is said to be, of one installation.

    Raises MigrationError.
    """
    require_current(home)
    installation = None
    for name, conninfo in {HOME: home, **others}.items():
        require_current(conninfo)
        with psycopg.connect(conninfo) as connection:
            known = _known(connection)
        if known is None:
            raise MigrationError(
                f"the database of the partition {name!r} was never made one: run `parley migrate`"
            )
        installation = installation or known[1]
        if known != (name, installation):
            raise MigrationError(
                f"what PARLEY_PARTITIONS calls {name!r} is {known[0]!r} of "
                f"{'this' if known[1] == installation else 'another'} installation"
            )


def prepare_partitions(home: str, others: Mapping[str, str]) -> None:
    """Migrate every partition, give each its name for good, and put up the fences.

    Nothing is written where nothing is outstanding. Raises MigrationError for a database that has
    another name already, or facts and no name.
    """
    if not others:
        return
    migrate(home)
    known = _name(home, HOME, None)
    for name, conninfo in others.items():
        migrate(conninfo)
        _name(conninfo, name, known[1])
    check_names(home, others)


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
