"""JSON with positions: the standard library reads values, this says where they stand."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any, Final

from interfaces.files.positions import Budget, Placed, Unreadable, check_size

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_WORDS: Final = {"true": True, "false": False, "null": None}
_LONGEST_INTEGER: Final = 18


def read_json(raw: bytes) -> Placed:
    """Read one JSON document (RFC 8259).

    Raises Unreadable with the line and column of what is wrong.
    """
    reader = _Reader(check_size(raw))
    placed = reader.value(0)
    reader.skip_space()
    if reader.at < len(reader.text):
        raise reader.refused("not-json", "there is something after the document")
    return placed


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.budget = Budget()
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def position(self, at: int) -> tuple[int, int]:
        line = bisect_right(self.lines, at)
        return line, at - self.lines[line - 1] + 1

    def refused(self, rule: str, message: str) -> Unreadable:
        return Unreadable(rule, message, *self.position(min(self.at, len(self.text))))

    def skip_space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def next_mark(self) -> str:
        self.skip_space()
        return self.text[self.at : self.at + 1]

    def expect(self, mark: str) -> None:
        if self.next_mark() != mark:
            raise self.refused("not-json", f"{mark} is expected here")
        self.at += 1

    def value(self, depth: int) -> Placed:
        mark = self.next_mark()
        line, column = self.position(self.at)
        self.budget.spend(depth, line, column)
        if mark == "{":
            return self.mapping(Placed(None, line, column), depth)
        if mark == "[":
            return self.sequence(Placed(None, line, column), depth)
        start = self.at
        value = self.string() if mark == '"' else self.scalar()
        return Placed(value, line, column, written=self.text[start : self.at])

    def mapping(self, placed: Placed, depth: int) -> Placed:
        entries: dict[str, Placed] = {}
        self.expect("{")
        while not (self.next_mark() == "}" and not entries):
            start = self.position(self.at)
            key = self.string()
            if key in entries:
                raise Unreadable("duplicate-key", f"{key} is there twice", *start)
            placed.keys[key] = start
            self.expect(":")
            entries[key] = self.value(depth + 1)
            if self.next_mark() != ",":
                break
            self.at += 1
            self.skip_space()
        self.expect("}")
        placed.entries = entries
        return placed

    def sequence(self, placed: Placed, depth: int) -> Placed:
        items: list[Placed] = []
        self.expect("[")
        while not (self.next_mark() == "]" and not items):
            items.append(self.value(depth + 1))
            if self.next_mark() != ",":
                break
            self.at += 1
        self.expect("]")
        placed.items = items
        return placed

    def string(self) -> str:
        self.skip_space()
        match = _STRING.match(self.text, self.at)
        if match is None:
            raise self.refused("not-json", "a string in double quotes is expected here")
        self.at = match.end()
        return str(json.loads(match[0]))

    def scalar(self) -> Any:
        for word, value in _WORDS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            raise self.refused("not-json", "a value is expected here")
        self.at = match.end()
        whole = match[2] is None and match[3] is None
        return int(match[0]) if whole and len(match[0]) <= _LONGEST_INTEGER else float(match[0])
