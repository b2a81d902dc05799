"""What people type for a value of the terms, read into the value that the document holds.

Nothing is rounded or guessed: a number stays the digits that were typed. Lengths of time may be
typed as the document writes them (``P30D``) or the way people say them (``30 days``).
"""

from __future__ import annotations

import re
from typing import Any, Final

from domain.terms.deadline import BillingCycles, Quantity, WorkingDays
from domain.terms.fields import Field, Sort
from domain.terms.paths import text_of

_DIGITS: Final = re.compile(r"-?[0-9]{1,9}")
_UNITS: Final = {
    **dict.fromkeys(("second", "seconds", "sec", "s"), "T{}S"),
    **dict.fromkeys(("minute", "minutes", "min"), "T{}M"),
    **dict.fromkeys(("hour", "hours", "h"), "T{}H"),
    **dict.fromkeys(("day", "days", "d"), "{}D"),
    **dict.fromkeys(("week", "weeks"), "{}W"),
    **dict.fromkeys(("month", "months"), "{}M"),
    **dict.fromkeys(("year", "years"), "{}Y"),
}
_LENGTH: Final = re.compile(rf"([0-9]{{1,6}}) ?({'|'.join(sorted(_UNITS, key=len, reverse=True))})")
_WORKING_DAYS: Final = re.compile(r"([0-9]{1,4}) working days? of ([a-z0-9-]+)")
_CYCLES: Final = re.compile(r"([0-9]{1,3}) billing cycles?")
_QUANTITY: Final = re.compile(r"(-?[0-9][0-9.]*) (\S.*)")
_ANY_OF: Final = re.compile(r"\(any ([0-9]{1,2}) of ([a-z0-9-]+(?:, [a-z0-9-]+)*)\)")
_BETWEEN: Final = re.compile(r", (?![^(]*\))")
_SAID: Final = {"yes": True, "true": True, "no": False, "false": False}
_EVERY_LINE: Final = (Sort.WORDS, Sort.QUERY)
"""What may hold a comma itself, so that only a new line ends it."""


def typed(value: object) -> str:
    """Write a value the way it is typed: lists one a line, deadlines in words."""
    match value:
        case None:
            return ""
        case WorkingDays(working_days=days, of=hours):
            return f"{days} working days of {hours}"
        case BillingCycles(billing_cycles=cycles):
            return f"{cycles} billing cycles"
        case Quantity(quantity=quantity, unit=unit):
            return f"{quantity:f} {unit}"
        case tuple():
            return "\n".join(typed(one) for one in value)
        case _:
            return text_of(value)


def read_typed(field: Field, text: str) -> Any:
    """Return what the document holds for a text; whether it fits, the document itself says.

    Raises ValueError, saying what would fit, for what is not even of the right kind.
    """
    match field.sort:
        case Sort.TEXT:
            return text
        case Sort.YES_NO if text.strip().lower() in _SAID:
            return _SAID[text.strip().lower()]
        case Sort.WHOLE if _DIGITS.fullmatch(text.strip()):
            return int(text)
        case Sort.YES_NO | Sort.WHOLE | Sort.PART | Sort.PARTS:
            raise ValueError(field.fits)
        case Sort.LIST:
            return _listed(field, text)
        case Sort.SPAN:
            return _span(text.strip(), {part.__name__ for part in field.parts})
        case Sort.DURATION | Sort.BOUND:
            return _length(text.strip())
        case _:
            return text.strip()


def _length(text: str) -> str:
    said = _LENGTH.fullmatch(text)
    return text if said is None else "P" + _UNITS[said[2]].format(said[1])


def _span(text: str, kinds: set[str]) -> Any:
    if (days := _WORKING_DAYS.fullmatch(text)) and "WorkingDays" in kinds:
        return {"working_days": int(days[1]), "of": days[2]}
    if (cycles := _CYCLES.fullmatch(text)) and "BillingCycles" in kinds:
        return {"billing_cycles": int(cycles[1])}
    if _LENGTH.fullmatch(text) is None and "Quantity" in kinds and (q := _QUANTITY.fullmatch(text)):
        return {"quantity": q[1], "unit": q[2]}
    return _length(text)


def _listed(field: Field, text: str) -> list[Any]:
    lines = text.split("\n")
    if len(lines) == 1 and field.item not in _EVERY_LINE:
        lines = _BETWEEN.split(text)
    return [_item(line.strip()) for line in lines if line.strip()]


def _item(text: str) -> Any:
    some = _ANY_OF.fullmatch(text)
    if some is None:
        return text
    return {"any": int(some[1]), "of": some[2].split(", ")}
