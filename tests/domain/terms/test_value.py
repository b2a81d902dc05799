"""What an agreement is worth: its charges over the initial term."""

from __future__ import annotations

from typing import Any

import pytest

from agreements import simple_terms
from domain.terms.value import total_value

CHARGE = {"id": "fee", "amount": "100.00"}


@pytest.mark.parametrize(
    ("every", "term", "value"),
    [
        ("month", {"starts": "2026-01-01", "ends": "2026-12-31"}, "1200.00 EUR"),
        ("month", {"starts": "2026-01-15", "ends": "2026-02-14"}, "100.00 EUR"),
        ("month", {"starts": "2026-01-15", "ends": "2026-02-15"}, "200.00 EUR"),
        ("month", {"starts": "2026-01-31", "ends": "2026-02-27"}, "100.00 EUR"),
        ("quarter", {"starts": "2026-01-01", "ends": "2026-12-31"}, "400.00 EUR"),
        ("year", {"starts": "2026-01-01", "ends": "2027-01-01"}, "200.00 EUR"),
        ("term", {"starts": "2026-01-01", "ends": "2029-12-31"}, "100.00 EUR"),
        ("month", {"starts": "2026-01-01"}, "1200.00 EUR"),
        ("month", {"starts": "2026-01-01", "ends": "2025-01-01"}, "100.00 EUR"),
    ],
)
def test_a_begun_stretch_counts_in_full(every: str, term: dict[str, Any], value: str) -> None:
    terms = simple_terms(charges=[{**CHARGE, "every": every}], term=term)
    assert str(total_value(terms)) == value


def test_charges_add_up_and_none_is_worth_nothing() -> None:
    both = [{**CHARGE, "every": "term"}, {"id": "b", "amount": "0.125", "every": "month"}]
    assert str(total_value(simple_terms(charges=both))) == "101.500 EUR"
    assert str(total_value(simple_terms(charges=[]))) == "0.00 EUR"
