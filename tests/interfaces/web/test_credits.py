"""Credits as their pages show them: stated, claimed, answered, deducted or paid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from measured_pages import Lived, lived
from web_world import Sheet, open_pages

SLUG = "availability-20260101"
CARD = "credits"


@pytest.fixture
def contract(database: str, tmp_path: Path) -> Iterator[Lived]:
    """Lend a contract whose January was missed, afresh for each test: claims change it."""
    with open_pages(database, tmp_path) as pages:
        yield lived(pages, pages.world.cast())


def claim(contract: Lived, evidence: str = "our probes saw it") -> Sheet:
    """Let the client's finance claim the credit of January."""
    page = contract.see("client-finance", "/credits")
    done = page.submit(f"claim-{SLUG}", evidence=evidence)
    contract.pages.settle()
    return done


def test_a_credit_is_claimed_admitted_and_deducted(contract: Lived) -> None:
    due = contract.see("client-finance", "/credits").part(SLUG)
    assert "Can be claimed1,200.00 EUR" in due
    assert "Claim before3 Mar 2026, 00:00 UTC in 18 d 16 h" in due
    claimed = claim(contract)
    assert claimed.status == 200
    assert "Your claim is lodged" in claimed.text
    answering = contract.see("provider-finance", "/credits")
    assert "Answer due before15 Mar 2026, 00:00 UTC in 30 d 16 h" in answering.part(SLUG)
    granted = answering.submit(f"admit-claim-{SLUG}")
    assert "Still to be applied1,200.00 EUR" in granted.part(SLUG)
    applied = granted.submit(f"apply-{SLUG}", reference="invoice 2026-02")
    assert "1,200.00 EUR under invoice 2026-02" in applied.part(SLUG)
    assert f"apply-{SLUG}" not in applied.forms


def test_a_claim_without_evidence_is_refused_beside_its_field(contract: Lived) -> None:
    refused = claim(contract, evidence="  ")
    assert refused.status == 422
    assert refused.part(f"claim-{SLUG}-evidence-wrong") == "Fill in what shows that it is due."


def test_a_rejection_keeps_its_reason_when_the_other_side_moved_first(contract: Lived) -> None:
    claim(contract)
    page = contract.see("provider-finance", "/credits")
    contract.see("client-finance", "/credits").submit(f"withdraw-claim-{SLUG}")
    claim(contract, evidence="and the tickets")
    stale = page.submit(f"reject-claim-{SLUG}", because="it was announced")
    assert stale.status == 412
    assert "Meanwhile: Claim withdrawn, Credit claimed." in stale.text
    form = stale.form(f"reject-claim-{SLUG}")
    assert form.fields["because"] == ["it was announced"]
    rejected = stale.submit(f"reject-claim-{SLUG}")
    assert "Rejected because it was announced" in rejected.part(SLUG)


def test_a_rejected_credit_is_granted_in_part_and_never_beyond(contract: Lived) -> None:
    claim(contract)
    rejected = contract.see("provider-finance", "/credits").submit(
        f"reject-claim-{SLUG}", because="it was announced"
    )
    because = "half of it"
    asked = rejected.submit(f"grant-{SLUG}", amount="much", because=because)
    assert asked.part(f"grant-{SLUG}-amount-wrong") == "Give an amount, like 600.00."
    beyond = asked.submit(f"grant-{SLUG}", amount="1200.01", because=because)
    assert (beyond.status, "more-than-stated" in beyond.text) == (409, True)
    granted = beyond.submit(f"grant-{SLUG}", amount="600.00", because=because)
    assert "Granted600.00 EUR" in granted.part(SLUG)
