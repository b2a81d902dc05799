"""The envelope: a fact with where it stands, when it was recorded, by whom and under which key."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.history.leaf import leaf_of
from domain.history.merkle import Hash
from domain.values.ids import RelationshipId, relationship_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """One fact as the ledger holds it (satisfies the library's ``DomainEventProtocol``).

    ``originator_version`` counts 1..n in its stream without a gap. ``at`` is UTC. ``by`` is a
    person id, or ``service:...`` for what fell due or followed by policy; ``party`` is on whose
    behalf. ``key`` is the command's idempotency key.
    """

    originator_id: str
    originator_version: int
    at: datetime
    by: str
    party: str | None
    key: str
    fact: Any
    stored: bytes | None = field(default=None, compare=False, repr=False)
    """The JSON it was read from, if it is still written so and nothing in it is personal."""

    @property
    def stream(self) -> str:
        """The stream's id."""
        return self.originator_id

    @property
    def version(self) -> int:
        """The fact's number in its stream."""
        return self.originator_version

    @property
    def relationship(self) -> RelationshipId | None:
        """The relationship the stream belongs to, if any."""
        return relationship_of(self.originator_id)


@dataclass(frozen=True, slots=True)
class Positioned:
    """A recorded fact with its position in commit order (ascending, with gaps)."""

    position: int
    event: Recorded


@dataclass(frozen=True, slots=True)
class Kept:
    """A fact as it is stored: what its leaf in the history is made of."""

    stream: str
    version: int
    topic: str
    state: bytes

    @property
    def leaf(self) -> Hash:
        """The fact's leaf hash, derived from what is stored."""
        return leaf_of(self.stream, self.version, self.topic, self.state)
