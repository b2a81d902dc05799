"""Lint: each rule by name, at the smallest set of places, and silent where nothing is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from agreements import simple_document, simple_terms
from any_terms import ANY_TERMS
from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Finding, Severity, lint
from domain.terms.paths import locations
from properties import MODEST

HOURS = {"id": "office", "zone": "Europe/Paris", "open": ["Mon-Fri 08:00-18:00"]}
TIER = {"below": "99.5", "credit": "10"}


def document(objective: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the simple document with fields of it, and of its objective, replaced."""
    found = simple_document(**changes)
    found["objectives"][0].update(objective or {})
    return found


def found(of: dict[str, Any], rule: str) -> list[Finding]:
    """Return what one rule says about a document."""
    return [item for item in lint(AgreementTerms.model_validate(of)) if item.rule == rule]


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


@MODEST
@given(ANY_TERMS)
def test_lint_has_an_answer_to_any_terms_and_blames_places_in_them(terms: AgreementTerms) -> None:
    for finding in lint(terms):
        assert finding.rule.replace("-", "").isalpha()
        assert finding.because
        known = locations(terms)
        for place in finding.places:
            parts = place.split("/")
            nearest = [n for n in range(len(parts), 0, -1) if "/".join(parts[:n]) in known]
            assert nearest or not place, (finding.rule, place)


def test_sound_terms_have_no_error() -> None:
    assert [item for item in lint(simple_terms()) if item.severity is Severity.ERROR] == []


def test_errors_come_first() -> None:
    of = document(answering(answered_by="anything"), term={"starts": "2026-02-01"})
    severities = [item.severity for item in lint(AgreementTerms.model_validate(of))]
    assert severities[0] is Severity.ERROR
    assert severities == sorted(severities)


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
        ["objectives/availability/targets/always/urgent/severity"],
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


@pytest.mark.parametrize(("rule", "of", "places"), ERRORS, ids=[case[0] for case in ERRORS])
def test_an_error_names_the_places_to_blame(
    rule: str, of: dict[str, Any], places: list[str]
) -> None:
    (finding,) = found(of, rule)
    assert finding.severity is Severity.ERROR
    assert list(finding.places) == places


@pytest.mark.parametrize(("rule", "of", "places"), WARNINGS, ids=[case[0] for case in WARNINGS])
def test_a_warning_names_the_places_to_look_at(
    rule: str, of: dict[str, Any], places: list[str]
) -> None:
    (finding,) = found(of, rule)
    assert finding.severity is Severity.WARNING
    assert list(finding.places) == places


@pytest.mark.parametrize(
    ("report", "claim", "late"),
    [
        ("P10D", {"within": "P10D"}, False),
        ("P10D", {"within": "P9D"}, True),
        ("P1M", {"within": "P30D"}, True),  # after the end of February a month is 28 days, but
        ("P1M", {"within": "P31D"}, False),  # after the end of December it is 31
        ({"working_days": 10, "of": "office"}, {"within": "P14D"}, False),
        ({"working_days": 10, "of": "office"}, {"within": "P13D"}, True),
        ("P10D", {"within": {"billing_cycles": 1}, "after": "incident"}, False),
        ("P10D", {"within": {"billing_cycles": 0}, "after": "incident"}, True),
        ("P10D", {"within": "P30D", "after": "incident"}, True),
        ("P10D", {"within": "PT1H", "after": "report"}, False),
        ("P10D", {"within": "P1D", "required": False}, False),
    ],
)
def test_a_claim_is_never_due_before_the_report(
    report: Any, claim: dict[str, Any], *, late: bool
) -> None:
    of = document(remedy(claim=claim), reporting={"within": report}, calendars=[HOURS])
    assert bool(found(of, "claim-deadline-before-report")) == late


def test_the_weakest_dependencies_alone_are_blamed() -> None:
    dependencies = [
        {"id": "network", "promises": "99.9"},
        {"id": "database", "promises": "99.95"},
        {"id": "power", "promises": "99.999"},
    ]
    rests = {"rests_on": ["power", "database", "network"], "targets": [{"at_least": "99.87"}]}
    (finding,) = found(
        document({**rests, "remedy": None}, dependencies=dependencies), "promise-above-dependencies"
    )
    assert finding.places[1:] == (
        "dependencies/network/promises",
        "dependencies/database/promises",
    )
    assert "99.85005 %" in finding.because


def test_a_promise_exactly_as_good_as_its_dependencies_is_fine() -> None:
    dependencies = [{"id": "a", "promises": "99"}, {"id": "b", "promises": "90"}]
    parallel = {"rests_on": [{"of": ["a", "b"]}], "remedy": None}
    fine = {**parallel, "targets": [{"at_least": "99.9"}]}
    above = {**parallel, "targets": [{"at_least": "99.9001"}]}
    rule = "promise-above-dependencies"
    assert found(document(fine, dependencies=dependencies), rule) == []
    assert len(found(document(above, dependencies=dependencies), rule)) == 1
