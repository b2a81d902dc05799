"""What lives in another partition is at hand like what is at home, for one question more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from application.news import News
from http_answers import done, problem
from interfaces.http import at_hand
from interfaces.partitions import moving, routes
from parted import Databases, Settling, move
from two_processes import READER, Two, count_connections, two_processes

pytestmark = pytest.mark.postgres


@dataclass
class Asked:
    """What a request took: connections to a database, by whose they are, and trips to threads."""

    lent: list[str] = field(default_factory=list)
    threads: int = 0

    def clear(self) -> None:
        self.lent.clear()
        self.threads = 0


@pytest.fixture(params=["home", "east"])
def place(request: pytest.FixtureRequest) -> str:
    """Where the relationship lives."""
    found: str = request.param
    return found


@pytest.fixture
def two(
    databases: Databases,
    settling: Settling,
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Two]:
    settling.place = place
    with two_processes(databases.home, tmp_path, partitions=databases.setting) as found:
        monkeypatch.setattr(routes, "LEASE", 1000.0)  # what moved is asked in time of its own
        yield found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Count who is lent a connection to a database, for whatever, and who goes to a thread."""
    asked = Asked(count_connections(monkeypatch))
    threadpool = at_hand.run_in_threadpool

    async def in_a_thread(*told: Any, **named: Any) -> Any:
        asked.threads += 1
        return await threadpool(*told, **named)

    monkeypatch.setattr(at_hand, "run_in_threadpool", in_a_thread)
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
    two: Two, databases: Databases, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "GRACE", 0.0)
    two.warm(two.talk)
    for place in ("west", "east", "home", "west"):
        if place in databases.facts(two.cast.relationship):
            continue
        before = done(two.remembers.as_(READER).get(two.talk))
        move(two.writes, databases, two.cast.relationship, place)
        monkeypatch.setattr(routes, "LEASE", 0.0)
        two.comment()
        after = done(two.remembers.as_(READER).get(two.talk))
        assert after["version"] == before["version"] + 1
        monkeypatch.setattr(routes, "LEASE", 1000.0)
        two.warm(two.talk)
        asked.clear()
        assert done(two.remembers.as_(READER).get(two.talk)) == after
        assert (asked.lent, asked.threads) == (["ledger"] * (1 if place == "home" else 2), 0)
