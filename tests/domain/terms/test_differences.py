"""Differences: term by term, in downtime, in money, and word by word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_document, simple_terms
from any_terms import DOCUMENTS
from domain.terms.agreement import AgreementTerms
from domain.terms.differences import Difference, Kind, differences
from domain.terms.redline import Change
from interfaces.files.terms import check_file
from properties import MODEST

EXAMPLES = Path(__file__).parents[3] / "examples"


def only(a: AgreementTerms, b: AgreementTerms) -> Difference:
    (difference,) = differences(a, b)
    return difference


def changed(**objective: Any) -> AgreementTerms:
    """Return the simple terms with fields of their objective replaced."""
    document = simple_document()
    document["objectives"][0].update(objective)
    return AgreementTerms.model_validate(document)


@MODEST
@given(DOCUMENTS, DOCUMENTS, st.sets(st.sampled_from(sorted(simple_document())), max_size=4))
def test_there_is_a_difference_exactly_when_the_digests_differ(
    document: dict[str, Any], other: dict[str, Any], taken: set[str]
) -> None:
    mixed = {**document, **{field: other[field] for field in taken if field in other}}
    a, b = AgreementTerms.model_validate(document), AgreementTerms.model_validate(mixed)
    assert bool(differences(a, b)) == (a.digest != b.digest)


@MODEST
@given(DOCUMENTS)
def test_another_order_of_parts_is_named_as_that(document: dict[str, Any]) -> None:
    turned = {
        field: value[::-1] if isinstance(value, list) else value
        for field, value in document.items()
    }
    a, b = AgreementTerms.model_validate(document), AgreementTerms.model_validate(turned)
    assert bool(differences(a, b)) == (a.digest != b.digest)


@MODEST
@given(DOCUMENTS, DOCUMENTS)
def test_what_one_way_adds_the_other_way_removes(
    document: dict[str, Any], other: dict[str, Any]
) -> None:
    a, b = AgreementTerms.model_validate(document), AgreementTerms.model_validate(other)
    added = {item.path for item in differences(a, b) if item.kind is Kind.ADDED}
    removed = {item.path for item in differences(b, a) if item.kind is Kind.REMOVED}
    assert added == removed


def test_a_target_is_said_in_downtime_and_in_money() -> None:
    difference = only(simple_terms(), changed(targets=[{"at_least": "99.9"}]))
    assert difference.path == "objectives/availability/targets/always/at_least"
    assert difference.kind is Kind.CHANGED
    assert difference.label == "Availability"
    assert (difference.before, difference.after) == ("99.5 %", "99.9 %")
    assert difference.meaning == (
        "allowed downtime 3 h 36 min 0 s → 43 min 12 s per 30-day month; "
        "at risk per calendar month 1200.00 EUR (10 % of 12000.00 EUR)"
    )


def test_a_window_is_said_per_ordinary_week_of_it() -> None:
    calendar = {"id": "business-hours", "zone": "UTC", "open": ["Mon-Fri 08:00-18:00"]}
    windows = [
        {"window": "business-hours", "at_least": "99.5"},
        {"window": "otherwise", "at_least": "97.0"},
    ]
    before = simple_document(calendars=[calendar])
    before["objectives"][0].update(targets=windows, remedy={"of": "monthly-fee"})
    after = simple_document(calendars=[calendar])
    after["objectives"][0].update(
        targets=[{**windows[0], "at_least": "99.9"}, windows[1]], remedy={"of": "monthly-fee"}
    )
    difference = only(AgreementTerms.model_validate(before), AgreementTerms.model_validate(after))
    assert difference.label == "Availability, business hours"
    assert difference.meaning is not None
    assert difference.meaning.startswith("allowed downtime 15 min 0 s → 3 min 0 s per week of 50 h")


def test_a_charge_is_said_over_the_term_and_at_risk() -> None:
    difference = only(simple_terms(), simple_terms(fee="12500.00"))
    assert difference.label == "Monthly fee, amount"
    assert difference.meaning == (
        "charges over the initial term 144000.00 EUR → 150000.00 EUR; Availability at risk per "
        "calendar month 1200.00 EUR (10 % of 12000.00 EUR) → 1250.00 EUR (10 % of 12500.00 EUR)"
    )


def test_a_cap_that_bites_lowers_what_is_at_risk() -> None:
    remedy = {"of": "monthly-fee", "tiers": [{"below": "99.5", "credit": "10"}]}
    difference = only(
        changed(remedy={**remedy, "caps": [{"per": "period", "percent": "10"}]}),
        changed(remedy={**remedy, "caps": [{"per": "period", "percent": "5"}]}),
    )
    assert difference.label == "Availability, cap per period, percent"
    assert difference.meaning == (
        "at risk per calendar month 1200.00 EUR (10 % of 12000.00 EUR) → "
        "600.00 EUR (5 % of 12000.00 EUR)"
    )


def test_a_clause_is_redlined_word_by_word() -> None:
    clause = {"id": "law", "heading": "Governing law", "text": "French law governs this."}
    difference = only(
        simple_terms(clauses=[clause]),
        simple_terms(clauses=[{**clause, "text": "Swiss law governs this."}]),
    )
    assert difference.label == "Clause Governing law, text"
    assert [(part.change, part.text) for part in difference.redline] == [
        (Change.REMOVED, "French"),
        (Change.ADDED, "Swiss"),
        (Change.SAME, " law governs this."),
    ]


def test_a_whole_part_is_one_difference() -> None:
    clause = {"id": "law", "heading": "Governing law", "text": "French law governs this."}
    difference = only(simple_terms(), simple_terms(clauses=[clause]))
    assert (difference.kind, difference.before) == (Kind.ADDED, None)
    assert difference.after == "French law governs this."


def test_a_default_that_is_changed_says_what_it_was() -> None:
    difference = only(simple_terms(), simple_terms(zone="Europe/Paris"))
    assert difference.kind is Kind.CHANGED
    assert (difference.before, difference.after) == ("UTC", "Europe/Paris")


def test_another_spelling_is_a_difference_because_the_bytes_are() -> None:
    difference = only(simple_terms(), simple_terms(fee="12000.0"))
    assert (difference.before, difference.after) == ("12000.00 EUR", "12000.0 EUR")


def test_parts_in_another_order_are_named_as_that() -> None:
    charges = [
        {"id": "a", "amount": "1.00", "every": "month"},
        {"id": "b", "amount": "2.00", "every": "month"},
    ]
    difference = only(simple_terms(charges=charges), simple_terms(charges=charges[::-1]))
    assert (difference.before, difference.after) == ("a, b", "b, a")
    assert difference.meaning == "the same parts in another order"


def test_the_demo_amendment_reads_like_a_cover_letter() -> None:
    before = check_file(EXAMPLES / "aws-ec2-region.yaml").terms
    after = check_file(EXAMPLES / "aws-ec2-region-amended.yaml").terms
    assert before is not None
    assert after is not None
    said = [str(difference) for difference in differences(before, after)]
    assert said[:4] == [
        (
            "Availability: 99.99 % → 99.995 % (allowed downtime 4 min 19.2 s → 2 min 9.6 s per "
            "30-day month; at risk per calendar month 12000.00 USD (100 % of 12000.00 USD))"
        ),
        "Availability, credit tier from 99.9: nothing → 10 % credit from 99.9 % to under 99.995 %",
        "Availability, credit tier from 99, below: 99.99 % → 99.9 %",
        "Availability, credit tier from 99, credit: 10 % → 20 %",
    ]
    assert len(said) == 5
    assert said[4].startswith("Clause Credit request, text: ")


@pytest.mark.parametrize(
    ("within", "words"),
    [
        ("P30D", "30 days"),
        ({"working_days": 10, "of": "office"}, "10 working days of office"),
        ({"billing_cycles": 2}, "the end of the 2nd billing cycle"),
    ],
)
def test_a_deadline_of_another_kind_is_one_difference(within: Any, words: str) -> None:
    remedy = {"of": "monthly-fee", "tiers": [{"below": "99.5", "credit": "10"}]}
    difference = only(
        changed(remedy={**remedy, "claim": {"within": "P1Y"}}),
        changed(remedy={**remedy, "claim": {"within": within}}),
    )
    assert difference.label == "Availability, claim, within"
    assert (difference.before, difference.after) == ("1 year", words)
