"""The ledger as everybody else knows it, over several databases: the router.

Each partition is a ledger of its own. A stream is read where its relationship lives; a command is
decided and saved there whole. What belongs to no relationship (parties, identities) is at home.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from types import TracebackType
from typing import Any, Self, cast

from eventsourcing.persistence import ApplicationRecorder, DatabaseError

from application.at_hand import HERE
from application.errors import Moving
from application.ledger import Act, Ledger, Outcome, Step, Stream
from application.queues import Queues
from application.recorded import Kept, Positioned, Recorded
from domain.decider import Decider
from interfaces.partitions.fence import is_fenced
from interfaces.partitions.news import RoutedWatch
from interfaces.partitions.recorder import PartitionRecorder, Register, TornSave
from interfaces.partitions.routes import HOME, Routes
from interfaces.postgres.datastore import ConfirmingDatastore
from interfaces.postgres.persistence import Factory, KeyedPostgresRecorder
from interfaces.postgres.reach import Reach

AnyDecider = Decider[Any, Any, Any]


class Part(Ledger):
    """The ledger of one partition; its recorder is put behind the register of keys."""

    name = "ledger"

    def __init__(
        self, env: Mapping[str, str], place: str, register: Register, reach: Reach | None
    ) -> None:
        self.place, self._register, self._reach = place, register, reach
        self.of = HERE if place == HOME else place
        super().__init__(env)

    def construct_recorder(self) -> ApplicationRecorder:
        """Return the recorder; keys are claimed at home."""
        cast("ConfirmingDatastore", cast("Factory", self.factory).datastore).reach = self._reach
        recorder = cast("KeyedPostgresRecorder", super().construct_recorder())
        self._register.recorders[self.place] = recorder
        return cast("ApplicationRecorder", PartitionRecorder(self.place, self._register))

    def attempt(self, act: Act, steps: Sequence[Step], *, remembered: bool) -> Outcome:
        """Decide steps and save their facts, once; see ``Ledger.carry_out``."""
        return self._attempt(act, steps, remembered=remembered)

    def earlier(self, act: Act, main: AnyDecider) -> Outcome | None:
        """Answer a command that is recorded already as it was answered then."""
        return self._earlier(act, main)


class RoutedLedger(Ledger):
    """The ledgers of all partitions as one.

    What is asked of a stream goes to where the stream is. What is followed are the facts of one
    partition, home's unless ``fed_by`` names another.
    """

    name = "ledger"

    def __init__(
        self,
        envs: Mapping[str, Mapping[str, str]],
        routes: Routes,
        reaches: Mapping[str, Reach],
    ) -> None:
        # Not the library's: it would connect to a database of its own.
        self.register, self._routes = Register(routes, {}), routes
        self._parts = {
            name: Part(env, name, self.register, reaches.get(name)) for name, env in envs.items()
        }
        self._feed = self._parts[HOME]
        self._queues = Queues()
        self.keys, self.news, self.moved = self._feed.keys, self._feed.news, self._feed.moved
        self.watch: RoutedWatch = RoutedWatch(
            routes, {name: part.news for name, part in self._parts.items()}
        )

    def __enter__(self) -> Self:
        """Lend it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections to every partition."""
        self.close()

    def close(self) -> None:
        """Close the connections to every partition."""
        for part in self._parts.values():
            part.close()

    def fed_by(self, place: str) -> Self:
        """Return the same ledger, followed where another partition records its facts."""
        other = copy(self)
        other._feed = self._parts[place]  # noqa: SLF001 - our own
        other.moved = self._parts[place].moved
        return other

    def load(self, decider: AnyDecider, stream: str) -> Stream:
        """Return the stream as it stands now, or as ``at_hand`` allows; raises NotAtHand."""
        return self._part(stream).load(decider, stream)

    def load_at(self, decider: AnyDecider, stream: str, version: int) -> Stream:
        """Return the stream as it stood at an earlier version."""
        return self._part(stream).load_at(decider, stream, version)

    def exists(self, stream: str) -> bool:
        """Tell whether anything was ever recorded in a stream."""
        return self._part(stream).exists(stream)

    def history(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> tuple[Recorded, ...]:
        """Return a stream's events after a version, oldest first."""
        return self._part(stream).history(stream, after=after, limit=limit)

    def holds_in_the_clear(self, stream: str, subject: str) -> bool:
        """Tell whether a stream names somebody unsealed, as events of older versions do."""
        return self._part(stream).holds_in_the_clear(stream, subject)

    def latest(
        self, stream: str, names: Collection[str], wanted: Callable[[Any], bool]
    ) -> Kept | None:
        """Return a stream's latest fact of these catalogue names that is wanted, as it is kept."""
        return self._part(stream).latest(stream, names, wanted)

    def backwards(self, stream: str, version: int) -> Iterator[Recorded]:
        """Yield a stream's events from a version back."""
        return self._part(stream).backwards(stream, version)

    def acts_of(self, principal: str, names: Collection[str]) -> Iterator[Recorded]:
        """Yield the events of these catalogue names that somebody's own commands led to."""
        for place, part in self._parts.items():
            for event in part.acts_of(principal, names):
                if self._routes.of(event.stream) == place:
                    yield event

    def forget(self, stream: str) -> None:
        """Let go of a stream's state; it is folded anew when it is needed."""
        self._part(stream).forget(stream)

    def follow(self, after: int, limit: int, *, topics: Sequence[str] = ()) -> list[Positioned]:
        """Return events of the partition that is followed, in commit order."""
        return self._feed.follow(after, limit, topics=topics)

    def each(self, topics: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """Yield where each event of some topics stands in the partition that is followed."""
        return self._feed.each(topics)

    def head(self, stream: str = "") -> int:
        """Return the position of the latest event where a stream is, or that is followed."""
        return (self._part(stream) if stream else self._feed).head()

    def _part(self, stream: str) -> Part:
        return self._parts[self._routes.of(stream)]

    def _part_of(self, steps: Sequence[Step]) -> Part:
        places = {self._routes.of(step.stream) for step in steps}
        if len(places) > 1:
            raise TornSave(", ".join(step.stream for step in steps))
        return self._parts[places.pop()]

    def _attempt(self, act: Act, steps: Sequence[Step], *, remembered: bool) -> Outcome:
        part = self._part_of(steps)
        try:
            outcome = part.attempt(act, steps, remembered=remembered)
        except DatabaseError as error:
            if not is_fenced(error):
                raise
            return self._where_it_is_now(part, act, steps, error)
        if self._part_of(steps) is not part:
            # It was begun here and lives elsewhere from its first fact on.
            for step in steps:
                part.forget(step.stream)
        return outcome

    def _where_it_is_now(
        self, before: Part, act: Act, steps: Sequence[Step], fenced: DatabaseError
    ) -> Outcome:
        """Attempt it where the relationship went; raises Moving while it is on its way."""
        self._routes.forget(steps[0].stream)
        part = self._part_of(steps)
        try:
            if part is not before:
                return part.attempt(act, steps, remembered=False)
        except DatabaseError as again:
            if not is_fenced(again):
                raise
        raise Moving(steps[0].stream.partition("/")[0]) from fenced

    def _earlier(self, act: Act, main: AnyDecider) -> Outcome | None:
        record = self.register.find_key(act.by, act.key)
        return None if record is None else self._part(record.stream).earlier(act, main)
