"""Setting words with typst: its own fonts only, and never a render that a letter can break.

PDF/A wants a glyph for every character. The fonts that come with typst have none for Chinese or for
pictures, and a machine's own fonts would change the bytes. So a character they lack is written by
its number, as ``⟨U+4E2D⟩``, and the template is told (``unset``) so that it can say so.
"""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any, Final

import typst

from domain.terms.words.legible import code_point

STANDARDS: Final[list[Any]] = ["a-3a", "ua-1"]
_LACKING: Final = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_ASCII: Final = 128
_OVERLONG: Final = re.compile(r"\S{40,}")
_STRETCH: Final = re.compile(r".{20}")
_BREAK: Final = "\u200b"
"""A place to break a word at; it has no glyph, so whoever copies a word gets it whole."""


class NotSet(Exception):  # noqa: N818 - it is an answer: these words cannot be set
    """The document cannot be made; the message says what typst found."""


def typeset(template: Path, name: str, words: dict[str, Any], timestamp: int) -> bytes:
    """Return the PDF of a template that reads ``words`` as JSON from the input ``name``.

    ``timestamp`` (seconds since 1970) is the instant the file says it was made. Raises NotSet.
    """
    compiler = typst.Compiler(template, root=template.parent, ignore_system_fonts=True)
    lacking: set[str] = set()
    while True:
        shown = json.dumps({**_settable(words, lacking), "unset": bool(lacking)})
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", typst.TypstWarning)
                made = compiler.compile(
                    format="pdf",
                    sys_inputs={name: shown},
                    pdf_standards=STANDARDS,
                    timestamp=timestamp,
                )
        except typst.TypstError as error:
            found = _unknown(error.diagnostic) - lacking
            if not found:
                raise NotSet(error.message) from error
            lacking |= found
            continue
        if not isinstance(made, bytes):
            raise NotSet("typst made no PDF")
        return made


def _unknown(diagnostic: str) -> set[str]:
    """Return the characters that a compilation found no glyph for."""
    texts = (
        _ESCAPED.sub(lambda number: chr(int(number[1], 16)), found[1])
        for found in _LACKING.finditer(diagnostic)
    )
    return {letter for text in texts for letter in text if ord(letter) >= _ASCII}


def _settable(words: Any, lacking: set[str]) -> Any:
    """Return the words with what has no glyph written by number, and overlong words breakable."""
    match words:
        case str():
            shown = "".join(code_point(one) if one in lacking else one for one in words)
            return _OVERLONG.sub(lambda word: _STRETCH.sub(rf"\g<0>{_BREAK}", word[0]), shown)
        case dict():
            return {key: _settable(value, lacking) for key, value in words.items()}
        case list():
            return [_settable(value, lacking) for value in words]
        case _:
            return words
