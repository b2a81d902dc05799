"""Bills on the page of a contract's credits: recorded, contested, corrected, cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from measured_pages import Lived, lived
from web_world import Sheet, open_pages

CREDIT = "availability-20260101"
JANUARY = {"charge": "monthly-fee", "first": "2026-01-01", "last": "2026-01-31"}


@pytest.fixture
def contract(database: str, tmp_path: Path) -> Iterator[Lived]:
    """Lend a contract whose January was missed, afresh for each test: bills change it."""
    with open_pages(database, tmp_path) as pages:
        yield lived(pages, pages.world.cast())


def record(contract: Lived, **filled: str) -> Sheet:
    """Let the provider's finance record the bill of January."""
    page = contract.see("provider-finance", "/credits")
    given: dict[str, Any] = {**JANUARY, "amount": "11500.00", "invoice": "R-2026-01", **filled}
    done = page.submit("record-bill", **given)
    contract.pages.settle()
    return done


def bill_on(page: Sheet) -> str:
    """Return the id of the only bill on a page, by a form of it."""
    names = [name for name in page.forms if "-bill-" in name]
    return names[0].split("-", 1)[1]


def test_a_bill_is_recorded_and_moves_the_credit(contract: Lived) -> None:
    assert "None yet." in contract.see("provider-finance", "/credits").part("bill-list")
    done = record(contract)
    assert "The bill is on record" in done.text
    page = contract.see("client-finance", "/credits")
    shown = page.part(bill_on(page))
    assert "Monthly fee, 1 Jan 2026 to 31 Jan 2026" in shown
    assert "Billed11,500.00 EUR" in shown
    assert "InvoiceR-2026-01" in shown
    assert "Can be claimed1,150.00 EUR" in page.part(CREDIT)
    assert "monthly-fee from 2026-01-01 to 2026-01-31 was billed" in page.part("statement-list")


def test_a_bill_is_contested_and_corrected(contract: Lived) -> None:
    record(contract)
    page = contract.see("client-finance", "/credits")
    bill = bill_on(page)
    contested = page.submit(f"contest-{bill}", because="storage is on it twice")
    assert "counts until it is corrected" in contested.part(bill)
    assert "Contested because storage is on it twice" in contested.part(bill)
    corrected = contract.see("provider-finance", "/credits").submit(
        f"correct-{bill}", amount="11000.00", invoice="R-2026-01a", because="you are right"
    )
    contract.pages.settle()
    assert "Billed11,000.00 EUR" in corrected.part(bill)
    assert "First recorded as11,500.00 EUR" in corrected.part(bill)
    after = contract.see("client-finance", "/credits")
    assert "Can be claimed1,100.00 EUR" in after.part(CREDIT)


def test_a_contested_bill_is_in_the_inbox_of_whoever_corrects_it(contract: Lived) -> None:
    record(contract)
    page = contract.see("client-finance", "/credits")
    page.submit(f"contest-{bill_on(page)}", because="storage is on it twice")
    contract.pages.settle()
    inbox = contract.pages.as_("provider-finance").get("/")
    risk = inbox.part("part-risk")
    assert "Contested bill Client · storage is on it twice" in risk
    assert inbox.links["Contested bill"] == f"{contract.to}/credits"
    assert "a colleague acts" not in risk.partition("storage is on it twice")[2]
    for_a_colleague = contract.pages.as_("provider-legal").get("/").part("part-risk")
    assert "storage is on it twice a colleague acts" in for_a_colleague
    assert "Contested bill" in contract.pages.as_("client-finance").get("/").part("part-theirs")
    own = contract.see("provider-finance", "/credits")
    own.submit(f"cancel-{bill_on(own)}", because="never sent")
    contract.pages.settle()
    assert "Contested bill" not in contract.pages.as_("provider-finance").get("/").text


def test_a_contest_is_taken_back_and_a_bill_cancelled(contract: Lived) -> None:
    record(contract)
    page = contract.see("client-finance", "/credits")
    bill = bill_on(page)
    agreed = page.submit(f"contest-{bill}", because="too much").submit(f"agree-{bill}")
    assert "Contested because" not in agreed.part(bill)
    cancelled = contract.see("provider-finance", "/credits").submit(
        f"cancel-{bill}", because="never sent"
    )
    assert "the terms count for these days" in cancelled.part(bill)
    assert not [name for name in cancelled.forms if "-bill-" in name]


def test_what_is_wrong_with_a_bill_stands_beside_its_field(contract: Lived) -> None:
    wrong = record(contract, amount="much")
    assert wrong.status == 422
    assert wrong.part("record-bill-amount-wrong") == "Give an amount, like 11500.00."
    assert wrong.form("record-bill").fields["invoice"] == ["R-2026-01"]
    day = record(contract, last="9999-12-31")
    assert day.part("record-bill-last-wrong") == "Give a day, such as 2026-03-31."
    outside = record(contract, first="2025-12-01")
    assert outside.status == 409
    assert "the contract charges from 2026-01-01" in outside.part("record-bill-first-wrong")
    record(contract)
    assert record(contract).status == 409


def test_a_correction_made_on_an_older_page_is_kept_and_says_what_happened(
    contract: Lived,
) -> None:
    record(contract)
    page = contract.see("provider-finance", "/credits")
    bill = bill_on(page)
    contract.see("client-finance", "/credits").submit(f"contest-{bill}", because="too much")
    given: dict[str, Any] = {"amount": "11000.00", "invoice": "R-1a", "because": "you are right"}
    stale = page.submit(f"correct-{bill}", **given)
    assert stale.status == 412
    assert "Meanwhile: Bill contested." in stale.text
    assert stale.form(f"correct-{bill}").fields["because"] == ["you are right"]


def test_whoever_may_not_claim_reads_bills_and_a_stranger_sees_nothing(contract: Lived) -> None:
    record(contract)
    page = contract.see("client-legal", "/credits")
    assert "11,500.00 EUR" in page.part("bill-list")
    assert "record-bill" not in page.forms
    assert not [name for name in page.forms if "-bill-" in name]
    assert contract.see("other-tenant", "/credits").status == 404
