"""Passkeys on the pages: registered, listed, revoked; and what one signs, or declines to."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from agreements import simple_terms
from authenticator import Authenticator
from domain.values.sides import Side
from http_answers import done
from http_cast import offer, open_negotiation, path_of
from http_world import Cast
from web_world import Sheet, WebWorld

TERMS = simple_terms()
SIGNER = Authenticator("client-signatory on the pages")


def options(sheet: Sheet) -> dict[str, Any]:
    """Return what the page asks the visitor's device with."""
    found = re.search(r'data-options="([^"]*)"', sheet.html)
    assert found is not None, f"{sheet.path} asks no device"
    asked: dict[str, Any] = json.loads(unescape(found[1]))
    return asked


def registered(pages: WebWorld, subject: str, device: Authenticator) -> Sheet:
    sheet = pages.as_(subject).get("/party/keys")
    answer = json.dumps(device.create(options(sheet)))
    return sheet.submit("register", credential=answer)


def answered(sheet: Sheet, form: str, device: Authenticator, statement: str = "") -> Sheet:
    """Send a form with what a device answers; ``statement`` slips in another than the page's."""
    asked = options(sheet)
    (allowed,) = asked["allow"]
    said = device.get(asked["challenge"])
    return sheet.submit(
        form,
        statement=statement or sheet.form(form).fields["statement"],
        thumbprint=allowed["thumbprint"],
        authenticator_data=said.authenticator_data,
        client_data=said.client_data,
        signature=said.signature,
    )


@pytest.fixture(scope="module")
def signer(pages: WebWorld, cast: Cast) -> str:
    """Let the client's signatory have a passkey; return who it is."""
    subject = f"{cast.client.name}-signatory"
    assert "Your passkey is registered" in registered(pages, subject, SIGNER).text
    return subject


@pytest.fixture
def accepted(cast: Cast) -> tuple[str, str]:
    """Return the path of a room in which an offer is accepted, and that of the offer."""
    negotiation = open_negotiation(cast)["id"]
    room = path_of(negotiation)
    made = f"{room}/offers/{offer(cast, Side.PROVIDER, negotiation, TERMS)}"
    exactly = {"terms_digest": TERMS.digest}
    done(cast.client["negotiator"].post(f"{made}/acceptance", exactly, if_match="*"))
    return room, made


@pytest.mark.usefixtures("cast")
class TestOwnKeys:
    def test_a_passkey_is_registered_listed_and_revoked(self, pages: WebWorld) -> None:
        device = Authenticator("provider-finance on the pages")
        assert "You have no key yet" in pages.as_("provider-finance").get("/party/keys").text
        sheet = registered(pages, "provider-finance", device)
        assert device.thumbprint in sheet.text
        elsewhere = pages.as_("provider-legal").get("/party/keys").text
        assert device.thumbprint not in elsewhere, "own keys alone"
        wrong = sheet.submit("revoke-1", because="")
        assert wrong.status == 422
        assert "Fill in" in wrong.part("revoke-1-because-wrong")
        gone = wrong.submit("revoke-1", because="lost in the train")
        assert device.thumbprint not in gone.text

    def test_a_form_that_no_device_answered_registers_nothing(self, pages: WebWorld) -> None:
        sheet = pages.as_("provider-legal").get("/party/keys").submit("register")
        assert sheet.status == 422
        assert "No passkey was made." in sheet.text
        nonsense = sheet.submit("register", credential='{"id": "YQ"}')
        assert nonsense.status == 409
        assert "passkey-registration-invalid" in nonsense.text

    def test_an_answer_to_another_page_registers_nothing(self, pages: WebWorld) -> None:
        earlier = pages.as_("provider-legal").get("/party/keys")
        later = pages.as_("provider-legal").get("/party/keys")
        answer = json.dumps(Authenticator("crossed").create(options(earlier)))
        assert later.submit("register", credential=answer).status == 409

    def test_a_newcomer_has_no_keys_page(self, pages: WebWorld) -> None:
        assert pages.as_("somebody-else").get("/party/keys").status == 404


class TestSigning:
    def test_the_page_says_what_is_signed_and_how(
        self, pages: WebWorld, signer: str, accepted: tuple[str, str]
    ) -> None:
        room, made = accepted
        seen = pages.as_(signer).get(room)
        sheet = pages.as_(signer).get(seen.links["Read and sign"])
        assert sheet.path == f"{made}/sign"
        assert TERMS.digest in sheet.text
        assert "You sign for Client, the client" in sheet.text
        assert "144000.00 EUR" in sheet.text
        assert f"parley sign {room.split('/negotiations/')[0].removeprefix('/relationships/')}" in (
            sheet.text
        )

    def test_a_passkey_signs_this_statement_and_no_other(
        self, pages: WebWorld, signer: str, accepted: tuple[str, str]
    ) -> None:
        _, made = accepted
        sheet = pages.as_(signer).get(f"{made}/sign")
        statement = json.loads(sheet.form("sign").fields["statement"][0])
        other = json.dumps({**statement, "nonce": "A" * 22})
        forged = answered(sheet, "sign", SIGNER, other)
        assert forged.status == 409
        assert "signature-invalid" in forged.part("trouble")
        done = answered(forged, "sign", SIGNER)
        assert "You signed." in done.text
        assert "signed Client: Client Signatory" in done.part("state")
        assert "with a passkey" in done.part("state")
        again = pages.as_(signer).get(f"{made}/sign")
        assert "nothing here for you to sign" in again.text

    def test_a_form_that_no_device_answered_signs_nothing(
        self, pages: WebWorld, signer: str, accepted: tuple[str, str]
    ) -> None:
        room, made = accepted
        sheet = pages.as_(signer).get(f"{made}/sign").submit("sign")
        assert sheet.status == 422
        assert "No passkey has answered." in sheet.text
        assert "not signed yet Client" in pages.as_("client-legal").get(room).part("state")

    def test_a_signatory_without_a_passkey_is_led_to_register_one(
        self, pages: WebWorld, accepted: tuple[str, str]
    ) -> None:
        sheet = pages.as_("provider-signatory").get(f"{accepted[1]}/sign")
        assert sheet.links["Register a passkey"] == "/party/keys"
        assert "decline" in sheet.forms

    def test_declining_takes_a_reason_and_opens_the_table(
        self, pages: WebWorld, accepted: tuple[str, str]
    ) -> None:
        sheet = pages.as_("provider-signatory").get(f"{accepted[1]}/sign")
        wrong = sheet.submit("decline", because=" ")
        assert wrong.status == 422
        assert "Fill in" in wrong.part("decline-because-wrong")
        room = wrong.submit("decline", because="the board said no")
        assert "Nothing is on the table" in room.part("state")
        assert "the board said no" in room.part("offers-part")

    def test_whoever_signs_for_nobody_finds_nothing_to_sign(
        self, pages: WebWorld, accepted: tuple[str, str]
    ) -> None:
        for subject in ("client-negotiator", "auditor-auditor"):
            sheet = pages.as_(subject).get(f"{accepted[1]}/sign")
            assert "nothing here for you to sign" in sheet.text
            assert "sign" not in sheet.forms

    def test_an_offer_is_accepted_with_a_passkey(self, pages: WebWorld, cast: Cast) -> None:
        device = Authenticator("client-negotiator on the pages")
        registered(pages, "client-negotiator", device)
        negotiation = open_negotiation(cast)["id"]
        made = offer(cast, Side.PROVIDER, negotiation, TERMS)
        path = f"{path_of(negotiation)}/offers/{made}/acceptance"
        sheet = pages.as_("client-negotiator").get(path)
        room = answered(sheet, "accept-passkey", device)
        assert "was accepted by Client Negotiator" in room.part("state")
        facts = pages.world.house.ledger.history(negotiation)
        signed = [event.fact for event in facts if type(event.fact).__name__ == "OfferAccepted"]
        assert signed[0].evidence.thumbprint == device.thumbprint
