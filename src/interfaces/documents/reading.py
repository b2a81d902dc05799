"""Reading a document as pyHanko does, but the digits of a signature all at once.

pyHanko reads the 32,768 hexadecimal digits kept for a signature one by one, for ten milliseconds
each time somebody looks at it. Here pyHanko reads the object around them with a short string in
their place, which is then put right.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from io import BytesIO
from secrets import token_bytes
from typing import Any, Final

from pyhanko.pdf_utils.generic import (
    ByteStringObject,
    DictionaryObject,
    PdfObject,
    Reference,
    TextStringObject,
    pdf_string,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef

_LONG: Final = re.compile(rb"<([0-9A-Fa-f]{1024,})>")
_END: Final = b"endobj"
_AFTER: Final = b"\nxref"
"""Something has to follow an object, for pyHanko looks for where the next one begins."""


class Reader(PdfFileReader):
    """Reads a document; every object is what pyHanko's own reader makes of it."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        self._long = tuple(_LONG.finditer(pdf))
        super().__init__(BytesIO(pdf))

    def _read_object(
        self, ref: Reference, marker: int | ObjStreamRef | None, *how: Any, **more: Any
    ) -> PdfObject:
        """Read an object: quickly if it is a dictionary with one long string, else as it comes."""
        if isinstance(marker, int):
            made = self._read_around_digits(ref, marker, *how, **more)
            if made is not None:
                return made
        return self._as_it_comes(ref, marker, *how, **more)

    def _read_around_digits(
        self, ref: Reference, start: int, *how: Any, **more: Any
    ) -> PdfObject | None:
        """Read the object that begins here around its long string.

        None unless the string is a plain entry of it: the one in its place is drawn by lot, so
        that nothing in the document can look like it.
        """
        digits, end = self._digits_in(start)
        if digits is None:
            return None
        before, after = self._pdf[start : digits.start()], self._pdf[digits.end() : end]
        lot = token_bytes(16)
        around = b"%b<%b>%b" % (before, lot.hex().encode(), after + _END + _AFTER)
        whole, self.stream = self.stream, BytesIO(around)
        try:
            made = self._as_it_comes(ref, 0, *how, **more)
        except (PdfError, ValueError, KeyError, IndexError, TypeError):
            return None  # what is wrong with it shows when it is read as it comes
        finally:
            self.stream = whole
        if not isinstance(made, DictionaryObject):
            return None
        keys = [key for key, value in made.items() if _bytes_of(value) == lot]
        if len(keys) != 1:
            return None
        made[keys[0]] = pdf_string(unhexlify(digits[1]))
        return made

    def _digits_in(self, start: int) -> tuple[re.Match[bytes] | None, int]:
        """Return the first long string of the object that begins here, and where that ends."""
        digits = next((one for one in self._long if one.start() > start), None)
        end = self._pdf.find(_END, start)
        whole_bytes = digits is not None and len(digits[1]) % 2 == 0
        if digits is None or not whole_bytes or end < digits.end():
            return None, end
        # The length of a stream counts its bytes, and it may hold anything.
        return (digits if self._pdf.find(b"stream", start, end) < 0 else None), end

    def _as_it_comes(self, *how: Any, **more: Any) -> PdfObject:
        read: PdfObject = super()._read_object(*how, **more)
        return read


def _bytes_of(value: object) -> bytes | None:
    if isinstance(value, TextStringObject | ByteStringObject):
        return bytes(value.original_bytes)
    return None
