"""What is answered from memory is what the database would answer, and costs one question to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from application.news import News
from http_answers import done
from http_cast import Cast, Deal, open_negotiation, path_of
from http_world import World, open_world
from interfaces.postgres.datastore import ConfirmingDatastore
from interfaces.postgres.views import GuardedPool

pytestmark = pytest.mark.postgres

READER = "client-negotiator"
WARM = 3
"""How often something is read before what it needs is certainly at hand."""


@dataclass(frozen=True)
class Two:
    """Two processes of one service: one is written to, the other remembers."""

    writes: World
    remembers: World
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


@pytest.fixture
def two(database: str, tmp_path: Path) -> Iterator[Two]:
    with open_world(database, tmp_path) as writes:
        cast = writes.cast()
        deal = writes.strike_a_deal(cast)
        talk = path_of(open_negotiation(cast)["id"])
        writes.settle()
        with open_world(database, tmp_path, writes.clock.now()) as remembers:
            yield Two(writes, remembers, cast, deal, talk)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count who is lent a connection to the database, for whatever."""
    lent: list[str] = []

    def counting(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def lend(*told: object, **named: object) -> object:
            found = original(*told, **named)
            lent.append(name)
            return found

        return lend

    connection = ConfirmingDatastore.get_connection
    monkeypatch.setattr(ConfirmingDatastore, "get_connection", counting("ledger", connection))
    monkeypatch.setattr(GuardedPool, "getconn", counting("views", GuardedPool.getconn))
    return lent


class TestWhatIsAtHand:
    @pytest.mark.parametrize("what", ["", "/terms"])
    def test_is_read_with_one_question(self, two: Two, asked: list[str], what: str) -> None:
        path = two.deal.contract_path + what
        two.warm(path)
        asked.clear()
        done(two.remembers.as_(READER).get(path))
        assert asked == ["ledger"]

    def test_is_read_with_one_question_at_the_table_too(self, two: Two, asked: list[str]) -> None:
        two.warm(two.deal.path)
        asked.clear()
        done(two.remembers.as_(READER).get(two.deal.path))
        assert asked == ["ledger"]


class TestWhatChangedInAnotherProcess:
    def test_is_seen_by_the_next_who_reads(self, two: Two) -> None:
        two.warm(two.talk)
        before = done(two.remembers.as_(READER).get(two.talk))
        two.comment()
        after = done(two.remembers.as_(READER).get(two.talk))
        assert after["version"] == before["version"] + 1

    def test_shuts_out_at_once_whose_role_was_relieved(self, two: Two) -> None:
        path = f"{two.deal.contract_path}/terms"
        two.warm(path)
        client = two.cast.client
        person = client.persons["negotiator"]
        done(
            client["administrator"].delete(
                f"{client.path}/representatives/{person}/roles/negotiator", if_match="*"
            )
        )
        assert two.remembers.as_(READER).get(path).status_code == 403

    def test_is_missed_by_who_never_looks(self, two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
        """Or the two tests above would pass whatever is remembered."""
        two.warm(two.talk)
        before = done(two.remembers.as_(READER).get(two.talk))
        monkeypatch.setattr(News, "touched_since", lambda *_: False)
        two.comment()
        assert done(two.remembers.as_(READER).get(two.talk)) == before
