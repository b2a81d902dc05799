"""Agreements with windows, five nines, and of trades that are not IT, lived through.

Each tier, and each bound exactly and just beyond it, from figures to credit.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from attainments import DAY, EXAMPLES, HOUR, MINUTE, at, outages
from domain.attainment.records import Case, Cases, Reading, Readings
from lived import living
from settlements import days

APRIL = days("2026-04")
MAY = days("2026-05")
FIRST_QUARTER = days("2026-01", months=3)


# Business hours. April in Paris has 22 weekdays, of which Easter Monday is a holiday: 21 days of
# 600 minutes are 12,600, and 43,200 - 12,600 = 30,600 are otherwise. 0.5 % and 1 % of the first are
# 63 and 126 minutes; 3 % of the second are 918.


@pytest.mark.parametrize(
    ("by_day", "otherwise", "reaches", "credit"),
    [
        (0, 0, ("100", "100"), "0"),
        (63, 918, ("99.5", "97"), "0"),  # both exactly as promised
        (64, 918, (None, "97"), "1200"),  # 10 % of 12,000
        (126, 918, ("99", "97"), "1200"),  # exactly on the bound: 10 %
        (127, 918, (None, "97"), "2400"),  # 20 %
        (63, 919, ("99.5", None), "600"),  # 5 %
        (64, 919, (None, None), "1800"),  # 10 % and 5 % add up
        (127, 919, (None, None), "2400"),  # 25 % under a cap of 20 %
    ],
)
def test_business_hours_availability(
    by_day: int, otherwise: int, reaches: tuple[str | None, str | None], credit: str
) -> None:
    with living("business-hours-availability", since="2026-04-01") as application:
        wednesday, saturday = at("2026-04-15T08:00"), at("2026-04-18T02:00")
        downs = [(wednesday, by_day * MINUTE), (saturday, otherwise * MINUTE)]
        application.measured(APRIL, outages(application.period(APRIL), *downs))
        lost = (Fraction(by_day, 12_600), Fraction(otherwise, 30_600))
        assert application.reached() == [
            100 * (1 - share) if told is None else Fraction(told)
            for share, told in zip(lost, reaches, strict=True)
        ]
        assert application.amounts() == [Decimal(credit)]


# Five nines. 0.001 % of the 744 hours of May are 26.784 seconds, to the microsecond.

ALLOWED = 26_784_000


@pytest.mark.parametrize(
    ("lost", "reaches", "credit"),
    [
        (ALLOWED, "99.999", "0"),  # exactly as promised
        (ALLOWED + 1, None, "4000"),  # 10 % of 40,000
        (ALLOWED * 10, "99.99", "4000"),  # exactly on the bound: 10 %
        (ALLOWED * 10 + 1, None, "10000"),  # 25 %
        (ALLOWED * 100, "99.9", "10000"),  # exactly on the bound: 25 %
        (ALLOWED * 100 + 1, None, "20000"),  # 50 %
        (31 * DAY, "0", "20000"),
    ],
)
def test_ecommerce_five_nines(lost: int, reaches: str | None, credit: str) -> None:
    with living("ecommerce-five-nines", since="2026-05-01") as checkout:
        begin = checkout.period(MAY).starts
        down = (at(f"{begin:%Y-%m-%dT%H:%M}"), lost)
        checkout.measured(MAY, outages(checkout.period(MAY), down))
        value = 100 * (1 - Fraction(lost, 31 * DAY)) if reaches is None else Fraction(reaches)
        assert checkout.reached() == [value]
        assert checkout.amounts() == [Decimal(credit)]


# Decisions on claims, within ten working days, by the quarter in which they were due; 90,000 each.


@pytest.mark.parametrize(
    ("in_time", "of", "credit"),
    [
        (20, 20, "0"),
        (19, 20, "0"),  # 95 % exactly
        (189, 200, "2700"),  # 94.5 %: 3 %
        (18, 20, "2700"),  # 90 % exactly: 3 %
        (179, 200, "7200"),  # 89.5 %: 8 %
    ],
)
def test_claims_handling(in_time: int, of: int, credit: str) -> None:
    with living("claims-handling") as handler:
        # From Monday, 12 January, the tenth working day is Monday, 26 January.
        began = at("2026-01-12T12:00")
        ended = [at("2026-01-26T12:00") if n < in_time else at("2026-01-27T12:00")
                 for n in range(of)]  # fmt: skip
        cases = tuple(Case(f"claim-{n}", began, end) for n, end in enumerate(ended))
        handler.measured(FIRST_QUARTER, Cases(cases))
        assert handler.reached() == [Fraction(100 * in_time, of)]
        assert handler.amounts() == [Decimal(credit)]


# Replacement vehicles within four hours, and vehicle-days ready of vehicle-days leased.


@pytest.mark.parametrize(
    ("in_time", "of", "credit"),
    [
        (49, 50, "0"),  # 98 % exactly
        (48, 50, "500"),  # 96 %: a fixed amount
        (19, 20, "500"),  # 95 % exactly: still that
        (47, 50, "1500"),  # 94 %
    ],
)
def test_fleet_vehicles_are_replaced(in_time: int, of: int, credit: str) -> None:
    with living("fleet-vehicles", since="2026-04-01") as fleet:
        began = at("2026-04-15T10:00")
        late = [0 if n < in_time else 1 for n in range(of)]  # a microsecond over four hours
        cases = [
            Case(f"breakdown-{n}", began, began + 4 * HOUR + more) for n, more in enumerate(late)
        ]
        fleet.measured(APRIL, Cases(tuple(cases)), "replacement")
        assert fleet.reached("replacement") == [Fraction(100 * in_time, of)]
        assert fleet.amounts() == [Decimal(credit)]


@pytest.mark.parametrize(
    ("ready", "of", "credit"),
    [
        (97, 100, "0"),  # exactly as promised
        (9699, 10_000, "960"),  # 4 % of 24,000
    ],
)
def test_fleet_vehicles_are_ready(ready: int, of: int, credit: str) -> None:
    with living("fleet-vehicles", since="2026-04-01") as fleet:
        mornings = [at(f"2026-04-{day:02d}T06:00") for day in range(1, 31)]
        readings = tuple(Reading(one, Fraction(ready), Fraction(of)) for one in mornings)
        fleet.measured(APRIL, Readings(readings), "fleet-availability")
        assert fleet.reached("fleet-availability") == [Fraction(100 * ready, of)]
        assert fleet.amounts() == [Decimal(credit)]


# Time to be seen: of ten patients the ninth decides; 30,000 a month.


@pytest.mark.parametrize(
    ("ninth", "credit"),
    [
        ("20", "0"),  # exactly as promised
        ("20.001", "600"),  # 2 %
        ("30", "600"),  # exactly on the bound: 2 %
        ("30.001", "1500"),  # 5 %
        (None, "1500"),  # no time on record is longer than any
    ],
)
def test_outpatient_appointments(ninth: str | None, credit: str) -> None:
    with living("outpatient-appointments", since="2026-04-01") as practice:
        worst = None if ninth is None else Fraction(ninth)
        waits = [*map(Fraction, range(1, 9)), worst, None]
        seen = at("2026-04-15T10:00")
        cases = tuple(Case(f"patient-{n}", seen, value=one) for n, one in enumerate(waits))
        practice.measured(APRIL, Cases(cases))
        assert practice.reached() == [worst]
        assert practice.amounts() == [Decimal(credit)]


def test_every_agreement_among_the_examples_is_lived_through_here() -> None:
    told = "".join(path.read_text() for path in sorted(Path(__file__).parent.glob("test_*.py")))
    names = [path.stem for path in sorted(EXAMPLES.glob("*.yaml"))]
    assert len(names) > 10
    assert [name for name in names if f'"{name}"' not in told] == []
