"""One spelling for each document, in whatever order its keys came; none for what has not one."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.values.canonical import canonical_json

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS
DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def spelt_out(value: Any) -> str:
    """RFC 8785 word for word, one value at a time."""
    match value:
        case dict():
            keys = sorted(value, key=lambda key: list(key.encode("utf-16-be")))
            return "{" + ",".join(f"{spelt_out(k)}:{spelt_out(value[k])}" for k in keys) + "}"
        case list():
            return "[" + ",".join(map(spelt_out, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


@given(DOCUMENTS)
def test_a_document_is_spelt_as_the_standard_spells_it(document: object) -> None:
    assert canonical_json(document) == spelt_out(document).encode()


@given(DOCUMENTS)
def test_what_was_written_is_written_so_again(document: object) -> None:
    written = canonical_json(document)
    assert canonical_json(json.loads(written)) == written


def test_keys_beyond_the_first_plane_come_before_those_at_its_end() -> None:
    # U+1F600 begins with a surrogate in UTF-16, which is less than U+FF5E; as a number it is more.
    assert canonical_json({"\uff5e": 1, "😀": 2, "a": 3}) == '{"a":3,"😀":2,"\uff5e":1}'.encode()


@pytest.mark.parametrize("beside", ["key", "schlüssel", "😀"])
@pytest.mark.parametrize(
    "without",
    [
        0.5,
        float("nan"),
        2**53,
        -(2**53),
        {1: "a"},
        {None: "a"},
        object(),
        b"bytes",
        {"set"},
        "\ud800",
    ],
)
def test_what_has_no_one_spelling_is_refused_wherever_it_stands(
    without: object, beside: str
) -> None:
    places: list[object] = [without, [{beside: ""}, without], {beside: "", "z": without}]
    for place in places:
        with pytest.raises(ValueError, match=r".+"):
            canonical_json(place)


@pytest.mark.parametrize("one", ["\ud800", "a\udfff"])
def test_half_a_character_is_refused_as_a_key_too(one: Hashable) -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        canonical_json({one: ""})
