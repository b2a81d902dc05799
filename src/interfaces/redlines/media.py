"""The forms in which a redline is handed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from application.redlining import Redline
from interfaces.redlines.docx import docx
from interfaces.redlines.html import html
from interfaces.redlines.pdf import pdf


@dataclass(frozen=True, slots=True)
class Medium:
    """One form: its media type, and what makes it."""

    media_type: str
    render: Callable[[Redline], bytes]


MEDIA: Final = {
    "html": Medium("text/html; charset=utf-8", html),
    "pdf": Medium("application/pdf", pdf),
    "docx": Medium("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx),
}
"""By the suffix of the file, which is what people ask for it by."""
