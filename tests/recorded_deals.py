"""Two parties' history made by hand: their logs, negotiations, a contract, and who signed what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agreements import simple_terms
from application.event_catalogue import CATALOGUE
from application.mapper import form_of
from domain.contract.facts import ContractAmended, ContractConcluded
from domain.contract.standing import begins_at, ends_at
from domain.history.leaf import leaf_of
from domain.negotiation.facts import (
    AgreementSigned,
    Amendment,
    CommentMade,
    Firmness,
    NegotiationConcluded,
    NegotiationOpened,
    NewAgreement,
    Offer,
    OfferAccepted,
    ProposalMade,
    SignatureRequested,
    Subject,
)
from domain.parties.facts import (
    MandateId,
    PartyRegistered,
    SigningKeyPinned,
    SigningMandateGranted,
)
from domain.parties.keys import PublicKey, thumbprint_of
from domain.signatures.evidence import JwsEvidence
from domain.signatures.statement import Statement, written
from domain.terms.agreement import AgreementTerms
from domain.values.ids import ContractId, NegotiationId, OfferId, PartyId, PersonId
from domain.values.sides import Side
from signing import SERVICE, fresh_nonce, own_key

BEGINNING: Final = datetime(2025, 11, 3, 9, tzinfo=UTC)
ZEROS: Final = "0" * 24
RELATIONSHIP: Final = f"relationship-{ZEROS}01"
PARTIES: Final = {Side.PROVIDER: f"party-{ZEROS}01", Side.CLIENT: f"party-{ZEROS}02"}
PERSONS: Final = {Side.PROVIDER: f"person-{ZEROS}01", Side.CLIENT: f"person-{ZEROS}02"}
MANDATES: Final = {Side.PROVIDER: f"mandate-{ZEROS}01", Side.CLIENT: f"mandate-{ZEROS}02"}

Stored = tuple[str, int, str, bytes]
"""Stream, version, topic, state."""


def signer_of(side: Side) -> str:
    """Return the name that a side's signatory has a key under (see ``signing.own_key``)."""
    return f"{side} signatory"


@dataclass
class Ledger:
    """What is recorded, in the order of the logs; a ``None`` state is not shown to the reader."""

    logs: dict[str, list[Stored]] = field(default_factory=dict)
    hidden: set[tuple[str, int]] = field(default_factory=set)
    now: datetime = BEGINNING

    def record(self, stream: str, fact: Any, side: Side | None = None) -> bytes:
        """Record a fact as the service would; return its leaf."""
        self.now += timedelta(minutes=1)
        kind = CATALOGUE.of_fact(fact)
        by = "service" if side is None else PERSONS[side]
        party: dict[str, str] = {} if side is None else {"party": PARTIES[side]}
        envelope = {"at": self.now, "by": by, **party, "key": "made-up", "fact": fact}
        # Personal fields are left in the clear, as facts of older versions hold them.
        state = form_of(kind.fact).envelope.dump_json(envelope, by_alias=True, warnings=False)
        log = self.logs.setdefault(stream.split("/", maxsplit=1)[0], [])
        version = 1 + sum(1 for one in log if one[0] == stream)
        log.append((stream, version, kind.topic, state))
        return leaf_of(stream, version, kind.topic, state)

    def hide(self, stream: str, version: int) -> None:
        self.hidden.add((stream, version))

    def leaves(self, log: str) -> list[bytes]:
        return [leaf_of(*one) for one in self.logs[log]]


def register(ledger: Ledger, side: Side, **mandate: Any) -> None:
    """Register a side with one signatory, who has a key and a mandate."""
    party = PARTIES[side]
    key = PublicKey(own_key(signer_of(side)).jwk["x"])
    ledger.record(party, PartyRegistered(f"The {side}", "HRB 1", "DE", None), side)
    ledger.record(party, SigningKeyPinned(PersonId(PERSONS[side]), thumbprint_of(key), key), side)
    granted: dict[str, Any] = {"valid_from": BEGINNING, "valid_until": None, **mandate}
    ledger.record(
        party,
        SigningMandateGranted(PersonId(PERSONS[side]), MandateId(MANDATES[side]), None, **granted),
        side,
    )


@dataclass
class Negotiated:
    """A negotiation by its number, on terms, made step by step."""

    ledger: Ledger
    terms: AgreementTerms
    number: str = "01"
    subject: Subject = field(default_factory=NewAgreement)
    effective_from: datetime | None = None
    leaf: str = ""

    @property
    def stream(self) -> str:
        return f"{RELATIONSHIP}/negotiation-{ZEROS}{self.number}"

    @property
    def offer(self) -> OfferId:
        return OfferId(f"offer-{ZEROS}{self.number}")

    def opened(self) -> Negotiated:
        """Record everything up to the provider's offer."""
        opened = NegotiationOpened(self.subject, Side.CLIENT, "Order management", 14)
        self.ledger.record(self.stream, opened, Side.CLIENT)
        offer = Offer(
            self.offer,
            Side.PROVIDER,
            self.terms,
            self.terms.digest,
            Firmness.FIRM,
            self.ledger.now + timedelta(days=10),
            self.effective_from,
        )
        self.leaf = self.ledger.record(self.stream, ProposalMade(offer), Side.PROVIDER).hex()
        return self

    def accepted(self, *, evidence: bool = True) -> Negotiated:
        """Record the client's acceptance, and that both are asked to sign."""
        said = self.evidence("accept", Side.CLIENT) if evidence else None
        accepted = OfferAccepted(self.offer, self.terms.digest, Side.CLIENT, said)
        self.ledger.record(self.stream, accepted, Side.CLIENT)
        asked = SignatureRequested(
            self.offer, self.terms.digest, self.ledger.now + timedelta(days=14)
        )
        self.leaf = self.ledger.record(self.stream, asked, Side.CLIENT).hex()
        return self

    def signed(self, side: Side, evidence: JwsEvidence | None = None) -> Negotiated:
        """Record a side's signature, with its own evidence unless told otherwise."""
        said = evidence or self.evidence("sign", side)
        signed = AgreementSigned(
            self.offer, self.terms.digest, side, PersonId(PERSONS[side]), MANDATES[side], said
        )
        self.ledger.record(self.stream, signed, side)
        return self

    def concluded(self) -> Negotiated:
        """Record that both signed."""
        self.ledger.record(
            self.stream,
            NegotiationConcluded(
                self.subject, self.offer, self.terms, self.terms.digest, self.effective_from
            ),
            Side.CLIENT,
        )
        return self

    def evidence(self, action: Any, side: Side, /, **changes: Any) -> JwsEvidence:
        """Return a side's signed statement, about this or about what ``changes`` say."""
        owner = changes.pop("owner", signer_of(side))
        now = self.ledger.now + timedelta(minutes=1)
        said = {
            "action": action,
            "service": SERVICE,
            "negotiation": self.stream,
            "offer": self.offer,
            "terms_digest": self.terms.digest,
            "previous": self.leaf,
            "side": str(side),
            "party": PARTIES[side],
            "signer": PERSONS[side],
            "mandate": MANDATES[side] if action == "sign" else "",
            "keys": {str(one): (own_key(signer_of(one)).thumbprint,) for one in Side},
            "nonce": fresh_nonce(),
            "issued": written(now),
            "expires": written(now + timedelta(hours=1)),
        }
        statement = Statement(**{**said, **changes})
        return JwsEvidence(statement, own_key(owner).jws(statement.canonical()))


CONTRACT: Final = f"{RELATIONSHIP}/contract-{ZEROS}01"


def conclude(ledger: Ledger, made: Negotiated) -> None:
    """Record the contract that a first agreement leads to."""
    terms = made.terms
    ledger.record(
        CONTRACT,
        ContractConcluded(
            PartyId(PARTIES[Side.PROVIDER]),
            PartyId(PARTIES[Side.CLIENT]),
            NegotiationId(made.stream),
            made.offer,
            terms,
            terms.digest,
            begins_at(terms),
            ends_at(terms),
        ),
    )


def amend(ledger: Ledger, made: Negotiated, version: int) -> None:
    """Record the version that an amendment leads to."""
    terms = made.terms
    assert made.effective_from is not None
    ledger.record(
        CONTRACT,
        ContractAmended(
            version,
            NegotiationId(made.stream),
            made.offer,
            terms,
            terms.digest,
            made.effective_from,
            ends_at(terms),
        ),
    )


def deal(spoil: Callable[[Negotiated], Any] | None = None, **mandate: Any) -> Ledger:
    """Return a ledger in which a contract was concluded and amended once.

    ``spoil`` stands in for the provider's signature under the first agreement; ``mandate`` changes
    the provider's.
    """
    ledger = Ledger()
    register(ledger, Side.PROVIDER, **mandate)
    register(ledger, Side.CLIENT)
    first = Negotiated(ledger, simple_terms()).opened()
    ledger.record(
        first.stream, CommentMade("comment-1", Side.CLIENT, "We read it at once."), Side.CLIENT
    )
    ledger.record(
        f"{first.stream}/position-provider",
        CommentMade("comment-2", Side.PROVIDER, "for the provider's eyes"),
        Side.PROVIDER,
    )
    ledger.hide(f"{first.stream}/position-provider", 1)
    first.accepted()
    if spoil is None:
        first.signed(Side.PROVIDER)
    else:
        spoil(first)
    first.signed(Side.CLIENT).concluded()
    conclude(ledger, first)
    second = Negotiated(
        ledger,
        simple_terms(availability="99.9"),
        "02",
        Amendment(ContractId(CONTRACT)),
        datetime(2026, 3, 1, tzinfo=UTC),
    )
    second.opened().accepted(evidence=False).signed(Side.CLIENT).signed(Side.PROVIDER).concluded()
    amend(ledger, second, 2)
    return ledger
