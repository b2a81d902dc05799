"""The published schema is current, and every example fits it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker

from any_terms import DOCUMENTS
from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Severity, lint
from domain.terms.schema import EXAMPLE, json_schema
from interfaces.files.yaml import read_yaml
from properties import MODEST

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
SCHEMA = Draft202012Validator(json_schema(), format_checker=FormatChecker())


def test_the_schema_in_docs_is_current() -> None:
    written = (ROOT / "docs" / "agreement-terms.schema.json").read_text("utf-8")
    current = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    assert written == current, "parley terms schema > docs/agreement-terms.schema.json"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_fits_the_schema_and_the_model(path: Path) -> None:
    terms = AgreementTerms.model_validate(read_yaml(path.read_bytes()).plain())
    SCHEMA.validate(terms.document())
    assert [item for item in lint(terms) if item.severity is Severity.ERROR] == []


@MODEST
@given(DOCUMENTS)
def test_what_the_model_accepts_the_schema_accepts(document: dict[str, Any]) -> None:
    SCHEMA.validate(document)
    SCHEMA.validate(AgreementTerms.model_validate(document).document())


def test_the_example_in_the_schema_is_sound() -> None:
    SCHEMA.validate(EXAMPLE)
    terms = AgreementTerms.model_validate(EXAMPLE)
    assert [item for item in lint(terms) if item.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    "change",
    [
        {"discount": "5"},
        {"term": {"starts": 20260101}},
        {"charges": [{"id": "fee", "amount": 12000.5, "every": "month"}]},
        {"currency": "euro"},
        {"objectives": []},
    ],
)
def test_what_has_another_shape_does_not_fit(change: dict[str, Any]) -> None:
    assert not SCHEMA.is_valid({**EXAMPLE, **change})


def test_every_field_is_described() -> None:
    bare = [
        f"{name}.{field}"
        for name, part in json_schema()["$defs"].items()
        for field, shape in part.get("properties", {}).items()
        if "description" not in shape and field != "by"
    ]
    assert bare == []
