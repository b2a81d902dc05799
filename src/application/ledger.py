"""The one door to the event store: load a stream, run its decider, save the facts.

What a caller can rely on:

- Each command has a key that is stored in the events' own commit. The same command again, or again
  after its acknowledgement was lost, records nothing and gets the first answer.
- Facts of several streams of one command are saved in one transaction, or none of them.
- A state is folded once and then carried forward, so the cost of a command does not grow with the
  history before it. A yes is decided from the state that is remembered, for the append fails when
  the stream has moved on; a no, and a nothing, only from what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Final, cast

from eventsourcing.application import Application
from eventsourcing.persistence import (
    IntegrityError,
    Mapper,
    MapperDeserialisationError,
    StoredEvent,
)
from eventsourcing.utils import get_topic, strtobool

from application.at_hand import HERE, afresh, may_be_remembered, stepping_aside_for
from application.doubt import in_doubt
from application.errors import Contended, KeyReused, OutOfDate, UnsafeConfiguration
from application.instants import decided
from application.mapper import FactMapper
from application.news import UNSEEN, News, Sight, Watch, WatchedHere
from application.ports import KeepsKeys, KeyedRecorder, KeyRecord
from application.queues import Queues
from application.recorded import Kept, Positioned, Recorded
from application.remembered import Remembered
from application.sealing import Sealer
from domain.decider import Decider, Refused

ATTEMPTS: Final = 20
"""How often a command without an expected version is decided anew after losing a race."""

PAGE: Final = 500

BACKWARDS: Final = 20
"""How many events are read at a time when a stream is read backwards."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, for which party, when, and under which key.

    ``fingerprint`` stands for the whole request, so that a key that comes back with another
    request is found out. ``at`` is UTC.
    """

    by: str
    party: str | None
    at: datetime
    key: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One stream's part of an act: what to decide there, and at which version (None: any).

    ``since`` is when the latest was recorded of what was looked up elsewhere for it.
    """

    decider: Decider[Any, Any, Any]
    stream: str
    command: Any
    expected: int | None = None
    since: datetime | None = None


Plan = Callable[[], Sequence[Step]]
"""Looks up what a command depends on, and returns its steps, the main one first."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream as it stands: its version (0: nothing happened yet) and its state.

    ``at`` is when the latest of its facts was recorded (UTC).
    """

    id: str
    version: int
    state: Any
    at: datetime | None = None
    seen: Sight = field(default=UNSEEN, compare=False, repr=False)
    """Up to where the process that holds it knows it to stand so."""


Look = Callable[[Decider[Any, Any, Any], str], Stream]
"""Returns a stream, as it stands or as it is remembered."""

Decided = tuple[list[Stream], list[tuple[Recorded, ...]]]
"""The streams of an act's steps, and what is to be recorded in each."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act led to in its first step's stream.

    ``events`` are the facts it recorded there, none if the stream said so already; ``repeated``
    tells that the same act had been recorded before and this is its first answer again.
    """

    stream: Stream
    events: tuple[Recorded, ...] = field(default=())
    repeated: bool = False


class Ledger(Application[str]):
    """The event store of one partition, on the library's recorder; ``keys`` is its key ring."""

    name = "ledger"
    of = HERE  # which partition
    env: ClassVar[dict[str, str]] = {
        "MAPPER_TOPIC": get_topic(FactMapper),
        "ORIGINATOR_ID_TYPE": "text",
    }

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        super().__init__(env)
        if strtobool(self.env.get("POSTGRES_ENABLE_DB_FUNCTIONS") or "n"):
            raise UnsafeConfiguration(
                "POSTGRES_ENABLE_DB_FUNCTIONS skips the lock that keeps commit order equal to "
                "notification order, so a follower would miss events: unset it"
            )
        self._keys = cast("KeyedRecorder", self.recorder)
        self.remembered: Remembered[Stream] = Remembered()
        self.moved = self._keys.moved
        self.news = News(self.moved, self.head, self.of)
        self.watch: Watch = WatchedHere(self.news)
        self._queues = Queues()

    def construct_mapper(self) -> Mapper[str]:
        """Return the mapper, with the key ring by which it seals what is personal."""
        self.keys = cast("KeepsKeys", self.factory).key_ring()
        self._sealer = Sealer(self.keys, self._recorded)
        mapper = cast("FactMapper", super().construct_mapper())
        mapper.sealer = self._sealer
        return mapper

    def load(self, decider: Decider[Any, Any, Any], stream: str) -> Stream:
        """Return the stream as it stands now, or as ``at_hand`` allows; raises NotAtHand."""
        known, sight = self.remembered.get(stream), self.news.sight
        if known and may_be_remembered(self.of) and not self.news.touched_since(stream, known.seen):
            return known
        stepping_aside_for(stream)
        if known is None or known.seen[0] != sight[0]:  # the database may have been set back
            known = Stream(stream, 0, decider.initial)
        latest = self._fold(decider, known, self.recorder.select_events(stream, gt=known.version))
        if latest.seen < sight:
            latest = replace(latest, seen=sight)
        self.remembered.keep(latest)
        return latest

    def load_at(self, decider: Decider[Any, Any, Any], stream: str, version: int) -> Stream:
        """Return the stream as it stood at an earlier version."""
        begin = Stream(stream, 0, decider.initial)
        return self._fold(decider, begin, self.recorder.select_events(stream, lte=version))

    def exists(self, stream: str) -> bool:
        """Tell whether anything was ever recorded in a stream."""
        return bool(self.recorder.select_events(stream, limit=1))

    def history(
        self, stream: str, *, after: int = 0, limit: int | None = None
    ) -> tuple[Recorded, ...]:
        """Return a stream's events after a version, oldest first."""
        return tuple(
            self._event(stored)
            for stored in self.recorder.select_events(stream, gt=after, limit=limit)
        )

    def holds_in_the_clear(self, stream: str, subject: str) -> bool:
        """Tell whether a stream names somebody unsealed, as events of older versions do."""
        holds = cast("FactMapper", self.mapper).holds_in_the_clear
        return any(holds(stored, subject) for stored in self.recorder.select_events(stream))

    def follow(self, after: int, limit: int, *, topics: Sequence[str] = ()) -> list[Positioned]:
        """Return up to ``limit`` events of all streams after a position, in commit order.

        With ``topics`` only events stored under one of them.
        """
        notifications = self.recorder.select_notifications(
            after, limit, topics=topics, inclusive_of_start=False
        )
        return [Positioned(stored.id, self._event(stored)) for stored in notifications]

    def latest(
        self, stream: str, names: Collection[str], wanted: Callable[[Any], bool]
    ) -> Kept | None:
        """Return a stream's latest fact of these catalogue names that is wanted, as it is kept."""
        for stored in self._backwards(stream, None):
            named = stored.topic.rpartition("/")[0] in names
            if named and wanted(self._event(stored).fact):
                return Kept(stream, stored.originator_version, stored.topic, stored.state)
        return None

    def backwards(self, stream: str, version: int) -> Iterator[Recorded]:
        """Yield a stream's events from a version back: what is late is found at once."""
        return map(self._event, self._backwards(stream, version))

    def _backwards(self, stream: str, version: int | None) -> Iterator[StoredEvent]:
        while True:
            page = self.recorder.select_events(stream, lte=version, desc=True, limit=BACKWARDS)
            yield from page
            if len(page) < BACKWARDS:
                return
            version = page[-1].originator_version - 1

    def acts_of(self, principal: str, names: Collection[str]) -> Iterator[Recorded]:
        """Yield the events of these catalogue names that somebody's own commands led to."""
        return map(self._event, self._keys.select_acts(principal, names))

    def each(self, topics: Sequence[str]) -> Iterator[tuple[str, Any]]:
        """Yield where each event of some topics stands, and its fact or why it is unreadable."""
        position = 0
        while found := self.recorder.select_notifications(
            position, PAGE, topics=topics, inclusive_of_start=False
        ):
            for stored in found:
                place = f"{stored.originator_id} version {stored.originator_version}"
                try:
                    yield place, self._event(stored).fact
                except MapperDeserialisationError as unreadable:
                    yield place, unreadable
            position = found[-1].id

    def head(self, _stream: str = "") -> int:
        """Return the position of the latest event where a stream is, 0 before the first."""
        return self.recorder.max_notification_id() or 0

    def perform(self, act: Act, *steps: Step) -> Outcome:
        """Decide every step and save all their facts at once; answer for the first step.

        Raises Refused by a decider's rule, OutOfDate when a step expected another version,
        KeyReused when the key stands for another request, OutcomeUnknown when the commit could
        not be confirmed, Contended when every attempt lost a race.
        """
        return self.carry_out(act, steps[0].decider, lambda: steps)

    def carry_out(self, act: Act, main: Decider[Any, Any, Any], plan: Plan) -> Outcome:
        """Make a plan, then decide and save its steps as ``perform`` does.

        ``main`` is the decider of the plan's first step. What a plan looks up or refuses is part
        of the command: a repeated command gets its first answer even when the plan could not be
        made any more, and after a lost race the plan is made anew.
        """
        try:
            steps = plan()
            with self._queues.turn(steps[0].stream) as waited:
                return self._win(act, main, None if waited else steps, plan)
        except (Refused, OutOfDate):
            earlier = self._earlier(act, main)
            if earlier is None:
                raise
            return earlier

    def _win(
        self, act: Act, main: Decider[Any, Any, Any], steps: Sequence[Step] | None, plan: Plan
    ) -> Outcome:
        """Decide and save a plan's steps, made anew after each race that was lost."""
        for attempt in range(ATTEMPTS):
            if steps is None:
                with afresh():
                    steps = plan()
            try:
                return self._attempt(act, steps, remembered=attempt == 0)
            except IntegrityError:
                with in_doubt():  # it may be our own append that took it
                    earlier = self._earlier(act, main)
                if earlier is not None:
                    return earlier
            if attempt:  # what was remembered the first time may just have been old
                for step in steps:  # if the database was set back, they are ahead of it
                    self.forget(step.stream)
            steps = None
        raise Contended(act.key)

    def rehearse(self, act: Act, *steps: Step) -> tuple[Recorded, ...]:
        """Decide every step, save nothing, and return what the act would record.

        Raises Refused and OutOfDate as ``perform`` does.
        """
        _, events = self._decide(act, steps, self._stored)
        return tuple(event for part in events for event in part)

    def _decide(self, act: Act, steps: Sequence[Step], look: Look) -> Decided:
        before = [self._expected(step, look) for step in steps]
        events = [decided(act, *part) for part in zip(steps, before, strict=True)]
        return before, events

    def _remembering(self, act: Act, steps: Sequence[Step]) -> Decided | None:
        """Decide from what is remembered; None when that does not lead to facts in every step.

        Facts are checked against what is stored when they are saved. Nothing else is.
        """
        try:
            before, events = self._decide(act, steps, self._remembered)
        except (Refused, OutOfDate):
            return None
        return (before, events) if all(events) else None

    def _attempt(self, act: Act, steps: Sequence[Step], *, remembered: bool) -> Outcome:
        from_memory = self._remembering(act, steps) if remembered else None
        before, events = from_memory or self._decide(act, steps, self._stored)
        if not any(events):
            return self._earlier(act, steps[0].decider) or Outcome(before[0])
        with in_doubt():
            stored = [self.mapper.to_stored_event(event) for part in events for event in part]
            key, sight = self._key(act, before[0], events[0]), self.news.sight
            positions = self.recorder.insert_events(stored, command_key=key)
        seen = (sight[0], positions[-1]) if positions else sight
        after = [_carry(*part, seen) for part in zip(steps, before, events, strict=True)]
        for stream in after:
            self.remembered.keep(stream)
        return Outcome(after[0], events[0])

    def _stored(self, decider: Decider[Any, Any, Any], stream: str) -> Stream:
        with afresh():
            return self.load(decider, stream)

    def _remembered(self, decider: Decider[Any, Any, Any], stream: str) -> Stream:
        return self.remembered.get(stream) or self.load(decider, stream)

    def _expected(self, step: Step, look: Look) -> Stream:
        stream = look(step.decider, step.stream)
        if step.expected is not None and step.expected != stream.version:
            since = self.history(step.stream, after=step.expected)
            raise OutOfDate(step.expected, stream.version, since)
        return stream

    def _earlier(self, act: Act, main: Decider[Any, Any, Any]) -> Outcome | None:
        """Answer a command that is recorded already as it was answered then."""
        record = self._keys.find_key(act.by, act.key)
        if record is None:
            return None
        if not self._sealer.is_same_request(record.fingerprint, act.fingerprint):
            raise KeyReused(act.key)
        stream = self.load_at(main, record.stream, record.last_version)
        events = self.recorder.select_events(
            record.stream, gt=record.first_version - 1, lte=record.last_version
        )
        return Outcome(stream, tuple(self._event(stored) for stored in events), repeated=True)

    def forget(self, stream: str) -> None:
        """Let go of a stream's state; it is folded anew when it is needed."""
        self.remembered.forget(stream)

    def _fold(
        self, decider: Decider[Any, Any, Any], begin: Stream, stored: Sequence[StoredEvent]
    ) -> Stream:
        if not stored:
            return begin
        state, last = begin.state, self._event(stored[0])
        for last in map(self._event, stored):
            state = decider.evolve(state, last.fact)
        return Stream(begin.id, last.version, state, last.at, begin.seen)

    def _key(self, act: Act, stream: Stream, events: Sequence[Recorded]) -> KeyRecord:
        fingerprint = self._sealer.blinded(act.fingerprint, [event.fact for event in events])
        last = stream.version + len(events)
        return KeyRecord(act.by, act.key, fingerprint, stream.id, stream.version + 1, last)

    def _recorded(self, stream: str, check: Callable[[Any], bool]) -> bool:
        """Tell whether a stream holds a fact that satisfies a check, passing over sealed ones."""
        mapper = cast("FactMapper", self.mapper)
        return any(
            check(self._event(stored).fact)
            for stored in self.recorder.select_events(stream)
            if not mapper.is_sealed(stored)
        )

    def _event(self, stored: StoredEvent) -> Recorded:
        return cast("Recorded", self.mapper.to_domain_event(stored))


def _carry(step: Step, stream: Stream, events: Sequence[Recorded], seen: Sight) -> Stream:
    if not events:
        return stream
    state = step.decider.replay((event.fact for event in events), stream.state)
    return Stream(stream.id, stream.version + len(events), state, events[-1].at, seen)
