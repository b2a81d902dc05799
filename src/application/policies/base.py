"""How a policy acts: it sees each event at least once and its act is recorded exactly once.

An act's key is made of the policy's name and the event it answers. Seeing the event again leads to
the same key, and the ledger answers a key it knows with the first outcome. So no transaction has
to span the policy's position and its facts.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.ledger import Act, Ledger, Step
from application.recorded import Recorded
from domain.decider import Refused

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule of the form *when this is recorded, that follows*.

    ``react`` returns the steps that follow from an event, none for most events.
    """

    name: str
    react: React


class React(Protocol):
    """What follows from an event."""

    def __call__(self, event: Recorded) -> Sequence[Step]:
        """Return the steps that follow, the main one first."""
        ...


class PolicyTracking(Protocol):
    """Remembers up to where policies have seen the ledger."""

    def policies_position(self) -> int:
        """Return the position of the last event that every policy has answered."""
        ...

    def set_policies_position(self, position: int) -> None:
        """Remember a position."""
        ...


class PolicyRunner:
    """Shows each event to every policy and records what follows."""

    def __init__(
        self, ledger: Ledger, tracking: PolicyTracking, policies: Sequence[Policy]
    ) -> None:
        self._ledger = ledger
        self._tracking = tracking
        self._policies = tuple(policies)

    def position(self) -> int:
        """Return up to where the policies have answered."""
        return self._tracking.policies_position()

    def advance(self, limit: int) -> int:
        """Answer up to ``limit`` events; return how many."""
        events = self._ledger.follow(self.position(), limit)
        for positioned in events:
            for policy in self._policies:
                self._answer(policy, positioned.event)
        if events:
            self._tracking.set_policies_position(events[-1].position)
        return len(events)

    def _answer(self, policy: Policy, event: Recorded) -> None:
        steps = policy.react(event)
        if not steps:
            return
        act = Act(
            by=f"service:{policy.name}",
            party=None,
            at=event.at,
            key=f"{policy.name}:{event.stream}:{event.version}",
        )
        try:
            self._ledger.perform(act, *steps)
        except Refused as refusal:
            # A business "no" must not stop the follower at this event for ever.
            log.warning("%s refused on %s: %s", policy.name, event.stream, refusal.rule)
