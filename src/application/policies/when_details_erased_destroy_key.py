"""When somebody's details are erased, their key is destroyed.

Whoever records the fact destroys the key at once. This rule is for when they did not get to it: it
sees each such fact at least once, and to destroy a key again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from application.ledger import Step
from application.policies.base import Policy
from application.ports import KeyRing
from application.recorded import Recorded
from domain.parties.facts import PersonalDetailsErased

NAME: Final = "when-details-erased-destroy-key"


def policy(keys: KeyRing) -> Policy:
    """Return the rule; it records nothing, so no step ever follows."""

    def react(event: Recorded) -> Sequence[Step]:
        if isinstance(event.fact, PersonalDetailsErased):
            keys.destroy(event.fact.person)
        return ()

    return Policy(NAME, react)
