"""Documents as YAML or JSON that every reader reads alike: plain values, every other text quoted.

Quoted text is written the way JSON writes it, which YAML shares, with everything escaped that some
reader takes for the end of a line or refuses. Numbers are decimals, written as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*([./-][A-Za-z0-9_]+)*")
_WORDS_WITH_A_MEANING: Final = frozenset(
    {"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}
)
_LAST_OF_THE_PLANE: Final = 0xFFFF


def as_yaml(document: dict[str, Any]) -> str:
    """Write one document, with a line feed at its end."""
    return "".join(f"{line}\n" for line in _lines(document, ""))


def as_json(document: dict[str, Any]) -> str:
    """Write one document, with a line feed at its end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, inside in value.items():
            yield from _entry(f"{indent}{_text(key)}:", inside, indent)
    elif isinstance(value, list | tuple) and value:
        for inside in value:
            if isinstance(inside, dict | list | tuple) and inside:
                first, *others = _lines(inside, f"{indent}  ")
                yield f"{indent}- {first.lstrip(' ')}"
                yield from others
            else:
                yield f"{indent}- {_scalar(inside)}"
    else:
        yield f"{indent}{_scalar(value)}"


def _entry(head: str, inside: Any, indent: str) -> Iterator[str]:
    if isinstance(inside, dict | list | tuple) and inside:
        yield head
        yield from _lines(inside, f"{indent}  ")
    elif isinstance(inside, str) and re.search(r'["\n]', inside) and _fits_a_block(inside):
        yield f"{head} |-"
        yield from (f"{indent}  {line}" for line in inside.split("\n"))
    else:
        yield f"{head} {_scalar(inside)}"


def _fits_a_block(text: str) -> bool:
    """Tell whether lines can stand as they are: none empty, the first not indented."""
    lines = text.split("\n")
    whole = all(line.strip() and line.isprintable() and line == line.rstrip() for line in lines)
    return whole and not lines[0].startswith(" ") and text.isascii()


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case str():
            return _text(value)
        case dict() | list() | tuple():
            return "{}" if isinstance(value, dict) else "[]"
        case _:
            raise TypeError(f"{type(value).__name__} has no place in a document")


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_WITH_A_MEANING:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isprintable():
        return quoted
    return "".join(_escaped(letter) for letter in quoted)


def _escaped(letter: str) -> str:
    if letter.isprintable():
        return letter
    code = ord(letter)
    return f"\\u{code:04x}" if code <= _LAST_OF_THE_PLANE else f"\\U{code:08x}"
