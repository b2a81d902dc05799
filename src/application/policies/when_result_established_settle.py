"""When a result is established it is settled; when one is restated, so is its statement.

A statement that could not be made when a result was established is made with the next one: then
there is nothing to restate. One that could not be made because its figures were not as received
is made when the period is taken up again; one that a bill has moved meanwhile is restated then.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from application.closing import TAKEN_UP
from application.ledger import Step
from application.policies.base import Policy
from application.policies.when_figures_change_work_out_again import place_of
from application.recorded import Recorded
from application.settling import Settling, credits_of
from domain.credits.commands import IssueStatement, RestateStatement
from domain.credits.credits import CREDITS
from domain.performance.facts import PeriodTakenUp, ResultEstablished, ResultRestated
from domain.performance.figures import SpoiltFiguresError
from domain.settlement.settlement import CannotSettle

NAME: Final = "when-result-established-settle"
log = logging.getLogger(__name__)


def policy(settling: Settling) -> Policy:
    """Return the rule."""

    def react(event: Recorded) -> Sequence[Step]:
        found = _result_of(settling, event)
        if found is None:
            return ()
        contract, objective = place_of(found.stream)
        try:
            settlement = settling.settlement(contract, objective, found)
        except CannotSettle as wanting:
            log.warning("%s version %s is not settled: %s", found.stream, found.version, wanting)
            return ()
        except SpoiltFiguresError as spoilt:
            key = found.fact.result.period
            return (settling.aside(contract, objective, key, str(spoilt)),)
        known = (found.fact.result.period, objective) in settling.account(contract).latest
        if isinstance(event.fact, PeriodTakenUp) and known:
            return _moved_meanwhile(settling, contract, objective, found, event)
        if isinstance(found.fact, ResultRestated) and known:
            command: object = RestateStatement(settlement, found.fact.because)
        else:
            command = IssueStatement(settlement)
        return (Step(CREDITS, credits_of(contract), command),)

    return Policy(NAME, react)


def _moved_meanwhile(
    settling: Settling, contract: str, objective: str, found: Recorded, event: Recorded
) -> Sequence[Step]:
    """Return the restatement of a settled period that was moved while it was set aside."""
    period = found.fact.result.period
    stated = next(
        one
        for one in settling.stated(contract)
        if (one.period, one.objective) == (period, objective)
    )
    again = settling.restatement(contract, stated, found, event.at)
    if again is None:
        return ()
    because = found.fact.because if isinstance(found.fact, ResultRestated) else TAKEN_UP
    return (Step(CREDITS, credits_of(contract), RestateStatement(again, because)),)


def _result_of(settling: Settling, event: Recorded) -> Recorded | None:
    """Return the event with the result to settle: the one seen, or the latest of its period."""
    match event.fact:
        case ResultEstablished() | ResultRestated():
            return event
        case PeriodTakenUp(period=period):
            return settling.latest(event.stream, period)
        case _:
            return None
