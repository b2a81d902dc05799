"""The course of a running period: how it stood at instants up to now, by what is known now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from application.agreed import Agreed
from application.closing import Closing, attained_by
from application.figures import Figures
from domain.attainment.spans import instant
from domain.performance.counting import measuring_sides
from domain.performance.periods import running_period
from domain.performance.running import Running, running
from domain.values.periods import Period

POINTS: Final = 8


class Course:
    """Looks back over running periods; figures are read once, however many instants are asked."""

    def __init__(self, figures: Figures, closing: Closing) -> None:
        self._figures = figures
        self._closing = closing

    def of(
        self, agreed: Agreed, objective: str, now: datetime, points: int = POINTS
    ) -> tuple[Running, ...]:
        """Return how the running period stood at so many instants, the latest last.

        Nothing outside the term, and while nothing is told of it. The last one is what
        ``Concern.standing`` says. Raises SpoiltFiguresError.
        """
        judged = running_period(agreed.versions, objective, agreed.ends, now)
        if judged is None:
            return ()
        part = next((one for one in judged.parts if now in one.period), judged.parts[-1])
        promised = part.version.terms.objective(objective)
        if promised is None:
            return ()
        sides = measuring_sides(part.version.terms, promised)
        told = self._figures.spoken_for(agreed.contract, objective, part.period, sides)
        until = min(instant(told.ends[-1]), now) if told else part.period.starts
        if until <= part.period.starts:
            return ()
        read = self._figures.read(agreed.contract, judged, objective, sides, now)
        excuses, _ = self._closing.excuses(agreed.contract)
        found = []
        for number in range(1, points + 1):
            at = part.period.starts + (until - part.period.starts) * number // points
            so_far = replace(part, period=Period(part.period.starts, at))
            attained = attained_by(so_far, objective, read, excuses, now)
            found.append(running(judged, part, at, attained))
        return tuple(found)
