"""The ids that requests name, found in the description of the API: where each stands, of what kind.

Nothing here knows an operation. What takes an id says so by the pattern of its schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Final

from isolation.ask import Ask
from served import description

DOCUMENT: Final = description()
_KIND: Final = re.compile(r"\^([a-z]+)-\[0-")
_STREAM: Final = re.compile(r"\^relationship-")
_WITHIN: Final = re.compile(r"/([a-z]+)-\[0-7\][^/]*$")
STREAM: Final = "stream"
"""Something in a relationship, of several kinds, by its whole name."""

Step = str | int


@dataclass(frozen=True, slots=True)
class Named:
    """A place in a request that takes an id: ``path``, ``query`` or ``body``, and what kind."""

    part: str
    steps: tuple[Step, ...]
    kind: str

    def __str__(self) -> str:
        """Write it as its place, such as ``body/members/0/person``."""
        return "/".join(map(str, (self.part, *self.steps)))


def named_in(operation: dict[str, Any]) -> list[Named]:
    """Return every place of an operation that takes an id, once."""
    found: dict[str, Named] = {}
    for parameter in operation.get("parameters", []):
        for _, kind in _kinds(parameter["schema"], ()):
            named = Named(parameter["in"], (parameter["name"],), kind)
            found.setdefault(str(named), named)
    content = operation.get("requestBody", {}).get("content", {})
    for steps, kind in _kinds(content.get("application/json", {}).get("schema", {}), ()):
        named = Named("body", steps, kind)
        found.setdefault(str(named), named)
    return list(found.values())


def _kinds(
    schema: dict[str, Any], at: tuple[Step, ...], seen: frozenset[str] = frozenset()
) -> Iterator[tuple[tuple[Step, ...], str]]:
    if (reference := schema.get("$ref")) is not None:
        if reference in seen:
            return
        seen = seen | {reference}
        schema = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            schema = schema[part]
    if kind := kind_of(schema.get("pattern", "")):
        yield at, kind
    for choice in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(choice, []):
            yield from _kinds(one, at, seen)
    for name, one in schema.get("properties", {}).items():
        yield from _kinds(one, (*at, name), seen)
    if isinstance(schema.get("items"), dict):
        yield from _kinds(schema["items"], (*at, 0), seen)


def kind_of(pattern: str) -> str | None:
    """Return the kind of id that a pattern takes, ``stream`` for any of a relationship's, or None.

    A pattern that takes a thing by its whole name takes the kind of thing it ends with.
    """
    last = _WITHIN.search(pattern)
    if last is not None:
        return f"{STREAM}:{last[1]}"
    if _STREAM.match(pattern) and ("/" in pattern or "a-z0-9/" in pattern):
        return STREAM
    found = re.search(_KIND, pattern)
    return None if found is None else found[1]


def at(ask: Ask, named: Named) -> Any:
    """Return what a request has at a place; None where it has nothing."""
    here: Any = {"path": ask.path, "query": ask.query, "body": ask.body}[named.part]
    for step in named.steps:
        if isinstance(here, dict) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and len(here) > step:
            here = here[step]
        else:
            return None
    return here


def put(ask: Ask, named: Named, value: str) -> Ask | None:
    """Return the request with another id at a place; None when nothing can stand there."""
    if named.part == "path":
        return replace(ask, path={**ask.path, str(named.steps[0]): value})
    if named.part == "query":
        return replace(ask, query={**ask.query, str(named.steps[0]): value})
    body = deepcopy(ask.body)
    here = body
    for step in named.steps[:-1]:
        if isinstance(here, dict) and isinstance(step, str):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and len(here) > step:
            here = here[step]
        else:
            return None
    last = named.steps[-1]
    if isinstance(here, dict) and isinstance(last, str):
        here[last] = value
    elif isinstance(here, list) and isinstance(last, int):
        here[:] = [value]
    else:
        return None
    return replace(ask, body=body)
