"""A window in PromQL is open exactly when the agreement says, over changes of the clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_document
from bridged import example, played, queried
from domain.attainment.spans import micros
from domain.attainment.windows import window_spans
from domain.values.periods import Period
from interfaces.bridges.prometheus.rules import to_prometheus
from interfaces.bridges.prometheus.windows import inside, week_second
from properties import MODEST

HOURS = example("business-hours-availability")
MINUTES_2026 = st.integers(0, 365 * 24 * 60)
AROUND_CHANGES = st.one_of(
    MINUTES_2026,
    st.integers(-200, 200).map(lambda m: (31 + 28 + 28) * 1440 + 60 + m),
    st.integers(-200, 200).map(lambda m: 297 * 1440 + 60 + m),
)


def evaluated(expression: str, at: datetime, second: float) -> float:
    """Work out a scalar of PromQL: its signs mean the same in Python, but for ``bool``."""
    text = re.sub(r"scalar\(clock\)", str(second), expression.replace(" bool", ""))
    return float(eval(text, {"time": at.timestamp}))  # noqa: S307 - an expression of our own


@MODEST
@given(AROUND_CHANGES)
def test_a_window_is_open_exactly_when_the_agreement_says_over_changes_of_the_clock(
    minute: int,
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    objective = HOURS.objectives[0]
    second = evaluated(week_second(HOURS, "Europe/Paris"), at, 0)
    names = [target.window for target in objective.targets]
    for target in objective.targets:
        expression = inside(HOURS, objective, target, lambda _: "scalar(clock)")
        assert expression is not None
        around = Period(at - timedelta(days=1), at + timedelta(days=1))
        spans = window_spans(HOURS, target.window, around, names)
        instant = Period(at, at + timedelta(microseconds=1))
        is_open = bool(spans & type(spans).over(instant))
        assert evaluated(expression, at, second) == is_open, (target.window, micros(at))


def test_only_what_happens_in_the_window_counts(tmp_path: Path) -> None:
    # New York in 1970: promtool's time begins then. Thursday 1 January, open from 01:00 to 02:00
    # local time, which is 06:00 to 07:00 UTC: the outage before and after is not seen.
    document = simple_document(
        term={"starts": "1970-01-01", "ends": "1970-12-31"},
        calendars=[
            {"id": "nightly", "zone": "America/New_York", "open": ["Mon-Sun 01:00-02:00"]},
        ],
    )
    document["objectives"][0] |= {
        "targets": [
            {"window": "nightly", "at_least": "99.5"},
            {"window": "otherwise", "at_least": "90"},
        ],
    }
    del document["objectives"][0]["remedy"]
    series = [{"series": 'probe_success{job="shop"}', "values": "0x359 1x59 0x59"}]
    labels = {
        window: 'parley:error_ratio:period{agreement="line-of-business-application",'
        f'objective="availability",window="{window}"}}'
        for window in ("nightly", "otherwise")
    }
    played(
        queried(document),
        tmp_path,
        {
            "interval": "1m",
            "input_series": series,
            "promql_expr_test": [
                {
                    "expr": "parley:error_ratio:period",
                    "eval_time": "430m",
                    "exp_samples": [
                        {"labels": labels["nightly"], "value": 0},
                        {"labels": labels["otherwise"], "value": 1},
                    ],
                }
            ],
        },
    )


def test_windows_of_very_many_dates_do_not_make_a_file_without_end() -> None:
    days = [(date(2026, 1, 1) + timedelta(days=2 * n)).isoformat() for n in range(2000)]
    document = simple_document(
        calendars=[
            {"id": "hours", "zone": "UTC", "open": ["Mon-Fri 08:00-18:00"], "except": ["off"]},
            {"id": "off", "zone": "UTC", "dates": days},
        ]
    )
    objective = {
        **document["objectives"][0],
        "targets": [
            {"window": "hours", "at_least": "99.5"},
            {"window": "otherwise", "at_least": "97"},
        ],
    }
    del objective["remedy"]
    document["objectives"] = [{**objective, "id": f"one-{n}"} for n in range(30)]
    translation = to_prometheus(queried(document))
    assert len(translation.yaml) < 5_000_000
    assert any(item.because.startswith("the file is full") for item in translation.unsaid)
