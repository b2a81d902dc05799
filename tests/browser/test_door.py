"""The door of the workspace in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from browsing import House


def test_somebody_signs_in_with_one_click_and_finds_their_relationship(browsers: House) -> None:
    page = browsers.as_("provider-negotiator")
    page.get_by_role("link", name="Relationships").click()
    page.get_by_role("link", name="Brightwater Retail").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Brightwater Retail")


def test_without_javascript_signing_in_works_the_same(browsers: House) -> None:
    page = browsers.as_("client-legal", java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")


def test_the_keyboard_alone_leads_past_the_tabs_to_the_content(browsers: House) -> None:
    page = browsers.as_("client-negotiator")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
