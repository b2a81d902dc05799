"""What is answered from memory is what the database would answer, and costs one question to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.news import News
from http_answers import done
from two_processes import READER, Two, count_connections, two_processes

pytestmark = pytest.mark.postgres


@pytest.fixture
def two(database: str, tmp_path: Path) -> Iterator[Two]:
    with two_processes(database, tmp_path) as found:
        yield found


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count who is lent a connection to the database, for whatever."""
    return count_connections(monkeypatch)


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
