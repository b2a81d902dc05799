"""The letters of a PDF, read back through its own character maps, as a search or a reader would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

_PIECE = re.compile(rb"/(f\d+) [\d.]+ Tf|\(|\nET\n")
_SIGN = re.compile(rb"\\([0-7]{1,3}|.)|(.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MAPPED = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")


def letters_of(document: bytes) -> str:
    """Return the text of a PDF without any white space, in the order in which it was set."""
    reader = PdfFileReader(BytesIO(document))
    text = "".join(letter for page in _pages(reader.root["/Pages"]) for letter in _letters(page))
    return squeezed(text)


def squeezed(text: str) -> str:
    """Return a text without any white space."""
    return "".join(text.split())


def _pages(node: Any) -> Iterator[Any]:
    if "/Kids" not in node:
        yield node
        return
    for kid in node["/Kids"]:
        yield from _pages(kid.get_object())


def _letters(page: Any) -> Iterator[str]:
    maps = {
        str(name).removeprefix("/"): _map(font.get_object()["/ToUnicode"].data)
        for name, font in page["/Resources"]["/Font"].items()
    }
    contents: bytes = page["/Contents"].data
    current: dict[int, str] = {}
    at = 0
    while piece := _PIECE.search(contents, at):
        at = piece.end()
        if piece[0] != b"(":
            current = maps[piece[1].decode()] if piece[1] else {}
            continue
        codes, at = _string(contents, at)
        if not current:
            continue  # a language or another property, no text that is set
        for high, low in zip(codes[::2], codes[1::2], strict=True):
            yield current[high << 8 | low]


def _string(contents: bytes, at: int) -> tuple[bytes, int]:
    """Read a string from after its opening bracket; brackets in pairs need no backslash."""
    found, depth = bytearray(), 1
    while sign := _SIGN.match(contents, at):
        at = sign.end()
        if sign[1] is not None:
            found += _unescaped(sign[1])
            continue
        depth += {b"(": 1, b")": -1}.get(sign[2], 0)
        if not depth:
            break
        found += sign[2]
    return bytes(found), at


def _map(cmap: bytes) -> dict[int, str]:
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in _MAPPED.findall(cmap)
    }


def _unescaped(sign: bytes) -> bytes:
    return bytes([int(sign, 8)]) if sign.isdigit() else _LETTERS.get(sign, sign)
