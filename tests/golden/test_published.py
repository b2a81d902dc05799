"""Published agreements, lived through: each tier, and each bound exactly and just beyond it.

Terms to figures to result to statement to credit, by the policies that a service runs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from attainments import DAY, HOUR, MINUTE, at, counts, month, outages
from domain.attainment.records import Case, Cases, Counts, Outages
from domain.credits.account import Claimable, Granted, NothingDue
from domain.credits.commands import AdmitClaim, ClaimCredit
from domain.credits.facts import Kind
from domain.values.periods import Days
from domain.values.sides import Side
from lived import living
from settlements import days

APRIL = days("2026-04")
BEGIN = at("2026-04-01")


def down(length: int, begin: int = at("2026-04-10")) -> Outages:
    """Return one outage in April (UTC)."""
    return outages(month("2026-04"), (begin, length))


# Compute in a region. April has 43,200 minutes. 3,200 of them, from the 1st on, are granted as
# force majeure, so 40,000 are judged, and four of them are one in 10,000.


@pytest.mark.parametrize(
    ("minutes", "reaches", "credit"),
    [
        (0, "100", "0"),
        (4, "99.99", "0"),  # exactly what was promised
        (5, "99.9875", "1200"),  # 10 % of 12,000
        (400, "99", "1200"),  # exactly on the bound: the better tier's 10 %
        (401, "98.9975", "3600"),  # 30 %
        (2000, "95", "3600"),  # exactly on the bound: 30 %
        (2001, "94.9975", "12000"),  # all of it
        (36_000, "10", "12000"),
    ],
)
def test_aws_ec2_region(minutes: int, reaches: str, credit: str) -> None:
    with living("aws-ec2-region") as region:
        region.excuse(
            "beyond-demarcation",
            BEGIN,
            BEGIN + 3200 * MINUTE,
            announced=at("2026-04-02"),
            granted=True,
        )
        region.measured(APRIL, down(minutes * MINUTE, at("2026-04-05")))
        assert region.reached() == [Fraction(reaches)]
        assert region.amounts() == [Decimal(credit)]


def test_aws_ec2_region_is_claimed_by_the_end_of_june_and_granted() -> None:
    with living("aws-ec2-region") as region:
        region.measured(APRIL, down(5 * MINUTE))
        # 5 of 43,200 minutes are 99.988…: 10 % of 12,000. The second cycle after April is June.
        until = datetime(2026, 7, 1, tzinfo=UTC)
        assert region.standing() == Claimable(Decimal(1200), until)
        name, asked = "availability/20260401", datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
        claim = ClaimCredit(name, Side.CLIENT, "logs of both zones", asked, asked)
        region.give(claim, "2026-06-30")
        region.give(AdmitClaim(name, Side.PROVIDER), "2026-07-02")
        assert region.standing() == Granted(Decimal(1200))


# A single instance, to the microsecond. Six minutes down in an hour leave the hour charged, so an
# outage spread over hours is weighed by the month alone: 0.5 % of 720 hours are 216 minutes.


def spread(minutes: int, more: int) -> Outages:
    """Return six minutes down in each hour of April until so many are, and a little more (µs)."""
    hours = [(BEGIN + hour * HOUR, 6 * MINUTE) for hour in range(minutes // 6)]
    extra = [(BEGIN + (minutes // 6) * HOUR, more)] if more else []
    return outages(month("2026-04"), *hours, *extra)


@pytest.mark.parametrize(
    ("minutes", "more", "credit"),
    [
        (216, 0, "0"),  # 99.5 % exactly
        (216, 1, "35"),  # 10 % of 350
        (432, 0, "35"),  # 99 % exactly: 10 %
        (432, 1, "105"),  # 30 %
        (2160, 0, "105"),  # 95 % exactly: 30 %
        (2160, 1, "350"),  # all of it
    ],
)
def test_aws_ec2_instance(minutes: int, more: int, credit: str) -> None:
    with living("aws-ec2-instance") as instance:
        instance.measured(APRIL, spread(minutes, more))
        lost = minutes * MINUTE + more
        assert instance.reached() == [100 * (1 - Fraction(lost, 30 * DAY))]
        assert instance.amounts() == [Decimal(credit)]
        assert instance.amounts(Kind.NOT_CHARGED) == []


@pytest.mark.parametrize(("more", "free"), [(0, []), (1, [Decimal("0.49")])])
def test_aws_ec2_instance_charges_no_hour_that_is_down_for_more_than_six_minutes(
    more: int, free: list[Decimal]
) -> None:
    with living("aws-ec2-instance") as instance:
        instance.measured(APRIL, down(6 * MINUTE + more))
        # one hour of 720, of 350.00, is 0.4861…; it is not charged without anybody's claim
        assert instance.amounts(Kind.NOT_CHARGED) == free
        assert instance.amounts() == [Decimal(0)]


# Object storage. April has 8,640 intervals of five minutes, with 1,000 requests in each: the mean
# of the error rates is the failed requests of all of them, over 8,640,000.


def failed(requests: int) -> Counts:
    """Return an April in which so many requests failed, one interval after the other."""
    rows = []
    for number in range(30 * 288):
        bad = min(max(requests - number * 1000, 0), 1000)
        rows.append((BEGIN + number * 5 * MINUTE, 1000, 1000 - bad, 0))
    return counts(*rows)


@pytest.mark.parametrize(
    ("requests", "bound", "credit"),
    [
        (8640, "99.9", "0"),  # one in a thousand failed: exactly what was promised
        (8641, None, "90"),  # 10 % of 900
        (86_400, "99", "90"),  # exactly on the bound: 10 %
        (86_401, None, "225"),  # 25 %
        (432_000, "95", "225"),  # exactly on the bound: 25 %
        (432_001, None, "900"),  # all of it
    ],
)
def test_aws_s3_standard(requests: int, bound: str | None, credit: str) -> None:
    with living("aws-s3-standard") as storage:
        storage.measured(APRIL, failed(requests))
        reached = 100 * (1 - Fraction(requests, 8_640_000))
        assert storage.reached() == [reached if bound is None else Fraction(bound)]
        assert storage.amounts() == [Decimal(credit)]


@pytest.mark.parametrize(
    ("requests", "bound", "credit"),
    [
        (86_400, "99", "0"),  # one in a hundred failed: exactly what was promised
        (86_401, None, "90"),  # 10 % of 900
        (172_800, "98", "90"),  # exactly on the bound: 10 %
        (172_801, None, "225"),  # 25 %
        (432_000, "95", "225"),  # exactly on the bound: 25 %
        (432_001, None, "900"),  # all of it
    ],
)
def test_aws_s3_infrequent_access(requests: int, bound: str | None, credit: str) -> None:
    with living("aws-s3-infrequent-access") as storage:
        storage.measured(APRIL, failed(requests))
        reached = 100 * (1 - Fraction(requests, 8_640_000))
        assert storage.reached() == [reached if bound is None else Fraction(bound)]
        assert storage.amounts() == [Decimal(credit)]


# Common Paper. April in New York has 43,200 minutes. 200 minutes of scheduled downtime on a Sunday
# from 02:00, announced two days ahead, leave 43,000: one in a thousand are 43. The subscription is
# 60,000 a year, of which April is 30 of 365 days: 4,931.5068…


@pytest.mark.parametrize(
    ("minutes", "reaches", "credit"),
    [
        (43, "99.9", "0"),  # exactly what was promised
        (44, None, "246.58"),  # 5 % of 4,931.5068…
        (430, "99", "246.58"),  # exactly on the bound: 5 %
        (431, None, "394.52"),  # 8 %
    ],
)
def test_common_paper_sla_2(minutes: int, reaches: str | None, credit: str) -> None:
    with living("common-paper-sla-2") as software:
        sunday = at("2026-04-12T06:00")  # 02:00 in New York
        ends = sunday + 200 * MINUTE
        software.excuse("scheduled", sunday, ends, announced=at("2026-04-08"))
        downs = [(sunday, 200 * MINUTE), (at("2026-04-15T12:00"), minutes * MINUTE)]
        software.measured(APRIL, outages(software.period(APRIL), *downs), "uptime")
        value = 100 * (1 - Fraction(minutes, 43_000)) if reaches is None else Fraction(reaches)
        assert software.reached("uptime") == [value]
        assert software.amounts() == [Decimal(credit)]


def test_common_paper_sla_2_counts_only_the_days_subscribed_of_its_first_month() -> None:
    # 28 minutes down are within 0.1 % of a whole February (40.32), not of the 19 days from the 10th
    # on (27.36). 19 of 365 days of 60,000 are 3,123.2876…, and 5 % of that are 156.16.
    run = Days(date(2026, 2, 10), date(2026, 3, 1))
    with living("common-paper-sla-2") as software:
        begin = at("2026-02-20T12:00")
        software.measured(run, outages(software.period(run), (begin, 28 * MINUTE)), "uptime")
        assert software.reached("uptime") == [100 * (1 - Fraction(28, 19 * 24 * 60))]
        assert software.amounts() == [Decimal("156.16")]


@pytest.mark.parametrize(
    ("in_time", "of", "credit"),
    [
        (19, 20, "0"),  # 95 % exactly
        (18, 20, "98.63"),  # 2 % of 4,931.5068…
    ],
)
def test_common_paper_sla_2_answers_support_requests(in_time: int, of: int, credit: str) -> None:
    with living("common-paper-sla-2") as software:
        # A Wednesday, 10:00 in New York; an urgent request is answered within a support hour. An
        # answer by a machine is none.
        began = at("2026-04-15T14:00")
        cases = [
            Case(f"request-{n}", began, began + HOUR, by_person=n < in_time, severity="urgent")
            for n in range(of)
        ]
        software.measured(APRIL, Cases(tuple(cases)), "support-response")
        assert software.reached("support-response") == [Fraction(100 * in_time, of)]
        assert software.amounts() == [Decimal(credit)]


# The published sample with two tiers. 0.2 % of the 720 hours of April are 1 h 26 min 24 s.

FIFTH_OF_A_PERCENT = 86 * MINUTE + 24_000_000


@pytest.mark.parametrize(
    ("lost", "credit"),
    [
        (0, "0"),  # 100 %
        (FIFTH_OF_A_PERCENT, "0"),  # 99.8 % exactly
        (FIFTH_OF_A_PERCENT + 1, "0.20"),  # 2 % of 10
        (FIFTH_OF_A_PERCENT * 3 // 2, "0.20"),  # 99.7 %
        (FIFTH_OF_A_PERCENT * 10, "0.20"),  # 98 % exactly: 2 %
        (FIFTH_OF_A_PERCENT * 10 + 1, "0.30"),  # 3 %
        (FIFTH_OF_A_PERCENT * 15, "0.30"),  # 97 %
        (30 * DAY, "0.30"),  # nothing at all
    ],
)
def test_accord_two_tier(lost: int, credit: str) -> None:
    with living("accord-two-tier", since="2026-04-01") as service:
        service.measured(APRIL, down(lost, BEGIN))
        assert service.reached() == [100 * (1 - Fraction(lost, 30 * DAY))]
        assert service.amounts() == [Decimal(credit)]
        due = NothingDue() if credit == "0" else Granted(Decimal(credit))
        assert service.standing() == due  # nobody has to claim it


def test_accord_two_tier_counts_a_missing_report_as_the_lowest_tier() -> None:
    with living("accord-two-tier", since="2026-04-01") as service:
        service.measured(APRIL, down(0), report=False)
        # Ten working days after 30 April, a Thursday, are over with Thursday, 14 May.
        assert service.closing_at("2026-05-14T23:59:59") == []
        assert service.closing_at("2026-05-15") == [Decimal("0.30")]  # 3 % of 10
