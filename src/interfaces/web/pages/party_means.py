"""What a party binds itself with: mandates, witness keys, certificates for documents."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response

from application.registering import Mandate
from domain.parties.facts import MandateId
from domain.parties.keys import Fingerprint, PublicKey, Thumbprint
from domain.values.ids import PersonId
from interfaces.http.conventions import FingerprintPath, MandatePath, ThumbprintPath
from interfaces.routing import Routes
from interfaces.web import readers
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.pages.party import HERE, party_shown
from interfaces.web.party.household import own_party
from interfaces.web.trouble import do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/party", include_in_schema=False)

A_KEY = "Give an Ed25519 public key: its 32 bytes in base64url, 43 characters (the JWK's x)."
A_FINGERPRINT = "Give the certificate's SHA-256 as 64 hex digits; colons and capitals do no harm."


@router.post("/mandates")
def grant_mandate_form(visit: AVisit, form: Submitted) -> Response:
    """Let a signatory bind the party up to a value, for a time."""

    def act(party: str) -> None:
        with fields(form):
            person = form.one_of("person", readers.identifier("person"))
            limited = readers.filled(form, "amount")
            up_to = readers.sum_of(form, "amount", "currency") if limited else None
            begins = form.instant("valid_from") if readers.filled(form, "valid_from") else None
            ends = form.instant("valid_until") if readers.filled(form, "valid_until") else None
            if not limited and not form.checked("unlimited"):
                form.wrong["amount"] = "Give an amount, or tick that there is no limit."
            if limited and form.checked("unlimited"):
                form.wrong["amount"] = "Either an amount or no limit."
        mandate = Mandate(PersonId(person), up_to, begins, ends)
        visit.house.registering.grant(visit.command(form), party, mandate)

    return _on_the_page(visit, form, act, Notice.MANDATE_GRANTED)


@router.post("/mandates/{mandate}/revocation")
def revoke_mandate_form(visit: AVisit, form: Submitted, mandate: MandatePath) -> Response:
    """End a mandate."""

    def act(party: str) -> None:
        with fields(form):
            because = form.text("because", what="the reason")
        command = visit.command(form)
        visit.house.registering.revoke_mandate(command, party, MandateId(mandate), because)

    return _on_the_page(visit, form, act, Notice.MANDATE_REVOKED)


@router.post("/witness-keys")
def pin_witness_key_form(visit: AVisit, form: Submitted) -> Response:
    """Declare the key with which the party cosigns checkpoints of its histories."""

    def act(party: str) -> None:
        with fields(form):
            key = form.read("x", readers.public_key, A_KEY)
        visit.house.registering.pin_witness_key(visit.command(form), party, PublicKey(key))

    return _on_the_page(visit, form, act, Notice.SAVED)


@router.post("/witness-keys/{thumbprint}/revocation")
def revoke_witness_key_form(visit: AVisit, form: Submitted, thumbprint: ThumbprintPath) -> Response:
    """End a witness key: its cosignatures no longer count."""

    def act(party: str) -> None:
        with fields(form):
            because = form.text("because", what="the reason")
        command = visit.command(form)
        visit.house.registering.revoke_witness_key(command, party, Thumbprint(thumbprint), because)

    return _on_the_page(visit, form, act, Notice.KEY_REVOKED)


@router.post("/certificates")
def pin_certificate_form(visit: AVisit, form: Submitted) -> Response:
    """Declare the certificate with which the visitor signs documents, by its fingerprint."""

    def act(party: str) -> None:
        with fields(form):
            found = form.read("fingerprint", readers.fingerprint, A_FINGERPRINT)
        visit.house.registering.pin_certificate(visit.command(form), party, Fingerprint(found))

    return _on_the_page(visit, form, act, Notice.SAVED)


@router.post("/certificates/{fingerprint}/revocation")
def revoke_certificate_form(
    visit: AVisit, form: Submitted, fingerprint: FingerprintPath
) -> Response:
    """End a certificate: one's own, or, as an administrator, anybody's."""

    def act(party: str) -> None:
        with fields(form):
            because = form.text("because", what="the reason")
        registering, command = visit.house.registering, visit.command(form)
        registering.revoke_certificate(command, party, Fingerprint(fingerprint), because)

    return _on_the_page(visit, form, act, Notice.CERTIFICATE_REVOKED)


def _on_the_page(visit: Visit, form: Form, act: Callable[[str], None], done: Notice) -> Response:
    """Do something about the visitor's own party and come back to its page."""
    party, _ = own_party(visit)

    def there() -> str:
        act(party)
        return HERE

    return do(form, there, lambda trouble: party_shown(visit, trouble), done)
