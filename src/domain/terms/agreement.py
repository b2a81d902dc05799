"""AgreementTerms: the one document that is offered, answered, signed, measured and priced."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from domain.terms.calendar import Calendar, Dates, ServiceHours
from domain.terms.clause import Clause, Dependency, Exclusion
from domain.terms.commercial import Budget, Charge, Term
from domain.terms.objective import Objective
from domain.terms.part import Line, Part, Text
from domain.terms.remedy import CreditRules
from domain.terms.support import (
    EscalationLevel,
    Reporting,
    Reviews,
    StakeholderGroup,
    SupportLevel,
)
from domain.values.canonical import Digest, canonical_json, digest_of
from domain.values.money import Currency
from domain.values.periods import Zone

SCHEMA: Final = "parley/agreement-terms/1"


class AgreementTerms(Part):
    """The complete terms of a service level agreement."""

    schema_: Annotated[Literal["parley/agreement-terms/1"], Field(alias="schema")]
    """The form this document is written in."""
    title: Line
    """What people call the agreement."""
    provider: Line
    """The organisation that provides the service."""
    client: Line
    """The organisation that receives it."""
    service: Line
    """The service."""
    description: Text | None = None
    """What the service is, at greater length."""
    term: Term
    """From when to when."""
    zone: Zone = "UTC"
    """The IANA zone in which days, periods and deadlines of this agreement are meant."""
    currency: Currency
    """The currency of every amount in these terms."""
    charges: Annotated[tuple[Charge, ...], Field(max_length=200)] = ()
    """What the client pays."""
    budget: Budget | None = None
    """What the client will spend at most."""
    calendars: Annotated[tuple[Calendar, ...], Field(max_length=200)] = ()
    """Service hours and lists of dates."""
    dependencies: Annotated[tuple[Dependency, ...], Field(max_length=200)] = ()
    """What the service rests on."""
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1, max_length=200)]
    """What is promised."""
    credits: CreditRules = CreditRules()
    """How credits are paid, whichever objective they come from."""
    exclusions: Annotated[tuple[Exclusion, ...], Field(max_length=200)] = ()
    """What does not count against the provider."""
    reporting: Reporting | None = None
    """Who reports, by when."""
    amended_in_mid_period: Literal["splits the period", "waits for the next period"] = (
        "splits the period"
    )
    """How an amendment that comes into force in mid-period is measured and priced."""
    support: Annotated[tuple[SupportLevel, ...], Field(max_length=50)] = ()
    """Support levels by severity."""
    escalation: Annotated[tuple[EscalationLevel, ...], Field(max_length=50)] = ()
    """Who is told, and when it goes further up."""
    stakeholders: Annotated[tuple[StakeholderGroup, ...], Field(max_length=100)] = ()
    """The functions with an interest in the agreement."""
    reviews: Reviews | None = None
    """The meetings in which both sides look at the service."""
    clauses: Annotated[tuple[Clause, ...], Field(max_length=1000)] = ()
    """What cannot be typed."""

    def document(self) -> dict[str, Any]:
        """Return the JSON document; fields at their default are left out, numbers are strings."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def canonical(self) -> bytes:
        """Return the document in canonical JSON (RFC 8785): the bytes that are signed."""
        return canonical_json(self.document())

    @cached_property
    def digest(self) -> Digest:
        """The SHA-256 of the canonical bytes, which an acceptance names."""
        return digest_of(self.document())

    @property
    def starts(self) -> date:
        """The first day in force."""
        return self.term.starts

    @property
    def ends(self) -> date | None:
        """The last day in force, or None when it runs until it is ended."""
        return self.term.ends

    def calendar(self, name: str) -> ServiceHours | Dates | None:
        """Return the calendar of that id, or None."""
        return next((calendar for calendar in self.calendars if calendar.id == name), None)

    def charge(self, name: str) -> Charge | None:
        """Return the charge of that id, or None."""
        return next((charge for charge in self.charges if charge.id == name), None)

    def objective(self, name: str) -> Objective | None:
        """Return the objective of that id, or None."""
        return next((objective for objective in self.objectives if objective.id == name), None)

    def support_level(self, name: str) -> SupportLevel | None:
        """Return the support level of that id, or None."""
        return next((level for level in self.support if level.id == name), None)
