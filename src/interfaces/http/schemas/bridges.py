"""Agreements in other tools' languages, and theirs in ours, as they travel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from domain.terms.lint import Severity
from domain.values.money import Currency
from interfaces.bridges.draft import Draft
from interfaces.bridges.governing import Target
from interfaces.bridges.telling import Unsaid
from interfaces.bridges.tmf651 import Binding
from interfaces.files.positions import MOST_BYTES
from interfaces.http.schemas.base import Answer, Body
from interfaces.http.schemas.contracts import Day
from interfaces.http.schemas.terms import FindingAnswer

Source = Literal["openslo", "table"]

Named = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^\S(.*\S)?$")]


class ImportBody(Body):
    """A document of another tool, and what such documents do not say."""

    language: Source
    text: Annotated[str, StringConstraints(min_length=1, max_length=MOST_BYTES)]
    """The document itself, YAML."""
    only: Named | None = None
    """Which table, by its id, when there are several."""
    provider: Named | None = None
    client: Named | None = None
    currency: Currency | None = None
    starts: Day | None = None
    """The first day; today, when it is left out."""


class UnsaidAnswer(Answer):
    """What a translation does not say, or says only nearly."""

    place: str
    """The path of the term; for an import, the place in the document."""
    because: str


class ProblemAnswer(Answer):
    """Why a document cannot be read."""

    line: int
    column: int
    place: str
    rule: str
    message: str


class ExportAnswer(Answer):
    """The governing version in another language, with all that it does not say."""

    to: Target
    media_type: str
    text: str
    """The file."""
    contract: str
    version: int
    terms_digest: str
    as_of: datetime
    binding: Binding
    unsaid: list[UnsaidAnswer]


class ImportAnswer(Answer):
    """A draft, what it leaves open, and what the document said that it does not."""

    fine: bool
    """Whether there are terms that could be offered."""
    terms: dict[str, Any] | None
    digest: str | None
    findings: list[FindingAnswer]
    unsaid: list[UnsaidAnswer]
    problems: list[ProblemAnswer]


def unsaid_answers(unsaid: tuple[Unsaid, ...]) -> list[UnsaidAnswer]:
    """Show what is not said."""
    return [UnsaidAnswer(place=item.place, because=item.because) for item in unsaid]


def import_answer(draft: Draft) -> ImportAnswer:
    """Show a draft."""
    errors = [finding for finding in draft.findings if finding.severity is Severity.ERROR]
    return ImportAnswer(
        fine=draft.terms is not None and not errors,
        terms=draft.terms.document() if draft.terms is not None else None,
        digest=draft.terms.digest if draft.terms is not None else None,
        findings=[
            FindingAnswer(
                rule=finding.rule,
                severity=finding.severity,
                places=list(finding.places),
                because=finding.because,
            )
            for finding in draft.findings
        ],
        unsaid=unsaid_answers(draft.unsaid),
        problems=[
            ProblemAnswer(
                line=problem.line,
                column=problem.column,
                place=problem.place,
                rule=problem.rule,
                message=problem.message,
            )
            for problem in draft.problems
        ],
    )


def first_day(given: date | None, now: datetime) -> date:
    """Return the first day of a draft: the one given, or today."""
    return given if given is not None else now.date()
