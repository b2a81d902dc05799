"""Use cases: hold proposed terms against a past, and keep what came of it to one's own side."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from application.access import Action
from application.agreed import AgreedTerms
from application.closing import Closing
from application.desk import Desk, Request
from application.errors import NotFound
from application.figures import Figures, records_for
from application.ledger import Outcome
from application.preparing import Preparing
from domain.attainment.records import WrongRecords
from domain.attainment.spans import instant
from domain.backtest.outcome import Backtest
from domain.backtest.past import Past, Told, whole_days
from domain.backtest.replay import NothingToReplay, backtest
from domain.decider import Refused
from domain.performance.counting import reporting_sides
from domain.performance.periods import JudgedPeriod
from domain.settlement.governing import Governed, Version
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.ids import relationship_of
from domain.values.periods import Days
from domain.values.sides import Side

LONGEST: Final = 1_900
"""How many days are read of a contract at once: more than five years."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of the terms on file are held against a past; ``k`` as the back-test takes it."""

    terms_digest: Digest
    k: int | None = None


class Backtesting:
    """What a side finds out for itself; ``about`` is a negotiation's stream."""

    def __init__(
        self,
        desk: Desk,
        preparing: Preparing,
        agreed: AgreedTerms,
        figures: Figures,
        closing: Closing,
    ) -> None:
        self._desk = desk
        self._preparing = preparing
        self._agreed = agreed
        self._figures = figures
        self._closing = closing

    def proposed(self, request: Request, about: str, digest: Digest) -> AgreementTerms:
        """Return the terms of a digest; raises Refused: unknown-terms."""
        return self._preparing.proposed(request, about, digest)

    def of_contract(
        self, request: Request, about: str, contract: str, terms: AgreementTerms, days: Days
    ) -> Past:
        """Return what is on record of a contract between the same parties.

        What counts is what the sides said that report by the contract, and the exclusions as they
        stand. Raises NotFound for a contract of others, Refused: too-long.
        """
        self._desk.side(request, Action.ENGINEER_REQUIREMENTS, str(relationship_of(about)))
        if relationship_of(contract) != relationship_of(about):
            raise NotFound("such contract")
        if days.count > LONGEST:
            raise Refused("too-long", f"a back-test goes over at most {LONGEST} days", place="last")
        agreed = self._agreed.of(contract)
        period, told = days.instants(terms.zone), {}
        part = Governed(Version(1, terms, period.starts), period)
        judged = JudgedPeriod(days.first, days, terms.zone, (part,))
        for objective in terms.objectives:
            known = agreed.latest.objective(objective.id)
            if known is None:
                continue
            by = reporting_sides(agreed.latest, known)
            found = self._told(contract, judged, objective.id, by, request.at)
            if found is not None:
                told[objective.id] = found
        excuses, _ = self._closing.excuses(contract)
        return Past(told, excuses)

    def record(
        self, request: Request, about: str, asked: Asked, past: Past
    ) -> tuple[Outcome, Backtest]:
        """Hold terms against a past and record what came of it, privately.

        Raises Refused: unknown-terms, nothing-to-replay, other-shape.
        """
        terms = self._preparing.proposed(request, about, asked.terms_digest)
        try:
            found = backtest(terms, past, asked.k)
        except NothingToReplay as nothing:
            raise Refused("nothing-to-replay", str(nothing)) from nothing
        except WrongRecords as wrong:
            raise Refused("other-shape", str(wrong)) from wrong
        return self._preparing.record_backtest(request, about, found), found

    def _told(
        self,
        contract: str,
        judged: JudgedPeriod,
        objective: str,
        by: Collection[Side],
        now: datetime,
    ) -> Told | None:
        spoken = self._figures.spoken_for(contract, objective, judged.period, by)
        if not spoken:
            return None
        read = self._figures.read(contract, judged, objective, by, now)
        first, last = int(spoken.starts[0]), int(spoken.ends[-1])
        days = whole_days(instant(first), instant(last), judged.zone)
        return Told(records_for(read, judged.parts[0], objective), days)
