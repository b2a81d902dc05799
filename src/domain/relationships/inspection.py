"""What an auditor read is itself on record, for both sides to see."""

from __future__ import annotations

from domain.decider import Decider, command, state
from domain.relationships.facts import RecordsInspected
from domain.values.ids import PartyId, PersonId


@command
class InspectRecords:
    """Read something as an auditor; ``reading`` names this one reading."""

    reading: str
    auditor: PartyId
    person: PersonId
    what: str


@state
class Inspection:
    """The last reading on record."""

    last: str | None = None


def decide(command: InspectRecords, state: Inspection) -> list[RecordsInspected]:
    """Record a reading, once."""
    if state.last == command.reading:
        return []
    return [RecordsInspected(command.reading, command.auditor, command.person, command.what)]


def evolve(_: Inspection, fact: RecordsInspected) -> Inspection:
    """Replay one fact."""
    return Inspection(fact.reading)


INSPECTION: Decider[InspectRecords, Inspection, RecordsInspected] = Decider(
    "inspection", decide, evolve, Inspection()
)
