"""A contract with a missed month and one that runs, and its pages: for tests of performance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from charged import CLAIM, charged_terms
from domain.terms.agreement import AgreementTerms
from http_answers import done
from http_world import Cast
from measured import month_of_outages, outage
from web_world import Sheet, WebWorld

OBJECTIVE: Final = "availability"
CREDIT: Final = "availability/20260101"
JANUARY: Final = "2026-01-01"
FEBRUARY: Final = "2026-02-01"
TEN_HOURS: Final = outage("2026-01-10T00:00", "2026-01-10T10:00")
LADDER: Final = [
    {"level": 1, "role": "service managers", "after": "PT120H"},
    {"level": 2, "role": "management", "after": "PT240H"},
]
MAINTENANCE: Final = {
    "id": "maintenance",
    "reason": "planned maintenance",
    "kind": "planned maintenance",
    "at_most": "PT8H",
    "per": "calendar month",
    "granted": "on request",
}


def lived_terms(**changes: Any) -> AgreementTerms:
    """Return 99.5 % a month, 10 % of 12,000 back if claimed, told of at half of the budget."""
    agreed: dict[str, Any] = {"escalation": LADDER, "exclusions": [MAINTENANCE], **changes}
    return charged_terms(
        claim=CLAIM, objective={"kind": "proactive", "concern_at": ["50"]}, **agreed
    )


def running_month(*outages: dict[str, str], until: str, batch: str) -> dict[str, Any]:
    """Return a batch that speaks for February 2026 up to an instant."""
    whole = month_of_outages("2026-02", *outages, batch=batch)
    return {**whole, "until": f"{until}Z"}


@dataclass(frozen=True)
class Lived:
    """A contract that is lived by, and its pages."""

    pages: WebWorld
    cast: Cast
    contract: str
    to: str

    def see(self, subject: str, path: str = "") -> Sheet:
        """Open a page of the contract."""
        return self.pages.as_(subject).get(f"{self.to}{path}")

    def at(self, instant: str) -> None:
        """Set the clock and work through the daily sheet."""
        self.pages.world.tick(datetime.fromisoformat(instant).replace(tzinfo=UTC))

    def hand_in(self, batch: dict[str, Any]) -> None:
        """Hand figures in as the provider does, and let follow what follows."""
        manager = self.cast.provider["service-manager"]
        path = f"{self.to}/objectives/{OBJECTIVE}/measurements"
        done(manager.post(path, batch), 201)
        self.pages.settle()


def lived(pages: WebWorld, cast: Cast, terms: AgreementTerms | None = None) -> Lived:
    """Strike a deal and let January be missed by ten hours and February begin with two."""
    deal = pages.world.strike_a_deal(cast, terms or lived_terms())
    found = Lived(pages, cast, deal.contract, deal.contract_path)
    found.at("2026-02-01T08:00")
    found.hand_in(month_of_outages("2026-01", TEN_HOURS))
    found.at("2026-02-12T08:00")
    two_hours = outage("2026-02-03T10:00", "2026-02-03T12:00")
    found.hand_in(running_month(two_hours, until="2026-02-11T00:00:00", batch="2026-02 a"))
    return found
