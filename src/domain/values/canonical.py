"""Canonical JSON (RFC 8785) and the digest that an acceptance names.

Parley's documents hold only strings, booleans, small integers, lists and objects with string
keys: for those RFC 8785 is sorted keys (by UTF-16 code units), no spaces and minimal escapes.
A float is refused rather than written.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import NewType

Digest = NewType("Digest", str)

_LARGEST_EXACT = 2**53 - 1

_AS_IT_IS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_BY_KEY = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True
)


def canonical_json(document: object) -> bytes:
    """Return the RFC 8785 form of a JSON document, as UTF-8.

    Raises ValueError on floats, on integers beyond 2**53 - 1, on non-string keys and on lone
    surrogates: none of them has one agreed spelling.
    """
    # Sorting by code points is sorting by UTF-16 where all keys are ASCII, as ours are.
    text = (
        _BY_KEY.encode(document)
        if _has_plain_keys(document)
        else _AS_IT_IS.encode(_ordered(document))
    )
    return text.encode("utf-8")


def digest_of(document: object) -> Digest:
    """Return ``sha256:`` and the hex digest of the document's canonical JSON."""
    return Digest("sha256:" + sha256(canonical_json(document)).hexdigest())


def _has_plain_keys(value: object) -> bool:
    """Tell whether all keys in a document are ASCII; raises ValueError for what has no form."""
    match value:
        case str() | None | bool():
            return True
        case dict():
            plain = True
            for key, item in value.items():
                if not isinstance(key, str):
                    raise ValueError("canonical JSON has string keys only")
                # Most of a document is text, which needs no look of its own.
                plain = (isinstance(item, str) or _has_plain_keys(item)) and plain
                plain = plain and key.isascii()
            return plain
        case list() | tuple():
            plain = True
            for item in value:  # to the last, plain or not
                plain = (isinstance(item, str) or _has_plain_keys(item)) and plain
            return plain
        case int() if abs(value) <= _LARGEST_EXACT:
            return True
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical JSON form: {value!r}")


def _ordered(value: object) -> object:
    """Return a document that was looked through, with its keys in order."""
    match value:
        case dict():
            return {key: _ordered(value[key]) for key in sorted(value, key=_utf_16)}
        case list() | tuple():
            return [_ordered(item) for item in value]
        case _:
            return value


def _utf_16(key: str) -> bytes:
    return key.encode("utf-16-be")
