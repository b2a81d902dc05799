"""What an OpenSLO v1 document may look like, from its published specification.

Fields that the specification does not name are kept, so that an import can list them. Numbers are
decimals. Raises pydantic's ValidationError for a document that breaks a rule.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel

VERSION: Final = "openslo/v1"
LONGEST_DESCRIPTION: Final = 1050
DURATION_PATTERN: Final = r"^[1-9][0-9]{0,8}[mhdwMQY]$"

Name = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9A-Z]([a-z0-9A-Z.|/\\_-]{0,253}[a-z0-9A-Z])?$")
]
Shorthand = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}[mhdwMQY]$")]
Description = Annotated[str, StringConstraints(max_length=LONGEST_DESCRIPTION)]
Number = Annotated[Decimal | int, Field(union_mode="left_to_right")]


class Loose(BaseModel):
    """What all parts share."""

    model_config = ConfigDict(
        extra="allow", frozen=True, alias_generator=to_camel, hide_input_in_errors=True
    )


class Metadata(Loose):
    """A name, and what people call it."""

    name: Name
    display_name: str | None = None
    labels: dict[str, str | list[str]] = {}
    annotations: dict[str, str] = {}


class MetricSource(Loose):
    """Where figures come from; ``spec`` is any mapping."""

    metric_source_ref: str | None = None
    type: str | None = None
    spec: dict[str, Any]


class Metric(Loose):
    """One query."""

    metric_source: MetricSource


class RatioMetric(Loose):
    """Good or bad of total, or a ratio that is stored as such."""

    counter: bool | None = None
    good: Metric | None = None
    bad: Metric | None = None
    total: Metric | None = None
    raw_type: Literal["success", "failure"] | None = None
    raw: Metric | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if self.raw is not None:
            if self.raw_type is None or self.good or self.bad or self.total:
                raise ValueError("raw goes with rawType, and without good, bad and total")
        elif self.total is None or (self.good is None) == (self.bad is None):
            raise ValueError("a ratio has total and either good or bad, or raw")
        return self


class SliSpec(Loose):
    """An indicator."""

    description: Description | None = None
    threshold_metric: Metric | None = None
    ratio_metric: RatioMetric | None = None

    @model_validator(mode="after")
    def _one_metric(self) -> Self:
        if (self.threshold_metric is None) == (self.ratio_metric is None):
            raise ValueError("an indicator has either thresholdMetric or ratioMetric")
        return self


class Indicator(Loose):
    """An indicator written where it is used."""

    metadata: Metadata
    spec: SliSpec


class Objective(Loose):
    """A target."""

    display_name: str | None = None
    op: Literal["lte", "gte", "lt", "gt"] | None = None
    value: Number | None = None
    target: Annotated[Number, Field(ge=0, lt=1)] | None = None
    target_percent: Annotated[Number, Field(ge=0, lt=100)] | None = None
    time_slice_target: Annotated[Number, Field(gt=0, le=1)] | None = None
    time_slice_window: Shorthand | Annotated[int, Field(gt=0)] | None = None
    indicator: Indicator | None = None
    indicator_ref: str | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.target is None) == (self.target_percent is None):
            raise ValueError("an objective has either target or targetPercent")
        return self


class Calendar(Loose):
    """Where calendar windows begin."""

    start_time: Annotated[
        str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$")
    ]
    time_zone: str


class TimeWindow(Loose):
    """What a target is judged over."""

    duration: Annotated[str, StringConstraints(pattern=DURATION_PATTERN)]
    is_rolling: bool | None = None
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _rolling_or_calendar(self) -> Self:
        if bool(self.is_rolling) == (self.calendar is not None):
            raise ValueError("a time window is either rolling or has a calendar")
        return self


class PolicyRef(Loose):
    """An alert policy named, or written where it is used."""

    alert_policy_ref: str | None = None


class SloSpec(Loose):
    """A service level objective."""

    description: Description | None = None
    service: str
    indicator: Indicator | None = None
    indicator_ref: str | None = None
    time_window: Annotated[list[TimeWindow], Field(max_length=1)] = []
    budgeting_method: Literal["Occurrences", "Timeslices", "RatioTimeslices"]
    objectives: Annotated[list[Objective], Field(min_length=1)]
    alert_policies: list[PolicyRef] = []

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        composite = any(one.indicator or one.indicator_ref for one in self.objectives)
        named = (self.indicator is not None) + (self.indicator_ref is not None)
        if named != (0 if composite else 1):
            raise ValueError("there is one indicator, here or on each objective")
        threshold = self.indicator is not None and self.indicator.spec.threshold_metric is not None
        if threshold and len(self.objectives) > 1:
            raise ValueError("a thresholdMetric has one objective")
        for one in self.objectives:
            if threshold and (one.op is None or one.value is None):
                raise ValueError("an objective of a thresholdMetric has op and value")
            if self.budgeting_method != "Occurrences" and one.time_slice_window is None:
                raise ValueError("budgeting by slices needs timeSliceWindow")
            if self.budgeting_method == "Timeslices" and one.time_slice_target is None:
                raise ValueError("Timeslices needs timeSliceTarget")
        return self


class Condition(Loose):
    """When an alert is raised."""

    kind: Literal["burnrate"] = "burnrate"
    threshold: Number
    lookback_window: Shorthand
    alert_after: Shorthand = "0m"


class ConditionSpec(Loose):
    """A condition and how severe it is."""

    description: Description | None = None
    severity: str
    condition: Condition


class InlineCondition(Loose):
    """A condition named, or written where it is used."""

    condition_ref: str | None = None
    kind: Literal["AlertCondition"] | None = None
    metadata: Metadata | None = None
    spec: ConditionSpec | None = None

    @model_validator(mode="after")
    def _named_or_written(self) -> Self:
        if (self.condition_ref is None) == (self.spec is None):
            raise ValueError("a condition is either named or written out")
        return self


class TargetRef(Loose):
    """A notification target named, or written where it is used."""

    target_ref: str | None = None


class PolicySpec(Loose):
    """Whom an alert tells."""

    description: Description | None = None
    alert_when_no_data: bool = False
    alert_when_resolved: bool = False
    alert_when_breaching: bool = False
    conditions: Annotated[list[InlineCondition], Field(min_length=1, max_length=1)]
    notification_targets: list[TargetRef]


class NotificationSpec(Loose):
    """Where an alert goes."""

    description: Description | None = None
    target: str


class ServiceSpec(Loose):
    """A service."""

    description: Description | None = None


class Document(Loose):
    """What all documents share."""

    api_version: Literal["openslo/v1"]
    metadata: Metadata


class Slo(Document):
    """A service level objective."""

    kind: Literal["SLO"]
    spec: SloSpec


class Sli(Document):
    """An indicator."""

    kind: Literal["SLI"]
    spec: SliSpec


class Service(Document):
    """A service."""

    kind: Literal["Service"]
    spec: ServiceSpec


class AlertPolicy(Document):
    """An alert policy."""

    kind: Literal["AlertPolicy"]
    spec: PolicySpec


class AlertCondition(Document):
    """A condition of alert policies."""

    kind: Literal["AlertCondition"]
    spec: ConditionSpec


class AlertNotificationTarget(Document):
    """Where alerts go."""

    kind: Literal["AlertNotificationTarget"]
    spec: NotificationSpec


class DataSource(Document):
    """How a source of figures is reached."""

    kind: Literal["DataSource"]
    spec: dict[str, Any]


AnyDocument = Annotated[
    Slo | Sli | Service | AlertPolicy | AlertCondition | AlertNotificationTarget | DataSource,
    Field(discriminator="kind"),
]
DOCUMENT: Final[TypeAdapter[AnyDocument]] = TypeAdapter(AnyDocument)
