"""JSON that two readers could read differently is refused, with the place; all else is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interfaces.files.once import NamedTwiceError, read_once

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1, "a": 1}', ("a",)),
        ('{"a": 1, "\\u0061": 2}', ("a",)),
        ('{"a": {"b": [0, {"c": 1, "d": 2, "c": 3}]}}', ("a", "b", 1, "c")),
        ('[[], {"": 1, "": 2}]', (1, "")),
        ('{"a": {"b": 1}, "a": {"b": 1, "b": 2}}', ("a",)),
        ('{"a": {"b": 1, "b": 2}, "a": 1}', ("a", "b")),
        ('{"e\\u0301": 1, "\\u00e9": 2, "x": 1, "x": 2}', ("x",)),
    ],
)
def test_a_name_that_is_there_twice_is_refused_with_its_place(
    text: str, place: tuple[Any, ...]
) -> None:
    with pytest.raises(NamedTwiceError) as refused:
        read_once(text.encode())
    assert refused.value.place == place


@given(ANY_JSON)
def test_what_says_everything_once_is_read_as_ever(document: Any) -> None:
    assert read_once(json.dumps(document).encode()) == document


@given(ANY_JSON, ANY_JSON, st.integers(0, 3))
def test_a_name_twice_is_found_however_deep_and_after_whatever(
    before: Any, value: Any, depth: int
) -> None:
    inner = f'{{"n": {json.dumps(value)}, "n": {json.dumps(value)}}}'
    for _ in range(depth):
        inner = f'[{json.dumps(before)}, {{"in": {inner}}}]'
    with pytest.raises(NamedTwiceError) as refused:
        read_once(inner.encode())
    assert refused.value.place == (*([1, "in"] * depth), "n")


@pytest.mark.parametrize("codec", ["utf-16", "utf-32", "utf-16-le"])
def test_what_is_not_utf_8_is_not_guessed_at(codec: str) -> None:
    with pytest.raises(ValueError, match=r"codec|Expecting"):
        read_once('{"a": 1}'.encode(codec))


def test_a_byte_order_mark_changes_nothing() -> None:
    assert read_once(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_many_names_twice_take_no_room_beyond_the_body() -> None:
    wide = b'{"a": [' + b"[]," * 200_000 + b'{"b": 1, "b": 2}]}'
    with pytest.raises(NamedTwiceError) as refused:
        read_once(wide)
    assert refused.value.place == ("a", 200_000, "b")
