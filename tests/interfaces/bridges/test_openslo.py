"""An agreement as OpenSLO documents and back: what OpenSLO can say comes back as it was."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agreements import simple_terms
from any_terms import ANY_TERMS
from bridged import EXAMPLES, example
from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Severity
from domain.terms.objective import Objective
from dropping import assert_nothing_is_dropped, assert_shown
from everything import EVERYTHING
from interfaces.bridges.draft import Draft, Given
from interfaces.bridges.openslo.exporting import to_openslo
from interfaces.bridges.openslo.importing import from_openslo
from interfaces.bridges.openslo.model import DOCUMENT
from interfaces.bridges.telling import Translation
from interfaces.bridges.writing import as_yaml
from properties import MODEST

GOLDEN = Path(__file__).parent / "golden"
GIVEN = Given(starts=date(2026, 1, 1))


def read(text: str) -> Draft:
    return from_openslo(text.encode(), "slo.yaml", GIVEN)


def terms_of(draft: Draft) -> AgreementTerms:
    assert draft.terms is not None, draft.problems
    return draft.terms


def strange(value: object) -> list[str]:
    """Return the fields of documents that OpenSLO does not have."""
    if isinstance(value, BaseModel):
        found = list(value.model_extra or {})
        return found + [
            one for name in type(value).model_fields for one in strange(getattr(value, name))
        ]
    return [one for inside in value for one in strange(inside)] if isinstance(value, list) else []


def assert_openslo(translation: Translation) -> None:
    for document in translation.documents:
        assert strange(DOCUMENT.validate_python(document)) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_makes_documents_that_keep_the_rules(path: Path) -> None:
    assert_openslo(to_openslo(example(path.stem)))


@MODEST
@given(ANY_TERMS)
def test_any_terms_make_documents_that_keep_the_rules(terms: AgreementTerms) -> None:
    assert_openslo(to_openslo(terms))


@pytest.mark.parametrize("name", ["aws-s3-standard", "ecommerce-five-nines"])
def test_the_documents_of_an_example_are_these(name: str) -> None:
    assert to_openslo(example(name)).yaml == (GOLDEN / f"{name}.openslo.yaml").read_text("utf-8")


def test_every_term_that_changes_changes_the_documents_or_is_listed() -> None:
    assert assert_nothing_is_dropped(to_openslo, EVERYTHING) > 300


@MODEST
@given(ANY_TERMS, ANY_TERMS)
def test_where_any_two_agreements_differ_the_documents_differ_or_it_is_listed(
    one: AgreementTerms, other: AgreementTerms
) -> None:
    assert_shown(one, other, to_openslo(one), to_openslo(other))


def test_a_promise_for_some_hours_is_listed_and_not_said_for_all_hours() -> None:
    translation = to_openslo(example("business-hours-availability"))
    assert [document["kind"] for document in translation.documents] == ["Service"]
    assert {item.place: item.because for item in translation.unsaid}[
        "objectives/availability/targets/business-hours"
    ] == "OpenSLO has one window for all hours"


def test_a_target_of_all_is_listed_because_openslo_has_none() -> None:
    document = {**EVERYTHING, "objectives": [dict(EVERYTHING["objectives"][2])]}
    document["objectives"][0]["targets"] = [{"at_least": "100"}]
    translation = to_openslo(AgreementTerms.model_validate(document))
    assert "an OpenSLO target is below 100 %" in {item.because for item in translation.unsaid}


# Back again -----------------------------------------------------------------------------------

SAYABLE = ("elapsed time", "time slices", "event ratio", "mean of interval rates", "percentile")


def essence(objective: Objective) -> dict[str, Any]:
    """Return what OpenSLO can say of an objective."""
    method = objective.measured
    fields = ("by", "query", "slice", "interval", "percentile", "good", "of", "rate", "unit")
    found = {field: getattr(method, field, None) for field in fields}
    found["down_above"] = getattr(method, "down_above", None) or None
    return {
        **found,
        "id": objective.id,
        "period": objective.period,
        "kind": objective.kind,
        "title": objective.title,
        "target": next(
            one for one in objective.targets if one.window == "always" and one.severity is None
        ),
    }


def said_in(translation: Translation) -> set[str]:
    return {
        document["metadata"]["name"]
        for document in translation.documents
        if document["kind"] == "SLO"
    }


@MODEST
@given(ANY_TERMS)
def test_what_openslo_can_say_comes_back_as_it_was(terms: AgreementTerms) -> None:
    translation = to_openslo(terms)
    said = said_in(translation)
    draft = read(translation.yaml)
    if not said:
        assert [problem.rule for problem in draft.problems] == ["no-objective"]
        return
    back = terms_of(draft)
    assert (back.title, back.provider, back.client, back.service) == (
        terms.title,
        terms.provider,
        terms.client,
        terms.service,
    )
    for ident in said:
        before, after = terms.objective(ident), back.objective(ident)
        assert before is not None
        assert after is not None
        if before.measured.by in SAYABLE:
            assert essence(after) == essence(before)
    if any(terms.objective(ident).period.kind != "rolling" for ident in said):  # type: ignore[union-attr]
        assert back.zone == terms.zone


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_escalation_path_comes_back(path: Path) -> None:
    terms = example(path.stem)
    translation = to_openslo(terms)
    if said_in(translation):
        back = terms_of(read(translation.yaml))
        assert [(step.role, step.after) for step in back.escalation] == [
            (step.role, step.after) for step in terms.escalation
        ]


def test_a_draft_of_an_export_lints_and_says_what_it_leaves_open() -> None:
    draft = read(to_openslo(example("aws-s3-standard")).yaml)
    assert [one for one in draft.findings if one.severity is Severity.ERROR] == []
    open_places = {
        place for one in draft.findings if one.rule == "left-open" for place in one.places
    }
    assert {"currency", "charges", "reporting", "exclusions", "term/ends"} <= open_places


# Documents of other people --------------------------------------------------------------------

PUBLISHED = """
apiVersion: openslo/v1
kind: SLI
metadata: {name: requests}
spec:
  description: "How requests went"
  ratioMetric:
    counter: true
    good: {metricSource: {type: Prometheus, spec: {query: 'http_requests_total{code!~"5.."}'}}}
    total: {metricSource: {type: Prometheus, spec: {query: http_requests_total}}}
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: checkout
  displayName: Checkout works
  annotations: {tool.example/board: "7"}
spec:
  service: shop
  owner: somebody
  indicatorRef: requests
  timeWindow: [{duration: 4w, isRolling: true}]
  budgetingMethod: Occurrences
  objectives:
    - {displayName: Good, target: 0.9995}
    - {displayName: Usual, targetPercent: 99.99, op: gt}
"""


def test_somebody_elses_documents_become_a_draft_with_all_that_is_lost_listed() -> None:
    draft = read(PUBLISHED)
    terms = terms_of(draft)
    first, second = terms.objectives
    assert (first.id, second.id) == ("checkout", "checkout-2")
    assert str(first.period) == "rolling 28 days"
    assert [str(one.targets[0].bound) for one in terms.objectives] == ["99.95", "99.99"]
    assert first.measured.query is not None
    assert first.measured.query.model_dump() == {
        "good": 'rate(http_requests_total{code!~"5.."}[5m])',
        "of": "rate(http_requests_total[5m])",
    }
    assert {item.place for item in draft.unsaid} == {
        "1/spec/owner",
        "1/metadata/annotations",
        "1/spec/objectives/0/displayName",
        "1/spec/objectives/1/displayName",
        "1/spec/objectives/1/op",
    }


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("a: [1", "not-yaml", 1),
        ("a: &b 1", "anchors-refused", 1),
        ("a: !!python/object:os.system x", "tags-refused", 1),
        ("", "empty-document", 1),
        ("apiVersion: openslo/v2\nkind: SLO\nmetadata: {name: a}\nspec: {}", "openslo-rule", 1),
        ("apiVersion: openslo/v1\nkind: SLA\nmetadata: {name: a}\nspec: {}", "openslo-rule", 1),
        ("apiVersion: openslo/v1\nkind: Service\nmetadata: {name: a}\nspec: {}", "no-objective", 1),
        (PUBLISHED.replace("0.9995", "1.0"), "openslo-rule", 25),
        (PUBLISHED.replace("0.9995", ".nan"), "bad-value", 25),
        (PUBLISHED.replace("0.9995", "1e-999999999"), "bad-value", 25),
        (PUBLISHED.replace("Occurrences", "Timeslices"), "openslo-rule", 18),
        (PUBLISHED.replace("isRolling: true", "isRolling: false"), "openslo-rule", 22),
        (PUBLISHED.replace("{duration: 4w", "{duration: 4 weeks"), "openslo-rule", 22),
        (PUBLISHED + "---\n" + "x: 1\n", "openslo-rule", 28),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused_with_its_line(
    text: str, rule: str, line: int
) -> None:
    problem = read(text).problems[0]
    assert (problem.rule, problem.line) == (rule, line)


def test_a_file_of_many_documents_has_the_size_of_one() -> None:
    problem = read("---\n".join(["a: 1\n"] * 30_000)).problems[0]
    assert problem.rule == "document-too-large"


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=5)),
    lambda inside: st.one_of(
        st.lists(inside, max_size=2), st.dictionaries(st.text("ab", max_size=2), inside, max_size=2)
    ),
    max_leaves=4,
)


@MODEST
@given(st.data())
def test_whatever_stands_in_a_document_it_is_read_or_refused(data: st.DataObject) -> None:
    documents = to_openslo(AgreementTerms.model_validate(EVERYTHING)).documents
    document: Any = data.draw(st.sampled_from(documents))
    whole = dict(document)
    around: Any = whole
    while True:
        steps = list(around) if isinstance(around, dict) else list(range(len(around)))
        step = data.draw(st.sampled_from(steps))
        inside = around[step]
        if not isinstance(inside, dict | list) or not inside or data.draw(st.booleans()):
            around[step] = data.draw(VALUES)
            break
        around[step] = inside.copy()
        around = around[step]
    draft = read(as_yaml(whole))
    assert draft.terms is not None or draft.problems


@pytest.mark.parametrize(
    ("metric", "more", "by", "query"),
    [
        (
            {"thresholdMetric": "wait_bucket"},
            {"op": "lte", "value": 0.5},
            "percentile",
            {"buckets": "wait_bucket"},
        ),
        ({"thresholdMetric": "avg(wait)"}, {"op": "lt", "value": 0.5}, "percentile", None),
        ({"thresholdMetric": "depth"}, {"op": "gte", "value": 2}, "event ratio", None),
        (
            {"bad": "bad", "total": "all"},
            {},
            "event ratio",
            {"good": "(all) - (bad)", "of": "all"},
        ),
        ({"bad": "bad # why", "total": "all"}, {}, "event ratio", None),
        ({"raw": "down", "rawType": "failure"}, {}, "elapsed time", {"up": "1 - (down)"}),
    ],
)
def test_other_ways_of_measuring_are_taken_for_the_nearest_of_ours(
    metric: dict[str, str], more: dict[str, Any], by: str, query: dict[str, str] | None
) -> None:
    def source(text: str) -> dict[str, Any]:
        return {"metricSource": {"type": "Prometheus", "spec": {"query": text}}}

    made = {name: text if name == "rawType" else source(text) for name, text in metric.items()}
    spec = made if "thresholdMetric" in made else {"ratioMetric": made}
    document = {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": {"name": "one"},
        "spec": {
            "service": "shop",
            "indicator": {"metadata": {"name": "one"}, "spec": spec},
            "budgetingMethod": "Occurrences",
            "objectives": [{"targetPercent": 90, **{k: _exact(v) for k, v in more.items()}}],
        },
    }
    (objective,) = terms_of(read(as_yaml(document))).objectives
    found = objective.measured.query
    assert (objective.measured.by, found and found.model_dump()) == (by, query)


def _exact(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, float) else value


def test_without_an_objective_that_it_can_say_nobody_is_told_and_that_is_listed() -> None:
    step = {"level": 1, "role": "duty manager", "after": "PT1M"}
    promised = simple_terms(availability="100", escalation=[step])
    found = to_openslo(promised)
    assert [document["kind"] for document in found.documents] == ["Service"]
    assert "escalation/1" in {item.place for item in found.unsaid}
