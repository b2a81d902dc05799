"""What people take away as a file, for the API and the workspace alike: how each is sent.

What is gathered and who may have it is the use cases' affair; a zip is written while it is sent.
"""

from __future__ import annotations

from typing import Final

from fastapi import Response
from fastapi.responses import StreamingResponse

from application.bundling import Bundle
from application.redlining import Edition, Redline
from interfaces.files.zipping import zipped
from interfaces.packages.summary import Summary, as_markdown, as_text, summarise
from interfaces.redlines.html import policy
from interfaces.redlines.media import MEDIA
from interfaces.redlines.sheet import edition_line

ZIP: Final = "application/zip"
PDF: Final = "application/pdf"
TEXT: Final = "text/plain; charset=utf-8"
KEPT_NOWHERE: Final = "no-store"
REVISION: Final = "Parley-Revision"
"""The header that names a document's revision by its digest."""


def sent(content: bytes, media_type: str, name: str, *, shown: bool = False) -> Response:
    """Send a file to be kept; with ``shown``, to be shown where a browser can."""
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'{"inline" if shown else "attachment"}; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": KEPT_NOWHERE,
        },
    )


def sent_zip(bundle: Bundle) -> StreamingResponse:
    """Send a bundle or a package, written while it is sent."""
    return StreamingResponse(
        zipped(bundle),
        media_type=ZIP,
        headers={
            "Content-Disposition": f'attachment; filename="{bundle.name}"',
            "Cache-Control": KEPT_NOWHERE,
        },
    )


def sent_redline(redline: Redline, form: str, name: str, *, shown: bool = False) -> Response:
    """Send a redline as ``html``, ``pdf`` or ``docx``; ``name`` is the file's, without suffix."""
    medium = MEDIA[form]
    shows = shown and medium.media_type.startswith(("text/", PDF))
    made = sent(medium.render(redline), medium.media_type, f"{name}.{form}", shown=shows)
    if form == "html":
        made.headers["Content-Security-Policy"] = f"{policy()}; frame-ancestors 'none'"
    return made


def summary_of(edition: Edition) -> Summary:
    """Return a version in plain words."""
    return summarise(edition.terms, edition_line(edition).said)


def sent_summary(edition: Edition, form: str, *, shown: bool = False) -> Response:
    """Send a version in plain words, as ``markdown`` or ``text``."""
    summary = summary_of(edition)
    if form == "markdown":
        media_type, content, name = "text/markdown; charset=utf-8", as_markdown(summary), "md"
    else:
        media_type, content, name = TEXT, as_text(summary), "txt"
    return sent(content.encode(), media_type, f"summary.{name}", shown=shown)


def sent_document(stream: str, version: int, revision: str, pdf: bytes) -> Response:
    """Send a revision of a version's document."""
    answer = sent(pdf, PDF, f"{stream.rpartition('/')[2]}-version-{version}.pdf")
    answer.headers[REVISION] = revision
    return answer
