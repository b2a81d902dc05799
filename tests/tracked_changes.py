"""Accepting and rejecting every change of a Word document, on its XML, as Word does it."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx.oxml import parse_xml

from interfaces.redlines.docx import CLOSING

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WRITTEN = {"t": None, "delText": None, "br": "\n", "tab": "\t"}


def accepted(document: bytes) -> list[tuple[str, str]]:
    """Return style and text of every paragraph when all changes are accepted."""
    return _after(document, dropped="del", kept="ins")


def rejected(document: bytes) -> list[tuple[str, str]]:
    """Return style and text of every paragraph when all changes are rejected."""
    return _after(document, dropped="ins", kept="del")


def comments(document: bytes) -> list[str]:
    """Return the text of every comment."""
    with ZipFile(BytesIO(document)) as package:
        if "word/comments.xml" not in package.namelist():
            return []
        found = parse_xml(package.read("word/comments.xml"))
    return ["".join(text.text or "" for text in one.iter(f"{W}t")) for one in found]


def _after(document: bytes, dropped: str, kept: str) -> list[tuple[str, str]]:
    with ZipFile(BytesIO(document)) as package:
        body = parse_xml(package.read("word/document.xml"))[0]
    found: list[tuple[str, str]] = []
    carried = ""
    for paragraph in body.iter(f"{W}p"):
        text = carried + "".join(_texts(paragraph, dropped, kept))
        carried = ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}{dropped}") is not None:
            carried = text  # its mark goes, so what is left of it joins the next paragraph
            continue
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        found.append(("" if style is None else style.get(f"{W}val"), text))
    assert found[-1][1] == carried + CLOSING
    return found[:-1]


def _texts(element: Any, dropped: str, kept: str) -> list[str]:
    found: list[str] = []
    for child in element:
        name = _name(child)
        if name in WRITTEN:
            assert (name == "delText") == _within_deletion(child) or name in ("br", "tab")
            found.append(WRITTEN[name] or child.text or "")
        elif name in (kept, "r"):
            found += _texts(child, dropped, kept)
    return found


def _within_deletion(element: Any) -> bool:
    return any(_name(one) == "del" for one in element.iterancestors())


def _name(element: Any) -> str:
    return str(element.tag).removeprefix(W)
