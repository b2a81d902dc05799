"""Negotiations: offers and answers, locks, limits, comments, acceptance, signatures."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response

from application.desk import Request
from application.errors import NotFound
from application.ledger import Outcome, Stream
from application.negotiating import Limit as DeclaredLimit
from application.negotiating import OfferDraft
from application.projections.base import Query as ViewQuery
from application.projections.negotiation_board import NegotiationRow
from application.signing import About, Deed
from domain.negotiation.facts import (
    AgreementSigned,
    Amendment,
    MutualTermination,
    NewAgreement,
    OfferAccepted,
    Renewal,
    Subject,
)
from domain.negotiation.negotiation import NEGOTIATION
from domain.terms.differences import differences
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import ContractId, OfferId
from interfaces.composition import House
from interfaces.http.at_hand import decided_at_hand, tried_at_hand
from interfaces.http.conventions import (
    Cursor,
    Fresh,
    Limit,
    NegotiationStream,
    OfferPath,
    Reading,
    RelationshipPath,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
)
from interfaces.http.schemas.base import Page, page
from interfaces.http.schemas.differences import DifferenceAnswer, difference_answers
from interfaces.http.schemas.history import SettledAnswer, settled_answer
from interfaces.http.schemas.negotiations import (
    BecauseBody,
    CommentBody,
    ConstraintBody,
    LockBody,
    NegotiationAnswer,
    NewAgreementBody,
    OfferAnswer,
    OfferBody,
    OpenBody,
    RehearsalAnswer,
    RejectionBody,
    UnlockBody,
    negotiation_answer,
    offer_answer,
    table_of,
)
from interfaces.http.schemas.signatures import SigningBody, StatementAnswer, statement_answer
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}/negotiations", tags=["negotiations"])

SUBJECTS: dict[str, type[Amendment | Renewal | MutualTermination]] = {
    "amendment": Amendment,
    "renewal": Renewal,
    "mutual-termination": MutualTermination,
}


@router.post("", operation_id="openNegotiation", status_code=201)
def open_negotiation(
    house: TheHouse,
    asked: Fresh,
    relationship: RelationshipPath,
    body: OpenBody,
    response: Response,
) -> NegotiationAnswer:
    """Open a negotiation of a first agreement, or of a change of one."""
    outcome = house.negotiating.open(
        asked, relationship, _subject(body), body.title, body.signing_days
    )
    response.headers["Location"] = f"/v1/relationships/{outcome.stream.id}".replace(
        "/negotiation-", "/negotiations/negotiation-"
    )
    return _answer(outcome, response)


@router.get("", operation_id="listNegotiations")
def list_negotiations(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[NegotiationRow]:
    """List the negotiations of a relationship, the oldest first, with whose move it is."""
    seat = house.reading.seat(asked, relationship, "negotiations")
    board = house.projections.negotiation_board
    query = ViewQuery(relationship=relationship, after=read_cursor(after), limit=limit + 1)
    rows = house.reading.page(board, seat, query)
    return Page[NegotiationRow].model_validate(page(board, rows, limit, lambda row: row))


@router.get("/{negotiation}", operation_id="getNegotiation")
@tried_at_hand
def get_negotiation(
    house: TheHouse,
    asked: Reading,
    stream: NegotiationStream,
    response: Response,
) -> NegotiationAnswer:
    """Show a negotiation as it stands now."""
    found = _seen(house, asked, stream)
    tag(response, found.version)
    return negotiation_answer(found)


@router.post("/{negotiation}/breaking-off", operation_id="breakOffNegotiation")
@decided_at_hand
def break_off(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    body: BecauseBody,
    response: Response,
) -> NegotiationAnswer:
    """End a negotiation without an agreement."""
    return _answer(house.negotiating.break_off(asked, stream, body.because), response)


@router.post(
    "/{negotiation}/offers",
    operation_id="makeOffer",
    status_code=201,
    responses={200: {"model": RehearsalAnswer, "description": "What would be recorded"}},
    response_model=NegotiationAnswer | RehearsalAnswer,
)
@decided_at_hand
def make_offer(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    body: OfferBody,
    response: Response,
    validate: Annotated[
        Literal["only"] | None, Query(description="`only`: find out whether it could be made")
    ] = None,
) -> NegotiationAnswer | RehearsalAnswer:
    """Make a proposal, or a counter-offer that answers any earlier offer."""
    draft = OfferDraft(
        body.terms, body.firmness, body.valid_until, body.effective_from, body.message
    )
    answers = None if body.answers is None else OfferId(body.answers)
    if validate is not None:
        events = house.negotiating.rehearse_offer(asked, stream, draft, answers)
        response.status_code = 200
        return RehearsalAnswer(
            would_record=[type(event.fact).__name__ for event in events],
            terms_digest=body.terms.digest,
        )
    return _answer(house.negotiating.offer(asked, stream, draft, answers), response)


@router.get("/{negotiation}/offers/{offer}", operation_id="getOffer")
def get_offer(
    house: TheHouse,
    asked: Reading,
    stream: NegotiationStream,
    offer: OfferPath,
) -> OfferAnswer:
    """Show an offer with its terms."""
    return _offer(_seen(house, asked, stream), offer)


@router.get("/{negotiation}/offers/{offer}/differences", operation_id="compareOffers")
def compare_offers(
    house: TheHouse,
    asked: Reading,
    stream: NegotiationStream,
    offer: OfferPath,
    since: Annotated[
        str | None, Query(description="The offer to compare with; without it, the one it answered")
    ] = None,
) -> list[DifferenceAnswer]:
    """Show what an offer changes, in words, downtime and money."""
    found = _seen(house, asked, stream)
    after = _offer(found, offer)
    earlier = since or after.answers
    if earlier is None:
        raise NotFound("earlier offer to compare with")
    offers = table_of(found.state).offers
    before = offers.get(OfferId(earlier))
    if before is None:
        raise NotFound("such offer")
    return difference_answers(differences(before.terms, offers[OfferId(offer)].terms))


@router.get("/{negotiation}/offers/{offer}/statement", operation_id="prepareStatement")
def prepare_statement(
    house: TheHouse,
    asked: Reading,
    stream: NegotiationStream,
    offer: OfferPath,
    action: Annotated[Deed, Query(description="`accept` (a negotiator) or `sign` (a signatory)")],
) -> StatementAnswer:
    """Show the statement that you would sign now, as the service would have it.

    Sign your own: compare what it says with what you know, and send it with the signature.
    """
    about = About(stream, OfferId(offer), action)
    return statement_answer(house.signing.prepare(asked, about))


@router.post("/{negotiation}/offers/{offer}/acceptance", operation_id="acceptOffer")
def accept_offer(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    offer: OfferPath,
    body: SigningBody,
    response: Response,
) -> SettledAnswer:
    """Accept exactly the terms with this digest; both sides sign next."""
    outcome = house.negotiating.accept(
        asked, stream, OfferId(offer), Digest(body.terms_digest), body.signed()
    )
    return _settled(house, outcome, response)


@router.post("/{negotiation}/offers/{offer}/rejection", operation_id="rejectOffer")
@decided_at_hand
def reject_offer(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    offer: OfferPath,
    body: RejectionBody,
    response: Response,
) -> NegotiationAnswer:
    """Turn the other side's offer down, with a reason."""
    outcome = house.negotiating.reject(asked, stream, OfferId(offer), body.reason, body.because)
    return _answer(outcome, response)


@router.post("/{negotiation}/offers/{offer}/withdrawal", operation_id="withdrawOffer")
@decided_at_hand
def withdraw_offer(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    offer: OfferPath,
    body: BecauseBody,
    response: Response,
) -> NegotiationAnswer:
    """Take one's own offer off the table."""
    outcome = house.negotiating.withdraw(asked, stream, OfferId(offer), body.because)
    return _answer(outcome, response)


@router.post("/{negotiation}/offers/{offer}/signatures", operation_id="signAgreement")
def sign_agreement(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    offer: OfferPath,
    body: SigningBody,
    response: Response,
) -> SettledAnswer:
    """Sign the accepted terms with a key of your own, under a mandate that covers their value."""
    outcome = house.negotiating.sign(
        asked, stream, OfferId(offer), Digest(body.terms_digest), body.signed()
    )
    return _settled(house, outcome, response)


@router.post("/{negotiation}/offers/{offer}/signature-refusal", operation_id="declineSignature")
@decided_at_hand
def decline_signature(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    offer: OfferPath,
    body: BecauseBody,
    response: Response,
) -> NegotiationAnswer:
    """Refuse to sign; the table is open again."""
    outcome = house.negotiating.decline_to_sign(asked, stream, OfferId(offer), body.because)
    return _answer(outcome, response)


@router.post("/{negotiation}/locks", operation_id="lockTerm")
@decided_at_hand
def lock_term(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    body: LockBody,
    response: Response,
) -> NegotiationAnswer:
    """Hold a term to be settled as it stands in an offer; it binds once both sides do."""
    outcome = house.negotiating.lock(asked, stream, TermPath(body.path), OfferId(body.offer))
    return _answer(outcome, response)


@router.post("/{negotiation}/locks/release", operation_id="unlockTerm")
@decided_at_hand
def unlock_term(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    body: UnlockBody,
    response: Response,
) -> NegotiationAnswer:
    """Reopen a term one has locked."""
    return _answer(house.negotiating.unlock(asked, stream, TermPath(body.path)), response)


@router.post("/{negotiation}/constraints", operation_id="declareConstraint", status_code=201)
@decided_at_hand
def declare_constraint(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    body: ConstraintBody,
    response: Response,
) -> NegotiationAnswer:
    """Tell the other side a limit for its offers."""
    limit = DeclaredLimit(
        TermPath(body.path), body.weight, body.at_least, body.at_most, body.one_of
    )
    return _answer(house.negotiating.constrain(asked, stream, limit), response)


@router.delete("/{negotiation}/constraints/{constraint}", operation_id="liftConstraint")
@decided_at_hand
def lift_constraint(
    house: TheHouse,
    asked: Versioned,
    stream: NegotiationStream,
    constraint: str,
    response: Response,
) -> NegotiationAnswer:
    """Take a limit back."""
    return _answer(house.negotiating.lift(asked, stream, constraint), response)


@router.post("/{negotiation}/comments", operation_id="comment", status_code=201)
@decided_at_hand
def comment(
    house: TheHouse,
    asked: Fresh,
    stream: NegotiationStream,
    body: CommentBody,
    response: Response,
) -> NegotiationAnswer:
    """Say something to the other side, about a term, an offer, or the whole."""
    path = None if body.path is None else TermPath(body.path)
    offer = None if body.offer is None else OfferId(body.offer)
    return _answer(house.negotiating.comment(asked, stream, body.text, path, offer), response)


def _seen(house: House, asked: Request, stream: str) -> Stream:
    """Return a negotiation that the asker may see."""
    return house.reading.stream(asked, NEGOTIATION, stream)


def _offer(stream: Stream, offer: str) -> OfferAnswer:
    found = offer_answer(stream, OfferId(offer))
    if found is None:
        raise NotFound("such offer")
    return found


def _answer(outcome: Outcome, response: Response) -> NegotiationAnswer:
    tag(response, outcome.stream.version)
    return negotiation_answer(outcome.stream)


def _settled(house: House, outcome: Outcome, response: Response) -> SettledAnswer:
    done = [one for one in outcome.events if isinstance(one.fact, OfferAccepted | AgreementSigned)]
    receipts = [house.witnessing.receipt(one.stream, one.version) for one in done]
    return settled_answer(_answer(outcome, response), receipts[0] if receipts else None)


def _subject(body: OpenBody) -> Subject:
    if isinstance(body.subject, NewAgreementBody):
        return NewAgreement()
    return SUBJECTS[body.subject.kind](ContractId(body.subject.contract))
