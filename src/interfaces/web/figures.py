"""How figures, money and times are said on every page: exact, with unit and zone, always alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.terms.words.spans import name as unhyphenated
from domain.values.ids import suffix_of
from domain.values.money import Money, minor_units
from domain.values.sums import Sum

NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
FIXED: Final = "\N{NO-BREAK SPACE}"


def money(value: Money | Sum) -> str:
    """Write an amount of money: ``12,000.00 USD``; finer ones with all their places."""
    places = max(minor_units(value.currency), -int(Decimal(value.amount).as_tuple().exponent))
    return f"{value.amount:,.{places}f}{FIXED}{value.currency}"


def instant(value: datetime, zone: str | None = None) -> Markup:
    """Write an instant with its zone: ``22 Nov 2026, 14:05 UTC``."""
    local = value.astimezone(UTC if zone is None else ZoneInfo(zone))
    exact = f":{local:%S}" if local.second else ""
    clock = f"{local:%H:%M}{exact}{FIXED}{_zone(local)}"
    text = f"{local.day}{FIXED}{local:%b}{FIXED}{local.year}, {clock}"
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), text)


def day(value: date) -> Markup:
    """Write a day: ``22 Nov 2026``."""
    text = f"{value.day}{FIXED}{value:%b}{FIXED}{value.year}"
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(), text)


def until(value: datetime, now: datetime) -> str:
    """Say how far off an instant is, in its two largest units: ``in 3 d 4 h``, ``2 h ago``."""
    seconds = int((value - now).total_seconds())
    size = abs(seconds)
    days, rest = divmod(size, 86400)
    hours, rest = divmod(rest, 3600)
    units = [(days, "d"), (hours, "h"), (rest // 60, "min")]
    while len(units) > 1 and not units[0][0]:
        units.pop(0)
    said = " ".join(f"{figure}{FIXED}{unit}" for figure, unit in units[:2] if figure)
    if not said:
        return "now"
    return f"in {said}" if seconds > 0 else f"{said} ago"


def words(value: object) -> str:
    """Write a hyphenated name the way people say it: ``awaiting-signatures`` is two words."""
    return unhyphenated(str(value))


def short(identifier: str) -> str:
    """Shorten an id to what tells it from its neighbours: its last six characters."""
    return suffix_of(identifier)[-6:] if "-" in identifier else identifier[-6:]


def local_input(value: datetime) -> str:
    """Write an instant for a ``datetime-local`` field, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def plural(number: int, noun: str, nouns: str | None = None) -> str:
    """Count things: ``1 offer``, ``3 offers``, ``2 parties``."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"


def _zone(local: datetime) -> str:
    name = local.tzname() or "UTC"
    return name if name.isalpha() else f"UTC{name}"


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "money": money,
    "instant": instant,
    "day": day,
    "until": until,
    "words": words,
    "short": short,
    "local_input": local_input,
    "plural": plural,
}
