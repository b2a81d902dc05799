"""Relationships on two servers: moved from one to the other at work, and one server lost at a time.

The checker looks at both databases together: what was acknowledged is in one of them, once.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

from domain.values.sides import Side
from faults.calling import Answer, Move
from faults.installation import PATIENCE, until
from faults.pair import Pair
from faults.trying import ENOUGH, Trial
from faults.two_servers import Listener, TwoServers, two_servers
from faults.verdicts import contracts

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

STEPS: Final = ("copied ahead", "fenced", "shown", "switched")
AWAY: Final = "partition-unavailable"
OK: Final = 200
UNAVAILABLE: Final = 503


@pytest.fixture(scope="module")
def server() -> Iterator[TwoServers]:
    """Lend an installation on two servers; what befalls one of them is over after each test."""
    with tempfile.TemporaryDirectory(prefix="parley-two-") as name, two_servers(Path(name)) as made:
        yield made


@pytest.fixture
def pair(server: TwoServers) -> Iterator[Pair]:
    """Let a provider and a client in, who live at home at first."""
    with server.pair() as pair:
        yield pair


Following = Callable[[str, str], Listener]


@pytest.fixture
def following(server: TwoServers) -> Iterator[Following]:
    """Let somebody follow a relationship live."""
    with ExitStack() as stack:

        def follow(subject: str, relationship: str) -> Listener:
            return stack.enter_context(closing(Listener(server, subject, relationship)))

        yield follow


def shown(server: TwoServers, pair: Pair) -> dict[str, Any]:
    """Return what a client reads of their relationship, but for where in a ledger facts stand."""
    client = pair.lead[Side.CLIENT]

    def read(path: str) -> Any:
        answer = server.read(client, path)
        assert answer.status == OK, answer
        return answer.document

    found = {
        "trail": trail(read, pair),
        "contracts": read(f"{pair.path}/contracts?limit=200")["items"],
        "relationships": read("/relationships"),
        "told": read("/notifications"),
        "due": read(f"{pair.path}/due-dates?limit=200")["items"],
        "checkpoint": server.read(client, f"{pair.path}/checkpoint").body,
    }
    for path in contracts(server, pair)[:3]:
        found |= {path: read(path), f"{path}/versions": read(f"{path}/versions")}
        found[f"{path}/terms"] = read(f"{path}/terms")["terms"]
    return found


def trail(read: Callable[[str], Any], pair: Pair) -> list[dict[str, Any]]:
    """Return every fact of the audit trail, in order."""
    found: list[dict[str, Any]] = []
    more = ""
    while True:
        page = read(f"{pair.path}/audit-trail?limit=200{more}")
        found += [{k: v for k, v in one.items() if k != "position"} for one in page["items"]]
        if page["next"] is None:
            return found
        more = f"&after={page['next']}"


def test_moved_to_another_server_at_work_everything_is_the_same(
    server: TwoServers, pair: Pair, following: Following
) -> None:
    trial = Trial("a move to another server", server, pair)
    with trial.load():
        trial.until_acknowledged(enough=ENOUGH // 2)
        until("there is a contract", lambda: contracts(server, pair))
        code, said = server.move(pair.relationship, "east")
        assert code == 0, said
        trial.until_acknowledged(enough=ENOUGH // 2)
    assert set(server.lives(pair.relationship)) == {"east"}
    client, talk = pair.lead[Side.CLIENT], opened(server, pair)
    listener = following(client, pair.relationship)
    trial.settle()
    before = shown(server, pair)
    assert before["contracts"]
    code, said = server.move(pair.relationship, "home")
    assert code == 0, said
    assert shown(server, pair) == before
    answer = server.say(client, talk, "here we are")
    assert answer.yes, answer
    stream = answer.document["id"]
    heard = []
    while (stream, answer.version) not in heard:
        heard.append(listener.next())
    assert {(one["stream"], one["version"]) for one in before["trail"][-3:]} <= {*heard}
    assert max(map(heard.count, heard)) <= 2, "a fact was sent more than once more"
    trial.settle()
    checked = server.run("fsck", "--json")
    assert checked.wait(PATIENCE) == 0, server.said()


@pytest.fixture
def eastern(server: TwoServers) -> Iterator[Pair]:
    """Let another provider and client in, who live in the east."""
    with server.pair() as pair:
        code, said = server.move(pair.relationship, "east")
        assert code == 0, said
        yield pair


def test_one_server_is_lost_and_what_lives_on_the_other_goes_on(
    server: TwoServers, pair: Pair, eastern: Pair, following: Following
) -> None:
    ours, theirs = pair.lead[Side.CLIENT], eastern.lead[Side.CLIENT]
    here, there = opened(server, pair), opened(server, eastern)
    listener = following(ours, pair.relationship)
    server.kill_east()
    try:
        for ask in (
            partial(server.read, theirs, there),
            partial(server.read, theirs, f"{eastern.path}/audit-trail"),
            partial(server.read, theirs, "/relationships"),
        ):
            refused(ask(), {AWAY})
        refused(server.say(theirs, there, "is anybody there", "asked"), {AWAY, "outcome-unknown"})
        assert server.read(ours, here).yes
        answer = server.say(ours, here, "we go on")
        assert answer.yes, answer
        assert listener.next() == (answer.document["id"], answer.version), "the worker went on"
        ready = server.ready()
        assert (ready.status, ready.document["away"]) == (OK, ["east"])
        for pid in server.web():
            os.kill(pid, signal.SIGKILL)  # who begins while it is away begins all the same
        until("others have taken their places", lambda: len(server.web()) == server.web_processes)
        until("they answer", server.answers)
        assert server.read(ours, here).yes
        refused(server.read(theirs, there), {AWAY})
        refuses_to_move(server, pair.relationship, "east")
        refuses_to_move(server, eastern.relationship, "home")
    finally:
        server.east.start()
    until("it is back", lambda: server.read(theirs, there).yes)
    answer = until("it takes commands", lambda: said_at_last(server, theirs, there))
    assert server.say(theirs, there, "is anybody there", "asked") == answer
    until("nobody is missed", lambda: "away" not in present(server.ready().document))
    assert server.wrong() == []


def said_at_last(server: TwoServers, subject: str, talk: str) -> Answer | None:
    answer = server.say(subject, talk, "is anybody there", "asked")
    return answer if answer.yes else None


def present(document: dict[str, Any]) -> set[str]:
    return {name for name, value in document.items() if value is not None}


def refused(answer: Answer, rules: set[str]) -> None:
    assert answer.status == UNAVAILABLE, answer
    assert answer.document["rule"] in rules, answer


def refuses_to_move(server: TwoServers, relationship: str, place: str) -> None:
    """See that a move to or from who does not answer says so in one line and changes nothing."""
    before = server.lives_at(relationship)
    code, said = server.move(relationship, place)
    assert code == 1, said
    words = [line for line in said.splitlines() if line.startswith("parley: ")]
    assert len(words) == 1, said
    assert "the partition 'east' does not answer" in words[0]
    assert "Traceback" not in said
    assert (server.lives_at(relationship), server.under_way()) == (before, 0)


@pytest.mark.parametrize("step", STEPS)
def test_the_target_is_killed_in_the_middle_of_a_move(
    server: TwoServers, pair: Pair, step: str
) -> None:
    """Nothing acknowledged is lost; the same command again ends what was begun."""
    trial = Trial(f"kill -9 of a move's target, {step}", server, pair)
    with trial.load(tables=1):
        trial.until_acknowledged(enough=ENOUGH // 4)
        logged = server.steps(pair.relationship, step)
        moving = server.run("partition", "move", pair.relationship, "--to", "east")
        until(f"it is {step}", lambda: server.steps(pair.relationship, step) > logged)
        server.kill_east()
        assert moving.wait(PATIENCE) in {0, 1, 2}, server.said()  # 2: a database does not answer
        server.east.start()
        trial.tally.strikes += 1
        code, said = server.move(pair.relationship, "east")
        assert code == 0 or "lives in east already" in said, said
        trial.until_acknowledged(enough=ENOUGH // 4)
    assert set(server.lives(pair.relationship)) == {"east"}
    assert server.under_way() == 0
    trial.settle()


def opened(server: TwoServers, pair: Pair) -> str:
    """Open a negotiation over HTTP, wherever the relationship lives; return its path."""
    asked = {"subject": {"kind": "new-agreement"}, "title": "Another table"}
    move = Move(pair.lead[Side.PROVIDER], f"{pair.path}/negotiations", asked, None)
    answer = server.once(move)
    assert answer.yes, answer
    return f"/relationships/{answer.document['id']}".replace(
        "/negotiation-", "/negotiations/negotiation-"
    )
