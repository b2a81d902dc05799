"""When a period is missed or a threshold of it reached, it climbs the path agreed for that.

The path is that of the terms in force at that moment. A result that turns out to be met after all,
and a period that is closed, end what was under way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from application.agreed import AgreedTerms, governing
from application.ledger import Step
from application.policies.base import Policy
from application.policies.when_figures_change_work_out_again import place_of
from application.recorded import Recorded
from domain.escalations.escalations import ESCALATIONS, JudgePeriod, ReachThreshold
from domain.performance.facts import ResultEstablished, ResultRestated, ThresholdReached
from domain.values.ids import within

NAME: Final = "when-period-missed-escalate"


def escalations_of(contract: str) -> str:
    """Name the stream of a contract's escalations."""
    return within(contract, "escalations")


def policy(agreed: AgreedTerms) -> Policy:
    """Return the rule."""

    def react(event: Recorded) -> Sequence[Step]:
        fact = event.fact
        if not isinstance(fact, ResultEstablished | ResultRestated | ThresholdReached):
            return ()
        contract, objective = place_of(event.stream)
        terms = governing(agreed.of(contract), event.at)
        about = (event.stream, event.version, terms, event.at)
        command: ReachThreshold | JudgePeriod
        if isinstance(fact, ThresholdReached):
            named = (fact.window, fact.severity, f"{fact.percent} %")
            threshold = " ".join(part for part in named if part)
            command = ReachThreshold(objective, fact.period, threshold, *about)
        else:
            result = fact.result
            command = JudgePeriod(objective, result.period, result.missed, *about)
        return (Step(ESCALATIONS, escalations_of(contract), command),)

    return Policy(NAME, react)
