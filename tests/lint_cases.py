"""Terms that break one rule each, with the places that are to blame."""

from __future__ import annotations

from typing import Any

from agreements import simple_document

HOURS = {"id": "office", "zone": "Europe/Paris", "open": ["Mon-Fri 08:00-18:00"]}
TIER = {"below": "99.5", "credit": "10"}


def document(objective: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the simple document with fields of it, and of its objective, replaced."""
    found = simple_document(**changes)
    found["objectives"][0].update(objective or {})
    return found


def remedy(**changes: Any) -> dict[str, Any]:
    return {"remedy": {"of": "monthly-fee", "tiers": [TIER], **changes}}


def answering(**changes: Any) -> dict[str, Any]:
    return {
        "indicator": "response time",
        "measured": {
            "by": "response time",
            "of": "tickets",
            "take": "every case",
            "answered_by": "a person",
            **changes,
        },
        "targets": [{"at_most": "PT4H"}],
        "remedy": {"of": "monthly-fee", "tiers": [{"above": "PT4H", "credit": "5"}]},
    }


ERRORS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "method-does-not-show-indicator",
        document({"indicator": "response time"}),
        ["objectives/availability/indicator", "objectives/availability/measured/by"],
    ),
    (
        "bound-does-not-fit",
        document({"targets": [{"at_least": "100.5"}], "remedy": None}),
        ["objectives/availability/targets/always/at_least"],
    ),
    (
        "bounds-point-both-ways",
        document(
            {
                "targets": [
                    {"window": "office", "at_least": "99"},
                    {"window": "otherwise", "at_most": "99"},
                ],
                "remedy": None,
            },
            calendars=[HOURS],
        ),
        ["objectives/availability/targets/otherwise"],
    ),
    (
        "nominal-length-needs-otherwise",
        document(
            {
                "targets": [
                    {"window": "office", "at_least": "99"},
                    {"window": "weekend", "at_least": "98"},
                    {"window": "otherwise", "at_least": "97"},
                ],
                "remedy": None,
            },
            calendars=[
                {**HOURS, "on_clock_change": "nominal length"},
                {"id": "weekend", "zone": "Europe/Paris", "open": ["Sat-Sun 00:00-24:00"]},
            ],
        ),
        ["calendars/office/on_clock_change"],
    ),
    (
        "windows-overlap",
        document(
            {
                "targets": [
                    {"window": "always", "at_least": "99"},
                    {"window": "otherwise", "at_least": "98"},
                ],
                "remedy": None,
            }
        ),
        ["objectives/availability/targets/always", "objectives/availability/targets/otherwise"],
    ),
    (
        "bonus-without-improvement",
        document(remedy(bonus=[{"at_least": "99.5", "percent": "2"}])),
        [
            "objectives/availability/remedy/bonus/always/from-99.5",
            "objectives/availability/targets/always",
        ],
    ),
    (
        "remedy-without-credit",
        document({"remedy": {"of": "monthly-fee"}}),
        ["objectives/availability/remedy"],
    ),
    (
        "share-in-time-without-limit",
        document(
            {**answering(take="share in time"), "targets": [{"at_least": "95"}], "remedy": None},
            support=[{"id": "urgent", "means": "all is down"}],
        ),
        ["support/urgent", "objectives/availability/measured/take"],
    ),
    (
        "automated-reply-would-do",
        document(answering(answered_by="anything")),
        ["objectives/availability/measured/answered_by"],
    ),
    (
        "resolved-before-answered",
        document(
            support=[{"id": "low", "means": "x", "respond": "PT4H", "resolve": "PT2H"}],
        ),
        ["support/low/respond", "support/low/resolve"],
    ),
    (
        "quota-excludes-everything",
        document(
            exclusions=[
                {
                    "id": "works",
                    "kind": "planned maintenance",
                    "reason": "works",
                    "at_most": "P28D",
                    "per": "calendar month",
                }
            ]
        ),
        ["exclusions/works/at_most", "exclusions/works/per"],
    ),
    (
        "more-needed-than-there-are",
        document(
            {"rests_on": [{"any": 3, "of": ["a", "b"]}]},
            dependencies=[{"id": "a", "promises": "99"}, {"id": "b", "promises": "99"}],
        ),
        ["objectives/availability/rests_on"],
    ),
    (
        "thresholds-do-not-climb",
        document({"kind": "proactive", "concern_at": ["80", "50"]}),
        ["objectives/availability/concern_at"],
    ),
    (
        "reserved-id",
        document(charges=[{"id": "all-charges", "amount": "1.00", "every": "month"}]),
        ["charges/all-charges"],
    ),
    (
        "unknown-service-hours",
        document(remedy(claim={"within": {"working_days": 5, "of": "office"}})),
        ["objectives/availability/remedy/claim/within/of"],
    ),
    (
        "unknown-list-of-dates",
        document(calendars=[{**HOURS, "except": ["office"]}]),
        ["calendars/office/except"],
    ),
    (
        "unknown-support-level",
        document({"targets": [{"severity": "urgent", "at_least": "99"}], "remedy": None}),
        ["objectives/availability/targets/always:urgent/severity"],
    ),
    (
        "unknown-objective",
        document(
            exclusions=[{"id": "x", "kind": "other", "reason": "x", "applies_to": ["uptime"]}]
        ),
        ["exclusions/x/applies_to"],
    ),
    (
        "unknown-stakeholder",
        document(
            escalation=[{"level": 1, "role": "x", "after": "PT0S", "function": "server-operations"}]
        ),
        ["escalation/1/function"],
    ),
]

WARNINGS: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "target-without-tier",
        document(
            {
                "targets": [
                    {"window": "office", "at_least": "99.5"},
                    {"window": "otherwise", "at_least": "97"},
                ],
                **remedy(tiers=[{**TIER, "window": "office"}]),
            },
            calendars=[HOURS],
        ),
        ["objectives/availability/targets/otherwise"],
    ),
    (
        "tiers-alike",
        document(
            remedy(tiers=[{"below": "99", "credit": "10"}, {**TIER, "at_least": "99"}]),
        ),
        [
            "objectives/availability/remedy/tiers/always/from-0",
            "objectives/availability/remedy/tiers/always/from-99",
        ],
    ),
    (
        "dead-term",
        document(remedy(tiers=[{"below": "99.5", "credit": "0"}])),
        ["objectives/availability/remedy/tiers/always/from-0"],
    ),
    (
        "target-leaves-no-room",
        document({"targets": [{"at_least": "100"}], "remedy": None}),
        ["objectives/availability/targets/always"],
    ),
    (
        "slices-too-coarse",
        document({"targets": [{"at_least": "99.999"}], "remedy": None}),
        ["objectives/availability/targets/always", "objectives/availability/measured/slice"],
    ),
    (
        "credit-above-cap",
        document(remedy(caps=[{"per": "period", "percent": "5"}])),
        [
            "objectives/availability/remedy/tiers/always/from-0",
            "objectives/availability/remedy/caps/period",
        ],
    ),
    (
        "cap-never-reached",
        document(
            remedy(caps=[{"per": "period", "percent": "5"}, {"per": "term", "percent": "8"}]),
        ),
        [
            "objectives/availability/remedy/caps/term",
            "objectives/availability/remedy/caps/period",
        ],
    ),
    (
        "credit-below-minimum",
        document(
            remedy(
                tiers=[{"below": "90", "credit": "50"}, {**TIER, "at_least": "90"}],
                minimum={"amount": "1200.00"},
            )
        ),
        [
            "objectives/availability/remedy/tiers/always/from-90",
            "objectives/availability/remedy/minimum/amount",
        ],
    ),
    (
        "renewal-without-way-out",
        document(
            term={
                "starts": "2026-01-01",
                "ends": "2026-12-31",
                "renewal": {"kind": "automatic", "for": "P1Y"},
            }
        ),
        ["term/renewal"],
    ),
    (
        "period-longer-than-term",
        document({"period": "calendar year"}, term={"starts": "2026-01-01", "ends": "2026-06-30"}),
        ["objectives/availability/period", "term/ends"],
    ),
    (
        "reviews-after-the-end",
        document(reviews={"every": "P2Y", "attended_by": ["x"]}),
        ["reviews/every", "term/ends"],
    ),
    (
        "maintenance-without-notice",
        document(exclusions=[{"id": "w", "kind": "planned maintenance", "reason": "works"}]),
        ["exclusions/w"],
    ),
    (
        "holidays-run-out",
        document(
            calendars=[
                {**HOURS, "except": ["holidays"]},
                {"id": "holidays", "zone": "Europe/Paris", "dates": ["2026-05-01"]},
            ],
            term={"starts": "2026-01-01", "ends": "2027-12-31"},
        ),
        ["calendars/office/except", "term/ends"],
    ),
    (
        "dates-outside-term",
        document(calendars=[{"id": "holidays", "zone": "UTC", "dates": ["2024-05-01"]}]),
        ["calendars/holidays/dates"],
    ),
    ("unused-calendar", document(calendars=[HOURS]), ["calendars/office"]),
    (
        "unused-dependency",
        document(dependencies=[{"id": "net", "promises": "99"}]),
        ["dependencies/net"],
    ),
    ("no-reviews", document(), [""]),
    ("no-escalation", document(), [""]),
    ("no-reporting", document(), ["objectives"]),
    ("unguarded-metric", document({"motivates": None}), ["objectives/availability"]),
    (
        "mean-hides-the-worst",
        document(answering(take="mean")),
        ["objectives/availability/measured/take"],
    ),
    (
        "proactive-without-threshold",
        document({"kind": "proactive"}),
        ["objectives/availability/kind"],
    ),
    (
        "nobody-is-told",
        document({"kind": "proactive", "concern_at": ["50"]}),
        ["objectives/availability/concern_at"],
    ),
]
