"""What somebody does at a table is decided on the loop, and is what it would be in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from faults.pair import offer_body
from http_answers import done, problem
from http_cast import Cast, open_negotiation, path_of
from http_world import World, open_world
from interfaces.http import at_hand
from interfaces.parking import may_park
from interfaces.postgres.persistence import KeyedPostgresRecorder

pytestmark = pytest.mark.postgres

CLIENT, PROVIDER = "client-negotiator", "provider-negotiator"


@dataclass(frozen=True)
class Two:
    """Two processes of one service, and a negotiation that both know."""

    here: World
    there: World
    cast: Cast
    talk: str

    def say(self, world: World, text: str, **how: Any) -> Any:
        """Comment on the negotiation."""
        return world.as_(CLIENT).post(f"{self.talk}/comments", {"text": text}, **how)

    def offer(self) -> dict[str, Any]:
        """Return the body of an offer."""
        until = self.here.clock.now() + timedelta(days=10)
        return offer_body("indicative", valid_until=until.isoformat())

    def recorded(self) -> str:
        """Return everything that was recorded in the negotiation."""
        return repr(self.here.house.ledger.history(self.stream))

    @property
    def stream(self) -> str:
        """The negotiation's stream."""
        return self.talk.removeprefix("/relationships/").replace("/negotiations/", "/")

    def warm(self) -> None:
        """Have both processes know who asks, and how the negotiation stands."""
        for world in (self.here, self.there):
            for reader in (CLIENT, PROVIDER):
                done(world.as_(reader).get(self.talk))


@pytest.fixture
def two(database: str, tmp_path: Path) -> Iterator[Two]:
    with open_world(database, tmp_path) as here:
        cast = here.cast()
        talk = path_of(open_negotiation(cast)["id"])
        with open_world(database, tmp_path, here.clock.now()) as there:
            found = Two(here, there, cast, talk)
            found.warm()
            yield found


@pytest.fixture
def begun_anew(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is begun anew in a thread."""
    noted: list[str] = []
    original = at_hand.run_in_threadpool

    async def noting(what: Callable[..., Any], *asked: Any, **named: Any) -> Any:
        noted.append(what.__name__)
        return await original(what, *asked, **named)

    monkeypatch.setattr(at_hand, "run_in_threadpool", noting)
    return noted


class TestOnTheLoop:
    def test_an_offer_needs_no_thread_of_its_own(self, two: Two, begun_anew: list[str]) -> None:
        made = two.here.as_(PROVIDER).post(f"{two.talk}/offers", two.offer(), if_match="*")
        assert done(made, 201)["tabled"]
        assert begun_anew == []

    def test_a_stream_that_is_not_remembered_is_read_there(
        self, two: Two, begun_anew: list[str]
    ) -> None:
        two.here.house.ledger.forget(two.stream)
        done(two.say(two.here, "Hello."), 201)
        assert begun_anew == []

    def test_what_another_process_recorded_counts(self, two: Two, begun_anew: list[str]) -> None:
        # What this process remembers would say no: there is no such offer.
        made = two.there.as_(PROVIDER).post(f"{two.talk}/offers", two.offer(), if_match="*")
        path = f"{two.talk}/offers/{done(made, 201)['tabled']}/rejection"
        refusal = {"reason": "price", "because": "Too dear."}
        done(two.here.as_(CLIENT).post(path, refusal, if_match="*"))
        assert begun_anew == []

    def test_no_is_said_once_the_key_was_looked_up(
        self, two: Two, begun_anew: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked_up: list[bool] = []
        original = KeyedPostgresRecorder.find_key

        def noting(self: KeyedPostgresRecorder, *asked: str) -> Any:
            looked_up.append(may_park())
            return original(self, *asked)

        monkeypatch.setattr(KeyedPostgresRecorder, "find_key", noting)
        refused = two.here.as_(CLIENT).post(f"{two.talk}/offers", two.offer(), if_match=77)
        problem(refused, 412, "stale-version")
        assert looked_up == [True]
        assert begun_anew == []

    def test_a_request_that_comes_twice_is_answered_alike(self, two: Two) -> None:
        first = two.say(two.here, "Once.", key="the-same")
        second = two.say(two.here, "Once.", key="the-same")
        third = two.say(two.there, "Once.", key="the-same")
        assert first.json() == second.json() == third.json()
        assert {one.status_code for one in (first, second, third)} == {201}
        assert two.recorded().count("Once.") == 1

    def test_a_key_that_stands_for_something_else_is_refused(self, two: Two) -> None:
        done(two.say(two.here, "Once.", key="the-same"), 201)
        problem(two.say(two.here, "Twice.", key="the-same"), 422, "idempotency-key-reused")


class TestARaceThatIsLost:
    def test_to_another_process_is_decided_anew(
        self, two: Two, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Somebody else comes between the look and the commit.
        original = KeyedPostgresRecorder.write
        others: list[str] = []

        def overtaken(self: KeyedPostgresRecorder, appends: Any) -> Any:
            if not others:
                others.append("came first")
                done(two.say(two.there, "I was first."), 201)
            return original(self, appends)

        monkeypatch.setattr(KeyedPostgresRecorder, "write", overtaken)
        done(two.say(two.here, "And I was second."), 201)
        told = two.recorded()
        assert told.index("I was first.") < told.index("And I was second.")

    def test_is_told_to_who_said_which_version_they_decided_on(self, two: Two) -> None:
        version = done(two.here.as_(PROVIDER).get(two.talk))["version"]
        done(two.say(two.there, "I was first."), 201)
        late = two.here.as_(PROVIDER).post(f"{two.talk}/offers", two.offer(), if_match=version)
        problem(late, 412, "stale-version")

    def test_by_many_at_one_table_is_lost_by_nobody_in_the_end(self, two: Two) -> None:
        texts = [f"line {number:02}." for number in range(24)]
        with ThreadPoolExecutor(8) as callers:
            worlds = [two.here, two.there] * 12
            answers = list(callers.map(two.say, worlds, texts))
        assert {one.status_code for one in answers} == {201}
        told = two.recorded()
        assert [told.count(text) for text in texts] == [1] * 24


def test_who_is_relieved_of_a_role_does_nothing_more(two: Two) -> None:
    client = two.cast.client
    person = client.persons["negotiator"]
    path = f"{client.path}/representatives/{person}/roles/negotiator"
    done(client["administrator"].delete(path, if_match="*"))
    assert (
        two.there.as_(CLIENT).post(f"{two.talk}/comments", {"text": "Still here."}).status_code
        == 403
    )
