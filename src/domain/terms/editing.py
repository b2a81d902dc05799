"""Editing: values of an agreement changed by their paths, parts added, copied and taken out.

What comes back is an agreement of the right shape, or a refusal that names every path and what
would fit there. Whether it holds together, lint says.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.terms.agreement import AgreementTerms
from domain.terms.fields import Field, Sort, fields_of
from domain.terms.part import Part
from domain.terms.paths import Location, Node, TermPath, walk
from domain.terms.typed import read_typed, typed

NEW: Final = "+"
"""Stands for the key of a part that is not there yet: ``charges/+/amount``."""
_NOWHERE: Final = "there is no such place in these terms"
_OF_VALUES: Final = "value_error"
_MISSING: Final = "missing"
_TOO_SHORT: Final = "too_short"
_SAYING_WHY: Final = (Sort.DURATION, Sort.SPAN, Sort.HOURS, Sort.TEXT, Sort.PART, Sort.PARTS)
"""What says better than its kind why it does not take a value."""


class Misfits(Exception):  # noqa: N818 - a refusal is an answer, not a failure
    """Changes that do not fit; ``at`` says by path what would."""

    def __init__(self, at: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{path or 'the terms'}: {said}" for path, said in at.items()))
        self.at = dict(at)


class Places:
    """Where every part of an agreement stands, and what may stand in its fields."""

    def __init__(self, terms: AgreementTerms) -> None:
        self.terms = terms
        self.nodes: dict[TermPath, Node] = {node.path: node for node in walk(terms)}
        self._paths = {node.location: str(node.path) for node in self.nodes.values()}
        self._new: dict[str, tuple[Location, type[Part]]] = {}

    def part(self, path: str) -> tuple[Location, type[Part]] | None:
        """Return where a part stands or would stand, and its kind; None where there is none."""
        if not path:
            return (), AgreementTerms
        if path in self._new:
            return self._new[path]
        node = self.nodes.get(TermPath(path))
        if node is not None:
            value = node.value
            return (node.location, type(value)) if isinstance(value, Part) else None
        found = self.field(path)
        if found is None or found[1].sort is not Sort.PART or len(found[1].parts) != 1:
            return None
        return found[0], found[1].parts[0]

    def field(self, path: str) -> tuple[Location, Field] | None:
        """Return where a field stands or would stand, and the field; None where there is none."""
        above, _, name = path.rpartition("/")
        part = self.part(above)
        field = None if part is None else fields_of(part[1]).get(name)
        return None if part is None or field is None else ((*part[0], name), field)

    def value(self, path: str) -> object:
        """Return what stands in a field, its default if it is left out; None for nothing."""
        node = self.nodes.get(TermPath(path))
        if node is not None:
            return node.value
        found = self.field(path)
        return None if found is None or not found[1].default else found[1].default

    def path(self, location: Location) -> str:
        """Return the path of a place in the document, or of the nearest one around it."""
        for end in range(len(location), 0, -1):
            known = self._paths.get(location[:end])
            if known is not None:
                return "/".join([known, *map(str, location[end:])])
        return "/".join(map(str, location))

    def begin(self, location: Location, path: str, kind: type[Part]) -> None:
        """Give a part that is not in the terms yet a path to be refused by."""
        self._paths[location] = path
        self._new[path] = location, kind


def edit(
    terms: AgreementTerms, changes: Mapping[str, str] | Mapping[TermPath, str]
) -> AgreementTerms:
    """Change values by their paths; an empty text takes a value back to its default.

    Lists are given one a line, or with commas between where the items hold none. Raises Misfits.
    """
    places, document = Places(terms), deepcopy(terms.document())
    wrong: dict[str, str] = {}
    for path, text in changes.items():
        found = places.field(path)
        if found is None:
            wrong[path] = _NOWHERE
        elif not _says(places.value(path), text):
            try:
                _change(document, *found, text)
            except ValueError as misfit:
                wrong[path] = str(misfit)
    return _fitting(document, places, wrong)


def add(
    terms: AgreementTerms, path: str, values: Mapping[str, str], kind: str | None = None
) -> AgreementTerms:
    """Add a part to a list (``charges``), or one that was left out (``budget``).

    ``values`` are the texts of its fields, by name; ``kind`` names the kind of part where several
    may stand. Refusals are at ``charges/+/amount`` and ``budget/ceiling``. Raises Misfits.
    """
    places, document = Places(terms), deepcopy(terms.document())
    found = places.field(path)
    if found is None or found[1].sort not in (Sort.PART, Sort.PARTS):
        raise Misfits({path: _NOWHERE})
    location, field = found
    part = next((one for one in field.parts if one.__name__ == kind), field.parts[0])
    here = f"{path}/{NEW}" if field.sort is Sort.PARTS else path
    made, wrong = _made(part, values, here)
    if field.sort is Sort.PARTS:
        siblings = _into(document, location[:-1]).setdefault(field.name, [])
        location = (*location, len(siblings))
        siblings.append(made)
    else:
        _into(document, location[:-1])[field.name] = made
    places.begin(location, here, part)
    return _fitting(document, places, wrong)


def copy(terms: AgreementTerms, path: str, name: str) -> AgreementTerms:
    """Copy a part that has an id, under another id, to the end of its list; raises Misfits."""
    places, document = Places(terms), deepcopy(terms.document())
    node = places.nodes.get(TermPath(path))
    if (
        node is None
        or not isinstance(node.value, Part)
        or "id" not in type(node.value).model_fields
    ):
        raise Misfits({path: _NOWHERE})
    siblings = _into(document, node.location[:-1])
    siblings.append({**deepcopy(siblings[node.location[-1]]), "id": name.strip()})
    location = (*node.location[:-1], len(siblings) - 1)
    places.begin(location, f"{path.rpartition('/')[0]}/{NEW}", type(node.value))
    if any(one["id"] == name.strip() for one in siblings[:-1]):
        raise Misfits({f"{places.path(location)}/id": "a name that nothing else here has"})
    return _fitting(document, places, {})


def remove(terms: AgreementTerms, path: str) -> AgreementTerms:
    """Take out a part, or a value that may be left out; raises Misfits."""
    document = deepcopy(terms.document())
    node = Places(terms).nodes.get(TermPath(path))
    if node is None:
        raise Misfits({path: _NOWHERE})
    holder = _into(document, node.location[:-1])
    holder.pop(node.location[-1])
    if not holder and len(node.location) > 1:
        _into(document, node.location[:-2]).pop(node.location[-2])
    try:
        return AgreementTerms.model_validate(document)
    except ValidationError:
        raise Misfits({path: "this cannot be left out: change it instead"}) from None


def _says(value: object, text: str) -> bool:
    """Tell whether a text is the value's own, as it is typed or as the terms write it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    own = typed(value).replace("\r\n", "\n").replace("\r", "\n")
    return text == own or (isinstance(value, tuple) and text == own.replace("\n", ", "))


def _change(document: dict[str, Any], location: Location, field: Field, text: str) -> None:
    if field.sort is Sort.FIXED:
        raise ValueError(field.fits)
    if text.strip():
        _into(document, location[:-1])[location[-1]] = read_typed(field, text)
    elif field.required:
        raise ValueError(f"this cannot be left out; {field.fits}")
    else:
        _into(document, location[:-1]).pop(location[-1], None)


def _made(part: type[Part], values: Mapping[str, str], here: str) -> tuple[Any, dict[str, str]]:
    made: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    known = fields_of(part)
    for name, text in values.items():
        if name not in known:
            wrong[f"{here}/{name}"] = _NOWHERE
        elif text.strip():
            try:
                made[name] = read_typed(known[name], text)
            except ValueError as misfit:
                wrong[f"{here}/{name}"] = str(misfit)
    return made, wrong


def _into(document: Any, location: Location) -> Any:
    """Return what stands at a place, made where it was left out; raises ValueError."""
    for step in location:
        document = document.setdefault(step, {}) if isinstance(step, str) else document[step]
        if not isinstance(document, dict | list):
            raise ValueError("this is changed in two ways at once")
    return document


def _fitting(document: dict[str, Any], places: Places, wrong: dict[str, str]) -> AgreementTerms:
    try:
        terms = AgreementTerms.model_validate(document)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        for one in errors:
            if not (one["type"] == _TOO_SHORT and _has_one_inside(one, errors)):
                wrong.setdefault(*_misfit(one, document, places))
    else:
        if not wrong:
            return terms
    raise Misfits(wrong)


def _misfit(wrong: ErrorDetails, document: dict[str, Any], places: Places) -> tuple[str, str]:
    """Say of one error where it is and what would fit there."""
    path = places.path(_location(wrong, document))
    said = wrong["msg"].removeprefix("Value error, ").replace("Input should", "it should")
    found = places.field(path)
    if found is None:
        return path, said
    field = found[1]
    if wrong["type"] == _OF_VALUES and field.sort in _SAYING_WHY:
        return path, said
    if field.sort in (Sort.PART, Sort.PARTS):
        return path, "this is needed" if wrong["type"] == _MISSING else said
    return path, f"this is needed; {field.fits}" if wrong["type"] == _MISSING else field.fits


def _has_one_inside(wrong: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Tell whether a list is only too short because what stands in it is wrong itself."""
    around = wrong["loc"]
    return any(one["loc"][: len(around)] == around != one["loc"] for one in errors)


def _location(wrong: ErrorDetails, document: Any) -> Location:
    """Return the place of an error, without the steps that name a kind of part and no place."""
    location: list[str | int] = []
    here: Any = document
    steps = wrong["loc"]
    for number, step in enumerate(steps, start=1):
        if (isinstance(here, dict) and step in here) or (
            isinstance(here, list) and isinstance(step, int) and step < len(here)
        ):
            here = here[step]  # type: ignore[index] # a name of a mapping, a number of a list
        elif not (wrong["type"] == _MISSING and number == len(steps)):
            continue
        location.append(step)
    return tuple(location)
