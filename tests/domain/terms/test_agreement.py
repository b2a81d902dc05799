"""Agreement terms: what goes in comes out, to the byte, and nonsense does not go in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agreements import simple_document, simple_terms
from any_terms import ANY_TERMS, DOCUMENTS
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import flatten, walk
from domain.terms.words import in_words
from properties import MODEST


@MODEST
@given(DOCUMENTS)
def test_terms_read_back_from_their_document_are_the_same(document: dict[str, Any]) -> None:
    terms = AgreementTerms.model_validate(document)
    again = AgreementTerms.model_validate(terms.document())
    assert again == terms
    assert again.digest == terms.digest
    assert again.canonical() == terms.canonical()


@MODEST
@given(DOCUMENTS)
def test_json_text_says_the_same_as_a_mapping(document: dict[str, Any]) -> None:
    terms = AgreementTerms.model_validate(document)
    assert AgreementTerms.model_validate(json.loads(terms.canonical())).digest == terms.digest


@MODEST
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(document: dict[str, Any], random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            random.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(item) for item in value] if isinstance(value, list) else value

    one = AgreementTerms.model_validate(document)
    assert AgreementTerms.model_validate(shuffled(document)).digest == one.digest


@MODEST
@given(ANY_TERMS)
def test_any_terms_can_be_put_into_words(terms: AgreementTerms) -> None:
    sections = in_words(terms)
    assert sections[0].heading == terms.title
    assert all(line.strip() for section in sections for line in section.lines)


@MODEST
@given(ANY_TERMS)
def test_every_value_of_the_document_has_one_path(terms: AgreementTerms) -> None:
    leaves = [node for node in walk(terms) if node.text is not None]
    assert len({node.path for node in leaves}) == len(leaves) == len(flatten(terms))

    def reached(value: Any, location: tuple[str | int, ...]) -> set[tuple[str | int, ...]]:
        if isinstance(value, dict):
            return {at for key, item in value.items() for at in reached(item, (*location, key))}
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            if location[-1] == "rests_on":
                return {location}
            return {at for n, item in enumerate(value) for at in reached(item, (*location, n))}
        return {location}

    assert reached(terms.document(), ()) == {node.location for node in leaves}


def test_a_default_written_out_changes_nothing() -> None:
    document = simple_document(credits={"transferable": False}, zone="UTC", support=[])
    assert AgreementTerms.model_validate(document).digest == simple_terms().digest


def test_the_digest_of_these_terms_never_changes() -> None:
    assert simple_terms().digest == (
        "sha256:77f6224a1d2f9ac162d8a78dd22219ba3bc3e8ac7fb192f4a1f0a90e50784be2"
    )


def test_a_percentage_keeps_its_spelling() -> None:
    assert simple_terms(availability="99.50").digest != simple_terms(availability="99.5").digest


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": ""}, "title"),
        ({"title": " padded "}, "title"),
        ({"title": 3}, "title"),
        ({"title": b"bytes"}, "title"),
        ({"title": "lone \ud800 surrogate"}, "title"),
        ({"term": {"starts": 20260101}}, "starts"),
        ({"term": {"starts": "01/01/2026"}}, "starts"),
        ({"term": {"starts": "2026-01-01", "for": "P1Y"}}, "for"),
        ({"term": {"starts": "2026-01-01", "renewal": {"kind": "automatic"}}}, "renewal"),
        ({"charges": [{"id": "fee", "amount": 12000, "every": "month"}]}, "amount"),
        ({"charges": [{"id": "fee", "amount": 12000.5, "every": "month"}]}, "amount"),
        ({"charges": [{"id": "Monthly Fee", "amount": "1", "every": "month"}]}, "id"),
        ({"currency": "euro"}, "currency"),
        ({"zone": "Paris"}, "zone"),
        ({"objectives": []}, "objectives"),
        ({"schema": "parley/agreement-terms/2"}, "schema"),
        ({"discount": "5"}, "discount"),
        ({"escalation": [{"level": True, "role": "x", "after": "PT1H"}]}, "level"),
        ({"credits": {"transferable": "no"}}, "transferable"),
        ({"credits": {"caps": [{"per": "term"}]}}, "caps"),
        ({"calendars": [{"id": "x", "zone": "UTC", "open": ["Mon 25:00-26:00"]}]}, "open"),
        ({"calendars": [{"id": "x", "zone": "UTC", "open": ["Mon 08:00-08:00"]}]}, "open"),
        ({"calendars": [{"id": "x", "zone": "UTC", "open": []}]}, "open"),
    ],
)
def test_nonsense_is_refused_at_its_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        simple_terms(**changes)
    assert place in {step for error in refusal.value.errors() for step in error["loc"]}


@pytest.mark.parametrize(
    ("part", "because"),
    [
        ({"targets": [{"at_least": "99", "at_most": "100"}]}, "either at_least or at_most"),
        ({"targets": [{}]}, "either at_least or at_most"),
        ({"targets": [{"at_most": "P1M"}]}, "no fixed length"),
        ({"targets": [{"at_least": 99.5}]}, "written as a string"),
        ({"remedy": {"of": "fee", "tiers": [{"below": "99"}]}}, "a credit in percent or an amount"),
        ({"remedy": {"of": "fee", "tiers": [{"credit": "5"}]}}, "at_least and below, or"),
        (
            {"remedy": {"of": "fee", "tiers": [{"below": "9", "at_most": "8", "credit": "5"}]}},
            "at_least and below, or",
        ),
        ({"measured": {"by": "guessing"}}, "does not match any of the expected tags"),
        (
            {"measured": {"by": "response time", "of": "x", "take": "percentile"}},
            "exactly when take is percentile",
        ),
    ],
)
def test_an_objective_says_one_thing(part: dict[str, Any], because: str) -> None:
    document = simple_document()
    document["objectives"][0].update(part)
    with pytest.raises(ValidationError, match=because):
        AgreementTerms.model_validate(document)


def test_terms_cannot_be_edited() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        simple_terms().title = "Another"  # type: ignore[misc]
