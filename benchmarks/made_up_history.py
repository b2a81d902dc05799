"""A relationship's history made up in memory, signed by everybody with keys made up for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic_core import to_json

from application.bundling import Bundle, Member, Written
from application.event_catalogue import CATALOGUE
from application.mapper import Stored as Envelope
from application.mapper import form_of
from benchmarks.worlds import EXAMPLES
from domain.contract.facts import ContractConcluded
from domain.contract.standing import begins_at, ends_at
from domain.history.checkpoint import SERVICE_LOG, Checkpoint, origin_of
from domain.history.leaf import leaf_of
from domain.history.merkle import Hash, inclusion_proof, root_of
from domain.history.note import LOG, WITNESS, Note, NoteKey, cosign, sign
from domain.history.proof import InclusionProof
from domain.negotiation.facts import (
    AgreementSigned,
    CommentMade,
    CounterOfferMade,
    Firmness,
    NegotiationConcluded,
    NegotiationOpened,
    NewAgreement,
    Offer,
    OfferAccepted,
    ProposalMade,
    SignatureRequested,
)
from domain.parties.facts import MandateId, SigningKeyPinned, SigningMandateGranted
from domain.parties.keys import PublicKey, thumbprint_of
from domain.signatures.evidence import JwsEvidence
from domain.signatures.statement import Statement, written
from domain.terms.agreement import AgreementTerms
from domain.values.ids import NegotiationId, OfferId, PartyId, PersonId
from domain.values.sides import Side
from interfaces.files.terms import check_file
from interfaces.files.zipping import zipped
from interfaces.signing_tool.own_key import OwnKey

SERVICE: Final = "parley.localhost"
_ONE: Final = "0" * 25 + "1"
RELATIONSHIP: Final = f"relationship-{_ONE}"
NEGOTIATION: Final = f"{RELATIONSHIP}/negotiation-{_ONE}"
CONTRACT: Final = f"{RELATIONSHIP}/contract-{_ONE}"
PARTIES: Final = {side: f"party-{'0' * 25}{n}" for n, side in enumerate(Side)}
PERSONS: Final = {side: f"person-{'0' * 25}{n}" for n, side in enumerate(Side)}
EVERY: Final = 100
"""Every how many facts there is an offer with complete terms; the others are comments."""
LAST_FACTS: Final = 6
"""How many facts it takes to accept, sign and conclude."""

Stored = tuple[str, int, str, bytes]


@dataclass
class History:
    """What was recorded, by log, and the keys of everybody who has one."""

    logs: dict[str, list[Stored]] = field(default_factory=dict)
    now: datetime = datetime(2025, 11, 3, 9, tzinfo=UTC)
    operator: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    witnesses: dict[Side, Ed25519PrivateKey] = field(
        default_factory=lambda: {side: Ed25519PrivateKey.generate() for side in Side}
    )
    signers: dict[Side, OwnKey] = field(
        default_factory=lambda: {side: OwnKey(Ed25519PrivateKey.generate()) for side in Side}
    )
    _versions: dict[str, int] = field(default_factory=dict)

    def record(self, stream: str, fact: Any, side: Side) -> str:
        """Record a fact as it is stored; return its leaf in hex."""
        self.now += timedelta(seconds=1)
        kind = CATALOGUE.of_fact(fact)
        envelope: Envelope[Any] = {
            "at": self.now,
            "by": PERSONS[side],
            "party": PARTIES[side],
            "key": "made-up",
            "fact": fact,
        }
        body = form_of(kind.fact).envelope.dump_json(envelope, by_alias=True)
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        stored = (stream, version, kind.topic, body)
        self.logs.setdefault(stream.split("/", maxsplit=1)[0], []).append(stored)
        return leaf_of(*stored).hex()

    def key(self, log: str) -> NoteKey:
        """Return the key that signs a log's checkpoints."""
        public = self.operator.public_key().public_bytes_raw()
        return NoteKey(origin_of(SERVICE, log), LOG, public)

    def witness(self, side: Side) -> NoteKey:
        """Return the key of a side's witness."""
        public = self.witnesses[side].public_key().public_bytes_raw()
        return NoteKey(origin_of(SERVICE, PARTIES[side]), WITNESS, public)

    def pins(self) -> str:
        """Return the pins of somebody who knows them all."""
        lines = [f"log {self.key(RELATIONSHIP)}"]
        lines += [f"witness {side} {self.witness(side)}" for side in Side]
        lines += ["group both all provider client", "quorum both"]
        lines += [f"key {side} {key.thumbprint}" for side, key in self.signers.items()]
        return "".join(f"{line}\n" for line in lines)

    def zipped(self) -> Iterator[bytes]:
        """Yield the bundle as the service would send it."""
        head = {
            "form": "parley/bundle/1",
            "service": SERVICE,
            "relationship": RELATIONSHIP,
            "contract": CONTRACT,
            "parties": {str(side): party for side, party in PARTIES.items()},
        }

        def manifest(files: list[Written]) -> Member:
            listed = [{"name": f.name, "size": f.size, "sha256": f.sha256} for f in files]
            return Member("manifest.json", [to_json({**head, "files": listed})])

        return zipped(Bundle("bundle.zip", self._members(), manifest))

    def _members(self) -> Iterator[Member]:
        notes: dict[str, Note] = {}
        for log, facts in self.logs.items():
            leaves = [leaf_of(*stored) for stored in facts]
            yield Member(f"history/{log}.tsv", (_line(stored) for stored in facts))
            yield Member(f"history/{log}.leaves", [b"".join(leaves)], packed=False)
            notes[log] = self._signed(log, leaves)
            yield Member(f"checkpoints/{log}.txt", [str(notes[log]).encode()])
        leaves = [Checkpoint.parse(note.text).leaf() for note in notes.values()]
        service = str(self._signed(SERVICE_LOG, leaves))
        for index, log in enumerate(notes):
            proof = InclusionProof(index, tuple(inclusion_proof(index, leaves)), service)
            yield Member(f"proofs/{log}.tlog-proof", [str(proof).encode()])

    def _signed(self, log: str, leaves: list[Hash]) -> Note:
        body = Checkpoint(origin_of(SERVICE, log), len(leaves), root_of(leaves)).body()
        at = int(self.now.timestamp())
        cosigned = (cosign(body, self.witness(s), at, self.witnesses[s].sign) for s in Side)
        return Note(body, (sign(body, self.key(log), self.operator.sign), *cosigned))


def made_up(events: int) -> History:
    """Return a history with about this many facts between the two, a contract at the end."""
    history = History()
    for side in Side:
        _register(history, side)
    checked = check_file(EXAMPLES / "aws-ec2-region.yaml").terms
    if checked is None:
        raise RuntimeError("the example is no agreement")
    opened = NegotiationOpened(NewAgreement(), Side.CLIENT, "Compute, region level", 14)
    history.record(NEGOTIATION, opened, Side.CLIENT)
    offer = _offer(history, 0, checked)
    leaf = history.record(NEGOTIATION, ProposalMade(offer), Side.PROVIDER)
    for number in range(1, max(events - LAST_FACTS - 2, 0)):
        if number % EVERY == 0:
            before, offer = offer.id, _offer(history, number, checked)
            leaf = history.record(NEGOTIATION, CounterOfferMade(offer, before), Side.PROVIDER)
            continue
        said = CommentMade(f"comment-{number:026d}", Side.CLIENT, f"We can live with {number}.")
        history.record(NEGOTIATION, said, Side.CLIENT)
    _conclude(history, offer, leaf)
    return history


def _register(history: History, side: Side) -> None:
    party, person = PARTIES[side], PersonId(PERSONS[side])
    key = PublicKey(history.signers[side].jwk["x"])
    history.record(party, SigningKeyPinned(person, thumbprint_of(key), key), side)
    mandate = MandateId(f"mandate-{side}")
    history.record(party, SigningMandateGranted(person, mandate, None, history.now, None), side)


def _offer(history: History, number: int, terms: AgreementTerms) -> Offer:
    until = history.now + timedelta(days=30)
    offer = OfferId(f"offer-{number:026d}")
    return Offer(offer, Side.PROVIDER, terms, terms.digest, Firmness.FIRM, until)


def _conclude(history: History, offer: Offer, leaf: str) -> None:
    digest, terms = offer.terms_digest, offer.terms
    accepted = OfferAccepted(
        offer.id, digest, Side.CLIENT, _evidence(history, offer, "accept", Side.CLIENT, leaf)
    )
    history.record(NEGOTIATION, accepted, Side.CLIENT)
    asked = SignatureRequested(offer.id, digest, history.now + timedelta(days=14))
    leaf = history.record(NEGOTIATION, asked, Side.CLIENT)
    for side in Side:
        said = _evidence(history, offer, "sign", side, leaf)
        person = PersonId(PERSONS[side])
        signed = AgreementSigned(offer.id, digest, side, person, f"mandate-{side}", said)
        history.record(NEGOTIATION, signed, side)
    concluded = NegotiationConcluded(NewAgreement(), offer.id, terms, digest, None)
    history.record(NEGOTIATION, concluded, Side.CLIENT)
    contract = ContractConcluded(
        PartyId(PARTIES[Side.PROVIDER]),
        PartyId(PARTIES[Side.CLIENT]),
        NegotiationId(NEGOTIATION),
        offer.id,
        terms,
        digest,
        begins_at(terms),
        ends_at(terms),
    )
    history.record(CONTRACT, contract, Side.CLIENT)


def _evidence(history: History, offer: Offer, action: Any, side: Side, leaf: str) -> JwsEvidence:
    statement = Statement(
        action=action,
        service=SERVICE,
        negotiation=NEGOTIATION,
        offer=offer.id,
        terms_digest=offer.terms_digest,
        previous=leaf,
        side=side,
        party=PARTIES[side],
        signer=PERSONS[side],
        mandate=f"mandate-{side}" if action == "sign" else "",
        keys={str(one): (key.thumbprint,) for one, key in history.signers.items()},
        nonce="A" * 22,
        issued=written(history.now),
        expires=written(history.now + timedelta(hours=1)),
    )
    return JwsEvidence(statement, history.signers[side].jws(statement.canonical()))


def _line(stored: Stored) -> bytes:
    stream, version, topic, state = stored
    return f"{stream}\t{version}\t{topic}\t".encode() + state + b"\n"
