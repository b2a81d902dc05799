"""Fields: what may stand in each field of a part of the terms, read off the published schema.

A form that edits terms, and a refusal that says what would fit, both ask here; so neither can come
to mean something else than the schema does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, get_args

from pydantic.fields import FieldInfo

from domain.terms.calendar import OPEN_PATTERN
from domain.terms.objective import AnyOf
from domain.terms.part import ID_PATTERN, Part
from domain.terms.paths import text_of
from domain.terms.query import PROMQL_PATTERN
from domain.values.durations import DURATION_PATTERN
from domain.values.exact import AMOUNT_PATTERN, DECIMAL_PATTERN, PERCENT_PATTERN
from domain.values.money import CURRENCY_PATTERN
from domain.values.periods import DAY_PATTERN, PERIOD_PATTERN, ZONE_PATTERN


class Sort(StrEnum):
    """What kind of thing a field holds."""

    WORDS = "words"
    TEXT = "text"
    NAME = "name"
    PERCENT = "percent"
    MONEY = "money"
    NUMBER = "number"
    WHOLE = "whole number"
    YES_NO = "yes or no"
    DAY = "day"
    DURATION = "duration"
    BOUND = "bound"
    SPAN = "span"
    CHOICE = "choice"
    PERIOD = "period"
    ZONE = "zone"
    CURRENCY = "currency"
    HOURS = "hours"
    QUERY = "query"
    LIST = "list"
    FIXED = "fixed"
    PART = "part"
    PARTS = "parts"


_BY_PATTERN: Final = {
    ID_PATTERN: Sort.NAME,
    PERCENT_PATTERN: Sort.PERCENT,
    AMOUNT_PATTERN: Sort.MONEY,
    DECIMAL_PATTERN: Sort.NUMBER,
    DAY_PATTERN: Sort.DAY,
    DURATION_PATTERN: Sort.DURATION,
    PERIOD_PATTERN: Sort.PERIOD,
    ZONE_PATTERN: Sort.ZONE,
    CURRENCY_PATTERN: Sort.CURRENCY,
    OPEN_PATTERN: Sort.HOURS,
    PROMQL_PATTERN: Sort.QUERY,
    r"\S": Sort.TEXT,
}
_FITS: Final = {
    Sort.WORDS: "one line of words, at most 300 characters",
    Sort.TEXT: "words",
    Sort.NAME: "a name of lower-case words joined by hyphens, such as business-hours",
    Sort.PERCENT: "a percentage from 0 to 100, such as 99.95",
    Sort.MONEY: "an amount such as 12000.00",
    Sort.NUMBER: "a number such as 20 or 99.5",
    Sort.WHOLE: "a whole number",
    Sort.YES_NO: "yes or no",
    Sort.DAY: "a day such as 2026-03-31",
    Sort.DURATION: "a length of time such as PT4H, P30D or 30 days",
    Sort.BOUND: "a number such as 99.5, or a length of time such as PT4H or 4 hours",
    Sort.PERIOD: "calendar week, month, quarter or year, or like rolling 30 days",
    Sort.ZONE: "a time zone such as Europe/Vienna",
    Sort.CURRENCY: "a currency such as EUR",
    Sort.HOURS: "hours such as Mon-Fri 08:00-18:00",
    Sort.QUERY: "one expression on one line",
}
_SPANS: Final = {
    "WorkingDays": "10 working days of business-hours",
    "BillingCycles": "2 billing cycles",
    "Quantity": "20 vehicles",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in the document, what it holds, and what it stands at if left out.

    ``choices`` are the words to choose from; ``item`` is what a list holds; ``parts`` are the kinds
    of part that may stand in it. ``least`` and ``most`` bound a whole number.
    """

    name: str
    sort: Sort
    required: bool
    default: str = ""
    choices: tuple[str, ...] = ()
    item: Sort | None = None
    parts: tuple[type[Part], ...] = ()
    least: int | None = None
    most: int | None = None

    @property
    def fits(self) -> str:
        """Say what would fit."""
        match self.sort:
            case Sort.CHOICE | Sort.FIXED:
                return f"one of: {', '.join(self.choices)}"
            case Sort.LIST if self.item is not None:
                return f"one a line: {_FITS[self.item]}"
            case Sort.SPAN:
                said = [_SPANS[part.__name__] for part in self.parts]
                return f"a length of time such as P30D or 30 days, or {', or '.join(said)}"
            case Sort.WHOLE if self.least is not None:
                return f"a whole number from {self.least} to {self.most}"
            case _:
                return _FITS.get(self.sort, "something else")


@cache
def fields_of(part: type[Part]) -> Mapping[str, Field]:
    """Return the fields of a kind of part, by their names in the document, in its order."""
    schema = part.model_json_schema(by_alias=True, mode="validation")
    own = schema.get("$defs", {}).get(part.__name__, schema)["properties"]
    named = ((info.alias or name, info) for name, info in part.model_fields.items())
    return {name: _field(name, own[name], info) for name, info in named}


def _field(name: str, schema: dict[str, Any], info: FieldInfo) -> Field:
    parts, required = _parts(info.annotation), info.is_required()
    default = None if required else info.get_default()
    schema = _without_null(schema)
    least, most = schema.get("minimum"), schema.get("maximum")
    text = "" if default is None or isinstance(default, Part) else text_of(default)
    if schema.get("type") == "array":
        inside = tuple(part for part in parts if part is not AnyOf)
        if inside:
            return Field(name, Sort.PARTS, required, parts=inside)
        return Field(name, Sort.LIST, required, text, item=_single(schema["items"]))
    if any(part.__name__ in _SPANS for part in parts):
        return Field(name, Sort.SPAN, required, text, parts=parts)
    if parts:
        return Field(name, Sort.PART, required, parts=parts)
    choices = tuple(schema.get("enum", [schema["const"]] if "const" in schema else []))
    return Field(name, _single(schema), required, text, choices, least=least, most=most)


def _single(schema: dict[str, Any]) -> Sort:
    """Tell what a single value is, by its schema."""
    if "const" in schema:
        return Sort.FIXED
    if "enum" in schema:
        return Sort.CHOICE
    if schema.get("type") == "integer":
        return Sort.WHOLE
    if schema.get("type") == "boolean":
        return Sort.YES_NO
    if "oneOf" in schema:
        return _single(schema["oneOf"][0])
    if "anyOf" in schema:
        return Sort.BOUND
    return _BY_PATTERN.get(schema.get("pattern", ""), Sort.WORDS)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a field that may be left out holds when it is not."""
    choices = schema.get("anyOf", [])
    if {"type": "null"} not in choices:
        return schema
    rest = [one for one in choices if one != {"type": "null"}]
    return rest[0] if len(rest) == 1 else {**schema, "anyOf": rest}


def _parts(annotation: object) -> tuple[type[Part], ...]:
    return tuple(dict.fromkeys(_parts_in(annotation)))


def _parts_in(annotation: object) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts_in(inner)
