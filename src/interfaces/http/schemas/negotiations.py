"""Negotiations as they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from application.ledger import Stream
from domain.negotiation.constraints import Weight
from domain.negotiation.facts import Firmness, Offer, RejectionReason, Subject
from domain.negotiation.table import (
    AwaitingSignatures,
    BrokenOff,
    Concluded,
    Negotiating,
    NegotiationState,
    NotOpened,
)
from domain.terms.agreement import AgreementTerms
from domain.values.ids import OfferId, id_pattern, relationship_of
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Instant, PathText, Said

ContractRef = Annotated[
    str,
    StringConstraints(
        pattern=f"{id_pattern('relationship')[:-1]}/{id_pattern('contract')[1:]}", max_length=120
    ),
]
OfferRef = Annotated[str, StringConstraints(pattern=id_pattern("offer"))]
LimitText = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class NewAgreementBody(Body):
    """A first agreement on a service."""

    kind: Literal["new-agreement"]


class ChangeBody(Body):
    """A change of an agreement that is running."""

    kind: Literal["amendment", "renewal", "mutual-termination"]
    contract: ContractRef


class OpenBody(Body):
    """What is to be negotiated."""

    subject: Annotated[NewAgreementBody | ChangeBody, Field(discriminator="kind")]
    title: Annotated[Said, StringConstraints(max_length=200)]
    signing_days: Annotated[int, Field(ge=1, le=365, strict=True)] = 14
    """Within how many days accepted terms have to be signed."""


class OfferBody(Body):
    """An offer: complete terms, indicative or firm, valid for a while."""

    terms: AgreementTerms
    firmness: Firmness
    valid_until: Instant
    effective_from: Instant | None = None
    """For an amendment: the instant from which the terms are to govern."""
    message: Annotated[str, StringConstraints(max_length=4000, strip_whitespace=True)] = ""
    answers: OfferRef | None = None
    """The earlier offer this one counters, any of them; without it, it is a proposal."""


class RejectionBody(Body):
    """Rejecting takes a reason."""

    reason: RejectionReason
    because: Said


class BecauseBody(Body):
    """A reason."""

    because: Said


class LockBody(Body):
    """Which term to hold, as it stands in which offer."""

    path: PathText
    offer: OfferRef


class UnlockBody(Body):
    """Which term to reopen."""

    path: PathText


class ConstraintBody(Body):
    """A limit for the other side's offers."""

    path: PathText
    weight: Weight
    at_least: LimitText | None = None
    at_most: LimitText | None = None
    one_of: Annotated[tuple[LimitText, ...], Field(max_length=50)] = ()


class CommentBody(Body):
    """Something to say to the other side."""

    text: Said
    path: PathText | None = None
    offer: OfferRef | None = None


class OfferSummary(Answer):
    """An offer without its terms; ``fate`` is None while it is on the table.

    Otherwise it is how the offer ended, or that the negotiation was broken off over it.
    """

    id: str
    by: Side
    answers: str | None
    firmness: Firmness
    valid_until: datetime
    effective_from: datetime | None
    terms_digest: str
    message: str
    fate: str | None


class OfferAnswer(OfferSummary):
    """An offer with its terms."""

    terms: dict[str, Any]


class LockAnswer(Answer):
    """A term held to be settled; it binds when both sides hold it."""

    path: str
    values: dict[str, str]
    by: list[Side]
    binding: bool


class ConstraintAnswer(Answer):
    """A limit somebody declared."""

    id: str
    by: Side
    path: str
    weight: Weight
    at_least: str | None
    at_most: str | None
    one_of: tuple[str, ...]


class NegotiationAnswer(Answer):
    """A negotiation as it stands; ``version`` is the ETag."""

    id: str
    relationship: str
    version: int
    status: Literal["open", "awaiting-signatures", "concluded", "broken-off"]
    subject: dict[str, str]
    opened_by: Side
    turn: Side | None
    """Whose move it is; None when either side may move, or nobody can."""
    tabled: str | None
    """The offer that can be answered now, or that was accepted."""
    offers: list[OfferSummary]
    locks: list[LockAnswer]
    constraints: list[ConstraintAnswer]
    sign_by: datetime | None
    signed: list[Side]


class RehearsalAnswer(Answer):
    """What an offer would record if it were made now."""

    would_record: list[str]
    terms_digest: str


def negotiation_answer(stream: Stream) -> NegotiationAnswer:
    """Show a negotiation that was opened."""
    state: NegotiationState = stream.state
    table = table_of(state)
    return NegotiationAnswer(
        id=stream.id,
        relationship=str(relationship_of(stream.id)),
        version=stream.version,
        status=_status(state),
        subject=_subject(table.subject),
        opened_by=table.opened_by,
        turn=_turn(state),
        tabled=_tabled(state),
        offers=[_summary(table, offer, _fate_of_tabled(state)) for offer in table.offers.values()],
        locks=[
            LockAnswer(
                path=path,
                values=dict(lock.values),
                by=sorted(lock.by),
                binding=lock.binding,
            )
            for path, lock in table.locks.items()
        ],
        constraints=[
            ConstraintAnswer.model_validate(limit, from_attributes=True)
            for limit in table.constraints.values()
        ],
        sign_by=state.sign_by if isinstance(state, AwaitingSignatures) else None,
        signed=_signed(state),
    )


def offer_answer(stream: Stream, offer: OfferId) -> OfferAnswer | None:
    """Show one offer with its terms, or None when it was never made."""
    table = table_of(stream.state)
    found = table.offers.get(offer)
    if found is None:
        return None
    summary = _summary(table, found, _fate_of_tabled(stream.state))
    return OfferAnswer(**summary.model_dump(), terms=found.terms.document())


def table_of(state: NegotiationState) -> Negotiating:
    """Return the table of a negotiation that was opened; raises ValueError for one that was not."""
    match state:
        case NotOpened():
            raise ValueError("a negotiation that was never opened has no table")
        case Negotiating():
            return state
        case AwaitingSignatures() | Concluded() | BrokenOff():
            return state.negotiating


def _fate_of_tabled(state: NegotiationState) -> str | None:
    """Say what became of the offer that was on the table last, unless it is there still."""
    match state:
        case AwaitingSignatures() | Concluded():
            return "accepted"
        case BrokenOff():
            return "broken-off"
        case _:
            return None


def _summary(table: Negotiating, offer: Offer, tabled: str | None) -> OfferSummary:
    fate = table.fates.get(offer.id)
    if fate is None and table.tabled == offer.id:
        fate = tabled
    return OfferSummary(
        id=offer.id,
        by=offer.by,
        answers=table.answers.get(offer.id),
        firmness=offer.firmness,
        valid_until=offer.valid_until,
        effective_from=offer.effective_from,
        terms_digest=offer.terms_digest,
        message=offer.message,
        fate=fate,
    )


def _subject(subject: Subject) -> dict[str, str]:
    contract = getattr(subject, "contract", None)
    return {"kind": subject.kind} | ({} if contract is None else {"contract": contract})


def _status(
    state: NegotiationState,
) -> Literal["open", "awaiting-signatures", "concluded", "broken-off"]:
    match state:
        case AwaitingSignatures():
            return "awaiting-signatures"
        case Concluded():
            return "concluded"
        case BrokenOff():
            return "broken-off"
        case _:
            return "open"


def _turn(state: NegotiationState) -> Side | None:
    match state:
        case Negotiating(on_the_table=Offer(by=by)):
            return by.other
        case AwaitingSignatures(missing=(side,)):
            return side
        case _:
            return None


def _tabled(state: NegotiationState) -> str | None:
    match state:
        case Negotiating():
            return state.tabled
        case AwaitingSignatures() | Concluded():
            return state.offer.id
        case _:
            return None


def _signed(state: NegotiationState) -> list[Side]:
    match state:
        case AwaitingSignatures():
            return sorted(state.signed)
        case Concluded():
            return sorted(Side)
        case _:
            return []
