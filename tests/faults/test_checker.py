"""The checker finds what it is there to find: each fault is planted, and seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest

from application.desk import Desk, Request
from application.directory import Directory
from application.ledger import Act, Step
from application.signing import About, Signing
from domain.history.checkpoint import Checkpoint, origin_of, signed_checkpoint
from domain.history.merkle import Frontier
from domain.negotiation.commands import AcceptOffer, Comment, MakeProposal
from domain.negotiation.facts import Firmness, Offer
from domain.negotiation.negotiation import NEGOTIATION
from domain.signatures.evidence import JwsEvidence
from domain.values.ids import OfferId
from domain.values.sides import Side
from faults.checker import Acknowledged, check
from faults.pair import TERMS, Pair, stream_of
from interfaces.clock import new_nonce, new_uuid7
from interfaces.composition import House, open_house
from interfaces.identity.development_issuer import ISSUER
from signed_logs import behind_its_back, leaves
from signers import KEY, ORIGIN, SECRET
from signing import SERVICE, own_key

pytestmark = pytest.mark.postgres
OFFER = OfferId("offer-00000000000000000000000001")


class Ground:
    """A ledger with a negotiation in it, followed to its end, and a way to tamper with it."""

    def __init__(self, dsn: str, house: House) -> None:
        self.dsn = dsn
        self.pair = Pair(house.ledger).enter()
        self.stream = stream_of(self.pair.negotiation())
        now = datetime.now(UTC)
        offer = Offer(
            OFFER, Side.PROVIDER, TERMS, TERMS.digest, Firmness.FIRM, now.replace(year=2125)
        )
        for command in (
            MakeProposal(offer, now),
            Comment("comment-one", Side.CLIENT, "we will look at it"),
        ):
            self.pair.record(NEGOTIATION, self.stream, command)
        signed = self._accept(house, now)
        act = Act("the-client", None, now, "a-key")
        said = Comment("comment-two", Side.CLIENT, "done")
        outcome = house.ledger.perform(act, Step(NEGOTIATION, self.stream, said))
        self.acknowledged = [
            signed,
            Acknowledged("a-key", self.stream, outcome.stream.version),
        ]
        house.follower.catch_up()

    def _accept(self, house: House, now: datetime) -> Acknowledged:
        """Accept the offer under the client's own signature."""
        principal = Directory(house.ledger).resolve(ISSUER, self.pair.lead[Side.CLIENT])
        signing = Signing(Desk(house.ledger, new_uuid7), SERVICE, new_nonce)
        request, about = Request(principal, now, key=""), About(self.stream, OFFER, "accept")
        statement = signing.prepare(request, about).statement
        key = own_key(Side.CLIENT)
        evidence = JwsEvidence(statement, key.jws(statement.canonical()))
        submitted = signing.submitted(signing.ground(request, self.stream), about, evidence)
        accepting = AcceptOffer(OFFER, TERMS.digest, Side.CLIENT, now, submitted)
        act = Act(principal.name, principal.party, now, "the-acceptance")
        outcome = house.ledger.perform(act, Step(NEGOTIATION, self.stream, accepting))
        version = outcome.stream.version
        return Acknowledged("the-acceptance", self.stream, version, evidence.jws)

    def shown(self, *, more: int = 0, root: bytes | None = None) -> str:
        """Return a note that the relationship's log once had, or one that it never had."""
        tree = Frontier()
        for leaf in leaves(self.dsn, self.pair.relationship):
            tree.append(leaf)
        origin = origin_of(ORIGIN, self.pair.relationship)
        checkpoint = Checkpoint(origin, tree.size + more, root or tree.root())
        return str(signed_checkpoint(checkpoint, KEY, SECRET.sign).note)

    def rewrite(self, topic: str, *change: str) -> list[str]:
        """Rewrite what a fact of the negotiation says with its leaf; return what is found."""
        behind_its_back(
            self.dsn,
            "UPDATE ledger_events SET state = convert_to(jsonb_set("
            f"convert_from(state, 'UTF8')::jsonb, '{change[0]}', '{change[1]}')::text, 'UTF8')"
            f" WHERE originator_id = '{self.stream}' AND topic LIKE '{topic}/%'",
            "UPDATE history_leaves SET leaf_hash = history_leaf(stream, version, topic, state)"
            " FROM ledger_events WHERE originator_id = stream AND originator_version = version",
        )
        return check(self.dsn, self.acknowledged)

    def tamper(self, statement: str, *parameters: object) -> list[str]:
        """Change the database behind the service's back, and return what the checker finds."""
        with psycopg.connect(self.dsn) as connection:
            assert connection.execute(statement.encode(), parameters).rowcount == 1
        return check(self.dsn, self.acknowledged)


@pytest.fixture
def ground(database: str) -> Iterator[Ground]:
    """Lend an untouched ground."""
    with open_house(database) as house:
        yield Ground(database, house)


def found(findings: list[str], *kinds: str) -> None:
    assert {finding.split(":")[0] for finding in findings} == set(kinds), findings


def test_nothing_is_found_where_nothing_is_wrong(ground: Ground) -> None:
    assert check(ground.dsn, ground.acknowledged) == []


def test_an_acknowledged_request_that_left_no_trace_is_found(ground: Ground) -> None:
    assert check(ground.dsn, [Acknowledged("never-recorded")]) == [
        "acknowledged and lost: nothing is recorded under key never-recorded"
    ]


def test_an_answer_that_says_otherwise_than_the_ledger_is_found(ground: Ground) -> None:
    findings = check(ground.dsn, [Acknowledged("a-key", ground.stream, 1)])
    found(findings, "answered otherwise than recorded")


def test_a_lost_event_is_found(ground: Ground) -> None:
    last = "DELETE FROM ledger_events WHERE originator_id = %s AND topic = %s AND state LIKE %s"
    findings = ground.tamper(last, ground.stream, "negotiation.CommentMade/1", b"%comment-two%")
    found(findings, "lost event", "stale view", "history")


def test_a_gap_is_found_where_no_key_tells_of_it(ground: Ground) -> None:
    with psycopg.connect(ground.dsn) as connection:
        connection.execute("DELETE FROM ledger_keys WHERE first_version = 3")
    findings = ground.tamper(
        "DELETE FROM ledger_events WHERE originator_id = %s AND originator_version = 3",
        ground.stream,
    )
    assert any(finding.startswith(f"gap: {ground.stream}") for finding in findings), findings


def test_a_key_recorded_twice_is_found(ground: Ground) -> None:
    again = (
        "INSERT INTO ledger_events (originator_id, originator_version, topic, state)"
        " SELECT originator_id, originator_version + 1, topic, state FROM ledger_events"
        " WHERE originator_id = %s ORDER BY originator_version DESC LIMIT 1"
    )
    findings = ground.tamper(again, ground.stream)
    found(findings, "doubled key", "stale view")


def test_facts_under_a_key_that_nobody_knows_are_found(ground: Ground) -> None:
    findings = ground.tamper("DELETE FROM ledger_keys WHERE key = %s", "a-key")
    found(findings, "acknowledged and lost", "unaccounted for")


def test_an_offer_both_accepted_and_withdrawn_is_found(ground: Ground) -> None:
    accepted = (
        "UPDATE ledger_events SET topic = 'negotiation.OfferWithdrawn/1', state = convert_to("
        " jsonb_set(convert_from(state, 'UTF8')::jsonb, '{fact}', %s)::text, 'UTF8')"
        " WHERE originator_id = %s AND topic = 'negotiation.CommentMade/1' AND state LIKE %s"
    )
    fact = f'{{"offer": "{OFFER}", "because": ""}}'
    findings = ground.tamper(accepted, fact, ground.stream, b"%comment-two%")
    found(findings, "both accepted and withdrawn", "stale view", "history")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE view_rows SET row = jsonb_set(row, '{title}', '\"Another\"') WHERE view = %s",
        "UPDATE view_rows SET sort = '0' WHERE view = %s",
        "UPDATE view_rows SET key = 'somewhere-else' WHERE view = %s",
        "DELETE FROM view_rows WHERE view = %s",
        "INSERT INTO view_rows (view, key, row) VALUES (%s, 'one-too-many', '{}')",
    ],
)
def test_a_stale_row_of_a_view_is_found(ground: Ground, statement: str) -> None:
    found(ground.tamper(statement, "negotiation_board"), "stale view")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history_leaves SET leaf_hash = sha256('x') WHERE stream = %s AND version = 1",
        "UPDATE history_leaves SET leaf_index = 1000 WHERE stream = %s AND version = 1",
        "UPDATE history_logs SET size = size + 1 WHERE log = split_part(%s, '/', 1)",
    ],
)
def test_a_leaf_that_is_not_the_facts_or_not_where_it_belongs_is_found(
    ground: Ground, statement: str
) -> None:
    found(ground.tamper(statement, ground.stream), "history")


def test_a_checkpoint_that_a_client_saw_is_held_against_the_leaves(ground: Ground) -> None:
    assert check(ground.dsn, ground.acknowledged, [ground.shown()]) == []
    for note in (ground.shown(more=1), ground.shown(root=bytes(32))):
        found(check(ground.dsn, ground.acknowledged, [note]), "checkpoint taken back")


def test_a_checkpoint_seen_before_history_was_rewritten_with_its_leaves_is_found(
    ground: Ground,
) -> None:
    seen = ground.shown()
    ground.rewrite("negotiation.CommentMade", "{fact,text}", '"other words"')
    findings = check(ground.dsn, ground.acknowledged, [seen])
    found(findings, "checkpoint taken back", "stale view")


@pytest.mark.parametrize(
    ("place", "other"),
    [
        ("jws", '"e30..c2lnbmF0dXJl"'),
        ("statement,nonce", '"AAAAAAAAAAAAAAAAAAAAAA"'),
        ("statement,terms_digest", '"sha256:0"'),
        ("statement,previous", '"00"'),
        ("statement,signer", '"person-somebody"'),
        ("statement,service", '"parley.elsewhere"'),
    ],
)
def test_an_acceptance_that_its_signer_did_not_sign_is_found(
    ground: Ground, place: str, other: str
) -> None:
    findings = ground.rewrite("negotiation.OfferAccepted", f"{{fact,evidence,{place}}}", other)
    assert any(one.startswith("not signed: ") for one in findings), findings


def test_a_signed_acceptance_that_is_on_record_without_its_signature_is_found(
    ground: Ground,
) -> None:
    findings = ground.rewrite("negotiation.OfferAccepted", "{fact,evidence}", "null")
    assert any(one.startswith("signature lost: ") for one in findings), findings
