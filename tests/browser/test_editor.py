"""The offer editor in a browser: what a change means is said while it is written."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from browsing import House
from domain.values.sides import Side
from faults.installation import Installation
from http_cast import path_of
from live_world import LiveWorld, next_year, table

TARGET = "objectives/availability/targets/always/at_least"
BELOW = "objectives/availability/remedy/tiers/always/from-0/below"
KEY = "objectives/availability/remedy/tiers/+Tier"


def value(page: Page, path: str) -> str:
    """Return what stands in the field of a term."""
    return page.locator(f"[name='t/{path}']").input_value()


def test_what_a_change_means_is_said_while_it_is_written(
    browsers: House, installed: Installation
) -> None:
    cast = LiveWorld(installed.port, installed.issuer).cast()
    negotiation, _ = table(cast, (Side.PROVIDER, next_year()))
    page = browsers.as_("client-negotiator")
    page.goto(f"{path_of(negotiation)}/offers/new")
    page.locator(f"[name='t/{TARGET}']").fill("99.9")
    outcome, beside = page.locator("#consequences"), page.locator(f"[id='note/{TARGET}']")
    expect(outcome).to_contain_text("3 h 36 min 0 s → 43 min 12 s")
    expect(outcome).to_contain_text("tier-gap")
    expect(beside).to_contain_text("43 min 12 s")
    page.locator(f"[name='t/{TARGET}']").fill("plenty")
    expect(beside).to_contain_text("a number such as 99.5")
    assert value(page, TARGET) == "plenty", "what is being written is not touched"


def test_an_offer_is_edited_and_sent_without_javascript(
    browsers: House, installed: Installation
) -> None:
    cast = LiveWorld(installed.port, installed.issuer).cast()
    negotiation, offered = table(cast, (Side.PROVIDER, next_year()))
    page = browsers.as_("client-negotiator", java_script_enabled=False)
    page.goto(f"{path_of(negotiation)}/offers/new")
    page.locator(f"[name='t/{TARGET}']").fill("99.9")
    page.locator(f"[name='t/{BELOW}']").fill("99.9")
    page.locator("[id='more/objectives/availability/remedy'] summary").click()
    page.locator(f"button[name=do][value='open:{KEY}']").click()
    page.locator(f"[name='t/{KEY}/below']").fill("95")
    page.locator(f"[name='t/{KEY}/credit']").fill("25")
    page.get_by_role("button", name="Check").last.click()
    assert value(page, TARGET) == "99.9"
    expect(page.locator("#consequences")).to_contain_text("Error")
    page.locator("button[name=do][value$='from-0~2'][value^=remove]").click()
    expect(page.locator("#consequences")).to_contain_text("holds together")
    page.goto(f"{page.url.partition('?')[0]}?answers={offered[-1]}")
    page.locator(f"[name='t/{TARGET}']").fill("99.9")
    page.locator(f"[name='t/{BELOW}']").fill("99.9")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("status").first).to_contain_text("Your offer is on the table")
