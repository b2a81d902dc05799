"""Agreement files: read strictly, and every problem with its line, place and rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_document
from any_terms import DOCUMENTS
from domain.terms.agreement import AgreementTerms
from interfaces.files.json import read_json
from interfaces.files.positions import DEEPEST, MOST_BYTES
from interfaces.files.terms import Problem, check_bytes, check_file
from interfaces.files.yaml import read_yaml
from properties import MODEST

EXAMPLES = Path(__file__).parents[3] / "examples"
BAD = sorted((EXAMPLES / "bad").glob("*.yaml"))
GOOD = sorted(EXAMPLES.glob("*.yaml"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


def problem(raw: bytes | str, file: str = "terms.yaml") -> Problem:
    """Return the only error of a document."""
    (only,) = check_bytes(raw.encode() if isinstance(raw, str) else raw, file).errors
    return only


def simple_yaml(**changes: Any) -> str:
    """Return the simple document as JSON, which is YAML too."""
    return json.dumps(simple_document(**changes), indent=1)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_each_example_is_fine(path: Path) -> None:
    checked = check_file(path)
    assert checked.errors == ()
    assert checked.terms is not None


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_each_bad_example_breaks_the_rule_it_says(path: Path) -> None:
    first, lines = path.read_text("utf-8").split("\n", 1)
    expected = first.removeprefix("# expected: ")
    checked = check_file(path)
    assert [item.rule for item in checked.errors] == [expected]
    (error,) = checked.errors
    assert 2 < error.line <= lines.count("\n") + 1
    assert error.file == str(path)


def test_there_is_a_bad_example_of_each_kind_people_make() -> None:
    rules = {path.read_text("utf-8").split("\n", 1)[0] for path in BAD}
    assert {
        "# expected: tiers-overlap",
        "# expected: windows-do-not-tile",
        "# expected: float-refused",
        "# expected: unknown-field",
        "# expected: claim-deadline-before-report",
    } <= rules


def test_a_problem_is_one_line_a_person_and_a_program_can_read() -> None:
    raw = (EXAMPLES / "bad" / "float-percentage.yaml").read_bytes()
    assert str(problem(raw, "mine.yaml")) == (
        "mine.yaml:21:34 objectives/availability/targets/business-hours/at_least: float-refused: "
        'write it in quotes, "99.5": a bare number may lose its exact value'
    )


@MODEST
@given(DOCUMENTS)
def test_json_and_yaml_of_one_document_are_the_same_terms(document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=1).encode()
    terms = AgreementTerms.model_validate(document)
    for file in ("terms.json", "terms.yaml"):
        checked = check_bytes(text, file)
        assert checked.terms is not None
        assert checked.terms.digest == terms.digest


@MODEST
@given(JSON)
def test_json_is_read_like_the_standard_library_reads_it(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=2, ensure_ascii=False)):
        assert read_json(text.encode()).plain() == value


@MODEST
@given(st.text(max_size=40))
def test_any_text_is_refused_with_a_place(text: str) -> None:
    for file in ("terms.json", "terms.yaml"):
        (first, *_) = check_bytes(text.encode(), file).errors
        assert first.line >= 1
        assert first.column >= 1
        assert first.rule


@pytest.mark.parametrize(
    ("raw", "rule", "line"),
    [
        ("a: 1\nb: [1, 2\n", "not-yaml", 3),
        ("a: 1\na: 2\n", "duplicate-key", 2),
        ("x: {a: 1, a: 2}\n", "duplicate-key", 1),
        ("a: &x [1]\nb: *x\n", "anchors-refused", 1),
        ("a: &x 1\n", "anchors-refused", 1),
        ("a: !!python/object:os.system x\n", "tags-refused", 1),
        ("a: !mine {b: c}\n", "tags-refused", 1),
        ("a: 1\n---\nb: 2\n", "several-documents", 2),
        ("", "empty-document", 1),
        ("# nothing\n", "empty-document", 1),
        ("? [a]\n: b\n", "key-is-no-word", 1),
        ("1: b\n", "key-is-no-word", 1),
        ("a: 2026-02-30\n", "no-such-date", 1),
        ("[" * (DEEPEST + 2), "document-too-deep", 1),
        ("a: \x07\n", "not-yaml", 1),
        ("- 1\n" * 20_001, "document-too-large", 20_000),
        (b"\xff\xfe", "not-utf-8", 1),
        (b"a: 1\nb: \xff\n", "not-utf-8", 2),
        (b" " * (MOST_BYTES + 1), "document-too-large", 1),
    ],
)
def test_yaml_that_is_not_plain_is_refused_by_name(raw: str | bytes, rule: str, line: int) -> None:
    found = problem(raw)
    assert (found.rule, found.line) == (rule, line)


@pytest.mark.parametrize(
    ("raw", "rule", "line"),
    [
        ('{"a": 1,}', "not-json", 1),
        ('{"a": 1\n"b": 2}', "not-json", 2),
        ('{"a": 1,\n "a": 2}', "duplicate-key", 2),
        ('{"a": 1, "\\u0061": 2}', "duplicate-key", 1),
        ("[1] 2", "not-json", 1),
        ("", "not-json", 1),
        ("[01]", "not-json", 1),
        ("{a: 1}", "not-json", 1),
        ('["a\nb"]', "not-json", 1),
        ("[" * (DEEPEST + 2), "document-too-deep", 1),
    ],
)
def test_json_that_is_not_json_is_refused_by_name(raw: str, rule: str, line: int) -> None:
    found = problem(raw, "terms.json")
    assert (found.rule, found.line) == (rule, line)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("010", 10),
        ("0x10", "0x10"),
        ("1:30", "1:30"),
        ("true", True),
        ("~", None),
        ("99.5", 99.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("'99.5'", "99.5"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_yaml_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    read = read_yaml(f"a: {text}\n".encode()).plain()["a"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", [".nan", ".inf", "-.inf"])
def test_no_number_at_all_is_refused_like_any_float(text: str) -> None:
    raw = simple_yaml().replace('"12000.00"', text)
    assert problem(raw).rule == "float-refused"


def test_a_date_may_stand_without_quotes_but_not_a_moment() -> None:
    assert (
        check_bytes(simple_yaml().replace('"2026-01-01"', "2026-01-01").encode(), "x").errors == ()
    )
    found = problem(simple_yaml().replace('"2026-01-01"', "2026-01-01T00:00:00Z"))
    assert (found.place, found.rule) == ("term/starts", "bad-value")


def test_a_missing_field_is_named_where_it_should_be() -> None:
    document = simple_document()
    del document["objectives"][0]["period"]
    found = problem(json.dumps(document, indent=1))
    assert (found.place, found.rule) == ("objectives/availability/period", "missing-field")


def test_all_problems_are_said_at_once() -> None:
    rules = [
        item.rule
        for item in check_bytes(
            simple_yaml(currency="euro", discount=5, zone="Paris").encode(), "terms.yaml"
        ).errors
    ]
    assert sorted(rules) == ["bad-value", "bad-value", "unknown-field"]


def test_a_document_that_is_no_mapping_is_refused() -> None:
    assert problem("- a\n- b\n").rule == "mapping-expected"
    assert problem("just words").rule == "mapping-expected"
