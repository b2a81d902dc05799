"""Nothing is signed but by the signatory's own key, about exactly this, now, and once."""

from __future__ import annotations

import logging
from hashlib import sha256

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from agreements import simple_terms
from domain.history.leaf import leaf_of
from domain.negotiation.facts import AgreementSigned, OfferAccepted
from domain.signatures.evidence import JwsEvidence
from domain.signatures.jws import header_of
from domain.signatures.statement import Statement
from domain.signatures.verifying import base64url
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import Cast, evidence, key_of, offer, path_of
from http_world import World
from interfaces.signing_tool.statements import signed
from signing import fresh_nonce, own_key
from signing_table import TERMS, Table, refused, set_up

ELSEWHERE = "relationship-00000000000000000000000000/negotiation-00000000000000000000000000"


@pytest.fixture
def table(shared_world: World, people: Cast) -> Table:
    """Set up a table of its own for each test, among people who go on to the next."""
    return set_up(shared_world, people)


@pytest.fixture
def accepted(table: Table) -> Table:
    """Set up a table whose offer awaits both signatures."""
    done(table.accept())
    return table


class TestTheStatementPrepared:
    def test_says_everything_that_is_signed(self, accepted: Table) -> None:
        cast = accepted.cast
        path = f"{accepted.path}/statement"
        shown = done(cast.client["signatory"].get(path, action="sign"))
        said = shown["statement"]
        assert said["terms_digest"] == TERMS.digest
        assert (said["side"], said["party"]) == ("client", cast.client.id)
        assert said["signer"] == cast.client.persons["signatory"]
        assert said["keys"] == {"provider": cast.provider.keys, "client": cast.client.keys}
        kept = shown["answered"]
        assert kept["topic"] == "negotiation.SignatureRequested/1"
        leaf = leaf_of(kept["stream"], kept["version"], kept["topic"], kept["state"].encode())
        assert said["previous"] == leaf.hex()
        canonical = Statement(**said).canonical()
        assert shown["sha256"] == sha256(canonical).hexdigest()

    def test_is_for_those_who_may_sign_it(self, table: Table) -> None:
        path = f"{table.path}/statement"
        client = table.cast.client
        problem(client["signatory"].get(path, action="accept"), 403, "role-missing")
        shown = done(client["negotiator"].get(path, action="accept"))
        assert shown["answered"]["topic"] == "negotiation.ProposalMade/1"
        assert shown["statement"]["mandate"] == ""
        problem(client["negotiator"].get(path, action="sign"), 403, "role-missing")
        problem(client["signatory"].get(path, action="sign"), 409, "nothing-to-sign")

    def test_there_is_none_about_an_offer_that_was_declined(self, accepted: Table) -> None:
        path, signatory = accepted.path, accepted.cast.client["signatory"]
        no = {"because": "the board said no"}
        done(signatory.post(f"{path}/signature-refusal", no, if_match="*"))
        problem(signatory.get(f"{path}/statement", action="sign"), 409, "nothing-to-sign")
        later = simple_terms(availability="99.9")
        offered = offer(accepted.cast, Side.PROVIDER, accepted.negotiation, later)
        accept = f"{path_of(accepted.negotiation)}/offers/{offered}/acceptance"
        exactly = {"terms_digest": later.digest}
        done(accepted.cast.client["negotiator"].post(accept, exactly, if_match="*"))
        problem(signatory.get(f"{path}/statement", action="sign"), 409, "nothing-to-sign")

    def test_there_is_none_about_an_offer_nobody_made(self, table: Table) -> None:
        nowhere = f"{path_of(table.negotiation)}/offers/offer-00000000000000000000000000/statement"
        problem(table.cast.client["signatory"].get(nowhere, action="sign"), 404, "not-found")


class TestSigning:
    def test_both_sign_with_their_own_keys_and_the_evidence_is_kept(self, accepted: Table) -> None:
        sent = {side: accepted.prepared(side) for side in ("provider", "client")}
        for side, given in sent.items():
            done(accepted.sign(given, side))
        facts = accepted.recorded(AgreementSigned)
        for fact, given in zip(facts, sent.values(), strict=True):
            assert isinstance(fact.evidence, JwsEvidence)
            assert fact.evidence.jws == given["jws"]
            assert fact.evidence.statement.document() == {
                **given["statement"],
                "keys": {side: tuple(keys) for side, keys in given["statement"]["keys"].items()},
            }

    def test_another_implementation_verifies_the_signature(self, accepted: Table) -> None:
        done(accepted.sign(accepted.prepared()))
        (fact,) = accepted.recorded(AgreementSigned)
        payload = fact.evidence.statement.canonical()
        key = OKPKey.import_key({**key_of("client-signatory")})
        found = jws.deserialize_compact(
            fact.evidence.jws, key, payload=payload, algorithms=["Ed25519"]
        )
        assert found.payload == payload

    def test_nothing_is_signed_without_a_statement(self, accepted: Table) -> None:
        refused(accepted, accepted.sign(None), "signature-required", "evidence")

    def test_a_repeated_signature_gets_its_first_answer(self, accepted: Table) -> None:
        given = accepted.prepared()
        first = done(accepted.sign(given, key="once"))
        version = accepted.version
        assert done(accepted.sign(given, key="once")) == first
        done(accepted.sign(given))
        assert accepted.version == version


class TestWhatIsNotAccepted:
    def test_the_key_of_somebody_else(self, accepted: Table) -> None:
        statement = accepted.statement()
        refused(
            accepted, accepted.sign(signed(statement, own_key("mallory"))), "key-not-pinned", "jws"
        )
        colleague = signed(statement, own_key("provider-signatory"))
        refused(accepted, accepted.sign(colleague), "key-not-pinned", "jws")

    def test_a_signature_by_another_key_under_the_name_of_the_pinned_one(
        self, accepted: Table
    ) -> None:
        statement, header = (
            accepted.statement(),
            header_of(own_key("client-signatory").thumbprint),
        )
        wrong = own_key("mallory").private.sign(header.encode() + b"." + statement.canonical())
        forged = {**signed(statement, own_key("mallory")), "jws": f"{header}..{base64url(wrong)}"}
        refused(accepted, accepted.sign(forged), "signature-invalid", "signature")

    def test_a_mandate_other_than_the_one_that_covers(self, accepted: Table) -> None:
        other = "mandate-00000000000000000000000000"
        wrong = accepted.prepared(mandate=other)
        refused(accepted, accepted.sign(wrong), "statement-mismatch", "mandate")

    def test_a_nonce_that_was_used(self, accepted: Table) -> None:
        nonce = fresh_nonce()
        done(accepted.sign(accepted.prepared("provider", nonce=nonce), "provider"))
        before = accepted.version
        replayed = accepted.sign(accepted.prepared(nonce=nonce))
        assert problem(replayed, 409, "nonce-used")["place"] == "nonce"
        assert accepted.version == before

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("offer", "offer-00000000000000000000000000"),
            ("terms_digest", "sha256:" + "0" * 64),
            ("negotiation", ELSEWHERE),
            ("service", "elsewhere.example"),
            ("previous", "0" * 64),
            ("side", "provider"),
            ("party", "party-00000000000000000000000000"),
            ("signer", "person-00000000000000000000000000"),
            ("action", "accept"),
        ],
    )
    def test_a_statement_about_something_else(
        self, accepted: Table, field: str, value: str
    ) -> None:
        wrong = accepted.prepared(**{field: value})
        refused(accepted, accepted.sign(wrong), "statement-mismatch", field)

    def test_a_statement_before_its_time_or_after_or_for_too_long(self, accepted: Table) -> None:
        early = accepted.prepared(issued="2025-11-03T09:03:00Z", expires="2025-11-03T10:00:00Z")
        refused(accepted, accepted.sign(early), "statement-not-yet", "issued")
        slow = accepted.prepared(issued="2025-11-03T09:02:00Z", expires="2025-11-05T10:00:00Z")
        refused(accepted, accepted.sign(slow), "statement-lives-too-long", "expires")
        over = accepted.prepared(issued="2025-11-03T08:00:00Z", expires="2025-11-03T09:00:00Z")
        refused(accepted, accepted.sign(over), "statement-expired", "expires")
        never = accepted.prepared(issued="2025-02-30T08:00:00Z")
        refused(accepted, accepted.sign(never), "statement-malformed", "issued")

    def test_a_refusal_is_in_the_log_and_no_secret_is(
        self, accepted: Table, caplog: pytest.LogCaptureFixture
    ) -> None:
        wrong = signed(accepted.statement(), own_key("mallory"))
        with caplog.at_level(logging.WARNING):
            problem(accepted.sign(wrong), 409, "key-not-pinned")
        (line,) = [one.getMessage() for one in caplog.records if "refused" in one.getMessage()]
        assert "rule=key-not-pinned" in line
        assert accepted.negotiation in line
        assert accepted.cast.client.persons["signatory"] in line
        assert wrong["jws"] not in line


class TestAccepting:
    def test_takes_a_statement_or_none(self, table: Table) -> None:
        done(table.accept())
        (fact,) = table.recorded(OfferAccepted)
        assert fact.evidence is None

    def test_refuses_a_statement_that_does_not_hold(self, table: Table) -> None:
        negotiator = table.cast.client["negotiator"]
        unpinned = evidence(negotiator, table.negotiation, table.offered, "accept")
        before = table.version
        problem(table.accept(unpinned), 409, "key-not-pinned")
        assert table.version == before
