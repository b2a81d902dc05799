"""When a bill is recorded, corrected or cancelled, the statements that rest on it are restated.

Those are the statements on the bill's days, and where a cap spans several periods, all of the
contract: a percentage of what a year or the term was charged moves with each of its bills, and
what one period takes of a cap is not there for another. Periods are priced in their order, twice
where there is such a cap, so that what a later one gives back is there for an earlier one.

A statement that comes out as it was is not restated, whoever asks however often. Each price rests
on the ones before it, so this policy records by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Final

from application.agreed import Agreed, AgreedTerms
from application.billing import bills_of
from application.closing import results_of
from application.ledger import Act, Ledger, Step
from application.policies.base import Policy
from application.recorded import Recorded
from application.settling import Settling, StatedPeriod, credits_of
from domain.bills.bills import BILLS, Bill
from domain.bills.facts import BillCancelled, BillCorrected, BillRecorded
from domain.credits.commands import RestateStatement
from domain.credits.credits import CREDITS
from domain.performance.figures import SpoiltFiguresError
from domain.settlement.settlement import CannotSettle
from domain.terms.agreement import AgreementTerms

NAME: Final = "when-bills-change-restate"
log = logging.getLogger(__name__)


class Restating:
    """What follows from a bill."""

    def __init__(self, ledger: Ledger, agreed: AgreedTerms, settling: Settling) -> None:
        self._ledger = ledger
        self._agreed = agreed
        self._settling = settling

    def react(self, event: Recorded) -> Sequence[Step]:
        """Restate what rests on a bill; a contest moves no money."""
        if not isinstance(event.fact, BillRecorded | BillCorrected | BillCancelled):
            return ()
        contract = event.stream.rsplit("/", 1)[0]
        bill = self._ledger.load(BILLS, bills_of(contract)).state.bills[event.fact.bill]
        because = _because(event.fact, bill)
        agreed = self._agreed.of(contract)
        for turn in range(2 if _spans_periods(agreed) else 1):
            for stated in self._touched(agreed, bill):
                self._restate(event, contract, stated, because, turn)
        return ()

    def _touched(self, agreed: Agreed, bill: Bill) -> Iterator[StatedPeriod]:
        everything = _spans_periods(agreed)
        for one in self._settling.stated(agreed.contract):
            if everything or one.days.within(bill.days) is not None:
                yield one

    def _restate(
        self, event: Recorded, contract: str, stated: StatedPeriod, because: str, turn: int
    ) -> None:
        results = results_of(contract, stated.objective)
        result = self._settling.latest(results, stated.period)
        if result is None:
            return
        key = f"{NAME}:{turn}:{stated.objective}:{stated.period}:{event.stream}:{event.version}"
        act = Act(f"service:{NAME}", None, event.at, key)
        try:
            again = self._settling.restatement(contract, stated, result, event.at)
        except CannotSettle as wanting:
            log.warning("%s of %s is not restated: %s", stated.period, results, wanting)
            return
        except SpoiltFiguresError as spoilt:
            # The period is priced again, with this bill, when it is taken up.
            aside = self._settling.aside(contract, stated.objective, stated.period, str(spoilt))
            self._ledger.perform(act, aside)
            return
        if again is not None:
            step = Step(CREDITS, credits_of(contract), RestateStatement(again, because))
            self._ledger.perform(act, step)


def _because(fact: BillRecorded | BillCorrected | BillCancelled, bill: Bill) -> str:
    match fact:
        case BillRecorded(invoice=invoice):
            came = f"was billed on invoice {invoice}"
        case BillCorrected(invoice=invoice):
            came = f"was corrected on invoice {invoice}"
        case _:
            came = f"was taken off invoice {bill.invoice}"
    return f"{bill.recorded.charge} from {bill.recorded.first} to {bill.recorded.last} {came}"


def _spans_periods(agreed: Agreed) -> bool:
    """Tell whether any version has a cap over more than a period."""
    return any(_cap_spans(version.terms) for version in agreed.versions)


def _cap_spans(terms: AgreementTerms) -> bool:
    """Tell whether terms have a cap over more than a period."""
    remedies = [one.remedy for one in terms.objectives if one.remedy is not None]
    caps = [*terms.credits.caps, *(cap for remedy in remedies for cap in remedy.caps)]
    return any(cap.per != "period" for cap in caps)


def policy(restating: Restating) -> Policy:
    """Return the rule."""
    return Policy(NAME, restating.react)
