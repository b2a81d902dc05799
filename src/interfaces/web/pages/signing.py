"""Signing: the statement in words, a passkey's signature over it, or a no."""

from __future__ import annotations

from fastapi import Response

from application.signing import About
from domain.signatures.statement import Statement
from domain.terms.words import in_words
from domain.terms.words.rules import worth_in_words
from domain.terms.words.summary import summary
from domain.values.canonical import Digest
from domain.values.ids import OfferId
from interfaces.http.conventions import NegotiationStream, OfferPath
from interfaces.routing import Routes
from interfaces.web.forms import fields
from interfaces.web.navigation import address
from interfaces.web.notices import Notice
from interfaces.web.pages.offers import opened, prepared
from interfaces.web.rendering import page
from interfaces.web.room.passkeys import evidence_given
from interfaces.web.room.scene import Scene
from interfaces.web.room.story import OfferShown
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted

router = Routes(
    prefix="/relationships/{relationship}/negotiations/{negotiation}/offers/{offer}",
    include_in_schema=False,
)


@router.get("/sign")
def sign_page(visit: AVisit, stream: NegotiationStream, offer: OfferPath) -> Response:
    """Show what would be signed, in words, and ask for a passkey."""
    return _signing(*opened(visit, stream, offer))


@router.post("/sign")
def sign_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, offer: OfferPath
) -> Response:
    """Sign the accepted terms with the statement that a passkey signed."""

    def act() -> str:
        signed = evidence_given(form, visit)
        digest = Digest(form.given("terms_digest"))
        visit.house.negotiating.sign(visit.command(form), stream, OfferId(offer), digest, signed)
        return address(stream)

    def show(trouble: Trouble) -> Response:
        return _signing(*opened(visit, stream, offer), trouble)

    return do(form, act, show, Notice.AGREEMENT_SIGNED)


@router.post("/signature-refusal")
def decline_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, offer: OfferPath
) -> Response:
    """Refuse to sign; the table is open again."""

    def act() -> str:
        with fields(form):
            because = form.text("because", what="the reason")
        house = visit.house
        house.negotiating.decline_to_sign(visit.command(form), stream, OfferId(offer), because)
        return address(stream)

    def show(trouble: Trouble) -> Response:
        return _signing(*opened(visit, stream, offer), trouble)

    return do(form, act, show, Notice.SIGNATURE_DECLINED)


def _signing(found: Scene, one: OfferShown, trouble: Trouble | None = None) -> Response:
    asked, refused = None, None
    if found.may_sign:
        asked, refused = prepared(found.visit, About(found.stream, OfferId(one.id), "sign"))
    terms = one.offer.terms
    return page(
        found.visit,
        "sign.html",
        trouble=trouble,
        room=found,
        relationship=found.relationship,
        one=one,
        asked=asked,
        refused=refused,
        said=[] if asked is None else _said(found, one, asked.statement),
        summary=summary(terms),
        words=in_words(terms),
        command=f"parley sign {found.stream} {one.id} --key FILE",
        now=found.now,
    )


def _said(found: Scene, one: OfferShown, statement: Statement) -> list[tuple[str, str]]:
    """Say the statement in words: what it is about, line by line."""
    called = found.relationship.called(statement.side)
    return [
        ("You sign for", f"{called}, the {statement.side}"),
        ("As", f"{found.visit.name}, under mandate {statement.mandate}"),
        ("Exactly these terms", f"offer {one.number}, {statement.terms_digest}"),
        ("Worth", worth_in_words(one.offer.terms)),
        ("In answer to", f"the request for signatures, leaf {statement.previous}"),
        ("At the service", statement.service),
        ("Keys of the provider", ", ".join(statement.keys["provider"]) or "none"),
        ("Keys of the client", ", ".join(statement.keys["client"]) or "none"),
        ("Nonce", statement.nonce),
        ("Issued", statement.issued),
        ("Counts until", statement.expires),
    ]
