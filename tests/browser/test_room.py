"""The negotiation room with both sides at it: what one does, the other sees without a reload."""

from __future__ import annotations

from playwright.sync_api import expect

from browsing import House
from domain.values.sides import Side
from faults.installation import Installation
from http_cast import path_of
from live_world import LiveWorld, next_year, table

FEE = "charges/monthly-fee/amount"


def test_what_one_side_does_the_other_sees_and_what_it_writes_is_not_touched(
    browsers: House, installed: Installation
) -> None:
    cast = LiveWorld(installed.port, installed.issuer).cast()
    less = next_year(fee="11000.00")
    negotiation, _ = table(cast, (Side.PROVIDER, next_year()), (Side.CLIENT, less))
    provider = browsers.as_("provider-negotiator")
    client = browsers.as_("client-negotiator")
    for page in (provider, client):
        page.goto(path_of(negotiation))
    provider.get_by_label("Comment", exact=True).fill("We are thinking about ")

    row = client.locator(f"#term-{FEE.replace('/', '-')}")
    row.get_by_role("button", name="Hold yours").click()
    expect(provider.locator("#locks-part")).to_contain_text("held by Brightwater Retail")
    expect(provider.locator("#announcement")).to_contain_text("to be settled as it stands")
    expect(provider.get_by_label("Comment", exact=True)).to_have_value("We are thinking about ")

    client.get_by_role("link", name="Comment on Monthly fee, amount").click()
    client.get_by_label("Comment", exact=True).fill("11,000 is what the board will take.")
    client.get_by_role("button", name="Comment").click()
    expect(provider.locator("#comments-part")).to_contain_text("what the board will take")
    expect(provider.locator("#term-charges-monthly-fee-amount")).to_contain_text("1 comment")

    held = provider.locator(f"#term-{FEE.replace('/', '-')}")
    held.get_by_role("button", name="Hold Monthly fee, amount too").click()
    expect(provider.locator("#locks-part")).to_contain_text("locked: binding")
    expect(client.locator("#locks-part")).to_contain_text("locked: binding")


def test_a_rejection_without_javascript_leaves_the_reason_in_the_tree(
    browsers: House, installed: Installation
) -> None:
    cast = LiveWorld(installed.port, installed.issuer).cast()
    negotiation, _ = table(cast, (Side.PROVIDER, next_year()))
    page = browsers.as_("client-negotiator", java_script_enabled=False)
    page.goto(path_of(negotiation))
    page.get_by_role("link", name="Reject").click()
    page.get_by_label("What it is about").select_option("price")
    page.get_by_label("In your words").fill("twice what we pay now")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator("#offers-part")).to_contain_text("price: twice what we pay now")
    expect(page.locator("#state")).to_contain_text("Nothing is on the table")
