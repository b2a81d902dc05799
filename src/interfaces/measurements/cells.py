"""What stands in one field of a row: read strictly, or refused by name. Nothing is guessed.

A cell is a JSON value, or text out of CSV. Whole numbers are JSON integers or digits; exact numbers
are text, because a JSON number with a fraction may already have lost its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Final

from domain.attainment.spans import micros
from domain.values.durations import Duration
from domain.values.exact import DECIMAL_PATTERN

_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_WHOLE: Final = re.compile(r"0|[1-9][0-9]{0,14}")
_EXACT: Final = re.compile(DECIMAL_PATTERN)
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)

Cell = Callable[[Any], Any]
"""Reads a cell, or raises BadCell."""


class BadCell(ValueError):  # noqa: N818 - it is told with its row and column
    """A cell that cannot be read."""

    def __init__(self, rule: str, because: str) -> None:
        super().__init__(because)
        self.rule = rule
        self.because = because


def instant(value: object) -> int:
    """Read an instant with its offset, in microseconds since 1970."""
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None or not isinstance(value, str):
        raise BadCell(
            "no-instant", f'write an instant like "2026-03-31T10:00:00Z", not {_cut(value)}'
        )
    if found["offset"] is None:
        raise BadCell("no-offset", f"{value} has no offset: write it with Z, or like +02:00")
    try:
        at = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell("no-instant", f"there is no {value}") from None
    if not _EARLIEST <= at < _LATEST:
        raise BadCell("no-instant", f"{value} is not in the years 2000 to 2199")
    return micros(at)


def whole(value: object) -> int:
    """Read a whole number, not negative."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15:
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise BadCell("no-whole-number", f"write a whole number like 60, not {_cut(value)}")


def exact(value: object) -> Fraction:
    """Read an exact number, written as text."""
    if isinstance(value, str) and _EXACT.fullmatch(value):
        return Fraction(value)
    raise BadCell("not-exact", f'write a number as text, like "99.5", not {_cut(value)}')


def length(value: object) -> Fraction:
    """Read a length of time, in microseconds."""
    try:
        return Fraction(Duration.parse(value if isinstance(value, str) else "").elapsed)
    except ValueError:
        raise BadCell(
            "other-unit", f'this is a length of time: write it like "PT0.25S", not {_cut(value)}'
        ) from None


def name(value: object) -> str:
    """Read a name: one line of at most 200 characters."""
    if isinstance(value, str) and _NAME.fullmatch(value) and value.strip() == value:
        return value
    raise BadCell("no-name", f"write a name of 1 to 200 characters, not {_cut(value)}")


def yes_or_no(value: object) -> bool:
    """Read true or false."""
    known = {True: True, False: False, "true": True, "false": False}
    if isinstance(value, bool | str) and value in known:
        return known[value]
    raise BadCell("no-yes-or-no", f"write true or false, not {_cut(value)}")


def spans(value: object) -> list[tuple[int, int]]:
    """Read stretches of time: a list of pairs, or ``start/end`` pairs parted by spaces."""
    pairs = [one.split("/") for one in value.split()] if isinstance(value, str) else value
    if not isinstance(pairs, list):
        raise BadCell("no-spans", f"write a list of pairs of instants, not {_cut(value)}")
    found = []
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - a start and an end
            raise BadCell("no-spans", f"a stretch is a start and an end, not {_cut(pair)}")
        begin, end = instant(pair[0]), instant(pair[1])
        if begin >= end:
            raise BadCell("no-time", f"{pair[0]} is not before {pair[1]}")
        found.append((begin, end))
    return found


def one_of(word: str) -> Cell:
    """Return what reads one agreed word and no other."""

    def read(value: object) -> str:
        if value != word:
            raise BadCell("other-unit", f"the terms count in {word}, not in {_cut(value)}")
        return word

    return read


def _cut(value: object) -> str:
    return repr(value)[:60]
