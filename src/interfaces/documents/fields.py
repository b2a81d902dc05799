"""The signature fields: all of them made in one revision, before anybody signs.

Where they lie is where ``contract.typ`` draws their empty boxes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.content import PdfContent, PdfResources
from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import (
    SigFieldSpec,
    SigSeedSubFilter,
    SigSeedValFlags,
    SigSeedValueSpec,
    VisibleSigSettings,
    append_signature_field,
)
from pyhanko.stamp import StaticStampStyle

from domain.values.sides import Side
from interfaces.documents.reading import Reader
from interfaces.documents.rendering import TEMPLATES, compiled

CHUNK: Final = 1 << 16
PDF_A_3: Final = (1, 7)
"""The version that PDF/A-3 is built on."""
PDF_2: Final = pdf_name("/2.0")
SEAL: Final = "Seal"
"""The seal's field; no field's name begins with another's, which some validators mix up."""

_POINTS: Final = 72 / 25.4
_PAGE_HEIGHT: Final = 297
_LEFT: Final = 25
_TOP: Final = 27


@dataclass(frozen=True, slots=True)
class Box:
    """Where a field lies on the last page: from the left and top of the text, in millimetres."""

    left: float
    top: float
    width: float
    height: float

    def points(self) -> tuple[int, int, int, int]:
        """Return it as PDF counts: from the lower left of the page, in points."""
        x, top = _LEFT + self.left, _PAGE_HEIGHT - _TOP - self.top
        corners = (x, top - self.height, x + self.width, top)
        left, low, right, high = (round(corner * _POINTS) for corner in corners)
        return left, low, right, high

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in points."""
        left, low, right, high = self.points()
        return right - left, high - low


BOXES: Final = {
    field_: Box(left, top, 76, height)
    for field_, left, top, height in (
        ("Provider", 0, 84, 34),
        ("Client", 84, 84, 34),
        (SEAL, 0, 142, 24),
    )
}
FIELDS: Final = {Side.PROVIDER: "Provider", Side.CLIENT: "Client"}


def with_fields(pdf: bytes) -> bytes:
    """Return the document with its empty fields, in one further revision, always the same."""
    writer = writing(pdf)
    wanted = SigSeedValueSpec(
        flags=SigSeedValFlags.SUBFILTER | SigSeedValFlags.DIGEST_METHOD,
        subfilters=[SigSeedSubFilter.PADES],
        digest_methods=["sha256"],
    )
    readable = {
        SEAL: "Seal of the service",
        FIELDS[Side.PROVIDER]: "Signature of the provider",
        FIELDS[Side.CLIENT]: "Signature of the client",
    }
    for name, box in BOXES.items():
        append_signature_field(
            writer,
            SigFieldSpec(
                name,
                on_page=-1,
                box=box.points(),
                seed_value_dict=wanted,
                readable_field_name=readable[name],
                visible_sig_settings=VisibleSigSettings(print_signature=True),
            ),
        )
    return written(writer)


def stamp(field: str, *lines: str) -> StaticStampStyle:
    """Return what is seen in a field: lines of text with their font, the first one larger."""
    width, height = BOXES[field].size
    words = {"width": str(width), "height": str(height), "lines": json.dumps(lines)}
    page = compiled(TEMPLATES / "stamp.typ", words, pdf_tags=False, timestamp=0)
    return StaticStampStyle(background=_Page(page), background_opacity=1.0, border_width=0)


class _Page(PdfContent):
    """The one page of a PDF, put into another."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(resources=PdfResources())
        self._pdf = pdf

    def render(self) -> bytes:
        """Import the page and return how to draw it."""
        writer: BasePdfFileWriter = self._ensure_writer
        page = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)))
        self.resources.xobject["/Stamp"] = page
        left, low, right, high = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(high - low))
        return b"/Stamp Do"


class _Writer(IncrementalPdfFileWriter):
    """Adds a revision and leaves the file a PDF 1.7.

    For an ECDSA signature pyHanko calls the file a PDF 2.0, whose standard names the curves; then
    it would be no PDF/A-3 any more. What is written is the same in both versions.
    """

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> ArrayObject:
        """Name the revision after the one before, so that the same one can be made again."""
        prev.stream.seek(0)
        named = sha256(prev.stream.read()).digest()[:16]
        return ArrayObject([prev.trailer["/ID"][0], ByteStringObject(named)])

    def _update_meta(self) -> None:
        """Leave the document's metadata as it was made, its date included."""

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """Raise the version as far as PDF/A-3 goes."""
        super().ensure_output_version(min(version, PDF_A_3))

    def register_extension(self, ext: DeveloperExtension) -> None:
        """Leave out extensions of PDF 2.0."""
        if ext.base_version != PDF_2:
            super().register_extension(ext)


def writing(pdf: bytes) -> IncrementalPdfFileWriter:
    """Begin a further revision of a document."""
    writer = _Writer.from_reader(Reader(pdf))
    writer.IO_CHUNK_SIZE = CHUNK
    return writer


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """Finish a revision."""
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
