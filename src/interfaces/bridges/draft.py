"""What came of reading other people's documents: a draft, what it leaves open, what it lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Finding, lint
from domain.terms.lint.finding import warning
from interfaces.bridges.telling import Unsaid
from interfaces.files.positions import Placed, Unreadable
from interfaces.files.terms import Problem

LEFT_OPEN: Final = "left-open"
ASSUMED: Final = "assumed"
MOST_PLACES: Final = 30
"""Digits that a number may have on either side: ``1e999999999`` is short to write only."""
_TO_BE_NAMED: Final = "to be named"


@dataclass(frozen=True, slots=True)
class Given:
    """What the one who imports adds, because such documents do not say it."""

    starts: date
    provider: str | None = None
    client: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """The first draft of an agreement: no terms when there are problems."""

    terms: AgreementTerms | None
    findings: tuple[Finding, ...] = ()
    """What the document leaves open or what was assumed, then what lint says."""
    unsaid: tuple[Unsaid, ...] = ()
    """What the document says and the draft does not, by the place in the document."""
    problems: tuple[Problem, ...] = ()
    """Why it could not be read."""


def left_open(because: str, *places: str) -> Finding:
    """Return a finding about what a document does not say."""
    return warning(LEFT_OPEN, because, *places)


def assumed(because: str, *places: str) -> Finding:
    """Return a finding about what was taken to be so."""
    return warning(ASSUMED, because, *places)


def parties(given: Given, named: Mapping[str, str | None]) -> tuple[dict[str, str], list[Finding]]:
    """Return the fields that name the parties, and what is left open about them."""
    fields: dict[str, str] = {}
    findings: list[Finding] = []
    for side in ("provider", "client"):
        name = getattr(given, side) or named.get(side)
        if name is None:
            findings.append(left_open(f"the {side} is not named", side))
        fields[side] = name or _TO_BE_NAMED
    return fields, findings


def drafted(
    document: dict[str, Any], findings: list[Finding], unsaid: list[Unsaid], file: str
) -> Draft:
    """Return the draft of a document of ours, with what lint says of it."""
    try:
        terms = AgreementTerms.model_validate(document)
    except ValidationError as error:
        return Draft(None, problems=tuple(_misfits(error, file)))
    return Draft(terms, (*findings, *lint(terms)), tuple(unsaid))


def _misfits(error: ValidationError, file: str) -> Iterator[Problem]:
    for wrong in error.errors(include_url=False, include_context=False):
        place = "/".join(str(step) for step in wrong["loc"])
        yield Problem(file, 1, 1, place, "does-not-fit-terms", wrong["msg"])


def unreadable(error: Unreadable, file: str) -> Problem:
    """Return why a document could not be read."""
    return Problem(file, error.line, error.column, "", error.rule, error.message)


def misshapen(error: ValidationError, placed: Placed, file: str, rule: str) -> Iterator[Problem]:
    """Yield what is wrong with the shape of a document, each with its line and place."""
    for wrong in error.errors(include_url=False, include_context=False):
        steps = tuple(placed.steps(wrong["loc"]))
        line, column = placed.at(steps)
        message = " ".join(wrong["msg"].removeprefix("Value error, ").split())
        yield Problem(file, line, column, "/".join(str(step) for step in steps), rule, message)


def exactly(placed: Placed) -> Any:
    """Return a document's values with every number as the decimal that is written there.

    Raises Unreadable for a number that is none, such as ``.nan``.
    """
    if placed.entries is not None:
        return {key: exactly(inside) for key, inside in placed.entries.items()}
    if placed.items is not None:
        return [exactly(inside) for inside in placed.items]
    if not isinstance(placed.value, float):
        return placed.value.isoformat() if isinstance(placed.value, date) else placed.value
    exact = Decimal(placed.written) if "n" not in placed.written.lower() else None
    if exact is None or not exact.is_finite() or abs(exact.adjusted()) > MOST_PLACES:
        because = f"this is no number of at most {MOST_PLACES} places"
        raise Unreadable("bad-value", because, placed.line, placed.column)
    return exact
