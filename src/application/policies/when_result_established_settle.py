"""When a result is established it is settled; when one is restated, so is its statement.

A statement that could not be made when a result was established is made with the next one: then
there is nothing to restate.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from application.ledger import Step
from application.policies.base import Policy
from application.policies.when_figures_change_work_out_again import place_of
from application.recorded import Recorded
from application.settling import Settling, credits_of
from domain.credits.commands import IssueStatement, RestateStatement
from domain.credits.credits import CREDITS
from domain.performance.facts import ResultEstablished, ResultRestated
from domain.settlement.settlement import CannotSettle

NAME: Final = "when-result-established-settle"
log = logging.getLogger(__name__)


def policy(settling: Settling) -> Policy:
    """Return the rule."""

    def react(event: Recorded) -> Sequence[Step]:
        if not isinstance(event.fact, ResultEstablished | ResultRestated):
            return ()
        contract, objective = place_of(event.stream)
        try:
            settlement = settling.settlement(contract, objective, event)
        except CannotSettle as wanting:
            log.warning("%s version %s is not settled: %s", event.stream, event.version, wanting)
            return ()
        known = (event.fact.result.period, objective) in settling.account(contract).latest
        if isinstance(event.fact, ResultRestated) and known:
            command: object = RestateStatement(settlement, event.fact.because)
        else:
            command = IssueStatement(settlement)
        return (Step(CREDITS, credits_of(contract), command),)

    return Policy(NAME, react)
