"""Whose yes counts: pinned keys, or keys that those handed over to; and statements about this."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from agreements import simple_terms
from bench import Bench, faults_of
from bundles import OPERATOR, bundle, note_key, pins_text
from domain.history.checkpoint import origin_of
from domain.parties.facts import (
    MandateId,
    SigningKeyPinned,
    SigningKeyRevoked,
    SigningKeyRotated,
    SigningMandateRevoked,
)
from domain.parties.keys import PublicKey, Thumbprint, thumbprint_of
from domain.signatures.statement import written
from domain.values.ids import PersonId
from domain.values.sides import Side
from recorded_deals import (
    BEGINNING,
    MANDATES,
    PARTIES,
    PERSONS,
    RELATIONSHIP,
    Ledger,
    Negotiated,
    conclude,
    deal,
    register,
    signer_of,
)
from signing import SERVICE, own_key, rotation_from

PROVIDER: Final = Side.PROVIDER
PARTY: Final = PARTIES[PROVIDER]
PERSON: Final = PersonId(PERSONS[PROVIDER])


def key_of(owner: str) -> tuple[Thumbprint, PublicKey]:
    key = PublicKey(own_key(owner).jwk["x"])
    return thumbprint_of(key), key


def signed_with(**changes: Any) -> Callable[[Negotiated], object]:
    """Let the provider sign a statement that says something else."""

    def sign(made: Negotiated) -> object:
        return made.signed(PROVIDER, made.evidence("sign", PROVIDER, **changes))

    return sign


OTHER: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "of another negotiation": ({"negotiation": "relationship-x/negotiation-y"}, "negotiation is"),
    "about another offer": ({"offer": "offer-x"}, "the statement's offer is"),
    "about other terms": ({"terms_digest": "sha256:0"}, "the statement's terms_digest is"),
    "that answers another fact": ({"previous": "00" * 32}, "the statement's previous is"),
    "to accept only": ({"action": "accept"}, "the statement's action is"),
    "for the other side": ({"side": "client"}, "the statement's side is"),
    "for another party": ({"party": PARTIES[Side.CLIENT]}, "the statement's party is"),
    "by another person": ({"signer": "person-x"}, "the statement's signer is"),
    "under another mandate": ({"mandate": "mandate-x"}, "the statement's mandate is"),
    "to another service": ({"service": "elsewhere.example"}, "the statement's service is"),
    "of another form": ({"form": "parley/statement/2"}, "the statement's form is"),
    "that had expired": (
        {"issued": written(BEGINNING), "expires": written(BEGINNING + timedelta(minutes=1))},
        "the statement held from",
    ),
    "of tomorrow": (
        {
            "issued": written(BEGINNING + timedelta(days=1)),
            "expires": written(BEGINNING + timedelta(days=2)),
        },
        "the statement held from",
    ),
    "that shows the signer a substituted key": (
        {
            "keys": {
                "provider": (own_key(signer_of(PROVIDER)).thumbprint,),
                "client": (own_key("mallory").thumbprint,),
            }
        },
        "as the client's, which the log of",
    ),
    "with a key that nobody pinned": ({"owner": "mallory"}, "knows no key that signs under this"),
}


@pytest.mark.parametrize("statement", OTHER)
def test_a_statement_is_refused(statement: str, bench: Bench) -> None:
    changes, said = OTHER[statement]
    answered = bench.ask(bundle(deal(signed_with(**changes))))
    assert answered["verdict"] == "refused"
    assert said in faults_of(answered)
    assert "leaf 6 (" in faults_of(answered)
    assert "negotiation.AgreementSigned/" in faults_of(answered)


def test_a_signature_of_one_negotiation_does_not_count_in_another(bench: Bench) -> None:
    ledger = deal()
    elsewhere = Negotiated(ledger, simple_terms(), "03").opened().accepted()
    statement = elsewhere.evidence("sign", PROVIDER)

    def transplant(made: Negotiated) -> object:
        return made.signed(PROVIDER, statement)

    said = faults_of(bench.ask(bundle(deal(transplant))))
    assert "the statement's negotiation is" in said


def test_a_mandate_that_had_run_out_binds_nobody(bench: Bench) -> None:
    ledger = deal(valid_until=BEGINNING + timedelta(minutes=5))
    said = faults_of(bench.ask(bundle(ledger)))
    assert f"mandate {MANDATES[PROVIDER]} did not hold when it was signed" in said


def test_a_mandate_that_was_revoked_binds_nobody(bench: Bench) -> None:
    def revoke(made: Negotiated) -> object:
        gone = SigningMandateRevoked(MandateId(MANDATES[PROVIDER]), "she left")
        made.ledger.record(PARTY, gone, PROVIDER)
        return made.signed(PROVIDER)

    assert "did not hold when it was signed" in faults_of(bench.ask(bundle(deal(revoke))))


def test_a_revoked_key_signs_nothing(bench: Bench) -> None:
    def revoke(made: Negotiated) -> object:
        thumbprint, _ = key_of(signer_of(PROVIDER))
        made.ledger.record(PARTY, SigningKeyRevoked(PERSON, thumbprint, "lost"), PROVIDER)
        return made.signed(PROVIDER)

    assert "did not count yet or no longer" in faults_of(bench.ask(bundle(deal(revoke))))


def test_a_key_that_the_operator_slips_in_is_not_reached_by_the_pins(bench: Bench) -> None:
    """The service pins a key of its own for the provider, and signs with it."""

    def slip_in(made: Negotiated) -> object:
        thumbprint, key = key_of("mallory")
        made.ledger.record(PARTY, SigningKeyPinned(PERSON, thumbprint, key), PROVIDER)
        keys = {
            "provider": tuple(sorted((thumbprint, own_key(signer_of(PROVIDER)).thumbprint))),
            "client": (own_key(signer_of(Side.CLIENT)).thumbprint,),
        }
        return made.signed(PROVIDER, made.evidence("sign", PROVIDER, owner="mallory", keys=keys))

    answered = bench.ask(bundle(deal(slip_in)))
    assert answered["verdict"] == "unproven"
    assert "neither pinned for the provider nor handed over to" in str(answered["gaps"])
    assert answered["versions"][0]["signatures_proven"] is False


def rotating(**changes: Any) -> Callable[[Negotiated], object]:
    """Let the provider's signatory hand over to another key, and sign with that."""

    def rotate(made: Negotiated) -> object:
        old, new = own_key(signer_of(PROVIDER)), own_key("the new one")
        handed = rotation_from(PARTY, PERSON, old, new, made.ledger.now, **changes)
        owner = own_key("mallory") if changes.get("nonce") == "forged" else old
        thumbprint, key = key_of("the new one")
        made.ledger.record(
            PARTY,
            SigningKeyRotated(
                PERSON,
                Thumbprint(old.thumbprint),
                thumbprint,
                key,
                handed,
                owner.jws(handed.canonical()),
            ),
            PROVIDER,
        )
        keys = {
            "provider": (thumbprint,),
            "client": (own_key(signer_of(Side.CLIENT)).thumbprint,),
        }
        return made.signed(
            PROVIDER, made.evidence("sign", PROVIDER, owner="the new one", keys=keys)
        )

    return rotate


def first_agreement(spoil: Callable[[Negotiated], object]) -> Ledger:
    ledger = Ledger()
    for side in Side:
        register(ledger, side)
    made = Negotiated(ledger, simple_terms()).opened().accepted()
    spoil(made)
    client = {
        "provider": tuple(sorted({own_key("the new one").thumbprint})),
        "client": (own_key(signer_of(Side.CLIENT)).thumbprint,),
    }
    made.signed(Side.CLIENT, made.evidence("sign", Side.CLIENT, keys=client)).concluded()
    conclude(ledger, made)
    return ledger


def test_a_pinned_key_may_hand_over_to_another(bench: Bench) -> None:
    answered = bench.ask(bundle(first_agreement(rotating())))
    assert faults_of(answered) == ""
    assert answered["verdict"] == "holds"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nonce": "forged"}, "the rotation's signature: the header is not the one"),
        ({"party": PARTIES[Side.CLIENT]}, "the rotation's party is another one"),
        ({"thumbprint": "x"}, "the rotation's thumbprint is another one"),
        ({"service": "elsewhere.example"}, "the rotation's service is another one"),
        ({"expires": written(BEGINNING)}, "the rotation did not hold when it was recorded"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_nobody_else_hands_a_key_over(changes: dict[str, str], said: str, bench: Bench) -> None:
    assert said in faults_of(bench.ask(bundle(first_agreement(rotating(**changes)))))


def test_pins_of_other_people_prove_nothing(bench: Bench) -> None:
    pins = pins_text(keys={PROVIDER: "somebody else", Side.CLIENT: signer_of(Side.CLIENT)})
    answered = bench.ask(bundle(deal()), pins)
    assert answered["verdict"] == "refused"
    assert "the signer was shown no key of the provider that the pins reach" in faults_of(answered)


@pytest.mark.parametrize("missing", ["key", "quorum"])
def test_what_is_not_pinned_is_not_proven(missing: str, bench: Bench) -> None:
    pins = "\n".join(line for line in pins_text().splitlines() if not line.startswith(missing))
    answered = bench.ask(bundle(deal()), pins)
    assert answered["verdict"] == "unproven"
    assert faults_of(answered) == ""
    assert answered["gaps"]


def test_a_reader_may_ask_for_no_witness_and_is_told_what_that_leaves_open(bench: Bench) -> None:
    pins = pins_text().replace("quorum both", "quorum none")
    answered = bench.ask(bundle(deal(), cosigned_by_witnesses=False), pins)
    assert answered["verdict"] == "holds"
    assert (
        "That others were shown the same history: the pins ask for no witness."
        in (answered["does_not_prove"])
    )


def test_a_contract_that_one_side_did_not_sign_is_refused(bench: Bench) -> None:
    said = faults_of(bench.ask(bundle(deal(lambda made: made))))
    assert "it is concluded, and not both sides signed this offer" in said


def test_signatures_from_before_they_were_asked_for_are_a_gap(bench: Bench) -> None:
    ledger = deal()
    for entries in ledger.logs.values():
        for at, (stream, version, topic, state) in enumerate(entries):
            if topic.startswith("negotiation.AgreementSigned/"):
                head, _, _ = state.partition(b',"evidence"')
                entries[at] = (stream, version, "negotiation.AgreementSigned/1", head + b"}}")
    answered = bench.ask(bundle(ledger))
    assert answered["verdict"] == "unproven"
    assert "recorded before signatures by the parties' own keys" in str(answered["gaps"])


def test_what_was_signed_for_the_services_first_name_counts_for_who_pinned_that_name_too(
    bench: Bench,
) -> None:
    renamed = f"{SERVICE}/2"
    packed = bundle(deal(), called=renamed)
    later = f"log {note_key(origin_of(renamed, RELATIONSHIP), OPERATOR)}\n"
    both = pins_text() + later
    assert bench.ask(packed, both)["verdict"] == "holds"
    first, *others = pins_text().splitlines(keepends=True)
    assert first.startswith("log ")
    refused = bench.ask(packed, later + "".join(others))
    assert refused["verdict"] == "refused"
    assert f"the statement's service is '{SERVICE}'; here it is '{renamed}'" in faults_of(refused)
