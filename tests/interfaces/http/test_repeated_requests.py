"""A request sent again is done once and answered alike, wherever the first answer got lost."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from domain.values.sides import Side
from faults.books import until_clear
from faults.calling import Answer, Lost, Move
from faults.checker import Acknowledged
from faults.installation import Installation
from faults.pair import ACCEPTANCE, BECAUSE, Pair, offer_body, stream_of
from faults.proxy import CuttingProxy, http_proxy, postgres_proxy
from faults.racing import racers

pytestmark = pytest.mark.postgres

FEE = "charges/monthly-fee/amount"


class Table:
    """A negotiation, what was asked of it, and how that was answered."""

    def __init__(self, installation: Installation, pair: Pair) -> None:
        self._installation, self._pair = installation, pair
        self.path = pair.negotiation()
        self.asked: list[tuple[Move, Answer]] = []
        self.tabled = ""

    def move(self, side: Side, path: str, body: dict[str, Any], *, fresh: bool = False) -> Move:
        """Return a move with a key of its own, not sent yet; on any version, or on none."""
        return Move(self._pair.lead[side], self.path + path, body, None if fresh else "*")

    def comment(self, side: Side = Side.CLIENT) -> Move:
        """Return a comment, not sent yet."""
        return self.move(side, "/comments", {"text": "a word"}, fresh=True)

    def do(self, side: Side, path: str, body: dict[str, Any], *, fresh: bool = False) -> None:
        """Make a move, twice, and remember how the first was answered."""
        move = self.move(side, path, body, fresh=fresh)
        answer = self.send(move)
        assert answer.yes, (move, answer)
        assert self.send(move) == answer
        self.asked.append((move, answer))
        self.tabled = answer.document["tabled"] or self.tabled

    def send(self, move: Move) -> Answer:
        return self._installation.once(move)

    def signature(self, side: Side) -> dict[str, Any]:
        """Return the body with which a side signs the offer that was accepted."""
        return self._pair.signature(side, self.path, self.tabled)

    @property
    def version(self) -> int:
        """How many facts the ledger holds of it."""
        return len(self._pair.ledger.history(stream_of(self.path)))


@pytest.fixture
def table(installation: Installation, pair: Pair) -> Table:
    """Lend a negotiation that was opened."""
    return Table(installation, pair)


def table_path(opened: Answer) -> str:
    """Return the path of a negotiation that was opened."""
    relationship, negotiation = opened.document["id"].split("/")
    return f"/relationships/{relationship}/negotiations/{negotiation}"


def acknowledged(move: Move, answer: Answer) -> Acknowledged:
    return Acknowledged(move.key, answer.document["id"], answer.version)


def whole_life(table: Table) -> None:
    """Make every kind of move a negotiation knows, each of them twice, up to its conclusion."""
    provider, client = Side.PROVIDER, Side.CLIENT
    table.do(provider, "/offers", offer_body())
    table.do(client, "/comments", {"text": "we will look at it"}, fresh=True)
    table.do(client, "/locks", {"path": FEE, "offer": table.tabled})
    table.do(client, "/locks/release", {"path": FEE})
    limit = {"path": FEE, "weight": "optional", "at_most": "13000.00"}
    table.do(client, "/constraints", limit)
    no = {"reason": "other", "because": "not like this"}
    table.do(client, f"/offers/{table.tabled}/rejection", no)
    table.do(provider, "/offers", offer_body())
    table.do(provider, f"/offers/{table.tabled}/withdrawal", BECAUSE)
    table.do(provider, "/offers", offer_body())
    table.do(client, "/offers", offer_body("indicative", answers=table.tabled))
    table.do(provider, "/offers", offer_body(answers=table.tabled))
    table.do(client, f"/offers/{table.tabled}/acceptance", ACCEPTANCE)
    table.do(client, f"/offers/{table.tabled}/signature-refusal", BECAUSE)
    table.do(provider, "/offers", offer_body())
    table.do(client, f"/offers/{table.tabled}/acceptance", ACCEPTANCE)
    for side in (provider, client):
        table.do(side, f"/offers/{table.tabled}/signatures", table.signature(side))


def test_whatever_is_sent_again_is_done_once_and_answered_alike_ever_after(
    installation: Installation, table: Table
) -> None:
    whole_life(table)
    version = table.version
    for move, answer in table.asked:
        assert table.send(move) == answer
    assert table.version == version == table.asked[-1][1].version
    assert installation.wrong(acknowledged(*one) for one in table.asked) == []


def test_opening_twice_opens_once(installation: Installation, pair: Pair) -> None:
    body = {"subject": {"kind": "new-agreement"}, "title": "Order management"}
    opening = Move(pair.lead[Side.CLIENT], f"{pair.path}/negotiations", body, None)
    opened, again = installation.once(opening), installation.once(opening)
    assert again == opened
    assert opened.status == 201
    assert opened.location == f"/v1{table_path(opened)}"
    assert installation.wrong([acknowledged(opening, opened)]) == []


def test_sent_at_the_same_moment_to_two_processes_it_is_done_once(
    installation: Installation, pair: Pair
) -> None:
    tables = [Table(installation, pair) for _ in range(6)]
    body = {"subject": {"kind": "new-agreement"}, "title": "Order management"}
    opening = Move(pair.lead[Side.CLIENT], f"{pair.path}/negotiations", body, None)
    moves = [
        opening,
        *(table.comment() for table in tables[:3]),
        *(table.move(Side.PROVIDER, "/offers", offer_body()) for table in tables[3:]),
    ]
    with racers(installation, 2 * len(moves)) as ready:  # neighbours are at different processes
        answers = ready.release([move for move in moves for _ in range(2)])
    assert {answer.status for answer in answers} == {201}
    assert answers[::2] == answers[1::2]
    done = zip(moves, answers[::2], strict=True)
    assert installation.wrong(acknowledged(*one) for one in done) == []


def test_a_key_that_comes_back_with_another_request_is_refused(table: Table) -> None:
    said = table.comment()
    assert table.send(said).status == 201
    others = [
        replace(said, body={"text": "another word"}),
        replace(said, path=f"{said.path}?twice"),
        table.move(Side.CLIENT, "/breaking-off", BECAUSE),
        table.move(Side.CLIENT, "/offers", offer_body("indicative")),
    ]
    for other in others:
        refused = table.send(replace(other, key=said.key))
        assert (refused.status, refused.document["rule"]) == (422, "idempotency-key-reused")
    assert table.version == 2


def test_two_people_may_use_the_same_key(installation: Installation, table: Table) -> None:
    ours = table.comment(Side.CLIENT)
    theirs = replace(table.comment(Side.PROVIDER), key=ours.key)
    answers = [table.send(ours), table.send(theirs), table.send(ours), table.send(theirs)]
    assert [answer.version for answer in answers] == [2, 3, 2, 3]
    assert answers[:2] == answers[2:]
    assert installation.wrong() == []


@pytest.fixture
def cutting(installation: Installation) -> Iterator[CuttingProxy]:
    """Lend a proxy between client and server."""
    with http_proxy(installation.port) as proxy:
        yield proxy


@pytest.mark.parametrize("kind", ["comment", "offer", "acceptance"])
def test_sent_again_after_the_connection_was_cut_it_gets_the_answer_that_was_lost(
    installation: Installation, table: Table, cutting: CuttingProxy, kind: str
) -> None:
    table.do(Side.PROVIDER, "/offers", offer_body())
    move = {
        "comment": table.comment(),
        "offer": table.move(Side.CLIENT, "/offers", offer_body("indicative", answers=table.tabled)),
        "acceptance": table.move(Side.CLIENT, f"/offers/{table.tabled}/acceptance", ACCEPTANCE),
    }[kind]
    cutting.arm()
    with pytest.raises(Lost):
        installation.once(move, cutting.port)
    version = table.version
    again = installation.once(move)
    assert cutting.times == 1
    assert cutting.swallowed.endswith(b"\r\n\r\n" + again.body)
    assert cutting.swallowed.startswith(f"HTTP/1.1 {again.status} ".encode())
    assert f'etag: "{again.version}"'.encode() in cutting.swallowed
    assert table.version == version == again.version
    assert installation.wrong([acknowledged(move, again)]) == []


@pytest.fixture(scope="module")
def behind(_installation: Installation) -> Iterator[tuple[Installation, CuttingProxy]]:
    """Lend a second server on the same database, with a proxy between the two."""
    named = {**conninfo_to_dict(_installation.keep_running().dsn)}
    back, file = Path(str(named["host"])), f".s.PGSQL.{named['port']}"
    with tempfile.TemporaryDirectory(prefix="parley-behind-") as home:
        named.pop("requirepeer")  # the peer is the proxy
        dsn = make_conninfo(**{**named, "host": home})
        with postgres_proxy(f"{home}/{file}", str(back / file)) as proxy:
            server = Installation(Path(home), web_processes=1, worker=False, database=dsn)
            try:
                yield server.start(), proxy
            finally:
                server.discard()


@pytest.mark.parametrize("kind", ["comment", "offer"])
def test_a_commit_whose_acknowledgement_was_cut_off_is_answered_as_the_success_it_was(
    behind: tuple[Installation, CuttingProxy], installation: Installation, table: Table, kind: str
) -> None:
    server, proxy = behind
    move = {
        "comment": table.comment(),
        "offer": table.move(Side.PROVIDER, "/offers", offer_body()),
    }[kind]
    cut = proxy.times
    proxy.arm()
    answer = server.once(move)
    assert proxy.times == cut + 1
    assert (answer.status, answer.version) == (201, 2)
    assert installation.once(move) == server.once(move) == answer
    assert installation.wrong([acknowledged(move, answer)]) == []


def test_while_nobody_can_know_the_answer_says_so_and_the_same_key_finds_out(
    behind: tuple[Installation, CuttingProxy], installation: Installation, table: Table
) -> None:
    server, proxy = behind
    move = table.comment()
    proxy.arm(stay_away=True)
    unknown = server.once(move)
    assert (unknown.status, unknown.document["rule"]) == (503, "outcome-unknown")
    assert table.version == 2
    found_out = installation.once(move)
    assert (found_out.status, found_out.version) == (201, 2)
    proxy.mend()
    assert until_clear(lambda: server.once(move)) == found_out
    assert installation.wrong([acknowledged(move, found_out)]) == []
