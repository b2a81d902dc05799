"""Use case: show who signed a version, when, how, and what has become of each receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from application.access import Seat
from application.desk import Desk, Request
from application.history import Cosigned, Leaf, Shelf
from application.projections.contracts import VersionRow
from application.reading import Reading
from application.recorded import Recorded
from domain.negotiation.facts import AgreementSigned, OfferAccepted
from domain.signatures.evidence import Evidence
from domain.values.sides import Side

MOST_COSIGNED = 50
Deed = Literal["accepts", "signs"]


@dataclass(frozen=True, slots=True)
class Countersigned:
    """A side's yes to a version: who gave it, when (UTC), and where it stands in the history.

    ``checkpoint`` is the size of a signed checkpoint that covers it, None until there is one;
    ``witnesses`` put their line under it or under a later one.
    """

    deed: Deed
    side: Side
    person: str
    recorded: Recorded
    evidence: Evidence | None
    leaf: Leaf | None
    checkpoint: int | None
    witnesses: tuple[Cosigned, ...]

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return self.recorded.at

    @property
    def standing(self) -> Literal["recorded", "signed", "witnessed"]:
        """What its receipt has become."""
        if self.checkpoint is None:
            return "recorded"
        return "witnessed" if self.witnesses else "signed"


class Countersigning:
    """Who signed the versions of contracts."""

    def __init__(self, desk: Desk, reading: Reading, shelf: Shelf) -> None:
        self._desk = desk
        self._reading = reading
        self._shelf = shelf

    def of(self, request: Request, seat: Seat, row: VersionRow) -> tuple[Countersigned, ...] | None:
        """Return every yes that led to a version, in the order they were given.

        None to a reader who may see the contract but not the negotiation it came from; what an
        auditor reads of a negotiation is put on record.
        """
        if not seat.shows(row.negotiation):
            return None
        self._reading.admit(request, row.negotiation)
        found: dict[tuple[Deed, Side], Countersigned] = {}
        for event in self._desk.ledger.history(row.negotiation):
            match event.fact:
                case OfferAccepted(offer=offer, by=side, evidence=evidence) if offer == row.offer:
                    found["accepts", side] = self._yes("accepts", side, event.by, event, evidence)
                case AgreementSigned(offer=offer, by=side, evidence=evidence) if offer == row.offer:
                    signatory = event.fact.signatory
                    found["signs", side] = self._yes("signs", side, signatory, event, evidence)
                case _:
                    continue
        return tuple(found.values())

    def _yes(
        self, deed: Deed, side: Side, person: str, event: Recorded, evidence: Evidence | None
    ) -> Countersigned:
        leaf = self._shelf.leaf(event.stream, event.version)
        if leaf is None:
            return Countersigned(deed, side, person, event, evidence, None, None, ())
        shown = self._shelf.checkpoint(leaf.log)
        covered = shown is not None and shown.size > leaf.index
        lines = self._shelf.latest_cosigned(leaf.log, leaf.index, MOST_COSIGNED) if covered else ()
        by_witness = {one.witness: one for one in reversed(lines)}
        return Countersigned(
            deed,
            side,
            person,
            event,
            evidence,
            leaf,
            shown.size if shown is not None and covered else None,
            tuple(by_witness.values()),
        )
