"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: where, and what is wrong."""

    place: str
    because: str

    def __str__(self) -> str:
        """Write it as one line."""
        return f"{self.place}: {self.because}"
