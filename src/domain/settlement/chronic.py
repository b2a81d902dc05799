"""Chronic failure: whether repeated misses have opened the agreed right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.terms.agreement import AgreementTerms
from domain.terms.due import due_on
from domain.terms.objective import Objective
from domain.terms.remedy import ChronicFailure
from domain.values.periods import Days, midnight

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """How a period came out; ``missed`` None is not judged. ``notified_at``: by the client.

    ``reported`` is the local day on which a miss was reported; without one, the last of the period.
    """

    days: Days
    missed: bool | None
    notified_at: datetime | None = None
    reported: date | None = None


@dataclass(frozen=True, slots=True)
class RightOpened:
    """The right that repeated misses gave, in which periods, and until when it can be used.

    ``until`` is the first instant that is too late, None when there is no such limit.
    """

    objective: str
    right: str
    missed: tuple[Days, ...]
    until: datetime | None

    @property
    def ends_contract(self) -> bool:
        """Whether the client may end something by it, and not only ask to renegotiate."""
        return self.right != "renegotiate"

    @property
    def because(self) -> str:
        """Say which misses it rests on."""
        periods = ", ".join(f"{days.first} to {days.last}" for days in self.missed)
        return f"{self.objective} was missed in {len(self.missed)} periods: {periods}"


def right_opened(
    terms: AgreementTerms, objective: Objective, results: Sequence[PeriodResult]
) -> RightOpened | None:
    """Tell whether the right is open after the last of these results.

    ``results`` are those of every period that has ended, in order, also of those not judged: only
    then are the last of them periods in a row. A miss counts only when the client notified it in
    time, where that is agreed; ask again when a notification comes in.
    """
    rule = objective.chronic_failure
    if rule is None:
        return None
    row = results[-rule.of_consecutive :]
    missed = [one for one in row if one.missed and notified(terms, rule, one)]
    if len(missed) < rule.missed:
        return None
    until = _usable_until(terms, rule, missed[-1])
    return RightOpened(objective.id, rule.right, tuple(one.days for one in missed), until)


def notified(terms: AgreementTerms, rule: ChronicFailure, result: PeriodResult) -> bool:
    """Tell whether a miss was notified as long after its period as agreed; the last day counts."""
    if rule.notified_within is None:
        return True
    if result.notified_at is None:
        return False
    last_day = due_on(rule.notified_within, result.days.last, terms)
    return result.notified_at.astimezone(ZoneInfo(terms.zone)).date() <= last_day


def _usable_until(
    terms: AgreementTerms, rule: ChronicFailure, last: PeriodResult
) -> datetime | None:
    if rule.exercised_within is None:
        return None
    reported = last.reported or last.days.last
    return midnight(rule.exercised_within.after(reported) + _ONE_DAY, terms.zone)
