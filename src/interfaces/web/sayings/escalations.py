"""Facts of escalations: who is told of a miss, and who is at it."""

from __future__ import annotations

from typing import assert_never

from domain.escalations import facts as escalation
from domain.escalations.facts import EscalationFact
from interfaces.web.sayings.voice import Saying, Voice, because, came, did, on, quoted, words


def of_escalations(fact: EscalationFact, voice: Voice) -> Saying:
    """Say who is told of a miss, and who is at it."""
    match fact:
        case escalation.EscalationBegun(objective=objective, period=period, threshold=threshold):
            what = "was missed" if threshold is None else f"reached {threshold} %"
            of_period = f"{words(objective)} in the period from {on(period)}"
            return came(f"Escalation {fact.escalation} began: {of_period} {what}.")
        case escalation.EscalationClimbed(level=level, role=role, side=side):
            whose = "both sides" if side is None else voice.side(side)
            climbed = f"Escalation {fact.escalation} reached level {level}"
            return came(f"{climbed}: {role} of {whose} has to act.")
        case escalation.EscalationAcknowledged(says=says):
            return did(f"is at escalation {fact.escalation}: {quoted(says)}")
        case escalation.EscalationEnded(because=why):
            return came(f"Escalation {fact.escalation} ended{because(why)}.")
        case _:
            assert_never(fact)
