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


def canonical_json(document: object) -> bytes:
    """Return the RFC 8785 form of a JSON document, as UTF-8.

    Raises ValueError on floats, on integers beyond 2**53 - 1, on non-string keys and on lone
    surrogates: none of them has one agreed spelling.
    """
    return json.dumps(
        _ordered(document), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def digest_of(document: object) -> Digest:
    """Return ``sha256:`` and the hex digest of the document's canonical JSON."""
    return Digest("sha256:" + sha256(canonical_json(document)).hexdigest())


def _ordered(value: object) -> object:
    match value:
        case None | bool() | str():
            return value
        case int() if abs(value) <= _LARGEST_EXACT:
            return value
        case list() | tuple():
            return [_ordered(item) for item in value]
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise ValueError("canonical JSON has string keys only")
            plain = all(map(str.isascii, value))  # then both orders are the same
            keys = sorted(value) if plain else sorted(value, key=_utf_16)
            return {key: _ordered(value[key]) for key in keys}
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical JSON form: {value!r}")


def _utf_16(key: str) -> bytes:
    return key.encode("utf-16-be")
