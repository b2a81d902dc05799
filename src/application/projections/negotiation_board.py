"""The negotiation board: how each negotiation stands and whose move it is."""

from __future__ import annotations

from datetime import datetime

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.negotiation.facts import (
    AgreementSigned,
    CommentMade,
    CounterOfferMade,
    NegotiationBrokenOff,
    NegotiationConcluded,
    NegotiationOpened,
    Offer,
    OfferAccepted,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    SignatureDeclined,
    SignatureRequested,
    SigningPeriodExpired,
)


class TabledOffer(Row):
    """The offer that can be answered now, or that was accepted."""

    id: str
    by: str
    firmness: str
    valid_until: datetime
    terms_digest: str


class NegotiationRow(Row):
    """One negotiation.

    ``status`` is open, awaiting-signatures, concluded or broken-off; ``turn`` is the side whose
    move it is, or None when either may move or nobody can.
    """

    negotiation: str
    relationship: str
    subject: str
    contract: str | None
    title: str
    status: str
    turn: str | None
    tabled: TabledOffer | None
    sign_by: datetime | None
    signed: tuple[str, ...]
    offers: int
    comments: int
    opened_at: datetime
    changed_at: datetime
    version: int


class NegotiationBoard(Projection[NegotiationRow]):
    """One row a negotiation."""

    name = "negotiation_board"
    version = 1
    row = NegotiationRow

    def place(self, row: NegotiationRow) -> Place:
        """The oldest negotiation first: ids sort by when they were given."""
        return Place(
            key=row.negotiation,
            sort=row.negotiation,
            relationship=row.relationship,
            stream=row.negotiation,
        )

    def process(self, recorded: Positioned, rows: Rows[NegotiationRow]) -> None:
        """Open a row, or move it on."""
        event = recorded.event
        if isinstance(event.fact, NegotiationOpened):
            rows.put(opened_row(event, event.fact))
            return
        if (row := rows.get(event.stream)) is None:
            return
        changes = changes_of(row, event.fact)
        rows.put(
            row.model_copy(update={**changes, "changed_at": event.at, "version": event.version})
        )


def opened_row(event: Recorded, opened: NegotiationOpened) -> NegotiationRow:
    """Return the row of a negotiation that was just opened."""
    return NegotiationRow(
        negotiation=event.stream,
        relationship=str(event.relationship),
        subject=opened.subject.kind,
        contract=getattr(opened.subject, "contract", None),
        title=opened.title,
        status="open",
        turn=None,
        tabled=None,
        sign_by=None,
        signed=(),
        offers=0,
        comments=0,
        opened_at=event.at,
        changed_at=event.at,
        version=event.version,
    )


def changes_of(row: NegotiationRow, fact: object) -> dict[str, object]:
    """Return what a fact changes in the row of its negotiation."""
    cleared: dict[str, object] = {
        "status": "open",
        "turn": None,
        "tabled": None,
        "sign_by": None,
        "signed": (),
    }
    match fact:
        case ProposalMade(offer=offer) | CounterOfferMade(offer=offer):
            return {"tabled": _tabled(offer), "turn": offer.by.other, "offers": row.offers + 1}
        case OfferWithdrawn() | OfferRejected() | OfferExpired():
            return cleared
        case CommentMade():
            return {"comments": row.comments + 1}
        case OfferAccepted():
            return {"status": "awaiting-signatures", "turn": None}
        case SignatureRequested(sign_by=sign_by):
            return {"sign_by": sign_by}
        case AgreementSigned(by=by):
            return {"signed": (*row.signed, by), "turn": by.other}
        case SignatureDeclined() | SigningPeriodExpired():
            return cleared
        case NegotiationConcluded():
            return {"status": "concluded", "turn": None}
        case NegotiationBrokenOff():
            return {**cleared, "status": "broken-off"}
        case _:
            return {}


def _tabled(offer: Offer) -> TabledOffer:
    return TabledOffer(
        id=offer.id,
        by=offer.by,
        firmness=offer.firmness,
        valid_until=offer.valid_until,
        terms_digest=offer.terms_digest,
    )
