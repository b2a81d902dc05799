"""Documents with positions: YAML 1.2 and JSON, read strictly, each value with its line and column.

Refused: duplicate keys, anchors, tags of one's own, several documents in one file, and documents
that are too large or too deep. A bare float is read as one, so that the terms can refuse it by name
and place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

MOST_BYTES: Final = 1_000_000
MOST_VALUES: Final = 20_000
DEEPEST: Final = 30


class Unreadable(ValueError):  # noqa: N818 - the file is unreadable; nothing went wrong in here
    """A document that cannot be read, with the rule it breaks and the place where."""

    def __init__(self, rule: str, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line
        self.column = column


@dataclass(slots=True)
class Placed:
    """A value and where it stands: lines and columns count from 1."""

    value: Any
    """A string, int, float, bool, None, date, or None for a mapping or list."""
    line: int
    column: int
    written: str = ""
    """How a single value is written in the file."""
    entries: dict[str, Placed] | None = None
    """What a mapping holds."""
    items: list[Placed] | None = None
    """What a list holds."""
    keys: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where each key of a mapping stands."""

    def plain(self) -> Any:
        """Return the value without positions."""
        if self.entries is not None:
            return {key: entry.plain() for key, entry in self.entries.items()}
        if self.items is not None:
            return [item.plain() for item in self.items]
        return self.value

    def at(self, location: tuple[str | int, ...]) -> tuple[int, int]:
        """Return the line and column of a place, or of the nearest thing around it.

        A step that is not there is passed over: it may be a word of the schema's own.
        """
        here, line, column = self, self.line, self.column
        for step in location:
            if here.entries is not None and isinstance(step, str) and step in here.entries:
                line, column = here.keys[step]
                here = here.entries[step]
            elif here.items is not None and isinstance(step, int) and step < len(here.items):
                here = here.items[step]
                line, column = here.line, here.column
        return line, column

    def find(self, location: tuple[str | int, ...]) -> Placed | None:
        """Return what stands at a place, or None when there is nothing."""
        here: Placed | None = self
        for step in location:
            if here is None:
                return None
            if isinstance(step, str):
                here = (here.entries or {}).get(step)
            else:
                here = here.items[step] if here.items and step < len(here.items) else None
        return here

    def steps(self, location: tuple[str | int, ...]) -> Iterator[str | int]:
        """Yield the steps of a place that are really there, and a last one that is missing."""
        here = self
        for number, step in enumerate(location):
            if here.entries is not None and isinstance(step, str) and step in here.entries:
                here = here.entries[step]
                yield step
            elif here.items is not None and isinstance(step, int) and step < len(here.items):
                here = here.items[step]
                yield step
            elif number == len(location) - 1 and here.entries is not None:
                yield step


def check_size(raw: bytes) -> str:
    """Return the text of a document of a bearable size.

    Raises Unreadable when it is too large or not UTF-8.
    """
    if len(raw) > MOST_BYTES:
        raise Unreadable("document-too-large", f"a document has at most {MOST_BYTES} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Unreadable("not-utf-8", "a document is written in UTF-8", line) from error


@dataclass(slots=True)
class Budget:
    """How many values a document may still hold."""

    left: int = MOST_VALUES

    def spend(self, depth: int, line: int, column: int) -> None:
        """Count one value.

        Raises Unreadable when there are too many, or it lies too deep.
        """
        self.left -= 1
        if self.left < 0:
            raise Unreadable(
                "document-too-large", f"a document has at most {MOST_VALUES} values", line, column
            )
        if depth > DEEPEST:
            raise Unreadable(
                "document-too-deep", f"a document has at most {DEEPEST} levels", line, column
            )
