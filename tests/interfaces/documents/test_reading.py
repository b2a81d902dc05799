"""Our reader reads every object as pyHanko's own does, and takes long strings at once."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from documents import painted_over, swapped_attachment
from interfaces.documents.reading import Reader

DIGITS = b"30820abc" * 512
OTHER = b"Dead" * 512
KEPT = 16 * 1024
"""Bytes kept for a signature."""
ODD = b"abc" + b"0" * 2048


def objects(reader: PdfFileReader) -> Iterator[tuple[str, Any]]:
    """Yield every object as it was in every revision, or why it cannot be read."""
    for revision in range(reader.xrefs.total_revisions):
        for number in range(1, int(reader.trailer["/Size"])):
            reference = Reference(number, 0, reader)
            try:
                found = reader.get_object(reference, revision)
            except (PdfError, KeyError) as problem:
                yield f"{number} in {revision}", type(problem)
                continue
            out = BytesIO()
            found.write_to_stream(out, None)
            yield f"{number} in {revision}", (type(found), out.getvalue())


def made_of(body: bytes) -> bytes:
    """Return a PDF with one more object than it needs: the one to be read."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", body]
    out = b"%PDF-1.7\n"
    lines = [b"0000000000 65535 f \n"]
    for number, part in enumerate(parts, 1):
        lines.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(out)
    return out + b"xref\n0 4\n%btrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        b"".join(lines),
        start,
    )


@pytest.mark.parametrize("changed", [lambda pdf: pdf, painted_over, swapped_attachment])
def test_every_object_of_every_revision_is_the_same(good: bytes, changed: Any) -> None:
    pdf = changed(good)
    ours, theirs = dict(objects(Reader(pdf))), dict(objects(PdfFileReader(BytesIO(pdf))))
    assert ours == theirs
    assert len(ours) > 1000


@pytest.mark.parametrize(
    "body",
    [
        b"<</Contents <%b>/Name/It>>" % DIGITS,
        b"<</A <%b>/B <%b>>>" % (DIGITS, OTHER),
        b"<</A <%b>/B <%b>>>" % (DIGITS, DIGITS),
        b"<</A <%b>>>" % ODD,
        b"<</A (<%b>)/B 1>>" % DIGITS,
        b"<</A 1 %% <%b>\n/B 2>>" % DIGITS,
        b"<</A <</B <%b>>>>>" % DIGITS,
        b"[<%b>]" % DIGITS,
        b"<%b>" % DIGITS,
        b"<</A <%b>/B (endobj)>>" % DIGITS,
        b"<</A (endobj)/B <%b>>>" % DIGITS,
        b"<</A <%b>/endobj 1>>" % DIGITS,
        b"<</A <%b>%%endobj\n>>" % DIGITS,
        b"<</A <%b>>>%%endobj\n" % DIGITS,
        b"<</A <%b>/Length 5>>\nstream\n01234\nendstream" % DIGITS,
        b"<</Length %d>>\nstream\n<%b>\nendstream" % (len(DIGITS) + 2, DIGITS),
        b"<</A <%b>/A 2>>" % DIGITS,
        b"<</A <%b>" % DIGITS,
        b"<</A <%b>/B>>" % DIGITS,
        b"<</A <%b> <%b>>>" % (DIGITS, DIGITS),
        b"12\nendobj\n4 0 obj\n<</A <%b>>>" % DIGITS,
    ],
)
def test_an_object_that_is_not_what_it_seems_is_read_the_same(body: bytes) -> None:
    pdf = made_of(body)
    ours, theirs = dict(objects(Reader(pdf))), dict(objects(PdfFileReader(BytesIO(pdf))))
    assert ours == theirs


def test_the_digits_of_a_signature_are_not_read_one_by_one(
    good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one = generic.read_hex_string_from_stream
    lengths: list[int] = []

    def counted(stream: Any) -> Any:
        read = one_by_one(stream)
        lengths.append(len(read.original_bytes))
        return read

    monkeypatch.setattr(generic, "read_hex_string_from_stream", counted)

    def longest_of(reader: PdfFileReader) -> int:
        lengths.clear()
        assert [len(one.pkcs7_content) for one in reader.embedded_signatures] == [KEPT] * 3
        return max(lengths)

    assert longest_of(PdfFileReader(BytesIO(good))) == KEPT
    assert longest_of(Reader(good)) <= 32
