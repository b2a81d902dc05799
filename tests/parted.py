"""An installation in several partitions, as its tests see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from http_cast import Cast
from http_world import World
from interfaces.partitions.moving import Mover, open_mover
from interfaces.partitions.routes import HOME


@dataclass(frozen=True)
class Databases:
    """The databases of an installation: home, and the others by name."""

    home: str
    others: dict[str, str]

    @property
    def setting(self) -> str:
        """What PARLEY_PARTITIONS says of them."""
        return "; ".join(f"{name}={one}" for name, one in self.others.items())

    @property
    def all(self) -> dict[str, str]:
        """Every partition by name, home first."""
        return {HOME: self.home, **self.others}

    def ask(self, name: str, query: str, *asked: Any) -> list[Any]:
        """Return what a partition's database answers."""
        with psycopg.connect(self.all[name]) as connection:
            return connection.execute(query.encode(), asked).fetchall()

    def facts(self, relationship: str) -> dict[str, int]:
        """Return in which partitions there are facts of a relationship, and how many."""
        query = "SELECT count(*) FROM ledger_events WHERE split_part(originator_id, '/', 1) = %s"
        found = {name: self.ask(name, query, relationship)[0][0] for name in self.all}
        return {name: count for name, count in found.items() if count}


class Settling:
    """Says in which partition new relationships live."""

    place = "home"


@dataclass(frozen=True)
class Town:
    """A service over three partitions, with a provider and a client in each."""

    world: World
    databases: Databases
    settling: Settling
    home: Cast
    east: Cast
    west: Cast

    def casts(self) -> tuple[Cast, ...]:
        return (self.home, self.east, self.west)


@contextmanager
def mover_of(world: World, databases: Databases) -> Iterator[Mover]:
    """Lend a mover, as the command does."""
    with open_mover(databases.all, world.house) as mover:
        yield mover


def move(world: World, databases: Databases, relationship: str, target: str) -> list[str]:
    """Move a relationship; return the steps."""
    steps: list[str] = []
    with mover_of(world, databases) as mover:
        mover.move(relationship, target, steps.append)
    return steps
