"""Agreement files: YAML or JSON in, terms out, and everything wrong with its line and rule."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Finding, Severity, lint
from domain.terms.paths import Location, TermPath, locations
from interfaces.files.json import read_json
from interfaces.files.positions import Placed, Unreadable
from interfaces.files.yaml import read_yaml

_RULES: Final = {
    "extra_forbidden": "unknown-field",
    "missing": "missing-field",
    "literal_error": "unknown-word",
    "union_tag_invalid": "unknown-word",
    "union_tag_not_found": "missing-field",
    "string_type": "text-expected",
    "string_pattern_mismatch": "bad-shape",
    "too_short": "too-few",
    "too_long": "too-many",
    "string_too_short": "bad-shape",
    "string_too_long": "too-long",
    "int_type": "whole-number-expected",
    "bool_type": "yes-or-no-expected",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
    "tuple_type": "list-expected",
    "model_type": "mapping-expected",
}
"""What pydantic calls an error, and what we do."""

_IDENTS: Final = ("id", "window", "level", "per")
_IN_QUOTES: Final = 'write it in quotes, "{}": a bare number may lose its exact value'


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: where, by which rule, and why."""

    file: str
    line: int
    column: int
    place: str
    rule: str
    message: str
    severity: str = "error"

    def __str__(self) -> str:
        """Write it as one line: ``FILE:LINE:COL place: rule: message``."""
        place = f"{self.place}: " if self.place else ""
        note = "warning: " if self.severity == "warning" else ""
        return f"{self.file}:{self.line}:{self.column} {note}{place}{self.rule}: {self.message}"

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading a file: the terms unless their shape is wrong, and all problems."""

    file: str
    terms: AgreementTerms | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop an offer."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that do not."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")


def check_file(path: Path) -> Checked:
    """Read a file and say everything that is wrong with it.

    Raises OSError when the file cannot be read at all.
    """
    return check_bytes(path.read_bytes(), str(path))


def check_bytes(raw: bytes, file: str) -> Checked:
    """Do the same for a document at hand; a name that ends in .json is read as JSON."""
    try:
        placed = read_json(raw) if file.endswith(".json") else read_yaml(raw)
    except Unreadable as error:
        problem = Problem(file, error.line, error.column, "", error.rule, error.message)
        return Checked(file, None, (problem,))
    try:
        terms = AgreementTerms.model_validate(placed.plain())
    except ValidationError as error:
        return Checked(file, None, tuple(_shape_problems(error, placed, file)))
    where = locations(terms)
    problems = (_finding_problem(finding, where, placed, file) for finding in lint(terms))
    return Checked(file, terms, tuple(problems))


def _shape_problems(error: ValidationError, placed: Placed, file: str) -> list[Problem]:
    wrongs = error.errors(include_url=False, include_context=False)
    return [
        _shape_problem(wrong, placed, file)
        for wrong in wrongs
        if not (wrong["type"] == "too_short" and _has_one_inside(wrong, wrongs))
    ]


def _has_one_inside(wrong: ErrorDetails, wrongs: list[ErrorDetails]) -> bool:
    """Tell whether a list is only too short because what stands in it is wrong itself."""
    around = wrong["loc"]
    return any(
        len(other["loc"]) > len(around) and other["loc"][: len(around)] == around
        for other in wrongs
    )


def _shape_problem(wrong: ErrorDetails, placed: Placed, file: str) -> Problem:
    location = tuple(placed.steps(wrong["loc"]))
    line, column = placed.at(location)
    found = placed.find(location)
    is_float = found is not None and isinstance(found.value, float)
    return Problem(
        file=file,
        line=line,
        column=column,
        place="/".join(str(step) for step in _named(placed, location)),
        rule="float-refused" if is_float else _RULES.get(wrong["type"], "bad-value"),
        message=_IN_QUOTES.format(found.written)
        if found is not None and is_float
        else _message(wrong["type"], wrong["msg"]),
    )


def _named(placed: Placed, location: Location) -> list[str | int]:
    """Name list positions by the id that stands there, the way the domain's paths do."""
    here: Placed | None = placed
    named: list[str | int] = []
    for step in location:
        following: Placed | None = None
        if here is not None and isinstance(step, int) and here.items is not None:
            following = here.items[step]
            entries = following.entries or {}
            idents = [entries[field].value for field in _IDENTS if field in entries]
            named.append(idents[0] if idents and isinstance(idents[0], str | int) else step)
        elif here is not None and isinstance(step, str):
            following = (here.entries or {}).get(step)
            named.append(step)
        here = following
    return named


def _message(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such field here"
    if kind == "missing":
        return "this field is required"
    return " ".join(
        message.removeprefix("Value error, ").replace("Input should", "it should").split()
    )


def _finding_problem(
    finding: Finding, where: dict[TermPath, Location], placed: Placed, file: str
) -> Problem:
    place = finding.places[0] if finding.places else ""
    line, column = placed.at(_nearest(place, where))
    others = finding.places[1:]
    also = f" (with {', '.join(others)})" if others else ""
    return Problem(
        file=file,
        line=line,
        column=column,
        place=place,
        rule=finding.rule,
        message=f"{finding.because}{also}",
        severity="warning" if finding.severity is Severity.WARNING else "error",
    )


def _nearest(place: str, where: dict[TermPath, Location]) -> Location:
    """Return where a path stands, or the nearest part around it."""
    path = place
    while path:
        location = where.get(TermPath(path))
        if location is not None:
            return location
        path = path.rpartition("/")[0]
    return ()
