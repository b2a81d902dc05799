"""Which facts of a log a reader is shown as they are; every other one is a hash to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from pydantic_core import from_json

from application.access import Seat
from domain.history.merkle import Hash
from domain.values.ids import PartyId, private_side
from domain.values.sides import Side

OF_EVERYBODY: Final = frozenset(
    f"party.{name}"
    for name in (
        "PartyRegistered",
        "SigningKeyPinned",
        "PasskeyPinned",
        "SigningKeyRotated",
        "SigningKeyRevoked",
        "WitnessKeyPinned",
        "WitnessKeyRevoked",
        "CertificatePinned",
        "CertificateRevoked",
    )
)
"""What those who share a relationship with a party may know of it, to check its signatures."""

OF_SIGNERS: Final = frozenset(
    f"party.{name}"
    for name in (
        "SigningMandateGranted",
        "RoleAssigned",
        "RoleRelieved",
        "RepresentativeWithdrawn",
    )
)
"""What they may know besides, of persons who accepted or signed there."""

REVOKED: Final = "party.SigningMandateRevoked"
DOCUMENTS: Final = "document."
SIGNED: Final = frozenset({"negotiation.OfferAccepted", "negotiation.AgreementSigned"})


@dataclass(frozen=True, slots=True)
class LoggedFact:
    """A fact as it is stored, and its leaf; ``index`` is its place in the log."""

    index: int
    stream: str
    version: int
    topic: str
    state: bytes
    leaf: Hash


class Logbooks(Protocol):
    """The logs as they are stored; they only ever grow."""

    def facts(self, log: str, start: int, stop: int) -> Sequence[LoggedFact]:
        """Return the facts of a log from one index to before another; raises HistoryBroken."""
        ...

    def check(self, log: str, size: int) -> None:
        """Raise HistoryBroken unless every leaf before an index is there, and its fact."""
        ...


class Disclosure(Protocol):
    """Decides fact by fact, in the log's order."""

    def shows(self, entry: LoggedFact) -> bool:
        """Tell whether the reader is shown this fact."""
        ...


class OfRelationship:
    """What a seat shows of a relationship's own log.

    Remembers who accepted or signed there, and which revisions of documents were named.
    """

    def __init__(self, seat: Seat) -> None:
        self._seat = seat
        self.signers: set[str] = set()
        self.revisions: set[str] = set()

    def shows(self, entry: LoggedFact) -> bool:
        """Tell whether the seat shows the stream that the fact is in."""
        side = private_side(entry.stream)
        shown = self._seat.shows(entry.stream, None if side is None else Side(side))
        if shown and _name(entry) in SIGNED:
            self.signers.add(str(from_json(entry.state)["by"]))
        if shown and _name(entry).startswith(DOCUMENTS):
            self.revisions.add(str(from_json(entry.state)["fact"]["revision"]))
        return shown


class OfParty:
    """What a seat shows of a party's log: its own people all of it, others what proofs take."""

    def __init__(self, seat: Seat, party: PartyId, signers: frozenset[str]) -> None:
        self._own = seat.side is not None and seat.party == party
        self._party = party
        self._signers = signers
        self._mandates: set[str] = set()

    def shows(self, entry: LoggedFact) -> bool:
        """Tell whether the fact is the reader's to see."""
        name = _name(entry)
        if self._own or (entry.stream == self._party and name in OF_EVERYBODY):
            return True
        if entry.stream != self._party or name not in {*OF_SIGNERS, REVOKED}:
            return False
        fact = from_json(entry.state)["fact"]
        if name == REVOKED:
            return fact["mandate"] in self._mandates
        if fact["person"] not in self._signers:
            return False
        self._mandates.add(str(fact.get("mandate")))
        return True


def _name(entry: LoggedFact) -> str:
    return entry.topic.partition("/")[0]
