"""What a published table of prices and credits may say, and in what form."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from domain.terms.deadline import Span
from domain.terms.part import Bounded, Line
from domain.values.exact import Amount, Percentage
from domain.values.money import Currency
from domain.values.periods import PeriodText, Zone


class Row(BaseModel):
    """What all parts of a table share: fields nobody knows are kept, to be listed."""

    model_config = ConfigDict(extra="allow", frozen=True, hide_input_in_errors=True)


class TierRow(Row):
    """A stretch of results and its credit."""

    at_least: Bounded | None = None
    below: Bounded | None = None
    above: Bounded | None = None
    at_most: Bounded | None = None
    credit_percent: Percentage


class ObjectiveRow(Row):
    """What is promised."""

    indicator: Line
    target: Bounded | None = None
    comparison: Annotated[str, Field(pattern="^at (least|most)$")] = "at least"
    period: PeriodText | None = None
    time_zone: Zone | None = None
    measured_as: Line | None = None
    tiers: tuple[TierRow, ...] = ()


class MinimumRow(Row):
    """The least credit that is paid."""

    amount: Amount
    currency: Currency | None = None
    rule: Line | None = None


class ClaimRow(Row):
    """How a credit is asked for."""

    required: StrictBool = True
    deadline: Line | Span | None = None


class CapRow(Row):
    """The most that is credited."""

    percent: Percentage
    of: Line | None = None


class Table(Row):
    """One published table."""

    id: Line | None = None
    provider: Line | None = None
    client: Line | None = None
    service: Line
    currency: Currency | None = None
    objective: ObjectiveRow | None = None
    secondary: ObjectiveRow | None = None
    objectives: tuple[ObjectiveRow, ...] = ()
    credit_percent_of: Line | None = None
    tiers: tuple[TierRow, ...] = ()
    minimum_credit: MinimumRow | None = None
    claim: ClaimRow | None = None
    credit_paid_as: Line | None = None
    cap: CapRow | tuple[CapRow, ...] = ()
    exclusions: tuple[Line, ...] = ()
