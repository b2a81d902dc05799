"""What agreements meet while they live: nights with a changed clock, amendments, late figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from attainments import HOUR, MINUTE, at, example, month, outages
from domain.credits.account import Claimable, Granted
from domain.credits.commands import AdmitClaim, ClaimCredit
from domain.credits.facts import StatementIssued, StatementRestated
from domain.decider import Refused
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Days, midnight
from domain.values.sides import Side
from lived import Lived, living
from settlements import days, with_remedy

MARCH, OCTOBER = days("2026-03"), days("2026-10")
FORWARD, BACK = at("2026-03-29T01:00"), at("2026-10-25T00:00")
"""When it is 02:00 in Paris (there is no 02:00 then) on the nights that the clock changes."""


def value(found: Lived) -> Fraction | None:
    """Return what the one target came to."""
    (reached,) = found.reached()
    return reached


# Business hours over both changes of the clock. They lie by day, so they have 600 minutes either
# way; what changes is the rest of the month, by an hour.


@pytest.mark.parametrize(
    ("run", "monday", "days_open", "hours"),
    [
        (MARCH, "2026-03-30T06:00", 22, 31 * 24 - 1),  # 08:00 in Paris, in summer time
        (OCTOBER, "2026-10-26T07:00", 22, 31 * 24 + 1),  # 08:00 in Paris, in winter time
    ],
)
def test_business_hours_begin_at_eight_by_the_clock_on_the_wall_after_either_change(
    run: Days, monday: str, days_open: int, hours: int
) -> None:
    with living("business-hours-availability", since=f"{run.first}") as application:
        # Half an hour before they open and half an hour after.
        down = outages(application.period(run), (at(monday) - 30 * MINUTE, HOUR))
        application.measured(run, down)
        by_day, otherwise = application.reached()
        assert by_day == 100 * (1 - Fraction(30, days_open * 600))
        assert otherwise == 100 * (1 - Fraction(30, hours * 60 - days_open * 600))
        # 30 of 13,200 minutes are 0.23 %: within what was promised.
        assert application.amounts() == [Decimal(0)]


# Maintenance from 02:00 to 04:00 on those nights: one hour, or three, or two by nominal length.


def maintained(on_clock_change: str | None) -> AgreementTerms:
    """Return business hours whose maintenance lies on Sundays from 02:00 to 04:00."""
    document: dict[str, Any] = example("business-hours-availability").document()
    how = {} if on_clock_change is None else {"on_clock_change": on_clock_change}
    night = {"id": "night", "zone": "Europe/Paris", "open": ["Sun 02:00-04:00"], **how}
    document["calendars"].append(night)
    document["exclusions"][0]["during"] = "night"
    return AgreementTerms.model_validate(document)


@pytest.mark.parametrize(
    ("run", "night", "on_clock_change", "left_out"),
    [
        (MARCH, FORWARD, None, 1),  # 02:00 to 03:00 are skipped: the wall shows one hour of it
        (OCTOBER, BACK, None, 3),  # 02:00 to 03:00 come twice
        (MARCH, FORWARD, "nominal length", 2),
        (OCTOBER, BACK, "nominal length", 2),
    ],
)
def test_maintenance_from_two_to_four_lasts_as_the_terms_say_on_the_night_of_the_change(
    run: Days, night: int, on_clock_change: str | None, left_out: int
) -> None:
    with living(maintained(on_clock_change), since=f"{run.first}") as application:
        # Down for five hours from 02:00 on, announced ten days ahead, all of it.
        ends = night + 5 * HOUR
        announced = night - 240 * HOUR
        application.excuse("maintenance", night, ends, announced=announced)
        application.measured(run, outages(application.period(run), (night, 5 * HOUR)))
        by_day, otherwise = application.reached()
        whole = (application.period(run).ends - application.period(run).starts).total_seconds()
        rest = int(whole) // 3600 - 220 - left_out
        assert by_day == 100
        assert otherwise == 100 * (1 - Fraction(5 - left_out, rest))


# Caps that stack: 20 % of a month of 12,000 are 2,400, 15 % of 144,000 are 21,600: nine of them.


def test_caps_that_stack_leave_nothing_from_the_tenth_bad_month_on() -> None:
    with living("business-hours-availability") as application:
        for number in range(1, 13):
            run = days(f"2026-{number:02d}")
            begin = at(f"2026-{number:02d}-02")
            application.measured(run, outages(application.period(run), (begin, 240 * HOUR)))
        assert application.amounts() == [Decimal(2400)] * 9 + [Decimal(0)] * 3


# A claim one second late. What is lost in March can be claimed within 30 days: to the end of 30
# April in Paris, which is 22:00 UTC.


def test_a_claim_in_the_last_second_is_in_time_and_one_second_later_it_is_late() -> None:
    with living("business-hours-availability", since="2026-03-01") as application:
        run, begin = MARCH, at("2026-03-11T08:00")
        application.measured(run, outages(application.period(run), (begin, 3 * HOUR)))
        name, until = "availability/20260301", datetime(2026, 4, 30, 22, tzinfo=UTC)
        assert application.standing() == Claimable(Decimal(2400), until)
        last = datetime(2026, 4, 30, 21, 59, 59, tzinfo=UTC)
        late = ClaimCredit(name, Side.CLIENT, "our log", until, until)
        with pytest.raises(Refused, match="claim") as refused:
            application.give(late, "2026-04-30")
        assert refused.value.rule == "claim-too-late"
        application.give(ClaimCredit(name, Side.CLIENT, "our log", until, last), "2026-04-30")
        application.give(AdmitClaim(name, Side.PROVIDER), "2026-05-02")
        assert application.standing() == Granted(Decimal(2400))


def test_a_claim_that_runs_from_the_report_runs_from_its_own_months_report() -> None:
    claim = {"within": "P30D", "after": "report"}
    with living(with_remedy(example("business-hours-availability"), claim=claim)) as application:
        for number in range(1, 12):
            run = days(f"2026-{number:02d}")
            begin = at(f"2026-{number:02d}-02")
            application.measured(run, outages(application.period(run), (begin, 240 * HOUR)))
            # Reported at 01:00 on the first day of the next month, in Paris: 30 days after that
            # day are over when the 31st day after it begins.
            due = midnight(run.end + timedelta(days=31), "Europe/Paris")
            first = f"availability/{run.first:%Y%m%d}"
            if number < 10:  # from the tenth month on the cap leaves nothing to claim
                assert application.account.standing(first) == Claimable(Decimal(2400), due)


# An amendment at noon on the 15th: 14.5 days by the first version, 16.5 by the second.


def test_an_amendment_at_noon_on_the_15th_splits_the_month() -> None:
    with living("aws-ec2-region") as region:
        noon = datetime(2026, 3, 15, 12, tzinfo=UTC)
        region.amend(example("aws-ec2-region-amended"), noon)
        downs = [(at("2026-03-10"), 3 * MINUTE), (at("2026-03-15T11:59"), 2 * MINUTE)]
        region.measured(MARCH, outages(month("2026-03"), *downs))
        # 3 + 1 of 20,880 minutes miss 99.99 %; 1 of 23,760 meets 99.995 %.
        assert region.reached() == [100 - Fraction(400, 20_880), 100 - Fraction(100, 23_760)]
        # 10 % of 12,000 for 14.5 of 31 days are 561.2903…
        assert region.amounts() == [Decimal("561.29")]


# Late data after settlement: an hour that nobody had handed in.


def test_late_figures_restate_a_month_that_was_settled_by_the_difference() -> None:
    with living("aws-ec2-region") as region:
        seven = [(at("2026-03-10"), 7 * HOUR)]
        region.measured(MARCH, outages(month("2026-03"), *seven))
        # 420 of 44,640 minutes: 99.059…, 10 % of 12,000
        assert region.amounts() == [Decimal(1200)]
        more = outages(month("2026-03"), *seven, (at("2026-03-20"), HOUR))
        later = datetime(2026, 4, 20, tzinfo=UTC)
        region.hand_in(region.period(MARCH), more, "availability", Side.CLIENT, later)
        # 480 of 44,640 minutes: 98.924…, 30 % of 12,000
        assert value(region) == 100 * (1 - Fraction(480, 44_640))
        assert region.amounts() == [Decimal(3600)]
        issued, restated = region.statements()
        assert isinstance(issued, StatementIssued)
        assert isinstance(restated, StatementRestated)
        (line,) = restated.restated
        assert (line.before, line.after, line.difference) == (1200, 3600, 2400)
