"""A published table as a draft: what it says is taken to the letter, what it does not is listed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Severity
from domain.terms.measurement import IntervalRates
from interfaces.bridges.draft import Draft, Given
from interfaces.bridges.price_table import from_table
from interfaces.bridges.table_words import cap_span, deadline, exclusion, paid_as
from interfaces.bridges.writing import as_yaml
from properties import MODEST

GIVEN = Given(starts=date(2026, 1, 1), client="Alpine Retail")
REGION = """
provider: Amazon Web Services
service: Compute (EC2), region level
objective: {indicator: availability, target: "99.99", period: calendar month}
credit_percent_of: monthly charges of the affected service
tiers:
  - {at_least: "99.0", below: "99.99", credit_percent: "10"}
  - {at_least: "95.0", below: "99.0", credit_percent: "30"}
  - {at_least: "0", below: "95.0", credit_percent: "100"}
minimum_credit: {amount: "1.00", currency: USD, rule: paid only when strictly above}
claim: {required: true, deadline: end of the second billing cycle after the incident}
credit_paid_as: deduction from future charges, not transferable
exclusions: [force majeure, customer's acts or omissions, planned maintenance]
"""
STORE = """
- id: another
  service: Another
  objective: {indicator: availability}
- id: storage
  service: Object storage
  objective:
    indicator: success ratio
    target: "99.9"
    period: calendar month
    measured_as: 100% minus the mean of the error rates of all 5-minute intervals of the period
  tiers: [{below: "99.9", credit_percent: "10"}]
  claim: {required: true, deadline: 7 days after the end of the month}
  cap: {percent: "8", of: the subscription period's fees}
  also: an hour with more than 6 minutes down is not charged
"""


def read(text: str, only: str | None = None) -> Draft:
    return from_table(text.encode(), "table.yaml", GIVEN, only)


def terms_of(draft: Draft) -> AgreementTerms:
    assert draft.terms is not None, draft.problems
    return draft.terms


def rules(draft: Draft, rule: str) -> set[str]:
    return {place for one in draft.findings if one.rule == rule for place in one.places}


def test_a_published_table_becomes_terms_that_lint() -> None:
    draft = read(REGION)
    terms = terms_of(draft)
    assert [one for one in draft.findings if one.severity is Severity.ERROR] == []
    (objective,) = terms.objectives
    assert objective.remedy is not None
    assert str(objective.targets[0].bound) == "99.99"
    assert [
        (str(tier.at_least), str(tier.below), str(tier.credit)) for tier in objective.remedy.tiers
    ] == [("99.0", "99.99", "10"), ("95.0", "99.0", "30"), ("0", "95.0", "100")]
    assert objective.remedy.claim is not None
    assert objective.remedy.claim.model_dump(mode="json") == {
        "required": True,
        "within": {"billing_cycles": 2},
        "after": "incident",
    }
    assert (terms.currency, terms.credits.transferable) == ("USD", False)
    assert [exclusion.kind for exclusion in terms.exclusions] == [
        "force majeure",
        "client's doing",
        "planned maintenance",
    ]
    assert draft.unsaid == ()


def test_what_the_table_leaves_open_is_found() -> None:
    assert rules(read(REGION), "left-open") == {
        "charges",
        "reporting",
        "zone",
        "objectives/availability/measured/missing",
    }
    assert "objectives/availability/measured" in rules(read(REGION), "assumed")


def test_one_table_of_several_is_taken_by_its_id() -> None:
    draft = read(STORE, "storage")
    (objective,) = terms_of(draft).objectives
    assert isinstance(objective.measured, IntervalRates)
    assert str(objective.measured.interval) == "PT5M"
    assert [str(cap.percent) for cap in terms_of(draft).credits.caps] == ["8"]
    assert [item.place for item in draft.unsaid] == ["also"]
    assert [problem.rule for problem in read(STORE).problems] == ["which-table"]
    assert [problem.rule for problem in read(STORE, "nothing").problems] == ["which-table"]


def test_without_a_target_it_is_where_credits_begin() -> None:
    draft = read(REGION.replace('target: "99.99", ', ""))
    assert str(terms_of(draft).objectives[0].targets[0].bound) == "99.99"
    assert [one for one in draft.findings if one.severity is Severity.ERROR] == []
    assert "objectives/availability/targets" in rules(draft, "assumed")


def test_without_a_target_and_tiers_it_is_left_open() -> None:
    draft = read("service: One\nobjective: {indicator: uptime}")
    assert {"objectives/uptime/targets", "objectives/uptime"} <= rules(draft, "left-open")
    assert terms_of(draft).objectives[0].remedy is None


def test_amounts_stay_in_the_currency_they_are_written_in() -> None:
    given = Given(starts=date(2026, 1, 1), currency="EUR")
    draft = from_table(REGION.encode(), "table.yaml", given)
    assert terms_of(draft).currency == "USD"
    assert "currency" in rules(draft, "left-open")


@pytest.mark.parametrize(
    ("before", "after", "place", "written"),
    [
        ('target: "99.99"', "target: 99.99", "objective/target", "99.99"),
        ('credit_percent: "30"', "credit_percent: 30", "tiers/1/credit_percent", "30"),
        ('at_least: "95.0"', "at_least: 95.0", "tiers/1/at_least", "95.0"),
        ('amount: "1.00"', "amount: 1.00", "minimum_credit/amount", "1.00"),
    ],
)
def test_a_bare_number_is_refused_with_the_reason(
    before: str, after: str, place: str, written: str
) -> None:
    (problem,) = read(REGION.replace(before, after)).problems
    assert (problem.rule, problem.place) == ("float-refused", place)
    assert problem.message == (
        f'write it in quotes, "{written}": a bare number may lose its exact value'
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty-document"),
        ("a: [", "not-yaml"),
        ("service: One", "table-rule"),
        ("service: One\nobjective: availability", "table-rule"),
        (REGION.replace("calendar month", "every so often"), "table-rule"),
        (REGION.replace('below: "99.0"', 'below: "ninety"'), "table-rule"),
        (REGION.replace("required: true", 'required: "yes"'), "table-rule"),
        ("[1, 2]", "which-table"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_by_name(text: str, rule: str) -> None:
    assert [problem.rule for problem in read(text).problems][:1] == [rule]


@pytest.mark.parametrize(
    ("words", "length"),
    [
        ("end of the second billing cycle after the incident", {"billing_cycles": 2}),
        ("7 days after the end of the month", "P7D"),
        ("within two months", "P2M"),
        ("P30D", "P30D"),
        ("PT", None),
        ("10 business days after the month ends", None),
        ("soon", None),
        ("umpteen days", None),
    ],
)
def test_a_deadline_is_understood_or_left_open(words: str, length: object) -> None:
    assert deadline(words) == length


def test_other_words_of_tables() -> None:
    assert [cap_span(words) for words in (None, "any 12 consecutive months", "the term")] == [
        "period",
        "12 months",
        "term",
    ]
    assert exclusion("outages of third-party networks") == "third party"
    assert exclusion("the weather") == "other"
    assert paid_as("against future fees only; sole remedy") == {
        "paid_as": "deduction from future charges",
        "sole_remedy": True,
    }
    assert paid_as("chocolate") == {}


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just(["x"]))


@MODEST
@given(st.data())
def test_whatever_stands_in_a_table_it_is_read_or_refused(data: st.DataObject) -> None:
    table: dict[str, Any] = {
        "service": "One",
        "objective": {"indicator": "availability", "target": "99", "period": "calendar month"},
        "tiers": [{"below": "99", "credit_percent": "10"}],
        "minimum_credit": {"amount": "1", "currency": "EUR", "rule": "from this on"},
        "claim": {"required": True, "deadline": "30 days"},
        "cap": [{"percent": "10", "of": "the month"}],
        "exclusions": ["force majeure"],
    }
    field = data.draw(st.sampled_from(sorted(table)))
    inside = table[field]
    if isinstance(inside, dict) and data.draw(st.booleans()):
        table[field] = {**inside, data.draw(st.sampled_from(sorted(inside))): data.draw(VALUES)}
    else:
        table[field] = data.draw(VALUES)
    draft = read(as_yaml(table))
    assert (draft.terms is None) == bool(draft.problems)
