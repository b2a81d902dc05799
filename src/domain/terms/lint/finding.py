"""What a rule of lint says: its name, how much it matters, where, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Whether a finding stops an offer or only deserves a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the terms.

    ``places`` is the smallest set of term paths to blame: changing any one of them could put it
    right, and leaving all of them alone could not.
    """

    rule: str
    severity: Severity
    places: tuple[str, ...]
    because: str


def error(rule: str, because: str, *places: str) -> Finding:
    """Return a finding that stops an offer."""
    return Finding(rule, Severity.ERROR, places, because)


def warning(rule: str, because: str, *places: str) -> Finding:
    """Return a finding that does not."""
    return Finding(rule, Severity.WARNING, places, because)
