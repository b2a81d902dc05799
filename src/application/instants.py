"""When a fact is recorded: never before what it was decided upon, whatever clocks say.

What was known when is asked of these instants, for years, by others and offline: whether a key
counted when somebody signed, whether an offer still stood. So a decider is told the very instant
that its facts bear, and that instant is the latest of the clock's, of the stream's own latest fact,
and of what was looked up elsewhere. A clock that is set back, or that differs from another
server's, then leads to facts that stand as late as what they follow from, and to nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from application.recorded import Recorded
from domain.values.ids import PersonId

if TYPE_CHECKING:
    from application.ledger import Act, Ledger, Step, Stream

SIGNED: Final = frozenset({"negotiation.OfferAccepted", "negotiation.AgreementSigned"})
"""The stored names of the facts that hold a person's signature."""


def decided(act: Act, step: Step, stream: Stream) -> tuple[Recorded, ...]:
    """Decide a step at the instant that its facts are recorded at, and return them."""
    at = latest(act.at, stream.at, step.since)
    facts = step.decider.decide(_given_at(step.command, at), stream.state)
    return tuple(
        Recorded(stream.id, version, at, act.by, act.party, act.key, fact)
        for version, fact in enumerate(facts, start=stream.version + 1)
    )


def latest(now: datetime, *others: datetime | None) -> datetime:
    """Return the latest of the instants that are known."""
    return max((known for known in others if known is not None and known > now), default=now)


def last_signed(ledger: Ledger, person: PersonId) -> datetime | None:
    """Return the latest instant at which something that a person signed was recorded.

    What ends a key, or a mandate, is not recorded before what was signed with it.
    """
    return _last(ledger.acts_of(person, SIGNED))


def _last(events: Iterable[Recorded]) -> datetime | None:
    return max((event.at for event in events), default=None)


def _given_at(command: Any, at: datetime) -> Any:
    """Return a command as it is given at an instant, if it tells the time and tells an earlier."""
    now = getattr(command, "now", None)
    return command if now is None or now >= at else replace(command, now=at)
