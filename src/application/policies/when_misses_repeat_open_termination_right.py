"""When an objective was missed as often as agreed, the client may end the contract.

Where a miss counts only if the client notified it, its claim on that period is the notification.
A right that was opened stays open for as long as the terms say, also when a result comes out
otherwise later. Its time runs from the day on which the last of the misses came on record: then the
report is there, where one was agreed, and the result with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from application.agreed import AgreedTerms
from application.closing import Closing, results_of
from application.ledger import Ledger, Step
from application.policies.base import Policy
from application.policies.when_figures_change_work_out_again import place_of
from application.recorded import Recorded
from application.settling import credits_of
from domain.contract.contract import CONTRACT, OpenTerminationRight
from domain.credits.facts import CreditClaimed
from domain.credits.stating import credit_id
from domain.performance.facts import Result, ResultEstablished, ResultRestated
from domain.performance.periods import local_day
from domain.settlement.chronic import PeriodResult, RightOpened, right_opened

NAME: Final = "when-misses-repeat-open-termination-right"


class Misses:
    """Looks at how the periods of an objective came out, one after the other."""

    def __init__(self, ledger: Ledger, agreed: AgreedTerms, closing: Closing) -> None:
        self._ledger = ledger
        self._agreed = agreed
        self._closing = closing

    def react(self, event: Recorded) -> Sequence[Step]:
        """Return the step that opens the right, if it is open."""
        match event.fact:
            case ResultEstablished() | ResultRestated():
                contract, objective = place_of(event.stream)
            case CreditClaimed(credit=credit):
                contract, objective = event.stream.rsplit("/", 1)[0], credit.split("/", 1)[0]
            case _:
                return ()
        right = self.right(contract, objective, event.at)
        if right is None or not right.ends_contract:
            return ()
        if right.until is not None and right.until <= event.at:
            return ()  # nothing is open any more
        opening = OpenTerminationRight(objective, right.because, right.until)
        return (Step(CONTRACT, contract, opening),)

    def right(self, contract: str, objective: str, now: datetime) -> RightOpened | None:
        """Return the right that repeated misses of an objective have given.

        Of several, the one that can be used longest, and of these the first.
        """
        agreed = self._agreed.of(contract)
        if not any(_is_chronic(version.terms.objective(objective)) for version in agreed.versions):
            return None
        known = self._closing.results(contract, objective).results
        claimed, seen = self._claimed(contract), self._missed_since(contract, objective)
        row: list[PeriodResult] = []
        longest: RightOpened | None = None
        for judged in self._closing.over(agreed, objective, now):
            result = known.get(judged.key)
            row.append(
                PeriodResult(
                    judged.days,
                    None if result is None else missed(result),
                    claimed.get(credit_id(objective, judged.key)),
                    _local(seen.get(judged.key), judged.zone),
                )
            )
            promise = judged.last.objective(objective)
            opened = None if promise is None else right_opened(judged.last, promise, row)
            if opened is not None and (longest is None or _longer(opened, longest)):
                longest = opened
        return longest

    def _missed_since(self, contract: str, objective: str) -> dict[date, datetime]:
        """Return since when each period has been on record as missed."""
        since: dict[date, datetime] = {}
        for event in self._ledger.history(results_of(contract, objective)):
            match event.fact:
                case ResultEstablished(result=result) | ResultRestated(result=result):
                    if missed(result):
                        since.setdefault(result.period, event.at)
                    else:
                        since.pop(result.period, None)
                case _:
                    continue
        return since

    def _claimed(self, contract: str) -> dict[str, datetime]:
        """Return when each credit was claimed first."""
        found: dict[str, datetime] = {}
        for event in self._ledger.history(credits_of(contract)):
            if isinstance(event.fact, CreditClaimed):
                found.setdefault(event.fact.credit, event.at)
        return found


def _is_chronic(promise: object) -> bool:
    return getattr(promise, "chronic_failure", None) is not None


def _local(instant: datetime | None, zone: str) -> date | None:
    return None if instant is None else local_day(instant, zone)


def _longer(one: RightOpened, other: RightOpened) -> bool:
    return other.until is not None and (one.until is None or one.until > other.until)


def missed(result: Result) -> bool | None:
    """Tell whether a period was missed; None when none of its targets was judged."""
    judged = [one.met for part in result.parts for one in part.targets if one.met is not None]
    return not all(judged) if judged else None


def policy(misses: Misses) -> Policy:
    """Return the rule."""
    return Policy(NAME, misses.react)
