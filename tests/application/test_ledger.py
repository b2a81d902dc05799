"""What a caller can rely on: once only, all or nothing, one winner, never a silent guess."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from eventsourcing.persistence import (
    IntegrityError,
    MapperDeserialisationError,
    OperationalError,
    StoredEvent,
)

from application.errors import KeyReused, OutcomeUnknown, OutOfDate, UnsafeConfiguration
from application.event_catalogue import EventCatalogue, EventType
from application.ledger import Ledger, Outcome
from application.recorded import Recorded
from domain.decider import Refused
from domain.negotiation.position_facts import NoteMade
from domain.values.sides import Side
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.postgres.persistence import ledger_env
from ledgers import AT, FILE, OTHER_FILE, act, draft, note

RACERS = 8


class TestTheSameCommandTwice:
    def test_records_one_event_and_answers_alike(self, ledger: Ledger) -> None:
        first = ledger.perform(act("k1"), note("hello"))
        ledger.perform(act("k2"), note("and then"))
        second = ledger.perform(act("k1"), note("hello"))
        assert (first.repeated, second.repeated) == (False, True)
        assert replace(second, repeated=False) == first
        assert [event.fact.text for event in ledger.history(FILE)] == ["hello", "and then"]

    def test_is_known_by_the_key_even_when_it_would_be_refused_now(self, ledger: Ledger) -> None:
        first = ledger.perform(act("k1"), note("hello", expected=0))
        assert ledger.perform(act("k1"), note("", expected=0)).events == first.events
        with pytest.raises(OutOfDate):
            ledger.perform(act("k2"), note("hello", expected=0))

    def test_is_known_to_another_process(self, database: str) -> None:
        with Ledger(ledger_env(database)) as one:
            first = one.perform(act("k1"), note("hello"))
        with Ledger(ledger_env(database)) as another:
            second = another.perform(act("k1"), note("hello"))
        assert second == replace(first, repeated=True)

    def test_under_another_key_that_says_nothing_new_records_nothing(self, ledger: Ledger) -> None:
        ledger.perform(act("k1"), draft("terms"))
        again = ledger.perform(act("k2"), draft("terms"))
        assert (again.events, again.repeated, again.stream.version) == ((), False, 1)

    def test_of_somebody_else_is_another_command(self, ledger: Ledger) -> None:
        ledger.perform(act("k1"), note("mine"))
        theirs = ledger.perform(act("k1", by="person-bo"), note("theirs"))
        assert (theirs.repeated, theirs.stream.version) == (False, 2)


class TestAKeyWithAnotherRequest:
    @pytest.mark.parametrize("again", [note("something else"), draft("terms"), note("")])
    def test_is_found_out(self, ledger: Ledger, again: Any) -> None:
        ledger.perform(act("k1"), draft("terms"))
        with pytest.raises(KeyReused):
            ledger.perform(act("k1", fingerprint="other"), again)
        assert ledger.head() == 1

    def test_is_not_used_up_by_a_refusal(self, ledger: Ledger) -> None:
        with pytest.raises(Refused):
            ledger.perform(act("k1"), note(""))
        made = ledger.perform(act("k1", fingerprint="better"), note("words"))
        assert made.stream.version == 1


class TestALostAcknowledgement:
    def test_is_unknown_first_and_success_when_asked_again(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as lossy:
            lossy.setattr(ledger.recorder, "insert_events", _losing_the_answer(ledger))
            with pytest.raises(OutcomeUnknown):
                ledger.perform(act("k1"), note("hello"))
        again = ledger.perform(act("k1"), note("hello"))
        assert (again.repeated, len(ledger.history(FILE))) == (True, 1)

    def test_of_a_command_that_was_not_recorded_is_recorded_when_asked_again(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as down:
            down.setattr(ledger.recorder, "insert_events", _never_arriving)
            with pytest.raises(OutcomeUnknown):
                ledger.perform(act("k1"), note("hello"))
        assert ledger.perform(act("k1"), note("hello")).repeated is False
        assert len(ledger.history(FILE)) == 1

    def test_is_unknown_where_the_key_cannot_be_looked_up(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Sent again on another connection, an append finds its place taken, maybe by itself.
        with monkeypatch.context() as lossy:
            lossy.setattr(ledger.recorder, "insert_events", _taking_its_own_place(ledger))
            lossy.setattr(ledger.recorder, "find_key", _never_arriving)
            with pytest.raises(OutcomeUnknown):
                ledger.perform(act("k1"), note("hello"))
        again = ledger.perform(act("k1"), note("hello"))
        assert (again.repeated, len(ledger.history(FILE))) == (True, 1)


class TestARace:
    def test_on_one_version_has_one_winner(self, ledger: Ledger) -> None:
        def race(number: int) -> Outcome | OutOfDate:
            try:
                return ledger.perform(act(f"k{number}"), draft(f"terms {number}", expected=0))
            except OutOfDate as late:
                return late

        with ThreadPoolExecutor(RACERS) as pool:
            results = list(pool.map(race, range(RACERS)))
        won = [one for one in results if isinstance(one, Outcome)]
        late = [one for one in results if isinstance(one, OutOfDate)]
        assert (len(won), len(late)) == (1, RACERS - 1)
        assert all((one.expected, one.actual) == (0, 1) for one in late)
        assert all(one.meanwhile == won[0].events for one in late)

    def test_without_a_version_is_decided_anew_until_all_are_in(self, ledger: Ledger) -> None:
        with ThreadPoolExecutor(RACERS) as pool:
            list(
                pool.map(
                    lambda number: ledger.perform(act(f"k{number}"), note(f"n{number}")),
                    range(RACERS),
                )
            )
        events = ledger.history(FILE)
        assert [event.version for event in events] == list(range(1, RACERS + 1))
        assert {event.key for event in events} == {f"k{number}" for number in range(RACERS)}

    def test_of_one_command_with_itself_records_it_once(self, ledger: Ledger) -> None:
        with ThreadPoolExecutor(RACERS) as pool:
            results = list(
                pool.map(lambda _: ledger.perform(act("k1"), note("hello")), range(RACERS))
            )
        assert len(ledger.history(FILE)) == 1
        assert [one.repeated for one in results].count(False) == 1
        assert len({(one.stream.version, one.events) for one in results}) == 1


class TestAnActOnSeveralStreams:
    def test_is_recorded_in_all_of_them(self, ledger: Ledger) -> None:
        outcome = ledger.perform(act("k1"), note("here"), note("there", OTHER_FILE))
        assert outcome.stream.id == FILE
        assert [len(ledger.history(one)) for one in (FILE, OTHER_FILE)] == [1, 1]
        assert ledger.perform(act("k1"), note("here"), note("there", OTHER_FILE)).repeated
        assert ledger.head() == 2

    def test_that_is_refused_in_one_is_recorded_in_none(self, ledger: Ledger) -> None:
        with pytest.raises(Refused):
            ledger.perform(act("k1"), note("here"), note("", OTHER_FILE))
        with pytest.raises(OutOfDate):
            ledger.perform(act("k2"), note("here"), note("there", OTHER_FILE, expected=3))
        assert ledger.head() == 0

    def test_that_loses_in_one_is_saved_in_none(self, ledger: Ledger) -> None:
        ledger.perform(act("k1"), note("first", OTHER_FILE))
        fact = NoteMade(Side.CLIENT, "note-late", "late")
        events = [
            Recorded(stream, 1, AT, "person-bo", None, "k2", fact) for stream in (FILE, OTHER_FILE)
        ]
        with pytest.raises(IntegrityError):
            ledger.save(*events)
        assert ledger.history(FILE) == ()

    def test_changing_only_its_second_stream_is_known_by_its_key(self, ledger: Ledger) -> None:
        ledger.perform(act("k1"), draft("terms"))
        first = ledger.perform(act("k2"), draft("terms"), note("there", OTHER_FILE))
        again = ledger.perform(act("k2"), draft("terms"), note("there", OTHER_FILE))
        assert (first.stream, first.events) == (again.stream, again.events)
        assert (again.repeated, ledger.head()) == (True, 2)


class TestRehearsing:
    def test_tells_what_would_be_recorded_and_records_nothing(self, ledger: Ledger) -> None:
        would = ledger.rehearse(act("k1"), note("here"), note("there", OTHER_FILE))
        assert [event.stream for event in would] == [FILE, OTHER_FILE]
        assert ledger.head() == 0
        assert ledger.perform(act("k1"), note("here")).repeated is False


class TestReading:
    def test_gives_the_stream_as_it_stood_at_a_version(self, ledger: Ledger) -> None:
        for number in (1, 2, 3):
            ledger.perform(act(f"k{number}"), note(f"n{number}"))
        stood = ledger.load_at(note("").decider, FILE, 2)
        assert (stood.version, [one.text for one in stood.state.notes]) == (2, ["n1", "n2"])

    def test_follows_all_streams_in_the_order_of_commit(self, ledger: Ledger) -> None:
        for number in range(4):
            ledger.perform(act(f"k{number}"), note(f"n{number}", (FILE, OTHER_FILE)[number % 2]))
        first = ledger.follow(0, 3)
        rest = ledger.follow(first[-1].position, 3)
        texts = [one.event.fact.text for one in (*first, *rest)]
        assert texts == ["n0", "n1", "n2", "n3"]
        assert rest[-1].position == ledger.head()


class TestAnEventThatCannotBeRead:
    def test_of_an_unknown_topic_is_named(self, ledger: Ledger) -> None:
        ledger.recorder.insert_events([StoredEvent(FILE, 1, "position.Nothing/1", b"{}")])
        with pytest.raises(MapperDeserialisationError, match=f"{FILE} version 1.*Nothing"):
            ledger.history(FILE)

    @pytest.mark.parametrize("topic", ["position.NoteMade/2", "position.NoteMade/0", "NoteMade"])
    def test_of_an_unknown_version_is_named(self, ledger: Ledger, topic: str) -> None:
        ledger.recorder.insert_events([StoredEvent(FILE, 1, topic, b"{}")])
        with pytest.raises(MapperDeserialisationError, match=f"{FILE} version 1"):
            ledger.load(note("").decider, FILE)

    def test_that_an_upcaster_fails_on_is_named(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(fact: dict[str, Any]) -> dict[str, Any]:
            return {"text": fact["words"]}

        ledger.perform(act("k1"), note("hello"))
        monkeypatch.setattr(ledger.mapper, "catalogue", _second_version(fail))
        with pytest.raises(MapperDeserialisationError, match=f"{FILE} version 1.*words"):
            ledger.follow(0, 10)

    def test_of_an_older_version_is_brought_up_to_date(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ledger.perform(act("k1"), note("hello"))
        upcast = _second_version(lambda fact: {**fact, "text": fact["text"].upper()})
        monkeypatch.setattr(ledger.mapper, "catalogue", upcast)
        assert ledger.history(FILE)[0].fact.text == "HELLO"
        ledger.perform(act("k2"), note("bye"))
        assert [event.fact.text for event in ledger.history(FILE)] == ["HELLO", "bye"]


class TestAnUnsafeSetting:
    def test_keeps_the_ledger_from_starting(self) -> None:
        with pytest.raises(UnsafeConfiguration, match="POSTGRES_ENABLE_DB_FUNCTIONS"):
            Ledger({**MEMORY_ENV, "POSTGRES_ENABLE_DB_FUNCTIONS": "yes"})

    def test_in_the_environment_does_so_too(
        self, database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "1")
        with pytest.raises(UnsafeConfiguration):
            Ledger(ledger_env(database))


def _losing_the_answer(ledger: Ledger) -> Any:
    insert = ledger.recorder.insert_events

    def lost(*events: Any, **more: Any) -> None:
        insert(*events, **more)
        raise OperationalError("the server went away")

    return lost


def _taking_its_own_place(ledger: Ledger) -> Any:
    insert = ledger.recorder.insert_events

    def twice(*events: Any, **more: Any) -> None:
        insert(*events, **more)
        insert(*events, **more)

    return twice


def _never_arriving(*_: Any, **__: Any) -> None:
    raise OperationalError("no route to the server")


def _second_version(upcaster: Any) -> EventCatalogue:
    return EventCatalogue(
        [EventType("position.NoteMade", 2, NoteMade)], {("position.NoteMade", 1): upcaster}
    )
