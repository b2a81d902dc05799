"""Offers: one read-only, what it changes, and the answers to it."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Query, Response

from application.errors import NotFound
from application.signing import About, Deed
from domain.decider import Refused
from domain.negotiation.facts import RejectionReason
from domain.terms.agreement import AgreementTerms
from domain.terms.differences import differences
from domain.terms.words import in_words
from domain.terms.words.summary import summary
from domain.values.canonical import Digest
from domain.values.ids import OfferId
from interfaces.http.conventions import NegotiationStream, OfferPath
from interfaces.routing import Routes
from interfaces.web.forms import fields
from interfaces.web.navigation import address
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.room.passkeys import Asked, asked_of, evidence_given
from interfaces.web.room.scene import IN_FORCE, Scene, scene
from interfaces.web.room.story import OfferShown
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/negotiations/{negotiation}/offers/{offer}",
    include_in_schema=False,
)

Since = Annotated[str, Query(max_length=100)]


@router.get("")
def offer_page(
    visit: AVisit, stream: NegotiationStream, offer: OfferPath, since: Since = ""
) -> Response:
    """Show an offer read-only: what it changes, its terms in words and as data."""
    found, one = opened(visit, stream, offer)
    since = since or _usual(found, one)
    before = _compared(found, since)
    terms = one.offer.terms
    return page(
        visit,
        "offer.html",
        room=found,
        relationship=found.relationship,
        one=one,
        since=since,
        others=_others(found, one),
        changes=None if before is None else differences(before, terms),
        words=in_words(terms),
        data=json.dumps(terms.document(), indent=2, ensure_ascii=False),
        now=found.now,
        live=found.relationship.live,
    )


@router.get("/terms.json")
def offer_terms_file(visit: AVisit, stream: NegotiationStream, offer: OfferPath) -> Response:
    """Hand out an offer's terms in the very bytes that are digested and signed."""
    _, one = opened(visit, stream, offer)
    name = f"{offer}-terms.json"
    return Response(
        one.offer.terms.canonical(),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/acceptance")
def acceptance_page(visit: AVisit, stream: NegotiationStream, offer: OfferPath) -> Response:
    """Show exactly what would be accepted, in words and by its digest."""
    return _acceptance(*opened(visit, stream, offer))


@router.post("/acceptance")
def accept_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, offer: OfferPath
) -> Response:
    """Accept exactly the terms that the page showed, with a passkey's signature or without."""

    def act() -> str:
        digest = Digest(form.given("terms_digest"))
        signed = evidence_given(form, visit) if form.given("statement") else None
        command = visit.command(form)
        visit.house.negotiating.accept(command, stream, OfferId(offer), digest, signed)
        return address(stream)

    def show(trouble: Trouble) -> Response:
        return _acceptance(*opened(visit, stream, offer), trouble)

    return do(form, act, show, Notice.OFFER_ACCEPTED)


@router.get("/rejection")
def rejection_page(visit: AVisit, stream: NegotiationStream, offer: OfferPath) -> Response:
    """Ask why an offer is to be rejected."""
    return _answering("rejection.html", *opened(visit, stream, offer))


@router.post("/rejection")
def reject_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, offer: OfferPath
) -> Response:
    """Turn the other side's offer down, with a reason."""

    def act() -> str:
        with fields(form):
            because = form.text("because", what="the reason, in your words")
            reason = form.one_of("reason", RejectionReason)
        command = visit.command(form)
        visit.house.negotiating.reject(command, stream, OfferId(offer), reason, because)
        return address(stream)

    def show(trouble: Trouble) -> Response:
        return _answering("rejection.html", *opened(visit, stream, offer), trouble)

    return do(form, act, show, Notice.OFFER_REJECTED)


@router.get("/withdrawal")
def withdrawal_page(visit: AVisit, stream: NegotiationStream, offer: OfferPath) -> Response:
    """Ask whether one's own offer is to be taken off the table."""
    return _answering("withdrawal.html", *opened(visit, stream, offer))


@router.post("/withdrawal")
def withdraw_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, offer: OfferPath
) -> Response:
    """Take one's own offer off the table."""

    def act() -> str:
        with fields(form):
            because = form.text("because", what="the reason")
        visit.house.negotiating.withdraw(visit.command(form), stream, OfferId(offer), because)
        return address(stream)

    def show(trouble: Trouble) -> Response:
        return _answering("withdrawal.html", *opened(visit, stream, offer), trouble)

    return do(form, act, show, Notice.OFFER_WITHDRAWN)


def opened(visit: Visit, stream: str, offer: str) -> tuple[Scene, OfferShown]:
    """Return an offer in its negotiation; raises NotFound for one that was never made."""
    found = scene(visit, stream)
    one = found.story.offers.get(offer)
    if one is None:
        raise NotFound("such offer")
    return found, one


def prepared(visit: Visit, about: About) -> tuple[Asked | None, Refused | None]:
    """Return what a passkey is asked to sign, or why there is nothing to sign."""
    try:
        return asked_of(visit.house.signing.prepare(visit.asked, about), visit), None
    except Refused as refused:
        return None, refused


def _acceptance(found: Scene, one: OfferShown, trouble: Trouble | None = None) -> Response:
    deed: Deed = "accept"
    about = About(found.stream, OfferId(one.id), deed)
    asked = prepared(found.visit, about)[0] if found.acceptable(one) else None
    return page(
        found.visit,
        "acceptance.html",
        trouble=trouble,
        room=found,
        relationship=found.relationship,
        one=one,
        asked=asked,
        summary=summary(one.offer.terms),
        words=in_words(one.offer.terms),
        now=found.now,
    )


def _answering(
    template: str, found: Scene, one: OfferShown, trouble: Trouble | None = None
) -> Response:
    return page(
        found.visit,
        template,
        trouble=trouble,
        room=found,
        relationship=found.relationship,
        one=one,
        reasons=[(reason.value, reason.replace("-", " ")) for reason in RejectionReason],
    )


def _usual(found: Scene, one: OfferShown) -> str:
    """Return what an offer is compared with unless it is asked otherwise."""
    if one.answers is not None:
        return one.answers
    return IN_FORCE if found.in_force is not None else ""


def _compared(found: Scene, since: str) -> AgreementTerms | None:
    """Return the terms to compare with; raises NotFound for an offer that was never made."""
    if not since:
        return None
    if since == IN_FORCE:
        return found.in_force
    if since not in found.story.offers:
        raise NotFound("such offer")
    return found.story.offers[since].offer.terms


def _others(found: Scene, one: OfferShown) -> list[tuple[str, str]]:
    """Return what an offer can be compared with."""
    others = [
        (other.id, f"Offer {other.number}, {found.relationship.called(other.by)}")
        for other in found.story.offers.values()
        if other.id != one.id
    ]
    return [*([(IN_FORCE, "The terms in force")] if found.in_force else []), *others]
