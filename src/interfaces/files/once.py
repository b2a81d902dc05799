"""JSON in which every name of an object stands once, so that all who read it read the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

Step = str | int


class NamedTwiceError(ValueError):
    """An object gives a name twice; which of the two counts, no two readers need agree on."""

    def __init__(self, place: tuple[Step, ...]) -> None:
        super().__init__(f"{place[-1]} is there twice")
        self.place = place


class _Twice(Exception):  # noqa: N818 - never leaves this module
    """Somewhere an object gives a name twice."""


class _Members(list[tuple[str, Any]]):
    """The members of one object as they were written."""


def read_once(raw: bytes) -> Any:
    """Read JSON in UTF-8 (RFC 8259).

    Raises NamedTwiceError with the place of the name, itself last; ValueError or RecursionError for
    what is not JSON.
    """
    text = raw.decode("utf-8-sig")
    try:
        return _STRICT.decode(text)
    except _Twice:
        raise NamedTwiceError(_first_twice(_TOLERANT.decode(text))) from None


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) != len(members):
        raise _Twice
    return found


_STRICT: Final = json.JSONDecoder(object_pairs_hook=_once)
_TOLERANT: Final = json.JSONDecoder(object_pairs_hook=_Members)
"""Reads again what is refused, to tell where: most bodies never get here."""


def _first_twice(document: Any) -> tuple[Step, ...]:
    """Return the place of the first name that is there twice; holds one way down and no more."""
    place: list[Step] = []
    ways = [_inside(document)]
    while True:
        found = next(ways[-1], None)
        if found is None:
            ways.pop()
            place.pop()
            continue
        step, value, twice = found
        place.append(step)
        if twice:
            return tuple(place)
        ways.append(_inside(value))


def _inside(value: Any) -> Iterator[tuple[Step, Any, bool]]:
    """Return the steps from a value into what it holds, and whether a step was there before."""
    if isinstance(value, _Members):
        seen: set[str] = set()
        for name, inner in value:
            yield name, inner, name in seen
            seen.add(name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield index, inner, False
