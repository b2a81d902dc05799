"""Text as every medium can show it: what has no shape of its own is written out.

Control characters cannot stand in XML, and embeddings and overrides of direction can make a
sentence read as something else than it says. So ``U+202E`` is written ``⟨U+202E⟩``, where anybody
sees it. Line ends of any system become a line feed; tabs stay.
"""

from __future__ import annotations

import re
from typing import Final

_LINE_END: Final = re.compile("\r\n?|\u2028|\u2029|\x85")
_LAST_OF_PLANES: Final = "".join(
    chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF)
)
_SHAPELESS: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufdd0-\ufdef\ud800-\udfff" + _LAST_OF_PLANES + "]"
)


def legible(text: str) -> str:
    """Return the text with every character that cannot be shown written as its code point."""
    return _SHAPELESS.sub(lambda found: code_point(found[0]), _LINE_END.sub("\n", text))


def code_point(character: str) -> str:
    """Write a character by its number: ``⟨U+202E⟩``."""
    return f"⟨U+{ord(character):04X}⟩"
