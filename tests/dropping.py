"""A term changed: then the translation changes, or the term is listed as unsaid.

Every value of an agreement that gives every field is changed, one after another: to nothing, to a
little more of the same, and to whatever else any terms have under that name.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError

from domain.terms.agreement import AgreementTerms
from domain.terms.paths import Location, covers, flatten, locations
from interfaces.bridges.telling import Translation

Bridge = Callable[[AgreementTerms], Translation]
_WORDS = {
    "missing": ("counts as down", "counts as up", "left out", "last known state holds"),
    "when_empty": ("counts as met", "counts as missed", "not judged"),
    "take": ("every case", "share", "sum", "lowest", "last"),
    "period": ("calendar week", "calendar quarter", "rolling 30 days", "rolling 7 days"),
    "window": ("always", "otherwise", "nights"),
    "down_above": ("0", "100"),
    "percentile": ("100", "50"),
    "at_least": ("100", "0", "99.50"),
    "slice": ("PT30S", "PT0.0001S", "P1D"),
    "interval": ("PT30S", "PT1M", "P1D"),
    "after": ("PT30S", "PT1H", "incident"),
    "kind": ("reactive", "none", "other"),
}


def assert_nothing_is_dropped(bridge: Bridge, document: dict[str, Any]) -> int:
    """Change one value after another, and return how many of the changes were terms at all."""
    terms = AgreementTerms.model_validate(document)
    before, whole = bridge(terms), terms.document()
    said = before.yaml
    tried = 0
    for location in locations(terms).values():
        for changed in _changed(whole, location):
            try:
                other = AgreementTerms.model_validate(changed)
            except ValidationError:
                continue
            tried += 1
            after = bridge(other)
            if after.yaml == said:
                assert_listed(terms, other, before, after)
    return tried


def assert_shown(
    one: AgreementTerms, other: AgreementTerms, before: Translation, after: Translation
) -> None:
    """Every value in which two agreements differ shows, or is listed for one of them."""
    if before.yaml == after.yaml:
        assert_listed(one, other, before, after)


def assert_listed(
    one: AgreementTerms, other: AgreementTerms, before: Translation, after: Translation
) -> None:
    """Every value in which two agreements differ that are told alike is listed for one of them."""
    old, new = flatten(one), flatten(other)
    differing = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    listed = {item.place for item in (*before.unsaid, *after.unsaid)}
    hidden = {path for path in differing if not any(covers(place, path) for place in listed)}
    assert hidden == set(), f"changed, and neither said nor listed: {hidden}"


def _changed(document: dict[str, Any], location: Location) -> Iterator[dict[str, Any]]:
    around: Any = document
    for step in location[:-1]:
        around = around[step]
    for value in (None, *_others(around[location[-1]], str(location[-1]))):
        changed = copy.deepcopy(document)
        inside: Any = changed
        for step in location[:-1]:
            inside = inside[step]
        if value is None:
            del inside[location[-1]]
        else:
            inside[location[-1]] = value
        yield changed


def _others(value: Any, field: str) -> Iterator[Any]:
    yield from (word for word in _WORDS.get(field, ()) if word != value)
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield f"{value} more"
            yield f"{value}0" if value.isdecimal() else f"{value}1"
        case [*items] if items and isinstance(items[0], str):
            yield items[1:]
            yield [*items, f"{items[0]} more"]
