"""Periods closed with a result, once each, and restated when what it rests on changes.

Whoever asks, and however often: the same agreement, figures and exclusions lead to the same result,
and a result that is on record already is not recorded again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from application.agreed import Agreed, AgreedTerms
from application.figures import Figures, Read, records_for
from application.ledger import Act, Ledger, Step
from domain.attainment.attainment import Attainment, Observed, attainment
from domain.attainment.excused import Excuse
from domain.attainment.spans import Spans, instant
from domain.decider import Refused
from domain.exclusions.exclusions import EXCLUSIONS
from domain.performance.counting import By, Waits, counted_by, counts_by
from domain.performance.facts import Result
from domain.performance.figures import SpoiltFiguresError
from domain.performance.outcomes import by_rule, part_result
from domain.performance.periods import JudgedPeriod, judged_over
from domain.performance.results import (
    RESULTS,
    EstablishResult,
    Results,
    SetPeriodAside,
    TakePeriodUp,
)
from domain.settlement.governing import Governed
from domain.terms.objective import Objective
from domain.values.canonical import digest_of
from domain.values.ids import within
from domain.values.periods import Period

log = logging.getLogger(__name__)

NAME: Final = "service:closing"
AGAIN: Final = timedelta(minutes=10)
"""How long a period that could not be closed is left alone by the daily sheet."""


TAKEN_UP: Final = "its figures are again what was received"
ABOUT_TO_CLOSE: Final = "cases are open that may still be in time, or it is about to be closed"


def results_of(contract: str, objective: str) -> str:
    """Name the stream of an objective's results."""
    return within(within(contract, f"objective-{objective}"), "results")


@dataclass(frozen=True, slots=True)
class OpenPeriod:
    """A period that is over and has no result; ``because`` says what is wanting."""

    period: JudgedPeriod
    reported: bool
    because: str


@dataclass(frozen=True, slots=True)
class _Question:
    """What a period of an objective comes to, asked at an instant."""

    contract: str
    objective: str
    judged: JudgedPeriod
    now: datetime

    @property
    def promised(self) -> Objective:
        return promised(self.judged, self.objective)


class Closing:
    """Works results out and puts them on record."""

    def __init__(self, ledger: Ledger, agreed: AgreedTerms, figures: Figures) -> None:
        self._ledger = ledger
        self._agreed = agreed
        self._figures = figures
        self._tried: dict[tuple[str, str], datetime] = {}

    def results(self, contract: str, objective: str) -> Results:
        """Return what is on record of an objective."""
        found: Results = self._ledger.load(RESULTS, results_of(contract, objective)).state
        return found

    def over(self, agreed: Agreed, objective: str, now: datetime) -> tuple[JudgedPeriod, ...]:
        """Return the periods of an objective that are over."""
        return judged_over(agreed.versions, objective, agreed.ends, now)

    def open(self, contract: str, objective: str, now: datetime) -> Iterator[OpenPeriod]:
        """Yield the periods that are over and not closed, and what each waits for."""
        state = self.results(contract, objective)
        for judged in self.over(self._agreed.of(contract), objective, now):
            if judged.key in state.aside:
                yield OpenPeriod(judged, judged.key in state.reported, state.aside[judged.key])
            elif judged.key not in state.results:
                reported = judged.key in state.reported
                told = self._by(_Question(contract, objective, judged, now), reported=reported)
                because = told.because if isinstance(told, Waits) else ABOUT_TO_CLOSE
                yield OpenPeriod(judged, reported, because)

    def due(self, contract: str, objective: str, now: datetime) -> int:
        """Close what falls due, for the daily sheet; return how many facts that made.

        What could not be closed is looked at again a while later, or when something comes in.
        """
        tried = self._tried.get((contract, objective))
        if tried is not None and tried <= now < tried + AGAIN:
            return 0
        recorded = self.close(contract, objective, now)
        self._tried[contract, objective] = now
        return recorded

    def close(self, contract: str, objective: str, now: datetime) -> int:
        """Close every period that is over and can be closed; return how many facts that made.

        A period that was set aside is looked at again too, whether it was closed before or not.
        """
        state = self.results(contract, objective)
        return sum(
            self._look_at(_Question(contract, objective, judged, now), state, TAKEN_UP)
            for judged in self.over(self._agreed.of(contract), objective, now)
            if judged.key not in state.results or judged.key in state.aside
        )

    def again(
        self, contract: str, objective: str, touched: Period, now: datetime, because: str
    ) -> int:
        """Work out anew what some time counts in: restate what changes, close what can be closed.

        Returns how many facts that made.
        """
        state = self.results(contract, objective)
        return sum(
            self._look_at(_Question(contract, objective, judged, now), state, because)
            for judged in self.over(self._agreed.of(contract), objective, now)
            if judged.period.overlap(touched) is not None
        )

    def set_aside(
        self, contract: str, objective: str, period: date, now: datetime, why: str
    ) -> int:
        """Record that the figures of a period are not as received; return how many facts."""
        log.error("%s of %s of %s is set aside: %s", period, objective, contract, why)
        return self._record(contract, objective, SetPeriodAside(period, why), now)

    def take_up(self, contract: str, objective: str, period: date, now: datetime) -> int:
        """Record that a period can be worked out again, if it was set aside."""
        if period not in self.results(contract, objective).aside:
            return 0
        return self._record(contract, objective, TakePeriodUp(period), now)

    def _record(
        self, contract: str, objective: str, command: SetPeriodAside | TakePeriodUp, now: datetime
    ) -> int:
        stream = results_of(contract, objective)
        key = f"{type(command).__name__}:{command.period}:{now.isoformat()}:{stream}"
        done = self._ledger.perform(Act(NAME, None, now, key), Step(RESULTS, stream, command))
        return 0 if done.repeated else len(done.events)

    def _look_at(self, asked: _Question, state: Results, because: str) -> int:
        """Work one period out; one whose figures are spoilt keeps no other from its turn."""
        key = asked.judged.key
        try:
            known = state.results.get(key)
            if known is None:
                recorded = self._close(asked, reported=key in state.reported)
            else:
                by = counted_by(known.basis, asked.judged, asked.promised)
                recorded = self._establish(asked, by, because)
        except SpoiltFiguresError as spoilt:
            return self.set_aside(asked.contract, asked.objective, key, asked.now, str(spoilt))
        if key in state.aside:
            recorded += self.take_up(asked.contract, asked.objective, key, asked.now)
        return recorded

    def _close(self, asked: _Question, *, reported: bool) -> int:
        by = self._by(asked, reported=reported)
        if isinstance(by, Waits):
            log.info("%s of %s stays open: %s", asked.judged.key, asked.objective, by.because)
            return 0
        return self._establish(asked, by, "")

    def _by(self, asked: _Question, *, reported: bool) -> By | Waits:
        """Return what a period counts by, or that it waits: for time, or for figures."""
        by = counts_by(asked.judged, asked.promised, asked.now, reported=reported)
        if isinstance(by, Waits) or not (by.if_told or by.if_whole):
            return by
        period = asked.judged.period
        spoken = self._figures.spoken_for(asked.contract, asked.objective, period, by.sides)
        sides = " and ".join(sorted(by.sides))
        if not spoken:
            return Waits(f"there are no figures of the {sides}")
        gaps = Spans.over(period) - spoken
        if by.if_whole and gaps:
            first = next(iter(gaps))
            return Waits(
                f"the {sides} said nothing about {instant(first[0]):%Y-%m-%dT%H:%M:%SZ} until "
                f"before {instant(first[1]):%Y-%m-%dT%H:%M:%SZ}"
            )
        return by

    def _establish(self, asked: _Question, by: By, because: str) -> int:
        result = self._worked_out(asked, by)
        stream = results_of(asked.contract, asked.objective)
        # What was worked out names the act: however often it is tried, it is recorded once.
        key = f"{asked.judged.key}:{asked.now.isoformat()}:{digest_of(str(result))}:{stream}"
        act = Act(NAME, None, asked.now, key)
        try:
            done = self._ledger.perform(
                act, Step(RESULTS, stream, EstablishResult(result, because, asked.now))
            )
        except Refused as refusal:
            log.info("%s of %s: %s", asked.judged.key, asked.objective, refusal.rule)
            return 0
        return 0 if done.repeated else len(done.events)

    def _worked_out(self, asked: _Question, by: By) -> Result:
        judged, objective = asked.judged, asked.objective
        period = judged.period
        if not by.sides:
            met = by.basis == "not reported: met"
            parts = tuple(by_rule(part, objective, met=met) for part in judged.parts)
            return Result(judged.key, period.starts, period.ends, by.basis, digest_of([]), parts)
        read = self._figures.read(asked.contract, judged, objective, by.sides, asked.now)
        excuses, cases = self.excuses(asked.contract)
        parts = tuple(
            part_result(part, attained_by(part, objective, read, excuses, asked.now))
            for part in judged.parts
        )
        batches = [[one.source, one.batch, one.digest] for one in read.facts]
        used = digest_of({"batches": batches, "exclusions": cases})
        return Result(judged.key, period.starts, period.ends, by.basis, used, parts)

    def excuses(self, contract: str) -> tuple[tuple[Excuse, ...], list[list[str]]]:
        """Return a contract's exclusions as attainment takes them, and how each case stands."""
        state = self._ledger.load(EXCLUSIONS, within(contract, "exclusions")).state
        return state.excuses(), [[case, str(how)] for case, how in state.standing.items()]


def attained_by(
    part: Governed, objective: str, read: Read, excuses: tuple[Excuse, ...], now: datetime
) -> Attainment:
    """Work out what a part of a period comes to, by the version that governs it."""
    promise = _promise(part.version.terms.objective(objective))
    observed = Observed(records_for(read, part, objective), excuses, now)
    return attainment(part.version.terms, promise, part.period, observed)


def promised(judged: JudgedPeriod, objective: str) -> Objective:
    """Return the objective as the terms have it that govern the end of a period."""
    return _promise(judged.last.objective(objective))


def _promise(found: Objective | None) -> Objective:
    if found is None:
        raise AssertionError("a part of a judged period is governed by terms with the objective")
    return found
