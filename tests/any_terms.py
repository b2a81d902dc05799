"""Any terms at all: documents of the right shape, sensible or not, for property tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from domain.terms.agreement import SCHEMA, AgreementTerms

NAMES = st.sampled_from(["availability", "business-hours", "nights", "holidays", "fee", "urgent"])
WINDOWS = st.sampled_from(["always", "otherwise", "business-hours", "nights", "holidays", "gone"])
LINES = st.sampled_from(["one line", "Ein Satz über Zeit", "a → b", "x"])
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
).filter(str.strip)
PERCENTAGES = st.sampled_from(["0", "25", "95.0", "99", "99.5", "99.50", "99.999", "100"])
AMOUNTS = st.sampled_from(["0", "1.00", "12000.00", "0.005", "900000000000000"])
LENGTHS = st.sampled_from(["PT1M", "PT1H30M", "P1D", "PT0.5S", "P30D"])
DURATIONS = st.one_of(LENGTHS, st.sampled_from(["P1M", "P1Y", "P18M", "P1Y2M3DT4H"]))
DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31)).map(lambda day: day.isoformat())
PERIODS = st.sampled_from(
    ["calendar week", "calendar month", "calendar quarter", "calendar year", "rolling 30 days"]
)
BOUNDS = st.one_of(PERCENTAGES, st.sampled_from(["-1", "150", "PT4H", "PT4H0.5S"]))
OPEN = st.sampled_from(
    ["Mon-Fri 08:00-18:00", "Sat-Sun 00:00-24:00", "Fri 22:00-02:00", "Sun-Tue 23:30-00:30"]
)
WHOLE = st.integers(0, 12)


def record(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for mappings."""
    return st.fixed_dictionaries(required, optional=optional)


def word(*words: str) -> st.SearchStrategy[str]:
    """Return a strategy for one of some words."""
    return st.sampled_from(words)


SPANS = st.one_of(
    DURATIONS,
    record({"working_days": WHOLE, "of": NAMES}),
    record({"billing_cycles": WHOLE}),
)
NOTICES = st.one_of(DURATIONS, record({"working_days": WHOLE, "of": NAMES}))
MISSING_TIME = word("counts as down", "counts as up", "left out", "last known state holds")
MISSING = word("counts as missed", "counts as met", "left out")
EMPTY = word("counts as met", "counts as missed", "not judged")

PROMQL = st.sampled_from(['up{job="shop"}', "sum(rate(good[5m]))", 'x{a="b\\"c{{"} # said'])
UP = record({"up": PROMQL})
SHARE = record({"good": PROMQL, "of": PROMQL})

METHODS = st.one_of(
    record(
        {"by": word("elapsed time"), "missing": MISSING_TIME}, shortest_outage=LENGTHS, query=UP
    ),
    record(
        {"by": word("time slices"), "slice": LENGTHS, "missing": MISSING_TIME},
        down_above=PERCENTAGES,
        query=UP,
    ),
    record({"by": word("event ratio"), "good": LINES, "of": LINES}, when_empty=EMPTY, query=SHARE),
    record(
        {
            "by": word("mean of interval rates"),
            "interval": LENGTHS,
            "rate": LINES,
            "missing": MISSING_TIME,
        },
        empty_intervals=word("count as good", "left out"),
        query=record({"bad": PROMQL, "of": PROMQL}),
    ),
    record(
        {
            "by": word("percentile"),
            "percentile": PERCENTAGES,
            "of": LINES,
            "unit": word("minutes", "time"),
        },
        rule=word("nearest rank", "linear"),
        query=record({"buckets": PROMQL}),
    ),
    record(
        {
            "by": word("response time", "resolution time"),
            "of": LINES,
            "take": word("every case", "mean", "share in time"),
        },
        hours=WINDOWS,
        answered_by=word("a person", "anything"),
        stopped_while=st.lists(LINES, max_size=2),
    ),
    record(
        {
            "by": word("share within a limit"),
            "of": LINES,
            "limit": st.one_of(
                LENGTHS,
                record({"working_days": WHOLE, "of": NAMES}),
                record({"quantity": PERCENTAGES, "unit": LINES}),
            ),
        },
        missing=MISSING,
        query=SHARE,
    ),
    record(
        {
            "by": word("custom unit"),
            "unit": LINES,
            "reads": LINES,
            "take": word("sum", "last"),
        },
        missing=MISSING,
        query=record({"value": PROMQL}),
    ),
    record(
        {"by": word("custom unit"), "unit": LINES, "reads": LINES, "take": word("share")},
        query=record({"value": PROMQL, "of": PROMQL}),
    ),
)
TARGETS = st.one_of(
    record({"at_least": BOUNDS}, window=WINDOWS, severity=NAMES),
    record({"at_most": BOUNDS}, window=WINDOWS, severity=NAMES),
)
TIERS = st.one_of(
    record({"below": BOUNDS, "credit": PERCENTAGES}, window=WINDOWS, at_least=BOUNDS),
    record({"above": BOUNDS, "amount": AMOUNTS}, severity=NAMES, at_most=BOUNDS),
)
CAPS = st.one_of(
    record({"per": word("period", "12 months", "term"), "percent": PERCENTAGES}, of=NAMES),
    record({"per": word("period", "12 months", "term"), "amount": AMOUNTS}),
)
REMEDIES = record(
    {"of": word("fee", "all-charges", "gone")},
    tiers=st.lists(TIERS, max_size=3),
    several_windows=word("add up", "largest only"),
    caps=st.lists(CAPS, max_size=2),
    minimum=record({"amount": AMOUNTS}),
    no_charge=record({"each": LENGTHS, "down_more_than": LENGTHS}),
    claim=record({"within": SPANS}, after=word("period end", "incident", "report")),
    bonus=st.lists(record({"at_least": BOUNDS, "percent": PERCENTAGES}), max_size=1),
)
OBJECTIVES = record(
    {
        "id": NAMES,
        "indicator": word("availability", "response time", "custom", "waiting time"),
        "measured": METHODS,
        "period": PERIODS,
        "targets": st.lists(TARGETS, min_size=1, max_size=3),
    },
    title=LINES,
    partial_periods=record({}, first=word("as it is", "not judged")),
    kind=word("proactive", "reactive"),
    concern_at=st.lists(PERCENTAGES, max_size=2),
    rests_on=st.lists(
        st.one_of(NAMES, record({"of": st.lists(NAMES, min_size=2, max_size=3)}, any=st.just(2))),
        max_size=2,
    ),
    motivates=record({}, provider=LINES, guarded_by=LINES),
    remedy=REMEDIES,
    chronic_failure=record(
        {
            "missed": st.integers(1, 4),
            "of_consecutive": st.integers(1, 4),
            "right": word("terminate"),
        },
        notified_within=NOTICES,
    ),
)
CALENDARS = st.one_of(
    record(
        {
            "id": NAMES,
            "zone": word("Europe/Paris", "UTC"),
            "open": st.lists(OPEN, min_size=1, max_size=3),
        },
        **{"except": st.lists(NAMES, max_size=2)},
        on_clock_change=word("wall clock", "nominal length"),
    ),
    record({"id": NAMES, "zone": word("UTC"), "dates": st.lists(DAYS, min_size=1, max_size=3)}),
)
EXCLUSIONS = record(
    {"id": NAMES, "reason": LINES, "kind": word("planned maintenance", "other")},
    applies_to=st.lists(NAMES, max_size=2),
    during=NAMES,
    notice=NOTICES,
    at_most=LENGTHS,
    per=PERIODS,
)
DOCUMENTS = record(
    {
        "schema": st.just(SCHEMA),
        "title": LINES,
        "provider": LINES,
        "client": LINES,
        "service": LINES,
        "term": record(
            {"starts": DAYS},
            ends=DAYS,
            renewal=record({"kind": word("automatic"), "for": DURATIONS}, decline_by=DURATIONS),
            notice=record({}, by_client=DURATIONS, to_cure=DURATIONS),
        ),
        "currency": word("EUR", "JPY", "KWD"),
        "objectives": st.lists(OBJECTIVES, min_size=1, max_size=2),
    },
    zone=word("UTC", "Europe/Paris"),
    charges=st.lists(
        record({"id": NAMES, "amount": AMOUNTS, "every": word("month", "quarter", "year", "term")}),
        max_size=2,
    ),
    budget=record({"ceiling": AMOUNTS}, per=word("month", "term")),
    calendars=st.lists(CALENDARS, max_size=3),
    dependencies=st.lists(record({"id": NAMES, "promises": PERCENTAGES}), max_size=2),
    credits=record({}, caps=st.lists(CAPS, max_size=2), sole_remedy=st.booleans()),
    exclusions=st.lists(EXCLUSIONS, max_size=2),
    reporting=record({"within": NOTICES}),
    amended_in_mid_period=word("splits the period", "waits for the next period"),
    support=st.lists(
        record({"id": NAMES, "means": LINES}, respond=LENGTHS, resolve=LENGTHS), max_size=2
    ),
    escalation=st.lists(
        record({"level": st.integers(1, 3), "role": LINES, "after": LENGTHS}, function=NAMES),
        max_size=3,
    ),
    stakeholders=st.lists(
        record({"id": NAMES, "side": word("client"), "function": LINES, "represented_by": LINES}),
        max_size=2,
    ),
    reviews=record({"every": DURATIONS, "attended_by": st.lists(LINES, min_size=1, max_size=2)}),
    clauses=st.lists(record({"id": NAMES, "heading": LINES, "text": TEXTS}), max_size=2),
)
"""Documents of the right shape; names may lead nowhere and figures may be nonsense."""

ANY_TERMS = DOCUMENTS.map(AgreementTerms.model_validate)
"""The same, validated."""
