"""An office that measures one contract: its ledger, its figures, its results, and no rights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from application.access import Principal
from application.agreed import AgreedTerms
from application.closing import Closing, results_of
from application.concern import Concern
from application.desk import Desk, Request
from application.figures import Figures
from application.ledger import Act, Ledger, Step
from application.measurement_store import MeasurementStore
from application.measuring import Handed, Measuring
from attainments import HOUR, at
from contracts import amending, concluding
from domain.attainment.records import Outages
from domain.attainment.spans import Spans, micros
from domain.contract.contract import CONTRACT
from domain.performance.facts import MeasurementsReceived
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side

CONTRACT_ID: Final = "relationship-1/contract-1"
OBJECTIVE: Final = "availability"


def day(text: str) -> datetime:
    """Return midnight of a day, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Office:
    """A contract, its figures and its results, without anybody's rights in between."""

    def __init__(self, ledger: Ledger, store: MeasurementStore) -> None:
        self.ledger, self.store = ledger, store
        self.agreed = AgreedTerms(ledger)
        self.figures = Figures(ledger, store)
        self.closing = Closing(ledger, self.agreed, self.figures)
        self.concern = Concern(ledger, self.agreed, self.figures, self.closing)
        desk = Desk(ledger, _new_id)
        self.measuring = Measuring(desk, self.agreed, store, self.closing)

    def sign(self, terms: AgreementTerms) -> Office:
        """Conclude the contract."""
        step = Step(CONTRACT, CONTRACT_ID, concluding(terms))
        self.ledger.perform(_act(day("2025-12-01")), step)
        return self

    def amend(self, terms: AgreementTerms, since: datetime) -> None:
        """Amend it from an instant on."""
        step = Step(CONTRACT, CONTRACT_ID, amending(terms, since, f"offer-{since:%Y%m%d}"))
        self.ledger.perform(_act(since - timedelta(days=1)), step)

    def hand_in(
        self,
        starts: str,
        ends: str,
        *hours_down: str,
        by: Side = Side.PROVIDER,
        batch: str = "",
        now: str = "2026-12-01",
    ) -> MeasurementsReceived:
        """Hand in a batch of outages, each an hour long."""
        down = Spans.of((at(one), at(one) + HOUR) for one in hours_down)
        span = (micros(day(starts)), micros(day(ends)))
        records = Outages(down, Spans.of([span]))
        handed = Handed(f"{by}'s", batch or f"{starts}", day(starts), day(ends), records)
        request = Request(Principal("identity-1"), day(now), str(uuid4()))
        _, fact = self.measuring.receive_for(request, CONTRACT_ID, OBJECTIVE, handed, by)
        return fact

    def results(self) -> list[Any]:
        """Return the facts of results."""
        events = self.ledger.history(results_of(CONTRACT_ID, OBJECTIVE))
        return [event.fact for event in events]

    def close(self, now: str) -> int:
        return self.closing.close(CONTRACT_ID, OBJECTIVE, day(now))


def _new_id() -> UUID:
    return uuid4()


def _act(now: datetime) -> Act:
    return Act("person-ada", None, now, str(uuid4()))
