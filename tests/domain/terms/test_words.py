"""Every example in words: what is promised, what that allows, and what is at risk."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.terms.words import in_words
from interfaces.files.terms import check_file

EXAMPLES = Path(__file__).parents[3] / "examples"

PROMISED = {
    "accord-two-tier": (
        "Availability",
        (
            "At least 99.8 %, which allows 1 h 26 min 24 s of downtime per 30-day month, "
            "1 h 29 min 16.8 s in one of 31 days."
        ),
        "At risk in one period: 0.30 EUR (3 % of 10.00 EUR).",
    ),
    "aws-ec2-instance": (
        "Availability",
        (
            "At least 99.5 %, which allows 3 h 36 min 0 s of downtime per 30-day month, "
            "3 h 43 min 12 s in one of 31 days."
        ),
        "Each 1 h with more than 6 min of downtime is not charged, automatically.",
    ),
    "aws-ec2-region": (
        "Availability",
        (
            "At least 99.99 %, which allows 4 min 19.2 s of downtime per 30-day month, "
            "4 min 27.84 s in one of 31 days."
        ),
        "A credit is paid only above 1.00 USD.",
    ),
    "aws-ec2-region-amended": (
        "Availability",
        (
            "At least 99.995 %, which allows 2 min 9.6 s of downtime per 30-day month, "
            "2 min 13.92 s in one of 31 days."
        ),
        "Credits must be claimed by the end of the 2nd billing cycle after the incident.",
    ),
    "aws-s3-infrequent-access": (
        "Success ratio",
        "At least 99 %.",
        "At risk in one period: 900.00 USD (100 % of 900.00 USD).",
    ),
    "aws-s3-standard": (
        "Success ratio",
        "At least 99.9 %.",
        "From 95 % to under 99 %: 25 % of storage.",
    ),
    "business-hours-availability": (
        "Availability",
        "Business hours: at least 99.5 %, which allows 15 min 0 s of downtime per week of 50 h.",
        "At risk in one period: 2400.00 EUR (20 % of 12000.00 EUR).",
    ),
    "claims-handling": (
        "Claims decided in time",
        "At least 95 %.",
        "At risk in one period: 7200.00 GBP (8 % of 90000.00 GBP).",
    ),
    "common-paper-sla-2": (
        "Uptime",
        (
            "At least 99.9 %, which allows 43 min 12 s of downtime per 30-day month, "
            "44 min 38.4 s in one of 31 days."
        ),
        (
            "2 misses in 3 periods in a row, each notified within 7 days, give the client the "
            "right to terminate."
        ),
    ),
    "ecommerce-five-nines": (
        "Availability",
        (
            "At least 99.999 %, which allows 25.92 s of downtime per 30-day month, 26.784 s in one "
            "of 31 days."
        ),
        "Rests on front and (any 1 of site-a, site-b).",
    ),
    "fleet-vehicles": (
        "Replacement vehicle",
        "At least 98 %.",
        "From 95 % to under 98 %: 500.00 EUR.",
    ),
    "outpatient-appointments": (
        "Waiting time",
        "At most 20 minutes.",
        "Over 20 minutes up to 30 minutes: 2 % of flat fee.",
    ),
}


@pytest.mark.parametrize("name", PROMISED)
def test_an_example_in_words(name: str) -> None:
    heading, promise, stake = PROMISED[name]
    terms = check_file(EXAMPLES / f"{name}.yaml").terms
    assert terms is not None
    section = next(section for section in in_words(terms) if section.heading == heading)
    assert section.lines[0] == promise
    assert stake in section.lines


def test_every_example_is_among_them() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == set(PROMISED)
