"""YAML 1.2 with positions, built on the parser's events; nothing but plain values is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from interfaces.files.positions import Budget, Placed, Unreadable, check_size

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"true", "True", "TRUE"})
_FALSE: Final = frozenset({"false", "False", "FALSE"})
_INT: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(
    r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_yaml(raw: bytes) -> Placed:
    """Read one YAML document.

    Raises Unreadable with the line and column of what is wrong.
    """
    only, *more = _documents(raw)
    if more:
        raise _at(more[0][0], "several-documents", "a file holds one document")
    return only[1]


def read_yaml_documents(raw: bytes) -> tuple[Placed, ...]:
    """Read every YAML document of a file; all of them together have the size of one.

    Raises Unreadable with the line and column of what is wrong.
    """
    return tuple(placed for _, placed in _documents(raw))


def _documents(raw: bytes) -> list[tuple[DocumentStartEvent, Placed]]:
    events = _events(check_size(raw))
    budget = Budget()
    found = [
        (event, _node(next(events), events, budget, 0))
        for event in events
        if isinstance(event, DocumentStartEvent)
    ]
    if not found:
        raise Unreadable("empty-document", "there is nothing in the file")
    return found


def _events(text: str) -> Iterator[Event]:
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        reason = " ".join(str(error.problem or error.context or "").split())
        raise Unreadable("not-yaml", reason or "this is no YAML", line, column) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise Unreadable("not-yaml", " ".join(str(error).split())[:200]) from error


def _node(event: Event, events: Iterator[Event], budget: Budget, depth: int) -> Placed:
    line, column = _position(event)
    budget.spend(depth, line, column)
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
        raise _at(event, "anchors-refused", "write the value out; anchors and aliases are refused")
    if isinstance(event, ScalarEvent):
        return Placed(_scalar(event), line, column, written=str(event.value))
    tag = getattr(event, "tag", None)
    if tag:
        raise _at(event, "tags-refused", f"the tag {tag} is refused")
    if isinstance(event, SequenceStartEvent):
        items = []
        while not isinstance(following := next(events), SequenceEndEvent):
            items.append(_node(following, events, budget, depth + 1))
        return Placed(None, line, column, items=items)
    if isinstance(event, MappingStartEvent):
        return _mapping(Placed(None, line, column, entries={}), events, budget, depth)
    raise _at(event, "not-yaml", "this is no value")


def _mapping(placed: Placed, events: Iterator[Event], budget: Budget, depth: int) -> Placed:
    entries: dict[str, Placed] = {}
    while not isinstance(event := next(events), MappingEndEvent):
        if not isinstance(event, ScalarEvent) or not isinstance(_scalar(event), str):
            raise _at(event, "key-is-no-word", "a key is a word")
        if event.value in entries:
            raise _at(event, "duplicate-key", f"{event.value} is there twice")
        placed.keys[event.value] = _position(event)
        entries[event.value] = _node(next(events), events, budget, depth + 1)
    placed.entries = entries
    return placed


def _scalar(event: ScalarEvent) -> Any:
    if event.anchor:
        raise _at(event, "anchors-refused", "write the value out; anchors and aliases are refused")
    if event.tag and str(event.tag) != "!":
        raise _at(event, "tags-refused", f"the tag {event.tag} is refused")
    text = _joined(str(event.value))
    if event.style is not None and event.style != "":
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text)
    if _DATE.fullmatch(text):
        return _date(event, text)
    return (
        float(text.replace(".", "", 1) if "n" in text.lower() else text)
        if (_FLOAT.fullmatch(text))
        else text
    )


def _joined(text: str) -> str:
    """Join surrogate pairs: JSON escapes rare characters into two, and YAML reads them apart."""
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return text  # half a pair is no text, and is refused as that


def _date(event: Event, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _at(event, "no-such-date", f"there is no day {text}") from error


def _position(event: Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _at(event: Event, rule: str, message: str) -> Unreadable:
    return Unreadable(rule, message, *_position(event))
