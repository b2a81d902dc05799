"""Use cases: export a contract's history as one reader may see it, and draft the pins to check it.

A bundle holds three logs whole, the relationship's and both parties', up to a checkpoint of each.
What the reader may not see is there as a hash, so that everybody's tree is the same. Nothing is
gathered: members are made while they are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic_core import to_json

from application.access import Seat
from application.desk import Desk, Request
from application.disclosing import Disclosure, Logbooks, LoggedFact, OfParty, OfRelationship
from application.documenting import document_of
from application.errors import NotFound
from application.history import Shelf, Shown, path_of_inclusion, with_cosignatures
from application.ledger import Stream
from application.reading import Reading
from domain.contract.contract import CONTRACT
from domain.contract.standing import NotConcluded
from domain.decider import Refused
from domain.documents.document import DOCUMENT
from domain.history.checkpoint import SERVICE_LOG, origin_of
from domain.history.note import LOG, WITNESS, NoteKey
from domain.history.proof import InclusionProof
from domain.parties.facts import CertificatePinned, PasskeyPinned, SigningKeyPinned
from domain.parties.keys import Fingerprint
from domain.parties.party import PARTY
from domain.parties.standing import witness_keys_of
from domain.signatures.verifying import from_base64url
from domain.values.ids import PartyId, relationship_of
from domain.values.sides import Side

FORM: Final = "parley/bundle/1"
CHUNK: Final = 500
MOST_COSIGNED: Final = 50


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a bundle: its name, and its bytes as they are made."""

    name: str
    content: Iterable[bytes]
    packed: bool = True
    """Whether packing it saves anything."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was written: its size and the hex of its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files in order, and the manifest, which is made of what was written and comes last."""

    name: str
    members: Iterator[Member]
    manifest: Callable[[list[Written]], Member]


class Documents(Protocol):
    """The files of a contract's documents, each revision by its digest."""

    def revisions(self, contract: str) -> Iterator[Member]:
        """Yield the revisions that the contract's facts name, as ``documents/<sha256>.pdf``."""
        ...


class Bundling:
    """Bundles and pins, for whoever has a seat at a relationship."""

    def __init__(
        self, desk: Desk, reading: Reading, shelf: Shelf, books: Logbooks, origin: str
    ) -> None:
        self._desk = desk
        self._reading = reading
        self._shelf = shelf
        self._books = books
        self._origin = origin

    def export(self, request: Request, contract: str, documents: Documents | None = None) -> Bundle:
        """Return a contract's bundle as the asker may see it; an auditor's is put on record.

        Raises NotFound; HistoryBroken; Refused by rule: checkpoint-behind.
        """
        seat = self._reading.admit(request, contract)
        found = self._desk.ledger.load(CONTRACT, contract)
        if found.version == 0:
            raise NotFound("such contract")
        relationship = str(relationship_of(contract))
        parties = {side: self._desk.party(relationship, side) for side in Side}
        sealed = [self._sealed(found, relationship)]
        sealed += [self._latest(party) for party in parties.values()]
        service = self._latest(SERVICE_LOG)
        for one in sealed:
            self._books.check(one.log, one.size)  # while it can still be answered with a no
        head = {
            "form": FORM,
            "service": self._origin,
            "relationship": relationship,
            "contract": contract,
            "parties": {str(side): party for side, party in parties.items()},
            "made_at": request.at.isoformat().replace("+00:00", "Z"),
            "requested_by": {"party": seat.party, "as": seat.side or "auditor"},
        }
        enclosed = iter(()) if documents is None else documents.revisions(contract)
        members = self._members(seat, sealed, service, enclosed)
        name = f"{contract.rpartition('/')[2]}.parley.zip"
        return Bundle(name, members, lambda written: _manifest(head, written))

    def draft_pins(
        self, request: Request, relationship: str, seal: Fingerprint | None = None
    ) -> str:
        """Return the pins as the service would have them, to be compared line by line elsewhere.

        ``seal`` is the certificate that the service seals documents with.
        """
        self._reading.seat(request, relationship, "pins")
        public = self._shelf.signing_key()
        if public is None:
            raise NotFound("key that checkpoints are signed with yet")
        log = NoteKey(origin_of(self._origin, relationship), LOG, public)
        lines = [
            "# A draft by the very service that it is to be held against: it proves nothing yet.",
            "# Compare each line with its owner by another way (on the phone, on paper), then keep",
            "# this file yourself.",
            f"log {log}",
        ]
        witnesses: list[str] = []
        for side in Side:
            party = self._desk.party(relationship, side)
            state = self._desk.ledger.load(PARTY, party).state
            for number, key in enumerate(witness_keys_of(state).values(), start=1):
                name = f"{side}-{number}"
                witness = NoteKey(origin_of(self._origin, party), WITNESS, from_base64url(key.x))
                lines.append(f"witness {name} {witness}")
                witnesses.append(name)
            lines += self._pinned_by(side, party)
        if seal is not None:
            lines.append(f"certificate service {seal} # of the seal on documents")
        if witnesses:
            lines += [f"group witnesses all {' '.join(witnesses)}", "quorum witnesses"]
        else:
            lines.append("quorum none # neither party has pinned a witness key")
        return "".join(f"{line}\n" for line in lines)

    def _pinned_by(self, side: Side, party: PartyId) -> Iterator[str]:
        """Yield what a party's people pinned themselves; what was handed over to follows."""
        for recorded in self._desk.ledger.history(party):
            match recorded.fact:
                case SigningKeyPinned(person=person, thumbprint=thumbprint):
                    yield f"key {side} {thumbprint} # of {person}"
                case PasskeyPinned(person=person, thumbprint=thumbprint, rp_id=site):
                    yield f"key {side} {thumbprint} # a passkey of {person} for {site}"
                case CertificatePinned(person=person, fingerprint=fingerprint):
                    yield f"certificate {side} {fingerprint} # of {person}"
                case _:
                    continue

    def _sealed(self, contract: Stream, relationship: str) -> Shown:
        """Return the checkpoint with all of the contract that most witnesses cosigned."""
        index = max(self._last_leaves(contract), default=-1)
        shown = self._shelf.checkpoint(relationship)
        if shown is None or shown.size <= index:
            raise Refused(
                "checkpoint-behind",
                "the signer has not signed the contract's latest fact yet; ask again in a moment",
            )
        witnesses: dict[int, set[str]] = {shown.size: set()}
        for one in self._shelf.latest_cosigned(relationship, index, MOST_COSIGNED):
            witnesses.setdefault(one.size, set()).add(one.witness)
        best = max(witnesses, key=lambda size: (len(witnesses[size]), size))
        return self._shelf.checkpoint(relationship, best) or shown

    def _last_leaves(self, contract: Stream) -> Iterator[int]:
        """Yield where the latest facts of a contract and of its documents stand."""
        state = contract.state
        versions = 0 if isinstance(state, NotConcluded) else state.standing.version
        documents = (document_of(contract.id, number) for number in range(1, versions + 1))
        streams = [contract, *(self._desk.ledger.load(DOCUMENT, one) for one in documents)]
        for stream in streams:
            leaf = self._shelf.leaf(stream.id, stream.version)
            if leaf is not None:
                yield leaf.index

    def _latest(self, log: str) -> Shown:
        shown = self._shelf.checkpoint(log)
        if shown is None:
            raise Refused("checkpoint-behind", f"the signer has not signed {log} yet")
        return shown

    def _members(
        self, seat: Seat, sealed: list[Shown], service: Shown, documents: Iterator[Member]
    ) -> Iterator[Member]:
        relationship, *parties = sealed
        disclosed = OfRelationship(seat)
        yield from self._log(relationship, disclosed)
        for party in parties:
            signers = frozenset(disclosed.signers)
            yield from self._log(party, OfParty(seat, PartyId(party.log), signers))
        for shown in sealed:
            note = with_cosignatures(shown, self._shelf.cosigned(shown.log, shown.size))
            yield Member(f"checkpoints/{shown.log}.txt", [note.encode()])
        for shown in sealed:
            index = shown.index_in_service_log()
            path = path_of_inclusion(self._shelf, SERVICE_LOG, index, service.size)
            proof = InclusionProof(index, path, service.note)
            yield Member(f"proofs/{shown.log}.tlog-proof", [str(proof).encode()])
        for document in documents:
            # A revision that was recorded after the checkpoint is for the next bundle.
            if _named(document) in disclosed.revisions:
                yield document

    def _log(self, shown: Shown, disclosure: Disclosure) -> Iterator[Member]:
        yield Member(
            f"history/{shown.log}.tsv",
            (b"".join(_line(fact, disclosure) for fact in facts) for facts in self._chunks(shown)),
        )
        yield Member(
            f"history/{shown.log}.leaves",
            self._hashes(shown),
            packed=False,
        )

    def _hashes(self, shown: Shown) -> Iterator[bytes]:
        for start in range(0, shown.size, CHUNK):
            span = (start, min(start + CHUNK, shown.size))
            leaves = self._shelf.leaves(shown.log, [span])
            yield b"".join(leaves[index] for index in range(*span))

    def _chunks(self, shown: Shown) -> Iterator[list[LoggedFact]]:
        """Read a log in pieces; it only grows, so nothing is held open in between."""
        for start in range(0, shown.size, CHUNK):
            yield list(self._books.facts(shown.log, start, min(start + CHUNK, shown.size)))


def _line(fact: LoggedFact, disclosure: Disclosure) -> bytes:
    if not disclosure.shows(fact):
        return f"-\t{fact.leaf.hex()}\n".encode()
    if b"\n" in fact.state or b"\t" in fact.state:
        raise ValueError(f"{fact.stream} version {fact.version} holds a raw break: it is no JSON")
    return f"{fact.stream}\t{fact.version}\t{fact.topic}\t".encode() + fact.state + b"\n"


def _named(document: Member) -> str:
    """Return the digest that a document's file is named after."""
    return f"sha256:{document.name.rpartition('/')[2].partition('.')[0]}"


def _manifest(head: dict[str, Any], written: list[Written]) -> Member:
    files = [{"name": one.name, "size": one.size, "sha256": one.sha256} for one in written]
    return Member("manifest.json", [to_json({**head, "files": files}, indent=1) + b"\n"])
