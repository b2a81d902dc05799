"""Passkeys in a real browser, with Chromium's own virtual authenticator."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from browsing import House
from domain.values.sides import Side
from faults.installation import Installation
from http_answers import done
from http_cast import path_of
from live_world import LiveWorld, next_year, table

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_device(page: Page) -> None:
    """Let the browser have a device that keeps passkeys and knows its holder."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def register(page: Page) -> None:
    page.goto("/party/keys")
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.get_by_role("status").first).to_contain_text("Your passkey is registered")


def test_both_sides_register_passkeys_accept_and_sign(
    browsers: House, installed: Installation
) -> None:
    world = LiveWorld(installed.port, installed.issuer)
    cast = world.cast()
    pages = {side: browsers.as_(f"{side}-signatory") for side in Side}
    negotiator = browsers.as_("client-negotiator")
    for page in (*pages.values(), negotiator):
        give_device(page)
        register(page)
    negotiation, (offered,) = table(cast, (Side.PROVIDER, next_year()))
    room = path_of(negotiation)

    negotiator.goto(room)
    negotiator.get_by_role("link", name="Accept").click()
    negotiator.get_by_role("button", name="Accept with your passkey").click()
    expect(negotiator.locator("#state")).to_contain_text("awaiting signatures")

    for page in pages.values():
        page.goto(room)
        page.get_by_role("link", name="Read and sign").click()
        expect(page.locator(".statement")).to_contain_text(next_year().digest)
        page.get_by_role("button", name="Sign with your passkey").click()
        expect(page.locator("#state")).to_contain_text("with a passkey")
    expect(pages[Side.CLIENT].locator("#state")).to_contain_text("Both sides signed")
    assert done(cast.client["legal"].get(room))["status"] == "concluded"
    assert offered in done(cast.client["legal"].get(room))["tabled"]


def test_a_device_that_does_not_answer_sends_nothing_and_says_so(browsers: House) -> None:
    page = browsers.as_("client-manager")
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    unverified = {**DEVICE, "isUserVerified": False}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": unverified})
    page.goto("/party/keys")
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent: try again.")
    page.get_by_role("button", name="Register a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert "you have no key yet" in page.inner_text("main").lower()


def test_without_javascript_the_page_says_how_to_sign_and_takes_a_no(
    browsers: House, installed: Installation
) -> None:
    cast = LiveWorld(installed.port, installed.issuer).cast()
    negotiation, (offered,) = table(cast, (Side.PROVIDER, next_year()))
    page = browsers.as_("client-negotiator", java_script_enabled=False)
    page.goto(path_of(negotiation))
    page.get_by_role("link", name="Accept").click()
    page.get_by_role("button", name="Accept these terms").click()
    expect(page.locator("#state")).to_contain_text("awaiting signatures")
    signatory = browsers.as_("client-signatory", java_script_enabled=False)
    signatory.goto(f"{path_of(negotiation)}/offers/{offered}/sign")
    said = f"parley sign {negotiation} {offered} --key FILE"
    expect(signatory.get_by_text(said)).to_be_visible()
    signatory.get_by_label("Reason").fill("not before the audit")
    signatory.get_by_role("button", name="Decline to sign").click()
    expect(signatory.locator("#state")).to_contain_text("Nothing is on the table")
    expect(signatory.locator("#offers-part")).to_contain_text("not before the audit")
