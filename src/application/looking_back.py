"""Use cases: read the audit trail by what one looks for, and see how things stood then.

How something stood is never kept: it is replayed from the first fact up to the one asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from application.access import Seat
from application.desk import Desk, Request
from application.errors import NotFound
from application.projections.audit_trail import AuditRow, AuditTrail
from application.projections.base import Projection, Query, R
from application.projections.contracts import ContractRegister
from application.projections.negotiation_board import NegotiationBoard
from application.reading import Reading
from application.recorded import Recorded
from domain.contract.contract import CONTRACT
from domain.decider import Decider
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.ids import kind_of

CHUNK: Final = 200
SHOWN_BEFORE: Final = 50
"""How many of the facts that led to something are shown with it."""
REPLAYED: Final[dict[str, Decider[Any, Any, Any]]] = {
    "contract": CONTRACT,
    "negotiation": NEGOTIATION,
}
"""What can be seen as it stood, by kind of stream; of any other its facts are shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which facts of a trail: all that fit every field given.

    ``names`` are those of the facts' classes; ``party`` is for whom it was done; ``since`` and
    ``until`` are instants (UTC), the latter the first that is too late.
    """

    stream: str | None = None
    names: frozenset[str] | None = None
    party: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, row: AuditRow) -> bool:
        """Tell whether a fact is one of those looked for."""
        return (
            (self.names is None or row.name in self.names)
            and (self.since is None or row.at >= self.since)
            and (self.until is None or row.at < self.until)
        )


@dataclass(frozen=True, slots=True)
class Stood:
    """A stream as it stood right after one of its facts, which is the last of ``facts``.

    ``state`` is None for a kind that is not replayed. ``earlier`` tells that more facts came before
    those shown; ``latest`` is the version that the stream is at now.
    """

    stream: str
    version: int
    state: Any
    facts: tuple[Recorded, ...]
    earlier: bool
    latest: int

    @property
    def at(self) -> datetime:
        """When it came to stand so (UTC)."""
        return self.facts[-1].at


class LookingBack:
    """The past of a relationship, as one seat may see it."""

    def __init__(self, desk: Desk, reading: Reading) -> None:
        self._desk = desk
        self._reading = reading

    def trail(
        self,
        seat: Seat,
        relationship: str,
        wanted: Wanted,
        after: tuple[str, str] | None,
        most: int,
    ) -> list[AuditRow]:
        """Return the latest facts that are wanted, the latest first, at most so many."""
        party = () if wanted.party is None else (("party", wanted.party),)
        query = Query(
            relationship=relationship,
            stream=wanted.stream,
            matching=party,
            after=after,
            descending=True,
            limit=CHUNK,
        )
        found: list[AuditRow] = []
        for row in self._every(AuditTrail(), seat, query):
            if wanted.fits(row):
                found.append(row)
            if len(found) == most:
                break
        return found

    def stood(self, request: Request, stream: str, version: int) -> Stood:
        """Return a stream as it stood at one of its versions; raises NotFound.

        What an auditor reads is put on record.
        """
        self._reading.admit(request, stream)
        before = max(0, version - SHOWN_BEFORE)
        facts = self._desk.ledger.history(stream, after=before, limit=version - before)
        if not facts or facts[-1].version != version:
            raise NotFound("such fact")
        return self._stood(stream, facts)

    def stood_at(self, seat: Seat, relationship: str, at: datetime) -> list[Stood]:
        """Return every negotiation and contract of a relationship as it stood at an instant.

        The seat is one to read the relationship's trail; an auditor's is on record by then.
        """
        found: list[Stood] = []
        for stream in self._streams(seat, relationship):
            facts = self._desk.ledger.history(stream)
            known = facts[: bisect_right([fact.at for fact in facts], at)]
            if known:
                found.append(self._stood(stream, known[-SHOWN_BEFORE:]))
        return found

    def _stood(self, stream: str, facts: tuple[Recorded, ...]) -> Stood:
        version = facts[-1].version
        decider = REPLAYED.get(kind_of(stream))
        ledger = self._desk.ledger
        return Stood(
            stream,
            version,
            None if decider is None else ledger.load_at(decider, stream, version).state,
            facts,
            earlier=facts[0].version > 1,
            latest=version + len(ledger.history(stream, after=version)),
        )

    def _streams(self, seat: Seat, relationship: str) -> Iterator[str]:
        query = Query(relationship=relationship, limit=CHUNK)
        for contract in self._every(ContractRegister(), seat, query):
            yield contract.contract
        for negotiation in self._every(NegotiationBoard(), seat, query):
            yield negotiation.negotiation

    def _every(self, projection: Projection[R], seat: Seat, query: Query) -> Iterator[R]:
        """Yield every row that the seat may see, a chunk at a time."""
        while rows := self._reading.page(projection, seat, query):
            yield from rows
            if len(rows) < query.limit:
                return
            place = projection.place(rows[-1])
            query = replace(query, after=(place.sort, place.key))
