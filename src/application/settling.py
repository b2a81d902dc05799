"""Periods priced: from a result on record to a statement of what it costs.

Whoever asks, and however often: the same result, terms, figures, bills and earlier credits lead to
the same statement. What was charged is as billed where a bill is on record, else by the terms.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from application.agreed import AgreedTerms
from application.billing import bills_of
from application.closing import Closing, results_of
from application.figures import Figures, Read, records_for
from application.ledger import Ledger, Step
from application.recorded import Recorded
from domain.attainment.attainment import Observed
from domain.attainment.incident import last_incident
from domain.bills.bills import BILLS
from domain.contract.facts import ContractAmended, ContractConcluded, ContractRenewed
from domain.credits.account import Account, credited
from domain.credits.credits import CREDITS
from domain.credits.facts import StatementIssued, StatementRestated
from domain.performance.counting import counted_by
from domain.performance.facts import PeriodReported, Result, ResultEstablished, ResultRestated
from domain.performance.outcomes import attained
from domain.performance.periods import JudgedPeriod, local_day
from domain.performance.results import RESULTS, SetPeriodAside
from domain.settlement.caps import TermDays
from domain.settlement.charges import Billed, Charges
from domain.settlement.deadlines import Happened, Report
from domain.settlement.governing import Governed, Version
from domain.settlement.pricing import MeasuredPart
from domain.settlement.settlement import Case, Judged, settle
from domain.settlement.statement import Citation, Settlement
from domain.settlement.uncharged import uncharged
from domain.values.ids import within
from domain.values.periods import Days, Period

REPORTED: Final = "reported"
_ONE_DAY: Final = timedelta(days=1)
log = logging.getLogger(__name__)


def credits_of(contract: str) -> str:
    """Name the stream of a contract's credits."""
    return within(contract, "credits")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is priced: a result, the period it is of, and the event that holds it.

    ``since`` is when the price became another though the result did not: a claim runs anew.
    """

    contract: str
    objective: str
    judged: JudgedPeriod
    result: Result
    event: Recorded
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    """An objective's period that was settled, and the document of its last statement."""

    objective: str
    period: date
    days: Days
    document: str


class Settling:
    """Prices what came out."""

    def __init__(
        self, ledger: Ledger, agreed: AgreedTerms, figures: Figures, closing: Closing
    ) -> None:
        self._ledger = ledger
        self._agreed = agreed
        self._figures = figures
        self._closing = closing

    def account(self, contract: str) -> Account:
        """Return the credits of a contract as they stand."""
        found: Account = self._ledger.load(CREDITS, credits_of(contract)).state
        return found

    def settlement(
        self, contract: str, objective: str, event: Recorded, since: datetime | None = None
    ) -> Settlement:
        """Price the result that an event holds; a claim runs from ``since`` at the earliest.

        Raises CannotSettle when there is nothing to price, or not in one currency.
        """
        if not isinstance(event.fact, ResultEstablished | ResultRestated):
            raise TypeError(f"{event.stream} version {event.version} holds no result")
        agreed, result = self._agreed.of(contract), event.fact.result
        asked = _Asked(
            contract, objective, judged_by(result, agreed.versions), result, event, since
        )
        report = Report.IN_TIME if result.basis == REPORTED else Report.MISSING
        judged = Judged(objective, self._parts(asked), report, self._happened(asked))
        case = Case(
            contract,
            asked.judged.key,
            asked.judged.days,
            (judged,),
            Charges(agreed.versions, self._billed(contract), agreed.ends),
            self._term(contract, asked.judged),
            tuple(credited(self.account(contract))),
        )
        return settle(case)

    def restatement(
        self, contract: str, stated: StatedPeriod, event: Recorded, now: datetime
    ) -> Settlement | None:
        """Price a settled result anew; None where that comes to what was stated last.

        A claim's deadline starts anew with a restatement, and is no reason for one.
        Raises CannotSettle as ``settlement`` does.
        """
        again = self.settlement(contract, stated.objective, event)
        if _without_deadlines(again.document()) == _without_deadlines(json.loads(stated.document)):
            return None
        return self.settlement(contract, stated.objective, event, now)

    def stated(self, contract: str) -> list[StatedPeriod]:
        """Return every period that was settled, as it was stated last, the first ones first."""
        found: dict[tuple[date, str], StatedPeriod] = {}
        for event in self._ledger.history(credits_of(contract)):
            match event.fact:
                case StatementIssued(stated=lines) | StatementRestated(restated=lines) as fact:
                    days = Days(fact.first, fact.last + _ONE_DAY)
                    for name in dict.fromkeys(line.objective for line in lines):
                        key = (fact.period, name)
                        found[key] = StatedPeriod(name, fact.period, days, fact.document)
                case _:
                    continue
        return sorted(found.values(), key=lambda one: (one.days.end, one.days.first))

    def latest(self, results: str, period: date) -> Recorded | None:
        """Return the event with the latest result of a period; None while it has none."""
        found = None
        for event in self._ledger.history(results):
            held = event.fact
            if isinstance(held, ResultEstablished | ResultRestated):
                found = event if held.result.period == period else found
        return found

    def aside(self, contract: str, objective: str, period: date, why: str) -> Step:
        """Return the step that sets a period aside whose figures are not as received."""
        log.error("%s of %s of %s is set aside: %s", period, objective, contract, why)
        return Step(RESULTS, results_of(contract, objective), SetPeriodAside(period, why))

    def _billed(self, contract: str) -> tuple[Billed, ...]:
        found: tuple[Billed, ...] = self._ledger.load(BILLS, bills_of(contract)).state.billed()
        return found

    def _parts(self, asked: _Asked) -> tuple[MeasuredPart, ...]:
        cites = Citation(asked.event.stream, asked.event.version)
        return tuple(
            MeasuredPart(
                part.version,
                attained(part, asked.objective, outcome),
                cites,
                self._uncharged(asked, part),
            )
            for part, outcome in zip(asked.judged.parts, asked.result.parts, strict=True)
        )

    def _uncharged(self, asked: _Asked, part: Governed) -> tuple[Period, ...]:
        """Return what of a part is off the bill, by the figures that the result rests on."""
        promise = part.version.terms.objective(asked.objective)
        if promise is None or promise.remedy is None or promise.remedy.no_charge is None:
            return ()
        read = self._read(asked)
        if read is None:
            return ()
        return uncharged(
            part.version.terms, promise, part.period, self._observed(asked, part, read)
        )

    def _incident(self, asked: _Asked) -> date | None:
        """Return the day of the last incident, where a claim's deadline runs from it."""
        promise = asked.judged.last.objective(asked.objective)
        claim = promise and promise.remedy and promise.remedy.claim
        if not claim or claim.after != "incident" or not asked.result.missed:
            return None
        read = self._read(asked)
        if read is None:
            return None
        parts = list(zip(asked.judged.parts, asked.result.parts, strict=True))
        for part, outcome in reversed(parts):
            missed = [one.met is False for one in outcome.targets]
            observed = self._observed(asked, part, read)
            terms = part.version.terms
            promised = terms.objective(asked.objective)
            if promised is not None:
                day = last_incident(terms, promised, part.period, observed, missed)
                if day is not None:
                    return day
        return None

    def _read(self, asked: _Asked) -> Read | None:
        """Return the figures that a result rests on; None where it rests on a rule alone."""
        last = asked.judged.last.objective(asked.objective)
        sides = () if last is None else counted_by(asked.result.basis, asked.judged, last).sides
        if not sides:
            return None
        return self._figures.read(
            asked.contract, asked.judged, asked.objective, sides, asked.event.at
        )

    def _observed(self, asked: _Asked, part: Governed, read: Read) -> Observed:
        excuses, _ = self._closing.excuses(asked.contract)
        return Observed(records_for(read, part, asked.objective), excuses, asked.event.at)

    def _happened(self, asked: _Asked) -> Happened:
        """Return the days a claim's deadline may run from, as far as they are on record."""
        event, judged = asked.event, asked.judged
        zone = judged.last.zone
        reported = self._reported(asked)
        again = event.at if isinstance(event.fact, ResultRestated) else None
        moved = asked.since if again is None else max(again, asked.since or again)
        return Happened(
            incident=self._incident(asked),
            reported=None if reported is None else local_day(reported, zone),
            restated=None if moved is None else local_day(moved, zone),
        )

    def _reported(self, asked: _Asked) -> datetime | None:
        """Return when the period was reported, None if it was not; a period is reported once.

        The report is looked for from the result back, so it costs the same in every month.
        """
        if asked.judged.key not in self._closing.results(asked.contract, asked.objective).reported:
            return None
        for one in self._ledger.backwards(asked.event.stream, asked.event.version):
            if isinstance(one.fact, PeriodReported) and one.fact.period == asked.judged.key:
                return one.at
        return None

    def _term(self, contract: str, judged: JudgedPeriod) -> TermDays:
        facts = (event.fact for event in self._ledger.history(contract))
        return term_around(facts, judged.days.last, judged.last.zone)


def _without_deadlines(document: dict[str, Any]) -> dict[str, Any]:
    """Return a statement as it is but for until when its credits can be claimed."""
    objectives = [{**one, "claim": None} for one in document["objectives"]]
    return {**document, "objectives": objectives}


def judged_by(result: Result, versions: Iterable[Version]) -> JudgedPeriod:
    """Return the period a result is of, and its parts by the versions it was judged by."""
    known = {version.number: version for version in versions}
    parts = tuple(
        Governed(known[part.version], Period(part.starts, part.ends)) for part in result.parts
    )
    zone = parts[-1].version.terms.zone
    days = Days(local_day(result.starts, zone), local_day(result.ends, zone))
    return JudgedPeriod(result.period, days, zone, parts)


def term_around(facts: Iterable[object], day: date, zone: str) -> TermDays:
    """Return the term a day lies in, initial or renewed, by a contract's facts in order.

    An amendment moves the end of the term that runs when it is signed.
    """
    begins, ends = day, None
    for fact in facts:
        match fact:
            case ContractConcluded(begins_at=first, ends_at=end):
                begins, ends = local_day(first, zone), end and local_day(end, zone)
            case ContractAmended(ends_at=end):
                ends = end and local_day(end, zone)
            case ContractRenewed(ends_at=end) if ends is not None and ends <= day:
                begins, ends = ends, local_day(end, zone)
            case ContractRenewed():
                break
            case _:
                continue
    return TermDays(begins, ends)
