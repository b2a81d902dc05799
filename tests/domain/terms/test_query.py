"""A method can name where Prometheus has its figures, and terms without one stay what they were."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from agreements import simple_document, simple_terms
from domain.terms.agreement import AgreementTerms
from domain.terms.differences import differences
from domain.terms.words import in_words

UP = 'min(probe_success{job="shop"})'


def measured(**method: Any) -> AgreementTerms:
    document = simple_document()
    document["objectives"][0]["measured"] = method
    return AgreementTerms.model_validate(document)


def slices(**more: Any) -> AgreementTerms:
    return measured(by="time slices", slice="PT1M", missing="counts as down", **more)


def test_a_query_is_written_only_where_it_is_given() -> None:
    assert slices().digest == simple_terms().digest
    assert b"query" not in slices().canonical()
    assert slices(query={"up": UP}).digest != simple_terms().digest


def test_a_query_is_said_in_words_as_it_stands() -> None:
    said = [line for section in in_words(slices(query={"up": UP})) for line in section.lines]
    assert any(line.endswith(f"Read from Prometheus: up = `{UP}`.") for line in said)


def test_a_changed_query_is_a_difference_with_its_own_path() -> None:
    changes = differences(slices(query={"up": UP}), slices(query={"up": "up"}))
    assert [(change.path, change.before, change.after) for change in changes] == [
        ("objectives/availability/measured/query/up", UP, "up")
    ]


@pytest.mark.parametrize(
    "text", ["", " up", "up ", "up\nor down", "up\x00", "up\x7f", "u" * 2001, 1, None]
)
def test_a_query_is_one_line_of_text_that_says_something(text: object) -> None:
    with pytest.raises(ValidationError):
        slices(query={"up": text})


@pytest.mark.parametrize(
    ("method", "because"),
    [
        (
            {
                "by": "response time",
                "of": "requests",
                "take": "mean",
                "query": {"good": "a", "of": "b"},
            },
            "a query says a share",
        ),
        (
            {
                "by": "custom unit",
                "unit": "days",
                "reads": "days",
                "take": "share",
                "query": {"value": "a"},
            },
            "names all units",
        ),
        (
            {
                "by": "custom unit",
                "unit": "days",
                "reads": "days",
                "take": "sum",
                "query": {"value": "a", "of": "b"},
            },
            "names all units",
        ),
        (
            {"by": "time slices", "slice": "PT1M", "missing": "left out", "query": {"good": "a"}},
            "up",
        ),
    ],
)
def test_a_query_that_cannot_give_the_result_is_refused(
    method: dict[str, Any], because: str
) -> None:
    with pytest.raises(ValidationError, match=re.escape(because)):
        measured(**method)
