"""One agreement in which every field is given, so that a test can change each of them."""

from __future__ import annotations

from typing import Any, Final

from domain.terms.agreement import SCHEMA
from domain.terms.part import Part

_UP: Final = {"up": "up"}
_SHARE: Final = {"good": "good_total", "of": "all_total"}
_CASES: Final = {
    "hours": "business-hours",
    "stopped_while": ["the client is awaited"],
    "answered_by": "a person",
    "missing": "left out",
    "when_empty": "counts as missed",
}
_METHODS: Final[dict[str, dict[str, Any]]] = {
    "by-time": {
        "by": "elapsed time",
        "missing": "counts as down",
        "shortest_outage": "PT1M",
        "query": _UP,
    },
    "by-slices": {
        "by": "time slices",
        "slice": "PT1M",
        "missing": "counts as up",
        "down_above": "10",
        "shortest_outage": "PT5M",
        "query": _UP,
    },
    "by-events": {
        "by": "event ratio",
        "good": "good requests",
        "of": "requests",
        "missing": "counts as missed",
        "when_empty": "counts as missed",
        "query": _SHARE,
    },
    "by-rates": {
        "by": "mean of interval rates",
        "interval": "PT5M",
        "rate": "errors over requests",
        "missing": "counts as down",
        "empty_intervals": "left out",
        "query": {"bad": "errors_total", "of": "all_total"},
    },
    "by-percentile": {
        "by": "percentile",
        "percentile": "90",
        "of": "waits",
        "unit": "minutes",
        "rule": "linear",
        "missing": "counts as missed",
        "when_empty": "counts as missed",
        "query": {"buckets": "wait_bucket"},
    },
    "by-cases": {
        "by": "response time",
        "of": "requests",
        "take": "share in time",
        "query": _SHARE,
        **_CASES,
    },
    "by-slowest": {
        "by": "resolution time",
        "of": "requests",
        "take": "percentile",
        "percentile": "95",
        **_CASES,
    },
    "by-limit": {
        "by": "share within a limit",
        "of": "breakdowns",
        "limit": "PT4H",
        "belongs_to": "period it ended in",
        "query": _SHARE,
        **_CASES,
    },
    "by-units": {
        "by": "custom unit",
        "unit": "vehicle-days",
        "reads": "days ready over days leased",
        "take": "share",
        "missing": "counts as missed",
        "when_empty": "counts as met",
        "query": {"value": "ready", "of": "leased"},
    },
    "by-mean": {
        "by": "custom unit",
        "unit": "points",
        "reads": "the survey",
        "take": "mean",
        "query": {"value": "survey"},
    },
}


def _objective(name: str) -> dict[str, Any]:
    if name == "by-slowest":
        target = {"at_most": "PT4H"}
    elif name == "by-percentile":
        target = {"at_most": "20"}
    else:
        target = {"at_least": "99.5"}
    return {
        "id": name,
        "indicator": "custom",
        "measured": _METHODS[name],
        "period": "calendar month",
        "targets": [target],
    }


_TIER: Final = {"at_least": "95", "below": "99.5"}
_WHERE: Final = {"window": "business-hours", "severity": "urgent"}
_WHOLE: Final = {
    **_objective("by-time"),
    "title": "A promise of its own",
    "measured": {"source": "a monitor", "by_whom": "both", **_METHODS["by-time"]},
    "partial_periods": {"first": "joined to the next", "last": "not judged"},
    "targets": [{"at_least": "99.5"}, {**_WHERE, "at_least": "99.9"}],
    "kind": "proactive",
    "concern_at": ["50", "80"],
    "rests_on": ["grid", {"any": 2, "of": ["grid", "line"]}],
    "motivates": {"provider": "care", "client": "patience", "guarded_by": "a sample"},
    "remedy": {
        "of": "fee",
        "tiers": [{"credit": "10", **_TIER}, {**_WHERE, "amount": "5", **_TIER}],
        "several_windows": "largest only",
        "caps": [{"per": "period", "percent": "20"}, {"per": "term", "amount": "9", "of": "fee"}],
        "minimum": {"amount": "1", "paid": "from this amount on"},
        "no_charge": {"each": "PT1H", "down_more_than": "PT6M"},
        "claim": {"required": False, "within": "P30D", "after": "report"},
        "bonus": [{**_WHERE, "at_least": "99.99", "percent": "1"}],
    },
    "chronic_failure": {
        "missed": 2,
        "of_consecutive": 3,
        "notified_within": "P7D",
        "right": "terminate",
        "exercised_within": "P30D",
    },
}

EVERYTHING: Final[dict[str, Any]] = {
    "schema": SCHEMA,
    "title": "Everything there is",
    "provider": "Northwind Hosting",
    "client": "Alpine Retail",
    "service": "Order management",
    "description": "At greater length.",
    "term": {
        "starts": "2026-01-01",
        "ends": "2026-12-31",
        "renewal": {"kind": "automatic", "for": "P1Y", "decline_by": "P60D", "at_most": 3},
        "notice": {
            "by_provider": "P90D",
            "by_client": "P30D",
            "for_cause": "P14D",
            "to_cure": "P10D",
            "for_chronic_failure": "P7D",
        },
    },
    "zone": "Europe/Paris",
    "currency": "EUR",
    "charges": [
        {"id": "fee", "title": "The fee", "amount": "100", "every": "month", "estimate": True}
    ],
    "budget": {"ceiling": "5000", "per": "year"},
    "calendars": [
        {
            "id": "business-hours",
            "zone": "Europe/Paris",
            "open": ["Mon-Fri 08:00-18:00"],
            "except": ["holidays"],
        },
        {
            "id": "nights",
            "zone": "UTC",
            "open": ["Mon 02:00-04:00"],
            "on_clock_change": "nominal length",
        },
        {"id": "holidays", "zone": "Europe/Paris", "dates": ["2026-12-25"], "source": "a calendar"},
    ],
    "dependencies": [
        {"id": "grid", "title": "The grid", "promises": "99.99", "per": "calendar year"},
        {"id": "line", "promises": "99.9"},
    ],
    "objectives": [
        _WHOLE,
        *(_objective(name) for name in _METHODS if name != "by-time"),
        {
            "id": "by-hours",
            "indicator": "availability",
            "measured": {"by": "elapsed time", "missing": "left out", "query": _UP},
            "period": "rolling 30 days",
            "targets": [
                {"window": "business-hours", "at_least": "99.5"},
                {"window": "otherwise", "at_least": "97"},
            ],
        },
    ],
    "credits": {
        "paid_as": "payment",
        "paid_within": {"working_days": 10, "of": "business-hours"},
        "transferable": True,
        "sole_remedy": True,
        "caps": [{"per": "12 months", "percent": "15", "of": "fee"}],
    },
    "exclusions": [
        {
            "id": "maintenance",
            "reason": "planned maintenance",
            "kind": "planned maintenance",
            "applies_to": ["by-time"],
            "during": "nights",
            "notice": "P5D",
            "at_most": "PT8H",
            "per": "calendar month",
            "counts_as": "up",
            "granted": "automatically",
            "details": "as announced",
        }
    ],
    "reporting": {"by": "client", "within": "P10D", "missing_report": "counts as met"},
    "amended_in_mid_period": "waits for the next period",
    "support": [
        {
            "id": "urgent",
            "means": "nothing works",
            "hours": "business-hours",
            "respond": "PT1H",
            "resolve": "PT8H",
            "update": "PT2H",
        }
    ],
    "escalation": [
        {"level": 1, "role": "service manager", "after": "PT0S", "function": "desk"},
        {"level": 2, "role": "head of operations", "after": "PT4H", "function": "desk"},
    ],
    "stakeholders": [
        {
            "id": "desk",
            "side": "client",
            "function": "Order desk",
            "represented_by": "head of sales",
            "interest": "orders",
        }
    ],
    "reviews": {
        "every": "P3M",
        "attended_by": ["service manager", "head of sales"],
        "minutes_within": "P7D",
        "agenda": "the figures",
    },
    "clauses": [
        {"id": "law", "heading": "Law", "text": "French law."},
        {"id": "place", "heading": "Place", "text": "Paris."},
    ],
}


def fields_never_given(part: Part) -> set[str]:
    """Return the fields that no part of some terms gives, as ``Objective.title``."""
    given: set[str] = set()
    known: set[str] = set()
    _look(part, given, known)
    return known - given


def _look(value: object, given: set[str], known: set[str]) -> None:
    if isinstance(value, Part):
        for name, field in type(value).model_fields.items():
            inside = getattr(value, name)
            label = f"{type(value).__name__}.{name}"
            known.add(label)
            if field.is_required() or inside != field.get_default():
                given.add(label)
            _look(inside, given, known)
    elif isinstance(value, tuple):
        for inside in value:
            _look(inside, given, known)
