"""Search: whatever one may see is found by its words, and a stranger's things never are."""

from __future__ import annotations

import pytest

from http_cast import Cast, Deal
from web_world import WebWorld


@pytest.fixture(scope="module")
def deal(pages: WebWorld, cast: Cast) -> Deal:
    """Lend a contract."""
    return pages.world.strike_a_deal(cast)


def found(pages: WebWorld, subject: str, words: str) -> str:
    """Return what a search says."""
    sheet = pages.as_(subject).get(f"/search?q={words}")
    assert sheet.status == 200
    return sheet.text.partition("Words Search")[2]


def test_contracts_and_negotiations_are_found_by_title_service_objective_party_and_id(
    pages: WebWorld, cast: Cast, deal: Deal
) -> None:
    [objective, *_] = deal.terms.objectives
    number = deal.contract.rsplit("-", 1)[1]
    for words in (deal.terms.title, deal.terms.service, objective.name.upper(), number):
        told = found(pages, "client-negotiator", words)
        assert "contract" in told, words
        assert deal.terms.title in told, words
    assert "negotiation" in found(pages, "auditor-auditor", f"Client {deal.terms.title}")
    assert "run order management" in found(pages, "provider-finance", "provider client")
    assert cast.provider.id


def test_requirements_and_services_are_found(pages: WebWorld, cast: Cast) -> None:
    sheet = pages.as_("client-negotiator").get(f"{cast.path}/requirements")
    sheet.submit("open", title="Winter peak", need="sell twice as much in December")
    service = pages.as_("provider-service-manager").get("/services")
    service.submit("offer", code="SNOW", name="Snow plough", description="clears the way")
    pages.settle()
    assert "Winter peak" in found(pages, "provider-legal", "december")
    assert "Winter peak" in found(pages, "provider-legal", "client winter")
    assert "Snow plough" in found(pages, "client-legal", "plough")
    assert "Snow plough" not in found(pages, "auditor-auditor", "plough")


def test_a_strangers_things_never_appear(pages: WebWorld, cast: Cast, deal: Deal) -> None:
    other = pages.world.cast("other-")
    for words in (deal.terms.title, cast.relationship, deal.contract, "plough", "run order"):
        told = found(pages, "other-client-negotiator", words)
        assert deal.terms.title not in told or words == "run order"
        assert cast.relationship not in told
        assert "plough" not in told.replace("q=plough", "")
    assert "Nothing that you may see" in found(pages, "other-client-negotiator", deal.contract)
    assert "Nothing that you may see" in found(pages, "newcomer-to-all", "order")
    assert other.relationship != cast.relationship


def test_nothing_asked_says_what_can_be_found(pages: WebWorld, cast: Cast) -> None:
    assert "by title, party, service" in found(pages, "client-legal", "")
    assert "Nothing that you may see" in found(pages, "client-legal", "zzz-not-there")
    assert cast.client.id
