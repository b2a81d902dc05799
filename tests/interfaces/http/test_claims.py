"""A miss, what it costs, and what both sides do about it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from charged import CLAIM, charged_terms
from http_answers import done, problem
from measured import Measured, measured, month_of_outages, outage

TEN_HOURS: Final = outage("2026-01-10T00:00", "2026-01-10T10:00")
CREDIT: Final = "availability/20260101"
LADDER: Final = [
    {"level": 1, "role": "service managers", "after": "PT120H"},
    {"level": 2, "role": "management", "after": "PT240H"},
]


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Measured]:
    """Lend a contract whose misses cost 10 % of 12,000, if claimed within thirty days."""
    with measured(database, tmp_path, charged_terms(claim=CLAIM, escalation=LADDER)) as lent:
        yield lent


def missed(service: Measured) -> None:
    """Let January be missed, and settled."""
    service.at("2026-02-01T08:00")
    service.hand_in(month_of_outages("2026-01", TEN_HOURS))


def credit(service: Measured, name: str = CREDIT) -> Any:
    """Return how a credit stands."""
    found = done(service.client.get(f"{service.deal.contract_path}/credits"))["credits"]
    return next(one for one in found if one["credit"] == name)


def ask(
    service: Measured, side: str, what: str, body: Any = None, *, expect: int = 200
) -> dict[str, Any]:
    """Ask for something about the credit of January."""
    path = f"{service.deal.contract_path}/credits/{CREDIT}/{what}"
    answer = getattr(service, side).post(path, body, if_match="*")
    found: dict[str, Any] = answer.json() if expect >= 400 else done(answer, expect)
    return found


EVIDENCE: Final = {"evidence": "our probes saw it"}


class TestAMiss:
    def test_is_stated_claimed_admitted_and_deducted(self, service: Measured) -> None:
        missed(service)
        assert (credit(service)["standing"], credit(service)["amount"]) == ("claimable", "1200.00")
        ask(service, "client", "claim", EVIDENCE, expect=201)
        claimed = credit(service)
        assert (claimed["standing"], claimed["answer_by"]) == ("claimed", "2026-03-04T00:00:00Z")
        ask(service, "provider", "claim/admission")
        assert credit(service)["open"] == "1200.00"
        applied = {"amount": "1200.00", "how": "deducted", "reference": "invoice 2026-02"}
        ask(service, "provider", "applications", applied, expect=201)
        ask(service, "provider", "applications", applied, expect=201)
        found = credit(service)
        assert found["open"] == "0.00"
        assert found["applied"] == [{"reference": "invoice 2026-02", "amount": "1200.00"}]

    def test_has_a_statement_whose_lines_cite_term_version_and_event(
        self, service: Measured
    ) -> None:
        missed(service)
        path = f"{service.deal.contract_path}/statements"
        (listed,) = done(service.provider.get(path))
        assert (listed["statement"], listed["credit"]) == (1, "1200.00")
        statement = done(service.client.get(f"{path}/1"))
        results = f"{service.deal.contract}/objective-availability/results"
        assert {(one["version"], one["stream"]) for one in statement["lines"]} == {(1, results)}
        assert statement["lines"][0]["words"] == (
            "charged: 12000 EUR from 2026-01-01T00:00:00Z until before 2026-02-01T00:00:00Z "
            f"(12000 EUR); by charges/monthly-fee of version 1, on event 1 of {results}"
        )
        problem(service.client.get(f"{path}/2"), 404, "not-found")

    def test_whose_claim_was_rejected_is_granted_in_part_after_all(self, service: Measured) -> None:
        missed(service)
        ask(service, "client", "claim", EVIDENCE, expect=201)
        ask(service, "provider", "claim/rejection", {"because": "it was announced"})
        assert credit(service)["because"] == "it was announced"
        ask(service, "provider", "grant", {"amount": "600.00", "because": "half of it"})
        assert (credit(service)["standing"], credit(service)["open"]) == ("granted", "600.00")

    def test_is_claimed_by_the_client_alone(self, service: Measured) -> None:
        missed(service)
        assert ask(service, "provider", "claim", EVIDENCE, expect=409)["rule"] == "not-your-move"

    def test_whose_claim_was_withdrawn_can_be_claimed_again(self, service: Measured) -> None:
        missed(service)
        ask(service, "client", "claim", EVIDENCE, expect=201)
        path = f"{service.deal.contract_path}/credits/{CREDIT}/claim"
        done(service.client.delete(path, if_match="*"))
        assert credit(service)["standing"] == "claimable"
