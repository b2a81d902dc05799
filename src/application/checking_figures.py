"""``fsck``: hold the figures that are kept against the facts that speak of them, batch by batch.

The history proves the facts; a fact holds the digest of its figures. Figures that were exchanged,
cut or dropped do not have it any more, and neither does a batch that was filed under another name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from application.event_catalogue import CATALOGUE
from application.faults import Fault
from application.ledger import Ledger
from application.measurement_store import Filed, MeasurementStore
from domain.performance.facts import MeasurementsReceived
from domain.performance.figures import Sheet, digest_of_sheets

RECEIVED: Final = CATALOGUE.topics(MeasurementsReceived)


@dataclass(slots=True)
class FiguresChecked:
    """How many batches were looked at, and what does not hold."""

    batches: int = 0
    faults: list[Fault] = field(default_factory=list)


def check_figures(ledger: Ledger, store: MeasurementStore) -> FiguresChecked:
    """Read every batch that has a fact, a month at a time, and compare it with the fact's digest.

    Figures without a fact are no fault: they count for nothing, and are swept.
    """
    checked = FiguresChecked()
    for place, fact in ledger.each(RECEIVED):
        if isinstance(fact, MeasurementsReceived):
            checked.batches += 1
            checked.faults += _faults(place, fact, store)
    return checked


def _faults(place: str, fact: MeasurementsReceived, store: MeasurementStore) -> Iterator[Fault]:
    named = f"{place}: batch {fact.batch} of {fact.source}"
    contract, objective = _of(place)
    found = [
        one
        for one in store.named(contract, objective, fact.source, fact.batch)
        if one.digest == fact.digest
    ]
    if not found:
        yield Fault(named, "its figures are gone, or are filed as others")
        return
    filed = found[0]
    digest = digest_of_sheets(fact.shape, fact.starts, fact.ends, filed.sheets)
    stretch = (filed.starts, filed.ends, filed.shape) == (fact.starts, fact.ends, fact.shape)
    if digest != fact.digest or not stretch:
        yield Fault(named, "what it is filed as is not what was received")
        return
    for sheet in filed.sheets:
        yield from _sheet_faults(named, filed, sheet, store)


def _sheet_faults(
    named: str, filed: Filed, sheet: Sheet, store: MeasurementStore
) -> Iterator[Fault]:
    data = store.read([filed.id], sheet.month, sheet.month).get((filed.id, sheet.month))
    if data is None:
        yield Fault(named, f"its figures of {sheet.month:%Y-%m} are gone")
    elif sha256(data).hexdigest() != sheet.digest:
        yield Fault(named, f"its figures of {sheet.month:%Y-%m} are not what was received")


def _of(place: str) -> tuple[str, str]:
    contract, objective, _ = place.partition(" ")[0].rsplit("/", 2)
    return contract, objective.removeprefix("objective-")
