"""A measured contract whose misses cost something, without anybody's rights in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from application.access import Principal
from application.agreed import AgreedTerms
from application.billing import bills_of
from application.closing import Closing
from application.concern import Concern
from application.desk import Desk, Request
from application.figures import Figures
from application.ledger import Act, Ledger, Step
from application.measuring import Handed, Measuring
from application.policies import (
    when_bills_change_restate,
    when_figures_change_work_out_again,
    when_misses_repeat_open_termination_right,
    when_result_established_settle,
)
from application.policies.base import PolicyRunner
from application.settling import Settling, credits_of
from attainments import HOUR, at
from contracts import concluding
from domain.attainment.records import Outages
from domain.attainment.spans import Spans, micros
from domain.bills.bills import BILLS
from domain.bills.commands import BillCommand
from domain.contract.contract import CONTRACT
from domain.credits.account import Account
from domain.credits.commands import CreditCommand
from domain.credits.credits import CREDITS
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from interfaces.memory.measurements import MemoryMeasurements
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.memory.views import MemoryViewStore
from measured import measured_terms

CONTRACT_ID: Final = "relationship-1/contract-1"
OBJECTIVE: Final = "availability"
CLAIM: Final = {"within": "P30D"}


def charged_terms(
    *, claim: Any = None, objective: dict[str, Any] | None = None, **changes: Any
) -> AgreementTerms:
    """Return terms with 99.5 % a month, 10 % of 12,000 back for a miss, closed by whole figures.

    Nothing is to be reported, so a month closes as soon as figures speak for all of it.
    """
    document = measured_terms(**changes).document()
    document.pop("reporting", None)
    remedy = document["objectives"][0]["remedy"]
    remedy.update({"caps": []} | ({} if claim is None else {"claim": claim}))
    document["objectives"][0] |= objective or {}
    return AgreementTerms.model_validate(document)


def day(text: str) -> datetime:
    """Return midnight of a day, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Counter:
    """A contract, its figures, and what follows from them."""

    def __init__(self, ledger: Ledger) -> None:
        self.measurements = store = MemoryMeasurements()
        views = MemoryViewStore()
        self.ledger = ledger
        agreed = AgreedTerms(ledger)
        figures = Figures(ledger, store)
        self.closing = closing = Closing(ledger, agreed, figures)
        concern = Concern(ledger, agreed, figures, closing)
        self.measuring = Measuring(Desk(ledger, _new_id), agreed, store, closing)
        self.settling = Settling(ledger, agreed, figures, closing)
        working_out = when_figures_change_work_out_again.WorkingOutAgain(
            ledger, agreed, self.measuring, closing, concern
        )
        self.misses = when_misses_repeat_open_termination_right.Misses(ledger, agreed, closing)
        rules = [
            when_figures_change_work_out_again.policy(working_out),
            when_result_established_settle.policy(self.settling),
            when_misses_repeat_open_termination_right.policy(self.misses),
            when_bills_change_restate.policy(
                when_bills_change_restate.Restating(ledger, agreed, self.settling)
            ),
        ]
        self.tracking = views
        self.runner = PolicyRunner(ledger, views, rules)

    def sign(self, terms: AgreementTerms) -> None:
        """Conclude the contract."""
        step = Step(CONTRACT, CONTRACT_ID, concluding(terms))
        self.ledger.perform(_act(day("2025-12-01")), step)

    def month(self, starts: str, ends: str, *down: str, batch: str = "", now: str = "") -> None:
        """Hand in the outages of a stretch, each an hour long, and let follow what follows."""
        spans = Spans.of((at(one), at(one) + HOUR) for one in down)
        whole = Spans.of([(micros(day(starts)), micros(day(ends)))])
        handed = Handed("probe", batch or starts, day(starts), day(ends), Outages(spans, whole))
        request = Request(Principal("identity-1"), day(now or ends), str(uuid4()))
        self.measuring.receive_for(request, CONTRACT_ID, OBJECTIVE, handed, Side.PROVIDER)
        self.follow()

    def give(self, command: CreditCommand, now: str) -> None:
        """Give the credits a command, and let follow what follows."""
        self.ledger.perform(_act(day(now)), Step(CREDITS, credits_of(CONTRACT_ID), command))
        self.follow()

    def bill(self, command: BillCommand, now: str) -> None:
        """Give the bills a command, and let follow what follows."""
        self.ledger.perform(_act(day(now)), Step(BILLS, bills_of(CONTRACT_ID), command))
        self.follow()

    def follow(self) -> None:
        """Let the policies see everything."""
        while self.runner.advance(100):
            pass

    def again(self) -> None:
        """Let the policies see everything once more, as after a crash before they noted it."""
        self.tracking.set_policies_position(0)
        self.follow()

    @property
    def account(self) -> Account:
        """The credits as they stand."""
        return self.settling.account(CONTRACT_ID)

    def facts(self, stream: str = "credits") -> list[Any]:
        """Return the facts of the credits, or of the contract."""
        name = credits_of(CONTRACT_ID) if stream == "credits" else CONTRACT_ID
        return [event.fact for event in self.ledger.history(name)]


def _new_id() -> UUID:
    return uuid4()


def _act(now: datetime) -> Act:
    return Act("person-ada", None, now, str(uuid4()))


@contextmanager
def counter(terms: AgreementTerms) -> Iterator[Counter]:
    """Lend a contract on these terms, in memory."""
    with Ledger(MEMORY_ENV) as ledger:
        lent = Counter(ledger)
        lent.sign(terms)
        yield lent
