"""A contract that is measured, over HTTP: figures handed in, periods reported, results read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from agreements import simple_document
from domain.terms.agreement import AgreementTerms
from http_answers import done
from http_cast import Cast, Deal
from http_world import World, open_world

AVAILABILITY: Final = "availability"
REPORTING: Final = {"by": "provider", "within": "P5D"}
ELAPSED: Final = {"by": "elapsed time", "missing": "counts as down"}


def measured_terms(
    *,
    measured: dict[str, Any] | None = None,
    objective: dict[str, Any] | None = None,
    **changes: Any,
) -> AgreementTerms:
    """Return the simple agreement, measured by outages and reported within five days."""
    document = simple_document(**{"reporting": REPORTING, **changes})
    document["objectives"][0] |= {"measured": measured or ELAPSED, **(objective or {})}
    return AgreementTerms.model_validate(document)


def outage(starts: str, ends: str) -> dict[str, str]:
    """Return an outage between two instants of a day, such as ``2026-01-10T10:00``."""
    return {"starts": f"{starts}Z", "ends": f"{ends}Z"}


def month_of_outages(
    month: str, *outages: dict[str, str], batch: str | None = None, source: str = "probe"
) -> dict[str, Any]:
    """Return a batch that speaks for a calendar month (UTC)."""
    first = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
    after = (first + timedelta(days=32)).replace(day=1)
    return {
        "source": source,
        "batch": batch or month,
        "from": first.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "until": after.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "outages": list(outages),
    }


class Measured:
    """A contract in force, and the people who measure it."""

    def __init__(self, world: World, cast: Cast, deal: Deal, objective: str = AVAILABILITY) -> None:
        self.world = world
        self.cast = cast
        self.deal = deal
        self.path = f"{deal.contract_path}/objectives/{objective}"
        self.provider = cast.provider["service-manager"]
        self.client = cast.client["service-manager"]

    def hand_in(self, batch: dict[str, Any], *, by: str = "provider", expect: int = 201) -> Any:
        """Hand a batch in, and let the worker catch up."""
        answer = getattr(self, by).post(f"{self.path}/measurements", batch)
        found = done(answer, expect) if expect < 400 else answer.json()
        self.world.settle()
        return found

    def report(self, period: str, *, by: str = "provider") -> Any:
        """Report a period."""
        answer = getattr(self, by).post(f"{self.path}/reports", {"period": period}, if_match="*")
        found = done(answer, 201)
        self.world.settle()
        return found

    def at(self, instant: str) -> int:
        """Set the clock and work through the daily sheet; return how many facts that made."""
        return self.world.tick(datetime.fromisoformat(instant).replace(tzinfo=UTC))

    def result(self, period: str) -> Any:
        """Return the result of a period."""
        return done(self.client.get(f"{self.path}/results/{period}"))

    def target(self, period: str) -> Any:
        """Return what the first target of the first part came to."""
        return self.result(period)["parts"][0]["targets"][0]

    def listed(self) -> Any:
        """Return the batches of January 2026."""
        told = {"from": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
        return done(self.client.get(f"{self.path}/measurements", **told))["items"]

    def rows(self) -> Any:
        """Return the periods as the view lists them."""
        self.world.settle()
        return done(self.client.get(f"{self.path}/results"))["items"]


@contextmanager
def measured(database: str, home: Path, terms: AgreementTerms) -> Iterator[Measured]:
    """Lend a measured contract in a world of its own."""
    with open_world(database, home) as world:
        cast = world.cast()
        yield Measured(world, cast, world.strike_a_deal(cast, terms), terms.objectives[0].id)
