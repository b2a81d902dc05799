"""Money is exact, of one currency, and rounded only on request."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.values.money import Currency, Money
from properties import MODEST

AMOUNTS = st.decimals(-(10**15), 10**15, places=6)


@MODEST
@given(AMOUNTS, AMOUNTS)
def test_addition_loses_nothing(a: Decimal, b: Decimal) -> None:
    total = Money(a, "EUR") + Money(b, "EUR")
    assert Fraction(total.amount) == Fraction(a) + Fraction(b)
    assert total - Money(b, "EUR") == Money(a, "EUR")


def test_two_currencies_do_not_add_up_or_compare() -> None:
    with pytest.raises(ValueError, match="different currencies"):
        _ = Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")
    with pytest.raises(ValueError, match="different currencies"):
        _ = Money(Decimal(1), "EUR") < Money(Decimal(1), "USD")


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("2.345", "EUR", "2.34"),
        ("2.355", "EUR", "2.36"),
        ("-2.345", "EUR", "-2.34"),
        ("0.5", "JPY", "0"),
        ("1.5", "JPY", "2"),
        ("1.0005", "KWD", "1.000"),
    ],
)
def test_rounding_is_half_even_to_the_smallest_unit(
    amount: str, currency: str, rounded: str
) -> None:
    assert str(Money(Decimal(amount), currency).rounded().amount) == rounded
    assert Money.rounded_from(Fraction(amount), currency).amount == Decimal(rounded)


def test_a_share_stays_a_fraction_until_somebody_rounds() -> None:
    assert Money(Decimal("12000.00"), "EUR").share(Decimal(25)) == 3000
    assert Money(Decimal("10.00"), "EUR").share(Decimal("33.3")) == Fraction(333, 100)


def test_money_is_written_with_the_places_of_its_currency() -> None:
    assert str(Money(Decimal(3000), "EUR")) == "3000.00 EUR"
    assert str(Money(Decimal(3000), "JPY")) == "3000 JPY"
    assert str(Money(Decimal("0.00125"), "EUR")) == "0.00125 EUR"


@pytest.mark.parametrize("code", ["eur", "EURO", "E", 978, None])
def test_a_currency_is_its_code(code: object) -> None:
    with pytest.raises(ValidationError, match="ISO 4217"):
        TypeAdapter(Currency).validate_python(code)
