"""Sends the requests of the table as anybody, and as if what they name had never been."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from domain.values.ids import ALPHABET, SUFFIX_PATTERN
from interfaces.clock import new_uuid7
from isolation.ask import Ask
from isolation.cast import Persona
from isolation.hearing import Heard
from isolation.things import Things
from served import description

SAFE: Final = "GET"
DIGESTS: Final = frozenset({"fingerprint"})
"""What is named by a digest, which holds no id, although one could be read into it."""
PATHS: Final[dict[str, tuple[str, str]]] = {
    operation["operationId"]: (method.upper(), path)
    for path, methods in description()["paths"].items()
    for method, operation in methods.items()
}
"""Method and path of each operation, by its id."""


def reads(operation: str) -> bool:
    """Tell whether an operation changes nothing."""
    return PATHS[operation][0] == SAFE


def send(
    things: Things, persona: Persona, operation: str, ask: Ask, *, until: str | None = None
) -> Heard:
    """Send a request; a change with a fresh key, for any version.

    A live stream is heard from the beginning up to the words ``until``, or not at all.
    """
    method, path = PATHS[operation]
    mine = {"relationship": things.stage.other_relationship} if persona.mixes else {}
    values = {name: quote(str(value)) for name, value in (ask.path | mine).items()}
    sent: dict[str, Any] = {"params": ask.query, "headers": {}}
    if until is not None:
        sent["headers"] = {"Last-Event-ID": "0"}
    if method != SAFE:
        sent["headers"] = {"Idempotency-Key": f"key-{new_uuid7()}", "If-Match": "*"}
    if ask.body is not None:
        sent["json"] = ask.body
    return things.stage.send(persona, method, path.format(**values), until or "", **sent)


def can_be_mixed(ask: Ask) -> bool:
    """Tell whether a request names something inside a relationship."""
    return "relationship" in ask.path and len(ask.path) > 1


def about_one_stream_or_none(things: Things, ask: Ask) -> bool:
    """Tell whether the auditor of one stream is admitted to what is asked for."""
    return ask.inside in (None, things.shown.id)


def ghost(ask: Ask, *, keeping: frozenset[str] = frozenset()) -> Ask:
    """Return the same request about things that never were."""
    path = {
        name: value if name in keeping | DIGESTS else re.sub(SUFFIX_PATTERN, never_was, value)
        for name, value in ask.path.items()
    }
    return replace(ask, path=path)


def never_was(_: re.Match[str]) -> str:
    """Return the suffix of an id that nobody was ever given, in the place of one that is."""
    number, digits = new_uuid7().int >> 3, []
    for _digit in range(26):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "0" + "".join(digits)[:25]


def unalike(one: Heard, other: Heard) -> str | None:
    """Say in what two answers differ that must not be told apart, or None."""
    if (one.status, one.text) != (other.status, other.text):
        return f"{one.status} {one.text} but {other.status} {other.text}"
    if dict(one.headers) != dict(other.headers):
        return f"{dict(one.headers)} but {dict(other.headers)}"
    return None
