"""The figures of an objective: each batch of a source is received once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from typing import Final

from domain.decider import Decider, Refused, command, state
from domain.performance.facts import MeasurementFact, MeasurementsReceived

AHEAD: Final = timedelta(minutes=5)
"""How far a source's clock may be ahead of ours."""


@command
class ReceiveMeasurements:
    """Hand in a batch; the figures themselves are stored beside, in the same act."""

    received: MeasurementsReceived
    now: datetime


@state
class Received:
    """The batches so far, by source and name."""

    batches: Mapping[tuple[str, str], MeasurementsReceived] = field(default_factory=dict)


def decide(command: ReceiveMeasurements, state: Received) -> list[MeasurementFact]:
    """Receive a batch once.

    Raises Refused: batch-reused, batch-without-time, measured-in-the-future.
    """
    batch = command.received
    known = state.batches.get((batch.source, batch.batch))
    if known == batch:
        return []
    if known is not None:
        raise Refused(
            "batch-reused",
            f"batch {batch.batch} of {batch.source} came in before with other figures: give a "
            "correction a name of its own",
            place="batch",
        )
    if batch.starts >= batch.ends:
        raise Refused(
            "batch-without-time", "a batch speaks for some time: starts before ends", place="ends"
        )
    if batch.ends > command.now + AHEAD:
        raise Refused(
            "measured-in-the-future",
            f"it is {command.now:%Y-%m-%dT%H:%M:%SZ}; a batch cannot speak for time to come",
            place="ends",
        )
    return [batch]


def evolve(state: Received, fact: MeasurementFact) -> Received:
    """Replay one fact."""
    return Received({**state.batches, (fact.source, fact.batch): fact})


MEASUREMENTS: Decider[ReceiveMeasurements, Received, MeasurementFact] = Decider(
    "measurements", decide, evolve, Received()
)
