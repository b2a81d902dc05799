"""The test language of every decider: given facts, when a command, then facts or a refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from domain.decider import Decider, Refused


@dataclass(frozen=True)
class Scenario:
    """``Scenario(DECIDER).given(...).when(...).then(...)`` or ``.refused("rule")``."""

    decider: Decider[Any, Any, Any]
    facts: tuple[Any, ...] = ()

    def given(self, *facts: Any) -> Scenario:
        """Add facts to the history."""
        return replace(self, facts=(*self.facts, *facts))

    def when(self, command: Any) -> Outcome:
        """Decide a command on the history so far."""
        return Outcome(self, command)


@dataclass(frozen=True)
class Outcome:
    """What a command leads to; nothing runs before ``then`` or ``refused`` asks."""

    scenario: Scenario
    command: Any

    def facts(self) -> list[Any]:
        """Run the decision."""
        decider = self.scenario.decider
        return decider.decide(self.command, decider.replay(self.scenario.facts))

    def then(self, *facts: Any) -> Scenario:
        """Expect exactly these facts, and go on from there."""
        assert tuple(self.facts()) == facts
        return self.scenario.given(*facts)

    def refused(self, rule: str) -> Scenario:
        """Expect a refusal by this rule, and go on from an unchanged history."""
        with pytest.raises(Refused) as refusal:
            self.facts()
        assert refusal.value.rule == rule, refusal.value
        return self.scenario
