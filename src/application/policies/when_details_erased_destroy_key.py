"""When somebody's details are erased, their key is destroyed.

Whoever records the fact destroys the key at once. This rule is for when they did not get to it: it
sees each such fact at least once, and to destroy a key again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from application.ledger import Ledger, Step
from application.policies.base import Policy
from application.recorded import Recorded
from domain.parties.facts import PersonalDetailsErased

NAME: Final = "when-details-erased-destroy-key"


def policy(ledger: Ledger) -> Policy:
    """Return the rule; it records nothing, so no step ever follows."""

    def react(event: Recorded) -> Sequence[Step]:
        if isinstance(event.fact, PersonalDetailsErased):
            ledger.keys.destroy(event.fact.person)
            ledger.forget(event.stream)
        return ()

    return Policy(NAME, react)
