"""Lint: each rule by name, at the smallest set of places, and silent where nothing is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from agreements import simple_terms
from any_terms import ANY_TERMS
from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Finding, Severity, lint
from domain.terms.paths import locations
from lint_cases import ERRORS, HOURS, WARNINGS, answering, document, remedy
from properties import MODEST


def found(of: dict[str, Any], rule: str) -> list[Finding]:
    """Return what one rule says about a document."""
    return [item for item in lint(AgreementTerms.model_validate(of)) if item.rule == rule]


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
