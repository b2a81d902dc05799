"""What a check came to: what does not hold, what could not be proven, what is worth knowing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MOST_FINDINGS: Final = 50
"""How many findings of a kind are written out; the others are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: the file, leaf or version it is about, and what is so."""

    place: str
    because: str

    def document(self) -> dict[str, str]:
        """Return it as JSON."""
        return {"place": self.place, "because": self.because}


class Unreadable(Exception):  # noqa: N818 - it is an answer
    """The bundle, or a part of it, is not such as bundles are; nothing behind it can be checked."""

    def __init__(self, place: str, because: str) -> None:
        super().__init__(f"{place}: {because}")
        self.finding = Finding(place, because)


class Malformed(Exception):  # noqa: N818 - it is an answer
    """A document does not say what it has to; the message says what is missing."""


@dataclass(slots=True)
class FoundSoFar:
    """Findings of one kind: the first of them, and how many there are."""

    first: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, place: str, because: str) -> None:
        """Take one down."""
        self.count += 1
        if self.count <= MOST_FINDINGS:
            self.first.append(Finding(place, because))

    def documents(self) -> list[dict[str, str]]:
        """Return them as JSON, and how many there are besides."""
        rows = [finding.document() for finding in self.first]
        if self.count > MOST_FINDINGS:
            rows.append({"place": "", "because": f"and {self.count - MOST_FINDINGS} more"})
        return rows


@dataclass(slots=True)
class Findings:
    """Everything found: faults refute the bundle, gaps leave it unproven, remarks do neither."""

    faults: FoundSoFar = field(default_factory=FoundSoFar)
    gaps: FoundSoFar = field(default_factory=FoundSoFar)
    remarks: FoundSoFar = field(default_factory=FoundSoFar)
