"""Moving a relationship to another partition, while everybody else goes on.

Most of it is copied while the relationship is in use, for facts are only ever added. Then it takes
nothing for a moment: the rest is copied, the copy is held against the original, and home says where
the relationship lives now. What each step does it may do twice, so whoever was killed between any
two, or in the middle of one, is followed by somebody who runs the same command again.

Up to the switch nothing has happened that cannot be undone; from the switch on there is one way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import Connection, OperationalError
from psycopg.rows import TupleRow

from domain.history.merkle import Frontier
from domain.values.ids import relationship_of
from interfaces.composition import House
from interfaces.partitions.belongings import Belongings
from interfaces.partitions.comparing import differences
from interfaces.partitions.fences import put_up, take_down
from interfaces.partitions.routes import HOME, LEASE

LOCK: Final = int.from_bytes(b"parley-p")
GRACE: Final = LEASE + 1.0
"""How long after the switch nothing is taken: by then no process believes in the old place."""

BATCH: Final = 500


class CannotMove(Exception):  # noqa: N818 - it says what is so
    """The relationship stays where it is, and the reason."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move as home knows it."""

    number: int
    relationship: str
    source: str
    target: str
    switched: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """What a move would take along."""

    relationship: str
    source: str
    target: str
    facts: int
    files: int
    batches: int
    under_way: bool


Told = Callable[[str], None]
"""Told each step when it is done."""


class Mover:
    """Moves relationships; connected to every partition as the owner of the tables.

    ``house`` is home's, over the same partitions; ``away`` are those that do not answer, and why.
    """

    def __init__(
        self,
        connections: Mapping[str, Connection[TupleRow]],
        house: House,
        away: Mapping[str, str] | None = None,
    ) -> None:
        self._connections = connections
        self._away = away or {}
        self._home = connections[HOME]
        self._houses = {one.partition or HOME: one for one in house.everywhere}

    def where(self, relationship: str) -> str:
        """Return where a relationship lives."""
        found = self._home.execute(
            "SELECT partition FROM partition_routes WHERE relationship = %s", (relationship,)
        ).fetchone()
        return HOME if found is None else str(found[0])

    def under_way(self, relationship: str) -> Move | None:
        """Return the move of a relationship that was begun and has not ended."""
        found = self._home.execute(
            "SELECT number, relationship, source, target, switched_at IS NOT NULL"
            " FROM partition_moves WHERE relationship = %s AND ended_at IS NULL",
            (relationship,),
        ).fetchone()
        return None if found is None else Move(*found)

    def plan(self, relationship: str, target: str) -> Planned:
        """Return what a move would take along; raises CannotMove."""
        known = self.under_way(relationship)
        source = known.source if known else self._refuse_nonsense(relationship, target)
        belongings = self._at(source, relationship)
        streams = belongings.streams()
        return Planned(
            relationship,
            source,
            target,
            belongings.size(),
            sum(1 for _ in belongings.files(streams)),
            sum(1 for _ in belongings.batches(streams)),
            known is not None,
        )

    def move(self, relationship: str, target: str, told: Told = lambda _: None) -> None:
        """Move a relationship, or go on with its move; raises CannotMove.

        What is found to differ from the original undoes what was done.
        """
        move = self.under_way(relationship) or self._begin(relationship, target)
        if move.target != target:
            raise CannotMove(
                f"{relationship} is on its way to {move.target}: let it arrive, or undo that"
            )
        source = self._at(move.source, relationship)
        arriving = self._at(target, relationship)
        if not move.switched:
            try:
                self._bring(move, source, arriving, told)
            except CannotMove:
                self.undo(relationship)
                raise
        self._settle(move, source, arriving, told)

    def undo(self, relationship: str) -> None:
        """Undo a move that was begun and is not switched yet; raises CannotMove.

        A target that does not answer keeps its copy behind its fence: a later move goes on from it.
        """
        move = self.under_way(relationship)
        if move is None:
            raise CannotMove(f"{relationship} is not on its way anywhere")
        if move.switched:
            raise CannotMove(
                f"{relationship} lives in {move.target} by now: let the move end, then move it back"
            )
        source = self._at(move.source, relationship)
        if move.target not in self._away:
            target = self._at(move.target, relationship)
            if move.target == HOME:
                self._make_claims_of_keys(relationship, move.source)
            target.clear(keys=move.target != HOME)
            put_up(target.connection, relationship, "departed")
        take_down(source.connection, relationship)
        self._end(move, "undone")

    def _begin(self, relationship: str, target: str) -> Move:
        source = self._refuse_nonsense(relationship, target)
        self._home.execute(
            "INSERT INTO partition_moves (relationship, source, target, step)"
            " VALUES (%s, %s, %s, 'begun')",
            (relationship, source, target),
        )
        begun = self.under_way(relationship)
        if begun is None:
            raise AssertionError("it was begun just now")
        return begun

    def _refuse_nonsense(self, relationship: str, target: str) -> str:
        """Return where a relationship is that can be moved; raises CannotMove."""
        if target not in self._houses:
            raise CannotMove(f"there is no partition {target!r}: {', '.join(self._houses)}")
        source = self.where(relationship)
        if source == target:
            raise CannotMove(f"{relationship} lives in {target} already")
        known = relationship_of(relationship) == relationship
        if not known or not self._at(source, relationship).size():
            raise CannotMove(f"there is no {relationship}")
        self._at(target, relationship)
        return source

    def _at(self, place: str, relationship: str) -> Belongings:
        """Return what belongs to a relationship at a place; raises CannotMove for one away."""
        if place in self._away:
            raise CannotMove(f"the partition {place!r} does not answer: {self._away[place]}")
        return Belongings(self._connections[place], relationship)

    def _bring(self, move: Move, source: Belongings, target: Belongings, told: Told) -> None:
        told("begun")
        put_up(target.connection, move.relationship, "arriving")
        if not target.size():
            target.clear_rows()  # it may have lived there before
        told("expected")
        _copy(source, target, ahead=True)
        self._show(move, source, target)  # most of it, while the relationship is in use
        self._note(move, "copied ahead")
        told("copied ahead")
        put_up(source.connection, move.relationship, "leaving")
        self._note(move, "fenced")
        told("fenced")
        _copy(source, target, ahead=False)
        self._note(move, "copied")
        told("copied")
        self._show(move, source, target)
        self._note(move, "shown")
        told("shown")
        self._prove(move, source, target)
        told("proved")
        self._switch(move)
        told("switched")

    def _settle(self, move: Move, source: Belongings, target: Belongings, told: Told) -> None:
        """Open the new place once nobody believes in the old one, and clear that away."""
        while (left := self._grace(move)) > 0:
            time.sleep(left)
        told("waited")
        put_up(source.connection, move.relationship, "departed")
        take_down(target.connection, move.relationship)
        self._note(move, "opened")
        told("opened")
        self._refuse_to_clear_unless_kept(move, target)
        source.clear(keys=move.source != HOME)
        told("cleared")
        self._end(move, "done")

    def _show(self, move: Move, source: Belongings, target: Belongings) -> None:
        """Bring the views up to the relationship's last fact, at both places."""
        for name, one in ((move.source, source), (move.target, target)):
            house, last = self._houses[name], one.last_position()
            for view in house.projections.all():
                while (position := house.store.position(view)) < last:
                    house.store.advance(view, house.ledger.follow(position, BATCH))

    def _prove(self, move: Move, source: Belongings, target: Belongings) -> None:
        """Hold the copy against the original; raises CannotMove where they differ."""
        if different := next(differences(source, target), None):
            raise CannotMove(f"the copy is not the original: {different}")
        tree = Frontier()
        published: dict[int, bytes] = dict(
            self._home.execute(
                "SELECT size, root FROM history_checkpoints WHERE log = %s", (move.relationship,)
            ).fetchall()
        )
        for fact in target.facts():
            tree.append(fact.leaf)
            root = published.pop(tree.size, None)
            if root is not None and bytes(root) != tree.root():
                raise CannotMove(
                    f"the checkpoint of {tree.size} facts has another root than the copy"
                )
        if published:
            raise CannotMove(f"a checkpoint of {max(published)} facts was published")
        self._home.execute(
            "UPDATE partition_moves SET step = 'proved', facts = %s, root = %s WHERE number = %s",
            (tree.size, tree.root(), move.number),
        )

    def _switch(self, move: Move) -> None:
        """Say at home where the relationship lives now: from here on there is no way back."""
        with self._home.transaction():
            self._home.execute(
                "INSERT INTO partition_routes (relationship, partition, epoch)"
                " SELECT %s, %s, coalesce(max(epoch), 0) + 1 FROM partition_routes"
                " ON CONFLICT (relationship) DO UPDATE"
                " SET partition = excluded.partition, epoch = excluded.epoch",
                (move.relationship, move.target),
            )
            if move.source == HOME:
                self._make_claims_of_keys(move.relationship, HOME)
            if move.target == HOME:
                # An attempt of which nothing came would keep its key from being used here.
                self._home.execute(
                    "DELETE FROM ledger_keys WHERE first_version IS NULL"
                    " AND split_part(stream, '/', 1) = %s",
                    (move.relationship,),
                )
            self._home.execute(
                "UPDATE partition_moves SET step = 'switched', switched_at = now()"
                " WHERE number = %s",
                (move.number,),
            )

    def _make_claims_of_keys(self, relationship: str, place: str) -> None:
        """Leave of the keys at home what home keeps of keys whose facts are elsewhere."""
        named = sorted({fact.command for fact in self._at(place, relationship).facts()})
        self._home.execute(
            "UPDATE ledger_keys k SET first_version = NULL, last_version = NULL"
            " FROM unnest(%s::text[], %s::text[]) AS named (principal, key)"
            " WHERE k.principal = named.principal AND k.key = named.key",
            ([by for by, _ in named], [key for _, key in named]),
        )

    def _refuse_to_clear_unless_kept(self, move: Move, target: Belongings) -> None:
        """Clear nothing away unless every fact that was proved to be there still is."""
        found = self._home.execute(
            "SELECT facts, root FROM partition_moves WHERE number = %s", (move.number,)
        ).fetchone()
        tree = Frontier()
        for fact in target.facts():
            if found is not None and tree.size < found[0]:
                tree.append(fact.leaf)
        if found is None or (tree.size, tree.root()) != (found[0], bytes(found[1])):
            raise CannotMove(
                f"{move.target} lacks facts that were proved to be there: nothing is cleared away"
            )

    def _grace(self, move: Move) -> float:
        """Return for how many seconds somebody may still believe in the old place."""
        found = self._home.execute(
            "SELECT %s - extract(epoch FROM clock_timestamp() - switched_at)::float8"
            " FROM partition_moves WHERE number = %s",
            (GRACE, move.number),
        ).fetchone()
        return 0.0 if found is None else float(found[0])

    def _note(self, move: Move, step: str) -> None:
        self._home.execute(
            "UPDATE partition_moves SET step = %s WHERE number = %s", (step, move.number)
        )

    def _end(self, move: Move, step: str) -> None:
        self._home.execute(
            "UPDATE partition_moves SET step = %s, ended_at = now() WHERE number = %s",
            (step, move.number),
        )


def _copy(source: Belongings, target: Belongings, *, ahead: bool) -> None:
    """Copy what the target lacks; what it has is the beginning of it.

    ``ahead`` of the fence what may still change is left out.
    """
    target.add_facts(source.facts(target.size()), source.head())
    streams = source.streams()
    target.add_keys(source.keys(fact.command for fact in source.facts()))
    target.add_files(source.files(streams))
    target.add_batches(source.batches(streams, unsettled=not ahead))
    if not ahead:
        target.replace_rounds(streams, source.rounds(streams))


@contextmanager
def open_mover(conninfos: Mapping[str, str], house: House) -> Iterator[Mover]:
    """Lend the mover of an installation; raises CannotMove while another one is at work."""
    with ExitStack() as stack:
        connections: dict[str, Connection[TupleRow]] = {}
        away: dict[str, str] = {}
        for name, one in conninfos.items():
            try:
                connected = psycopg.connect(one, autocommit=True, application_name="parley mover")
            except OperationalError as silent:
                if name == HOME:
                    raise
                away[name] = str(silent).partition("\n")[0]
            else:
                connections[name] = stack.enter_context(connected)
        locked = connections[HOME].execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if locked is None or not locked[0]:
            raise CannotMove("another move is under way: one at a time")
        yield Mover(connections, house, away)
