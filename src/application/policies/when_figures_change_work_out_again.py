"""When figures, a report, an exclusion or the terms change, what they count in is worked out again.

A result that comes out otherwise is restated; a period that waited for this is closed. The results'
own rules see to it that nothing is recorded twice, so this policy records by itself: there may be
several periods of one objective, and of several.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from application.agreed import AgreedTerms
from application.closing import Closing
from application.concern import Concern
from application.figures import CASES_BEFORE
from application.ledger import Ledger, Step
from application.measuring import Measuring
from application.policies.base import Policy
from application.recorded import Recorded
from domain.contract.facts import ContractAmended
from domain.exclusions.exclusions import EXCLUSIONS
from domain.exclusions.facts import ExclusionFact, ExclusionRequested
from domain.performance.facts import MeasurementsReceived, PeriodReported
from domain.performance.figures import SpoiltFiguresError
from domain.values.ids import within
from domain.values.periods import Period

NAME: Final = "when-figures-change-work-out-again"


class WorkingOutAgain:
    """What follows from what is recorded."""

    def __init__(
        self,
        ledger: Ledger,
        agreed: AgreedTerms,
        measuring: Measuring,
        closing: Closing,
        concern: Concern,
    ) -> None:
        self._ledger = ledger
        self._agreed = agreed
        self._measuring = measuring
        self._closing = closing
        self._concern = concern

    def react(self, event: Recorded) -> Sequence[Step]:
        """Work out again what an event touches."""
        match event.fact:
            case MeasurementsReceived() as fact:
                self._received(event, fact)
            case PeriodReported():
                contract, objective = place_of(event.stream)
                self._closing.close(contract, objective, event.at)
            case fact if isinstance(fact, ExclusionFact):
                self._excluded(event, fact)
            case ContractAmended(effective_from=since, version=version):
                touched = Period(since, max(event.at, since))
                self._again(
                    event.stream, touched, event.at, f"version {version} governs since then"
                )
            case _:
                pass
        return ()

    def _received(self, event: Recorded, fact: MeasurementsReceived) -> None:
        contract, objective = place_of(event.stream)
        self._measuring.settle(event.stream, fact)
        ends = max(fact.ends, event.at) if fact.shape == "cases" else fact.ends
        touched = Period(self._touched_since(event, fact), ends)
        because = f"batch {fact.batch} of {fact.source} came in"
        self._closing.again(contract, objective, touched, event.at, because)
        self._concern.look(contract, objective, event.at)

    def _touched_since(self, event: Recorded, fact: MeasurementsReceived) -> datetime:
        """Return from when on a batch can matter; one that cannot be read, for as long as any."""
        try:
            return self._measuring.touched(event.stream, fact)
        except SpoiltFiguresError:
            return fact.starts - CASES_BEFORE

    def _excluded(self, event: Recorded, fact: ExclusionFact) -> None:
        contract = event.stream.rsplit("/", 1)[0]
        state = self._ledger.load(EXCLUSIONS, within(contract, "exclusions")).state
        case: ExclusionRequested = state.cases[fact.case]
        # A quota that is used up earlier leaves less of it for all that comes after.
        touched = Period(case.starts, max(case.ends, event.at))
        standing = state.standing[fact.case]
        because = f"exclusion {case.exclusion} ({fact.case}) is {standing}"
        self._again(contract, touched, event.at, because)

    def _again(self, contract: str, touched: Period, now: datetime, because: str) -> None:
        if touched.starts >= touched.ends:
            return
        for objective in self._agreed.of(contract).objectives():
            self._closing.again(contract, objective, touched, now, because)


def place_of(stream: str) -> tuple[str, str]:
    """Return the contract and the objective that a stream of figures or results belongs to."""
    contract, objective, _ = stream.rsplit("/", 2)
    return contract, objective.removeprefix("objective-")


def policy(working: WorkingOutAgain) -> Policy:
    """Return the rule."""
    return Policy(NAME, working.react)
