"""Periods priced: from a result on record to a statement of what it costs.

Whoever asks, and however often: the same result, terms, figures and earlier credits lead to the
same statement. What was charged is by the terms: no bill is on record.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from application.agreed import AgreedTerms
from application.closing import Closing, results_of
from application.figures import Figures, Read, records_for
from application.ledger import Ledger, Step
from application.recorded import Recorded
from domain.attainment.attainment import Observed
from domain.attainment.incident import last_incident
from domain.contract.facts import ContractAmended, ContractConcluded, ContractRenewed
from domain.credits.account import Account, credited
from domain.credits.credits import CREDITS
from domain.performance.counting import counted_by
from domain.performance.facts import PeriodReported, Result, ResultEstablished, ResultRestated
from domain.performance.outcomes import attained
from domain.performance.periods import JudgedPeriod, local_day
from domain.performance.results import RESULTS, SetPeriodAside
from domain.settlement.caps import TermDays
from domain.settlement.charges import Charges
from domain.settlement.deadlines import Happened, Report
from domain.settlement.governing import Governed, Version
from domain.settlement.pricing import MeasuredPart
from domain.settlement.settlement import Case, Judged, settle
from domain.settlement.statement import Citation, Settlement
from domain.settlement.uncharged import uncharged
from domain.values.ids import within
from domain.values.periods import Days, Period

REPORTED: Final = "reported"
log = logging.getLogger(__name__)


def credits_of(contract: str) -> str:
    """Name the stream of a contract's credits."""
    return within(contract, "credits")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is priced: a result, the period it is of, and the event that holds it."""

    contract: str
    objective: str
    judged: JudgedPeriod
    result: Result
    event: Recorded


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

    def settlement(self, contract: str, objective: str, event: Recorded) -> Settlement:
        """Price the result that an event holds.

        Raises CannotSettle when there is nothing to price, or not in one currency.
        """
        if not isinstance(event.fact, ResultEstablished | ResultRestated):
            raise TypeError(f"{event.stream} version {event.version} holds no result")
        agreed, result = self._agreed.of(contract), event.fact.result
        asked = _Asked(contract, objective, judged_by(result, agreed.versions), result, event)
        report = Report.IN_TIME if result.basis == REPORTED else Report.MISSING
        judged = Judged(objective, self._parts(asked), report, self._happened(asked))
        case = Case(
            contract,
            asked.judged.key,
            asked.judged.days,
            (judged,),
            Charges(agreed.versions, ends=agreed.ends),
            self._term(contract, asked.judged),
            tuple(credited(self.account(contract))),
        )
        return settle(case)

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
        again = isinstance(event.fact, ResultRestated)
        return Happened(
            incident=self._incident(asked),
            reported=None if reported is None else local_day(reported, zone),
            restated=local_day(event.at, zone) if again else None,
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
