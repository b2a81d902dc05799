"""Remedies: what a missed target costs, what bounds it, how it is asked for and paid."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.terms.deadline import Notice, Span
from domain.terms.part import ALWAYS, Bounded, Id, Part, plain
from domain.values.durations import Elapsed, Interval, IsoDuration
from domain.values.exact import Amount, Percentage


class Tier(Part):
    """A stretch of results and the credit it leads to. A bound itself belongs to the better tier.

    Where more is better: from ``at_least`` (included) up to ``below`` (excluded). Where less is
    better: over ``above`` (excluded) up to ``at_most`` (included). A bound left out is no bound.
    """

    window: Id = ALWAYS
    """The window of the target this tier belongs to."""
    severity: Id | None = None
    """The support level of the target this tier belongs to."""
    at_least: Bounded | None = None
    """The worst result still in this tier, where more is better."""
    below: Bounded | None = None
    """The result that is already too good for this tier, where more is better."""
    above: Bounded | None = None
    """The result that is already too good for this tier, where less is better."""
    at_most: Bounded | None = None
    """The worst result still in this tier, where less is better."""
    credit: Percentage | None = None
    """The credit, as a percentage of the charge."""
    amount: Amount | None = None
    """The credit, as a fixed amount for the period."""

    @model_validator(mode="after")
    def _one_direction_and_one_credit(self) -> Self:
        more_is_better = self.at_least is not None or self.below is not None
        less_is_better = self.above is not None or self.at_most is not None
        if more_is_better == less_is_better:
            raise ValueError("a tier has at_least and below, or above and at_most")
        if (self.credit is None) == (self.amount is None):
            raise ValueError("a tier has either a credit in percent or an amount")
        return self

    @property
    def more_is_better(self) -> bool:
        """Whether a larger result is the better one."""
        return self.above is None and self.at_most is None

    def key(self) -> str:
        """Name a tier by its window and its lower bound: ``business-hours/from-99``."""
        of = self.window if self.severity is None else f"{self.window}:{self.severity}"
        if not self.more_is_better:
            return f"{of}/above-{plain(self.above) if self.above is not None else '0'}"
        return f"{of}/from-{plain(self.at_least) if self.at_least is not None else '0'}"


class Bonus(Part):
    """What the client pays on top when a result is better than promised, where that is agreed."""

    window: Id = ALWAYS
    """The window of the target it belongs to."""
    severity: Id | None = None
    """The support level of the target it belongs to."""
    at_least: Bounded | None = None
    """The result from which it is due, where more is better."""
    at_most: Bounded | None = None
    """The result up to which it is due, where less is better."""
    percent: Percentage
    """The bonus, as a percentage of the charge."""

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a bonus has either at_least or at_most")
        return self

    def key(self) -> str:
        """Name a bonus by its window and its bound."""
        of = self.window if self.severity is None else f"{self.window}:{self.severity}"
        if self.at_least is not None:
            return f"{of}/from-{plain(self.at_least)}"
        return f"{of}/to-{plain(self.at_most) if self.at_most is not None else '0'}"


class Cap(Part):
    """The most that is credited in a span of time, in percent of its charges or as an amount."""

    per: Literal["period", "12 months", "term"]
    """The period judged, any 12 consecutive months, or the whole term."""
    percent: Percentage | None = None
    """In percent of the charges of that span."""
    amount: Amount | None = None
    """As a fixed amount."""
    of: Id | None = None
    """The charge meant by the percentage; without it, the remedy's own, and for a cap over all
    objectives all charges."""

    @model_validator(mode="after")
    def _percent_or_amount(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a cap has either a percent or an amount")
        return self

    def key(self) -> str:
        """Name a cap by its span."""
        return self.per.replace(" ", "-")


class MinimumCredit(Part):
    """The credit that is too small to be paid."""

    amount: Amount
    """The amount, in the currency of the terms."""
    paid: Literal["only when strictly above", "from this amount on"] = "only when strictly above"
    """Whether a credit of exactly this amount is paid."""


class Claim(Part):
    """How a credit is asked for. Without it, or when it is not required, credits are automatic."""

    required: Annotated[bool, Field(strict=True)] = True
    """Whether a credit is paid only when it is claimed."""
    within: Span
    """By when: ``P30D``, ``{working_days: 10, of: ...}`` or ``{billing_cycles: 2}``; a claim on
    the last day is in time."""
    after: Literal["period end", "incident", "report"] = "period end"
    """From when the deadline runs."""


class NoCharge(Part):
    """A stretch of time that is not charged at all when too much of it was down; automatic."""

    each: Interval
    """How long a stretch is, counted from midnight UTC."""
    down_more_than: Elapsed
    """The downtime that is still charged; any more is not."""


class Remedy(Part):
    """What a missed target costs."""

    of: Id
    """The charge that credits are a percentage of, or ``all-charges``."""
    tiers: Annotated[tuple[Tier, ...], Field(max_length=200)] = ()
    """The credit for each stretch of results under the target."""
    several_windows: Literal["add up", "largest only"] = "add up"
    """What is credited when several windows of one period are missed."""
    caps: Annotated[tuple[Cap, ...], Field(max_length=10)] = ()
    """Upper bounds on the credits of this objective."""
    minimum: MinimumCredit | None = None
    """The credit that is too small to be paid."""
    no_charge: NoCharge | None = None
    """Stretches of time that are not charged at all."""
    claim: Claim | None = None
    """How a credit is asked for; without it, credits are automatic."""
    bonus: Annotated[tuple[Bonus, ...], Field(max_length=50)] = ()
    """What the client pays on top for a better result."""


class ChronicFailure(Part):
    """The right that repeated misses give."""

    missed: Annotated[int, Field(strict=True, ge=1, le=120)]
    """How many missed periods."""
    of_consecutive: Annotated[int, Field(strict=True, ge=1, le=120)]
    """Of how many periods in a row."""
    notified_within: Notice | None = None
    """A miss counts only when the client notified it within this long after the period."""
    right: Literal["terminate", "terminate the affected service", "renegotiate"]
    """What the client may then do."""
    exercised_within: IsoDuration | None = None
    """How long the right can be used, from the report of the last miss."""


class CreditRules(Part):
    """How credits are paid, whichever objective they come from."""

    paid_as: Literal["deduction from future charges", "payment", "extension of the term"] = (
        "deduction from future charges"
    )
    """In what form."""
    paid_within: Span | None = None
    """How long after a credit is granted."""
    transferable: Annotated[bool, Field(strict=True)] = False
    """Whether a credit can be passed on to another account or party."""
    sole_remedy: Annotated[bool, Field(strict=True)] = False
    """Whether credits are all the client can ask for because of a miss."""
    caps: Annotated[tuple[Cap, ...], Field(max_length=10)] = ()
    """Upper bounds on the credits of all objectives together; a percentage is of all charges."""
