"""Audit bundles made by hand: two parties, their logs, a contract, real keys, no database.

``Ledger`` holds what is recorded, ``Bundle`` what a zip holds. Both can be spoilt in any way that
somebody may think of, and signed anew by whoever would have signed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from agreements import simple_terms
from application.event_catalogue import CATALOGUE
from application.mapper import form_of
from domain.contract.facts import ContractAmended, ContractConcluded
from domain.contract.standing import begins_at, ends_at
from domain.history.checkpoint import Checkpoint, origin_of
from domain.history.leaf import leaf_of
from domain.history.merkle import inclusion_proof, root_of
from domain.history.note import LOG, WITNESS, Note, NoteKey, cosign, sign
from domain.history.proof import InclusionProof
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
OPERATOR: Final = "operator"
DOCUMENT: Final = b"%PDF-1.7 as good as any\n"

Stored = tuple[str, int, str, bytes]
"""Stream, version, topic, state."""


def private_key(owner: str) -> Ed25519PrivateKey:
    """Return somebody's key for notes: the same for the same name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"notes {owner}".encode()).digest())


def note_key(name: str, owner: str, kind: int = LOG) -> NoteKey:
    return NoteKey(name, kind, private_key(owner).public_key().public_bytes_raw())


def witness_of(side: Side) -> NoteKey:
    return note_key(origin_of(SERVICE, PARTIES[side]), f"witness {side}", WITNESS)


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
        body = form_of(kind.fact).body.model_construct(
            at=self.now,
            by="service" if side is None else PERSONS[side],
            party=None if side is None else PARTIES[side],
            key="made-up",
            fact=fact,
        )
        nobody = {"party"} if side is None else None
        state = body.model_dump_json(by_alias=True, exclude=nobody, warnings=False).encode()
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


@dataclass
class Bundle:
    """The files of a bundle, to be written as they are."""

    files: dict[str, bytes]
    manifest: dict[str, Any]
    made_anew: bool = True

    def lines(self, log: str = RELATIONSHIP) -> list[bytes]:
        return self.files[f"history/{log}.tsv"].splitlines()

    def set_lines(self, lines: list[bytes], log: str = RELATIONSHIP) -> None:
        self.files[f"history/{log}.tsv"] = b"".join(line + b"\n" for line in lines)

    def write(self, path: Path) -> Path:
        """Write the zip; the manifest is made to fit unless told otherwise."""
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in self.files.items():
                archive.writestr(zipfile.ZipInfo(name), content)
            archive.writestr(zipfile.ZipInfo("manifest.json"), self.manifest_bytes())
        return path

    def manifest_bytes(self) -> bytes:
        listed = [
            {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in self.files.items()
        ]
        document = {**self.manifest, "files": listed} if self.made_anew else self.manifest
        return json.dumps(document).encode()

    def freeze(self) -> Bundle:
        """Keep the manifest as it is from now on, whatever is done to the files."""
        self.manifest, self.made_anew = json.loads(self.manifest_bytes()), False
        return self


def history_line(ledger: Ledger, stored: Stored) -> bytes:
    stream, version, topic, state = stored
    if (stream, version) in ledger.hidden:
        return b"-\t" + leaf_of(*stored).hex().encode()
    return b"\t".join((stream.encode(), str(version).encode(), topic.encode(), state))


def checkpoint_note(
    origin: str, leaves: list[bytes], *, operator: str = OPERATOR, witnesses: bool = True
) -> str:
    """Sign a checkpoint over leaves; both parties cosign it unless told otherwise."""
    body = Checkpoint(origin, len(leaves), root_of(leaves)).body()
    lines = [sign(body, note_key(origin, operator), private_key(operator).sign)]
    for side in Side if witnesses else ():
        signing = private_key(f"witness {side}").sign
        lines.append(cosign(body, witness_of(side), 1762160400, signing))
    return str(Note(body, tuple(lines)))


def bundle(
    ledger: Ledger, *, operator: str = OPERATOR, cosigned_by_witnesses: bool = True
) -> Bundle:
    """Return the bundle that the service would export of a ledger."""
    files: dict[str, bytes] = {}
    leaves: list[bytes] = []
    notes: dict[str, str] = {}
    for log, entries in ledger.logs.items():
        lines = [history_line(ledger, stored) + b"\n" for stored in entries]
        files[f"history/{log}.tsv"] = b"".join(lines)
        files[f"history/{log}.leaves"] = b"".join(ledger.leaves(log))
        witnesses = cosigned_by_witnesses and log == RELATIONSHIP
        note = checkpoint_note(
            origin_of(SERVICE, log), ledger.leaves(log), operator=operator, witnesses=witnesses
        )
        notes[log] = files_note = note
        files[f"checkpoints/{log}.txt"] = files_note.encode()
        leaves.append(Checkpoint.parse(Note.parse(note).text).leaf())
    service = checkpoint_note(
        origin_of(SERVICE, "service"), leaves, operator=operator, witnesses=False
    )
    for index, log in enumerate(notes):
        proof = InclusionProof(index, tuple(inclusion_proof(index, leaves)), service)
        files[f"proofs/{log}.tlog-proof"] = str(proof).encode()
    return Bundle(files, manifest_head())


def manifest_head(**changes: Any) -> dict[str, Any]:
    return {
        "form": "parley/bundle/1",
        "service": SERVICE,
        "relationship": RELATIONSHIP,
        "contract": CONTRACT,
        "parties": {str(side): party for side, party in PARTIES.items()},
        "made_at": "2025-11-03T12:00:00Z",
        "requested_by": {"party": PARTIES[Side.CLIENT], "as": "client"},
        **changes,
    }


def pins_text(
    operator: str = OPERATOR, keys: Mapping[Side, str] | None = None, log: str = RELATIONSHIP
) -> str:
    """Return the pins of somebody who knows the operator, both witnesses and both signatories."""
    owners = keys or {side: signer_of(side) for side in Side}
    lines = [
        f"log {note_key(origin_of(SERVICE, log), operator)}",
        *(f"witness {side} {witness_of(side)}" for side in Side),
        "group both all provider client",
        "quorum both",
        *(f"key {side} {own_key(owner).thumbprint}" for side, owner in owners.items()),
    ]
    return "".join(f"{line}\n" for line in lines)
