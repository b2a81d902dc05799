"""Term, renewal, notice, charges and budget."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.terms.part import Id, Line, Part
from domain.values.durations import IsoDuration, Length
from domain.values.exact import Amount
from domain.values.periods import Day


class Renewal(Part):
    """What happens when the term ends."""

    kind: Literal["automatic", "by agreement", "none"]
    """Whether it goes on by itself, only when both agree, or never."""
    for_: Annotated[Length | None, Field(alias="for")] = None
    """For how long each time."""
    decline_by: IsoDuration | None = None
    """How long before the end either side can still decline."""
    at_most: Annotated[int | None, Field(strict=True, ge=1, le=100)] = None
    """How many times at most."""

    @model_validator(mode="after")
    def _length_when_automatic(self) -> Self:
        if self.kind == "automatic" and self.for_ is None:
            raise ValueError("an automatic renewal says for how long")
        return self


class NoticePeriods(Part):
    """How long before its end a party must say that it ends the agreement early.

    A reason without a period gives no right to end it.
    """

    by_provider: IsoDuration | None = None
    """For convenience, by the provider."""
    by_client: IsoDuration | None = None
    """For convenience, by the client."""
    for_cause: IsoDuration | None = None
    """For a breach that was not cured, by either side."""
    to_cure: IsoDuration | None = None
    """How long the other side has to cure a breach first."""
    for_chronic_failure: IsoDuration | None = None
    """When the right of chronic failure is used."""


class Term(Part):
    """From the first day to the last, both included, in the zone of the terms."""

    starts: Day
    """The first day in force."""
    ends: Day | None = None
    """The last day in force; without it, the agreement runs until it is ended."""
    renewal: Renewal | None = None
    """What happens when it ends; without it, it expires."""
    notice: NoticePeriods | None = None
    """How it can be ended early."""


class Charge(Part):
    """What the client pays."""

    id: Id
    """Its stable name."""
    title: Line | None = None
    """What it is for."""
    amount: Amount
    """How much, in the currency of the terms."""
    every: Literal["month", "quarter", "year", "term"]
    """For which stretch it is paid: calendar stretches, a part of one pro rata by days; ``term``
    is paid once."""
    estimate: Annotated[bool, Field(strict=True)] = False
    """Whether the amount is an estimate of use; credits are then a percentage of what was
    billed."""


class Budget(Part):
    """What the client will spend at most."""

    ceiling: Amount
    """How much, in the currency of the terms."""
    per: Literal["month", "quarter", "year", "term"] = "term"
    """For which stretch."""
