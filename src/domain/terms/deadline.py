"""Deadlines and limits: elapsed, calendar, in working days, or in billing cycles."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from domain.terms.part import Id, Line, Part
from domain.values.durations import Duration, Elapsed, IsoDuration
from domain.values.exact import Exact


class WorkingDays(Part):
    """So many days on which a calendar is open, the day of the event not counted."""

    working_days: Annotated[int, Field(strict=True, ge=0, le=1000)]
    """How many."""
    of: Id
    """The service hours whose open days count."""


class BillingCycles(Part):
    """The end of the so-manieth billing cycle after the one in which it happened."""

    billing_cycles: Annotated[int, Field(strict=True, ge=0, le=120)]
    """How many; 0 is the end of the cycle in which it happened."""


class Quantity(Part):
    """A limit that is no time: a number and what it counts."""

    quantity: Exact
    """The limit itself is still within it."""
    unit: Line
    """What is counted."""


def _kind(value: object) -> str:
    if isinstance(value, Part):
        return type(value).__name__
    if isinstance(value, dict):
        for field, kind in (
            ("billing_cycles", "BillingCycles"),
            ("quantity", "Quantity"),
        ):
            if field in value:
                return kind
        return "WorkingDays"
    return "Duration"


Span = Annotated[
    Annotated[IsoDuration, Tag("Duration")]
    | Annotated[WorkingDays, Tag("WorkingDays")]
    | Annotated[BillingCycles, Tag("BillingCycles")],
    Discriminator(_kind),
]
"""A deadline: ``P30D``, ``{working_days: 10, of: business-hours}`` or ``{billing_cycles: 2}``."""

Notice = Annotated[
    Annotated[IsoDuration, Tag("Duration")] | Annotated[WorkingDays, Tag("WorkingDays")],
    Discriminator(_kind),
]
"""How long ahead: ``P5D`` or ``{working_days: 5, of: business-hours}``."""

Limit = Annotated[
    Annotated[Elapsed, Tag("Duration")]
    | Annotated[WorkingDays, Tag("WorkingDays")]
    | Annotated[Quantity, Tag("Quantity")],
    Discriminator(_kind),
]
"""What a case must stay within: ``PT4H``, working days, or a number of some unit."""

AnySpan = Duration | WorkingDays | BillingCycles
