"""A redline as a Word document: accept all changes for the new text, reject all for the old.

The text is that of the agreement and nothing else; what a change means stands in a comment beside
it. A closing line that never changes keeps the last paragraph's own mark free to be struck.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import Any, Final
from unicodedata import bidirectional
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor

from application.redlining import Redline
from domain.terms.redline import Change, Segment
from domain.terms.redline_document import RedlineParagraph
from domain.terms.words.legible import legible
from domain.terms.words.paragraphs import Rank
from interfaces.redlines.docx_styles import LINE_STYLE, blank_document
from interfaces.redlines.sheet import dated, from_right_to_left

CLOSING: Final = "End of the agreement"
_STYLES: Final = {
    Rank.TITLE: "Title",
    Rank.OPENING: "Body Text",
    Rank.HEADING: "Heading 1",
    Rank.LINE: LINE_STYLE,
}
_TRACKED: Final = {Change.REMOVED: "w:del", Change.ADDED: "w:ins"}
_PIECES: Final = re.compile(r"[^\n\t]+|\n|\t")
_LONGEST_NAME: Final = 255
_GREY: Final = RGBColor(0x5B, 0x64, 0x70)


def docx(redline: Redline) -> bytes:
    """Return the document; the same redline gives the same bytes."""
    document = blank_document(redline)
    writer = _Writer(document, redline)
    for paragraph in redline.document.paragraphs:
        writer.write(paragraph)
    closing = document.add_paragraph(CLOSING, style="Body Text")
    closing.runs[0].font.color.rgb = _GREY
    made = BytesIO()
    document.save(made)
    return _dated_evenly(made.getvalue())


class _Writer:
    """Writes paragraphs with their changes; every tracked change has a number of its own."""

    def __init__(self, document: WordDocument, redline: Redline) -> None:
        self._document = document
        self._numbers = count(1)
        self._author = legible(redline.after.by or redline.after.name)[:_LONGEST_NAME]
        self._redline = redline

    def write(self, paragraph: RedlineParagraph) -> None:
        """Add one paragraph at the end."""
        written: Any = self._document.add_paragraph(style=_STYLES[paragraph.rank])._p  # noqa: SLF001 - the library has no tracked changes
        if from_right_to_left(paragraph):
            written.get_or_add_pPr().append(OxmlElement("w:bidi"))
        if paragraph.change is not Change.SAME:
            written.get_or_add_pPr().append(self._mark(paragraph.change))
        comment = self._comment(paragraph)
        if comment is not None:
            written.append(_ranged("w:commentRangeStart", comment))
        for segment in paragraph.segments:
            written.append(self._tracked(segment.change, [_run(segment)]))
        if comment is not None:
            written.append(_ranged("w:commentRangeEnd", comment))
            written.append(self._tracked(paragraph.change, [_reference(comment)]))

    def _tracked(self, change: Change, runs: list[Any]) -> Any:
        """Wrap runs in their change; a run that stayed stands by itself."""
        if change is Change.SAME:
            return runs[0]
        wrapper = self._change(change)
        wrapper.extend(runs)
        return wrapper

    def _mark(self, change: Change) -> Any:
        """Return the properties of a paragraph mark that was put in or struck."""
        properties = OxmlElement("w:rPr")
        properties.append(self._change(change))
        return properties

    def _change(self, change: Change) -> Any:
        element = OxmlElement(_TRACKED[change])
        element.set(qn("w:id"), str(next(self._numbers)))
        element.set(qn("w:author"), self._author)
        at = self._redline.after.at
        if at is not None:
            element.set(qn("w:date"), f"{at:%Y-%m-%dT%H:%M:%SZ}")
        return element

    def _comment(self, paragraph: RedlineParagraph) -> str | None:
        """Add what a change means as a comment, and return its number."""
        if not paragraph.notes:
            return None
        comment = self._document.part._comments_part.comments.add_comment(  # noqa: SLF001 - the public door marks runs, which tracked changes wrap
            "\n".join(paragraph.notes), self._author, "P"
        )
        comment._comment_elm.date = dated(self._redline)  # noqa: SLF001 - it takes the time of day
        return str(comment.comment_id)


def _run(segment: Segment) -> Any:
    run = OxmlElement("w:r")
    if any(bidirectional(letter) in ("R", "AL") for letter in segment.text):
        properties = OxmlElement("w:rPr")
        properties.append(OxmlElement("w:rtl"))
        run.append(properties)
    tag = "w:delText" if segment.change is Change.REMOVED else "w:t"
    run.extend(_pieces(segment.text, tag))
    return run


def _pieces(text: str, tag: str) -> Iterator[Any]:
    """Yield a text's stretches, line breaks and tabs as elements of a run."""
    for piece in _PIECES.findall(text):
        if piece in ("\n", "\t"):
            yield OxmlElement("w:br" if piece == "\n" else "w:tab")
            continue
        element = OxmlElement(tag)
        element.text = piece
        element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        yield element


def _ranged(tag: str, comment: str) -> Any:
    element = OxmlElement(tag)
    element.set(qn("w:id"), comment)
    return element


def _reference(comment: str) -> Any:
    run = OxmlElement("w:r")
    run.append(_ranged("w:commentReference", comment))
    return run


def _dated_evenly(package: bytes) -> bytes:
    """Return the package with every member dated alike, so that equal documents are equal bytes."""
    made = BytesIO()
    with ZipFile(BytesIO(package)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for member in old.infolist():
            info = ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, old.read(member))
    return made.getvalue()
