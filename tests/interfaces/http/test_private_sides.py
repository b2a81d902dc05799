"""What one side keeps to itself appears in nothing that anybody else is ever sent.

Unmistakable words are planted in every kind of private fact of both sides; then everybody reads
everything there is to read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import sleep
from typing import Any, Final

import pytest

from application.desk import Request
from application.preparing import Assessment
from domain.negotiation.position_facts import ApprovalKind, Verdict
from domain.terms.paths import TermPath
from domain.values.canonical import Digest, digest_of
from domain.values.sides import Side
from isolation.ask import AVAILABILITY, Ask
from isolation.asking import reads, send
from isolation.cast import EVERYBODY, Persona, Reach, Token
from isolation.hearing import LONGEST, Heard
from isolation.requests import REQUESTS
from isolation.rules import RULES, may_read_file
from isolation.things import Things, open_things, secret_of

LAST: Final = "this is the last word said"
READERS: Final = tuple(one for one in EVERYBODY if one.token is Token.VALID and not one.mixes)
READINGS: Final = sorted(name for name in RULES if reads(name))
KINDS: Final = (
    "DraftSaved",
    "NoteMade",
    "ReservePositionSet",
    "FeasibilityAssessed",
    "ApprovalRequested",
    "ApprovalGiven",
    "ApprovalRefused",
)
"""The facts of a private file, by their names in the audit trail."""


def digest_known_to(side: Side) -> Digest:
    """Return a digest that stands for terms only this side knows of."""
    return digest_of({"secret": secret_of(side)})


def words_of(side: Side) -> tuple[str, ...]:
    """Return everything that nobody but this side and its auditor may be sent."""
    return secret_of(side), digest_known_to(side), f"position-{side}"


def plant(things: Things, side: Side) -> None:
    """Record one of every private fact; a firm offer's release the stage has recorded."""
    use, secret, digest = things.house.preparing, secret_of(side), digest_known_to(side)

    def ask(role: str) -> Request:
        return things.stage.ask(f"{side}-{role}")

    for about in (things.shown.id, things.sheet.id):
        use.save_draft(ask("negotiator"), about, {"title": f"draft {secret}"}, f"draft {secret}")
        use.note(ask("legal"), about, f"note {secret}", TermPath(AVAILABILITY))
        use.set_reserve(
            ask("negotiator"), about, TermPath(AVAILABILITY), f"99 {secret}", f"reserve {secret}"
        )
        found = Assessment(digest, Verdict.INFEASIBLE, Verdict.FEASIBLE, (f"found {secret}",))
        use.assess(ask("service-manager"), about, found)
        use.request_approval(ask("negotiator"), about, ApprovalKind.COMMERCIAL, digest)
        use.approve(ask("finance"), about, ApprovalKind.COMMERCIAL, digest)
        use.refuse_approval(
            ask("finance"), about, ApprovalKind.COMMERCIAL, digest, f"refused {secret}"
        )


@pytest.fixture(scope="module")
def things(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    """Lend a stage on which both sides keep secrets, and on which a last word was said."""
    with open_things(module_database, tmp_path_factory.mktemp("home")) as lent:
        for side in Side:
            plant(lent, side)
        asked = lent.stage.ask("client-negotiator")
        lent.house.negotiating.comment(asked, lent.shown.id, LAST, None, None)
        lent.stage.world.settle()
        lent.stage.world.sign()  # bundles reach as far as what is signed
        yield lent


def everything(things: Things, persona: Persona, operation: str) -> list[Heard]:
    """Read all pages of what somebody is answered; a live stream up to the last word."""
    asks = _asks(things, operation)
    heard: list[Heard] = []
    while asks:
        ask = asks.pop()
        until = LAST if operation == "streamEvents" else None
        heard.append(send(things, persona, operation, ask, until=until))
        after = _next(heard[-1])
        if after is not None:
            asks.append(replace(ask, query=ask.query | {"after": after}))
    return heard


def _asks(things: Things, operation: str) -> list[Ask]:
    """Return the request of the table, and for a private file one on each that was planted."""
    ask = REQUESTS[operation](things)
    if not operation.endswith("Position"):
        return [ask]
    about = things.shown.id if "Negotiation" in operation else things.sheet.id
    relationship, child = about.split("/")
    return [Ask({"relationship": relationship, child.split("-")[0]: child}, inside=about)]


def _next(heard: Heard) -> Any:
    if heard.status != 200 or not heard.text.startswith("{"):
        return None
    return document_of(heard).get("next")


def document_of(heard: Heard) -> dict[str, Any]:
    """Read an answer's document."""
    document: dict[str, Any] = json.loads(heard.text)
    return document


@pytest.mark.parametrize("operation", READINGS)
def test_nobody_is_sent_what_the_other_side_keeps_to_itself(things: Things, operation: str) -> None:
    leaks: dict[str, set[str]] = {}
    for persona in READERS:
        secrets = {
            word for side in Side if not may_read_file(persona, side) for word in words_of(side)
        }
        for heard in everything(things, persona, operation):
            sent = f"{heard.headers} {heard.text}"
            leaks.setdefault(persona.name, set()).update(one for one in secrets if one in sent)
    assert {name: words for name, words in leaks.items() if words} == {}


@pytest.mark.parametrize("persona", READERS, ids=lambda one: one.name)
@pytest.mark.parametrize("operation", ["readAuditTrail", "streamEvents"])
def test_the_trail_shows_every_private_fact_to_those_it_belongs_to(
    things: Things, persona: Persona, operation: str
) -> None:
    text = "".join(heard.text for heard in everything(things, persona, operation))
    for side in Side:
        if may_read_file(persona, side):
            assert all(word in text for word in words_of(side))
            assert all(kind in text for kind in KINDS)
            assert ("OfferReleased" in text) == may_read_file(persona, Side.PROVIDER)
    if persona.side is not None and persona.roles:
        assert LAST in text


@pytest.mark.parametrize("on", ["Negotiation", "Requirements"])
@pytest.mark.parametrize("side", Side)
def test_a_file_is_shown_to_its_own_side(things: Things, side: Side, on: str) -> None:
    for persona in (one for one in READERS if one.side is side and may_read_file(one, side)):
        (heard,) = everything(things, persona, f"read{on}Position")
        for what in ("draft", "note", "99", "reserve", "found"):
            assert f"{what} {secret_of(side)}" in heard.text


@pytest.mark.parametrize("side", Side)
def test_both_sides_see_what_an_auditor_read(things: Things, side: Side) -> None:
    (auditor,) = (one for one in READERS if one.reach is Reach.CLIENT_FILE)
    (member,) = (one for one in READERS if one.name == f"{side}-legal")
    everything(things, auditor, "getNegotiation")
    things.stage.world.settle()
    trail = [
        item
        for heard in everything(things, member, "readAuditTrail")
        for item in document_of(heard)["items"]
        if item["name"] == "RecordsInspected"
        and item["party"] == things.stage.parties[auditor.name].id
    ]
    last = trail[-1]
    assert (last["by"], last["fact"]["what"]) == (
        things.stage.person(auditor.name),
        things.shown.id,
    )


def test_an_auditor_of_one_stream_hears_of_nothing_else(things: Things) -> None:
    (auditor,) = (one for one in READERS if one.reach is Reach.ONE_STREAM)
    streams = set()
    for operation in ("readAuditTrail", "listDueDates"):
        for heard in everything(things, auditor, operation):
            streams |= {item["stream"] for item in document_of(heard)["items"]}
    assert streams == {things.shown.id}


def test_a_live_stream_ends_when_the_admission_does(things: Things) -> None:
    (auditor,) = (one for one in READERS if one.reach is Reach.SHARED)
    stage = things.stage
    admission, before = stage.admissions[auditor.name], stage.house.ledger.head()
    with ThreadPoolExecutor(1) as pool:
        ask = REQUESTS["streamEvents"](things)
        hearing = pool.submit(
            send, things, auditor, "streamEvents", ask, until="nobody ever says this"
        )
        while stage.house.ledger.head() == before:  # an auditor's reading is recorded at its start
            sleep(0.01)
        stage.house.relating.dismiss(
            stage.ask("provider-legal"), stage.relationship, admission, "enough was seen"
        )
        asked = stage.ask("client-negotiator")
        stage.house.negotiating.comment(asked, things.shown.id, "among ourselves", None, None)
        stage.world.settle()
        heard = hearing.result(timeout=LONGEST / 2)
    assert heard.status == 200
    assert "among ourselves" not in heard.text
