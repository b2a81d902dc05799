"""When something is recorded that concerns people, they are told.

It records no fact. What it files is named by the event, so an event that is seen again files
nothing again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from application.ledger import Step
from application.notices.notifying import Notifying
from application.policies.base import Policy
from application.recorded import Recorded

NAME: Final = "when-something-needs-attention-notify"


def policy(notifying: Notifying) -> Policy:
    """Return the rule."""

    def react(event: Recorded) -> Sequence[Step]:
        notifying.file(event)
        return ()

    return Policy(NAME, react)
