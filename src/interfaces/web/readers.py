"""Readers of fields: each takes what was written and raises ValueError for what does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter

from domain.parties.keys import Bytes32
from domain.services.facts import Charge, Every
from domain.values.exact import Amount, Exact, Percentage
from domain.values.figures import Bound, Figure
from domain.values.ids import id_pattern
from domain.values.money import Currency
from domain.values.periods import Zone
from domain.values.sums import Sum
from domain.values.words import Email
from interfaces.http.conventions import FINGERPRINT_PATTERN
from interfaces.http.schemas.base import DigestText
from interfaces.http.schemas.relationships import PartyRef, SharedStream, ThumbprintText
from interfaces.http.schemas.services import OfferingRef
from interfaces.web.forms import Form

BOUNDS: Final = [(bound.value, bound.value) for bound in Bound]
EVERY: Final = [
    (Every.MONTH.value, "every month"),
    (Every.QUARTER.value, "every quarter"),
    (Every.YEAR.value, "every year"),
    (Every.ONCE.value, "once"),
]


def _reader(kind: Any) -> Callable[[str], Any]:
    read: Callable[[str], Any] = TypeAdapter(kind).validate_python
    return read


email: Final = _reader(Email)
zone: Final = _reader(Zone)
currency: Final = _reader(Currency)
percentage: Final = _reader(Percentage)
party: Final = _reader(PartyRef)
thumbprint: Final = _reader(ThumbprintText)
public_key: Final = _reader(Bytes32)
digest: Final = _reader(DigestText)
offering: Final = _reader(OfferingRef)
shared_stream: Final = _reader(SharedStream)
_exact: Final = _reader(Exact)
amount: Final = _reader(Amount)


def identifier(kind: str) -> Callable[[str], str]:
    """Return the reader of ids of a kind."""
    return partial(_matching, id_pattern(kind))


def fingerprint(text: str) -> str:
    """Read a certificate's SHA-256, as tools print it too: in capitals, with colons."""
    return _matching(FINGERPRINT_PATTERN, text.replace(":", "").replace(" ", "").lower())


def country(text: str) -> str:
    """Read a country by its two letters, ISO 3166."""
    return _matching(r"^[A-Z]{2}$", text.upper())


def sum_of(form: Form, named: str, currency_in: str) -> Sum:
    """Return the sum in two fields."""
    found: Decimal = form.read(named, amount, "Give an amount, such as 12000.00.")
    return Sum(found, form.read(currency_in, currency, "Give a currency by its code, such as EUR."))


def figure_of(form: Form) -> Figure:
    """Return the figure in the fields ``bound``, ``value`` and ``unit``."""
    bound = form.one_of("bound", Bound)
    value: Decimal = form.read("value", _exact, "Give a number, such as 99.5.")
    return Figure(bound, value, form.text("unit", most=40, what="the unit, such as %"))


def charge_of(form: Form) -> Charge:
    """Return the charge in the fields ``amount``, ``currency`` and ``every``."""
    return Charge(sum_of(form, "amount", "currency"), form.one_of("every", Every))


def filled(form: Form, *names: str) -> bool:
    """Tell whether anything was written into any of these fields."""
    return any(form.given(name).strip() for name in names)


def _matching(pattern: str, text: str) -> str:
    if re.fullmatch(pattern, text) is None:
        raise ValueError("this does not fit")
    return text
