"""Running periods: how they stand by what was received, and the thresholds they reach."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from application.agreed import AgreedTerms
from application.closing import Closing, results_of
from application.course import Course
from application.figures import Figures
from application.ledger import Act, Ledger, Step
from domain.performance.figures import SpoiltFiguresError
from domain.performance.periods import running_period
from domain.performance.results import RESULTS, ReachThreshold
from domain.performance.running import Running, concerns

NAME: Final = "service:concern"


class Concern:
    """Looks at periods before they are over."""

    def __init__(
        self, ledger: Ledger, agreed: AgreedTerms, figures: Figures, closing: Closing
    ) -> None:
        self._ledger = ledger
        self._agreed = agreed
        self._figures = figures
        self._closing = closing

    def standing(self, contract: str, objective: str, now: datetime) -> Running | None:
        """Say how the running period stands; None outside the term, and while nothing is told.

        What counts is what figures speak of: time after the latest of them is not missing yet.
        """
        agreed = self._agreed.of(contract)
        course = Course(self._figures, self._closing).of(agreed, objective, now, points=1)
        return course[-1] if course else None

    def look(self, contract: str, objective: str, now: datetime) -> int:
        """Record the thresholds of concern that are reached; return how many facts that made."""
        latest = self._agreed.of(contract).latest.objective(objective)
        if latest is None or not latest.concern_at:
            return 0
        try:
            standing = self.standing(contract, objective, now)
        except SpoiltFiguresError as spoilt:
            return self._set_aside(contract, objective, now, str(spoilt))
        if standing is None:
            return 0
        stream, recorded = results_of(contract, objective), 0
        for reached in concerns(standing, latest):
            key = f"{stream}:{reached.period}:{reached.window}:{reached.severity}:{reached.percent}"
            act = Act(NAME, None, now, key)
            done = self._ledger.perform(act, Step(RESULTS, stream, ReachThreshold(reached)))
            recorded += 0 if done.repeated else len(done.events)
        return recorded + self._closing.take_up(contract, objective, standing.judged.key, now)

    def _set_aside(self, contract: str, objective: str, now: datetime, why: str) -> int:
        agreed = self._agreed.of(contract)
        judged = running_period(agreed.versions, objective, agreed.ends, now)
        if judged is None:
            return 0
        return self._closing.set_aside(contract, objective, judged.key, now, why)
