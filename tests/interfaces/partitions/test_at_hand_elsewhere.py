"""What lives in another partition is at hand like what is at home, for one question more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from application.news import News
from http_answers import done, problem
from http_cast import Cast, Deal, open_negotiation, path_of
from http_world import World, open_world
from interfaces.http import at_hand
from interfaces.partitions import moving, routes
from interfaces.postgres.datastore import ConfirmingDatastore
from interfaces.postgres.views import GuardedPool
from parted import Databases, Settling, move

pytestmark = pytest.mark.postgres

READER = "client-negotiator"
WARM = 3
"""How often something is read before what it needs is certainly at hand."""


@dataclass
class Asked:
    """What a request took: connections to a database, by whose they are, and trips to threads."""

    lent: list[str] = field(default_factory=list)
    threads: int = 0

    def clear(self) -> None:
        self.lent.clear()
        self.threads = 0


@dataclass(frozen=True)
class Two:
    """Two processes of one service: one is written to, the other remembers."""

    writes: World
    remembers: World
    databases: Databases
    cast: Cast
    deal: Deal
    talk: str
    """A negotiation that is not over."""

    def comment(self) -> None:
        """Add to the talk, by the process that does not remember."""
        lead = self.writes.as_("provider-negotiator")
        done(lead.post(f"{self.talk}/comments", {"text": "One more point."}), 201)

    def warm(self, path: str) -> None:
        for _ in range(WARM):
            done(self.remembers.as_(READER).get(path))


@pytest.fixture(params=["home", "east"])
def place(request: pytest.FixtureRequest) -> str:
    """Where the relationship lives."""
    found: str = request.param
    return found


@pytest.fixture
def two(databases: Databases, settling: Settling, place: str, tmp_path: Path) -> Iterator[Two]:
    settling.place = place
    told = {"partitions": databases.setting}
    with open_world(databases.home, tmp_path, **told) as writes:
        cast = writes.cast()
        deal = writes.strike_a_deal(cast)
        talk = path_of(open_negotiation(cast)["id"])
        writes.settle()
        with (
            open_world(databases.home, tmp_path, writes.clock.now(), **told) as remembers,
            pytest.MonkeyPatch.context() as patched,
        ):
            patched.setattr(routes, "LEASE", 1000.0)  # what moved is asked in time of its own
            yield Two(writes, remembers, databases, cast, deal, talk)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Count who is lent a connection to a database, for whatever, and who goes to a thread."""
    asked = Asked()

    def counting(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def lend(*told: object, **named: object) -> object:
            found = original(*told, **named)
            asked.lent.append(name)
            return found

        return lend

    async def in_a_thread(*told: Any, **named: Any) -> Any:
        asked.threads += 1
        return await threadpool(*told, **named)

    threadpool = at_hand.run_in_threadpool
    monkeypatch.setattr(at_hand, "run_in_threadpool", in_a_thread)
    connection = ConfirmingDatastore.get_connection
    monkeypatch.setattr(ConfirmingDatastore, "get_connection", counting("ledger", connection))
    monkeypatch.setattr(GuardedPool, "getconn", counting("views", GuardedPool.getconn))
    return asked


LOOKS = {"home": 1, "east": 2}
"""How many ledgers are looked at: home's always, for who asks; another for what is there."""


@pytest.mark.parametrize("what", ["contract", "terms", "talk"])
def test_is_read_with_one_question_to_each_ledger_and_no_thread(
    two: Two, asked: Asked, place: str, what: str
) -> None:
    contract = two.deal.contract_path
    path = {"contract": contract, "terms": f"{contract}/terms", "talk": two.talk}[what]
    two.warm(path)
    asked.clear()
    done(two.remembers.as_(READER).get(path))
    assert (asked.lent, asked.threads) == (["ledger"] * LOOKS[place], 0)


def test_what_another_process_recorded_is_seen_by_the_next_who_reads(two: Two) -> None:
    two.warm(two.talk)
    before = done(two.remembers.as_(READER).get(two.talk))
    two.comment()
    assert done(two.remembers.as_(READER).get(two.talk))["version"] == before["version"] + 1


def test_it_is_missed_by_who_never_looks(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the test above would pass whatever is remembered."""
    two.warm(two.talk)
    before = done(two.remembers.as_(READER).get(two.talk))
    monkeypatch.setattr(News, "touched_since", lambda *_: False)
    two.comment()
    assert done(two.remembers.as_(READER).get(two.talk)) == before


def test_whose_role_was_relieved_is_shut_out_at_once(two: Two) -> None:
    path = f"{two.deal.contract_path}/terms"
    two.warm(path)
    client = two.cast.client
    person = client.persons["negotiator"]
    relieved = client["administrator"].delete(
        f"{client.path}/representatives/{person}/roles/negotiator", if_match="*"
    )
    done(relieved)
    problem(two.remembers.as_(READER).get(path), 403, "role-missing")


def test_what_moved_is_at_hand_where_it_went_and_nothing_old_is(
    two: Two, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "GRACE", 0.0)
    two.warm(two.talk)
    for place in ("west", "east", "home", "west"):
        if place in two.databases.facts(two.cast.relationship):
            continue
        before = done(two.remembers.as_(READER).get(two.talk))
        move(two.writes, two.databases, two.cast.relationship, place)
        monkeypatch.setattr(routes, "LEASE", 0.0)
        two.comment()
        after = done(two.remembers.as_(READER).get(two.talk))
        assert after["version"] == before["version"] + 1
        monkeypatch.setattr(routes, "LEASE", 1000.0)
        two.warm(two.talk)
        asked.clear()
        assert done(two.remembers.as_(READER).get(two.talk)) == after
        assert (asked.lent, asked.threads) == (["ledger"] * (1 if place == "home" else 2), 0)
