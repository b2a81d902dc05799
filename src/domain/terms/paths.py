"""Paths: every term has one stable name, made of field names and ids.

``objectives/availability/targets/business-hours/at_least`` names one value, and any beginning of it
names everything underneath. Parts are named by their ids (targets by their window, tiers by window
and lower bound, caps by their span, escalation steps by their level), never by their position, so
that a path means the same in two versions. A field left at its default has no path.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final, NewType

from pydantic import BaseModel

from domain.terms.agreement import AgreementTerms
from domain.terms.part import Part

TermPath = NewType("TermPath", str)
_NOTHING: Final = object()
"""What no value equals: the default of a field that has to be given."""

Location = tuple[str | int, ...]
"""The same place in the document: field names and list positions."""


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the terms: its path, where it stands in the document, and what is there."""

    path: TermPath
    location: Location
    value: object
    """A part, a tuple of parts, or a single value."""
    text: str | None
    """The value as text, for a leaf; None for what has something underneath."""


def walk(terms: AgreementTerms) -> Iterator[Node]:
    """Yield every place in document order, parts before what is in them."""
    yield from _inside(terms, (), ())


def flatten(terms: AgreementTerms) -> dict[TermPath, str]:
    """Return every value by its path, as text, in document order."""
    return {node.path: node.text for node in walk(terms) if node.text is not None}


def subtree(terms: AgreementTerms | Mapping[TermPath, str], path: str) -> dict[TermPath, str]:
    """Return the values at or under a path; empty when there is nothing there.

    Takes the terms themselves or what ``flatten`` made of them.
    """
    leaves = flatten(terms) if isinstance(terms, AgreementTerms) else terms
    return {leaf: text for leaf, text in leaves.items() if covers(path, leaf)}


def exists(terms: AgreementTerms, path: str) -> bool:
    """Tell whether there is anything at or under a path."""
    return bool(subtree(terms, path))


def covers(path: str, leaf: str) -> bool:
    """Tell whether ``leaf`` is ``path`` itself or lies under it."""
    return leaf == path or leaf.startswith(path.rstrip("/") + "/")


def locations(terms: AgreementTerms) -> dict[TermPath, Location]:
    """Return where every path stands in the document."""
    return {node.path: node.location for node in walk(terms)}


def _inside(part: BaseModel, path: tuple[str, ...], location: Location) -> Iterator[Node]:
    for name, alias, default in _fields(type(part)):
        value = getattr(part, name)
        if value != default:
            yield from _at(value, (*path, alias), (*location, alias))


@cache
def _fields(part: type[BaseModel]) -> tuple[tuple[str, str, object], ...]:
    """Return a part's fields: name, name in the document, and what it is when nobody says."""
    return tuple(
        (
            name,
            field.alias or name,
            _NOTHING if field.is_required() else field.get_default(call_default_factory=False),
        )
        for name, field in part.model_fields.items()
    )


def _at(value: object, path: tuple[str, ...], location: Location) -> Iterator[Node]:
    here = TermPath("/".join(path))
    if isinstance(value, Part):
        yield Node(here, location, value, None)
        yield from _inside(value, path, location)
    elif isinstance(value, tuple) and value and all(_keyed(item) for item in value):
        yield Node(here, location, value, None)
        seen: Counter[str] = Counter()
        for position, item in enumerate(value):
            key = item.key()
            seen[key] += 1
            key = key if seen[key] == 1 else f"{key}~{seen[key]}"
            yield from _at(item, (*path, key), (*location, position))
    else:
        yield Node(here, location, value, text_of(value))


def _keyed(value: object) -> bool:
    return isinstance(value, Part) and bool(value.key())


def text_of(value: object) -> str:
    """Write a single value, or a list of them, the way the document does."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case tuple():
            return ", ".join(text_of(item) for item in value)
        case _:
            return str(value)
