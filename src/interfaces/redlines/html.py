"""A redline as one web page that needs nothing else: no script, no request, its own stylesheet."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final

from application.redlining import Redline
from domain.terms.redline import Change, Segment
from domain.terms.redline_document import RedlineParagraph
from domain.terms.words.paragraphs import Rank
from interfaces.redlines.sheet import (
    ChangedTerm,
    EditionLine,
    changed_terms,
    edition_line,
    heading_of,
)

_STYLESHEET: Final = Path(__file__).parent / "redline.css"
_TAGS: Final = {Change.SAME: "", Change.REMOVED: "del", Change.ADDED: "ins"}


@cache
def _style() -> str:
    return _STYLESHEET.read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Return the Content-Security-Policy of the page: its own stylesheet, and nothing else."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def html(redline: Redline) -> bytes:
    """Return the page, in UTF-8."""
    return "".join(f"{line}\n" for line in _page(redline)).encode()


def _page(redline: Redline) -> Iterator[str]:
    title = escape(heading_of(redline))
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(policy())}">'
    yield f"<title>{title}</title>\n<style>{_style()}</style>\n</head>\n<body>\n<main>"
    yield from _head(redline)
    yield from _table(tuple(changed_terms(redline)))
    yield '<section aria-labelledby="text">\n<h2 id="text">The text, with every change</h2>'
    for position, paragraph in enumerate(redline.document.paragraphs):
        yield _paragraph(position, paragraph)
    yield "</section>\n<footer>A reading aid. What binds is the signed version, by its digest."
    yield "</footer>\n</main>\n</body>\n</html>"


def _head(redline: Redline) -> Iterator[str]:
    yield '<header>\n<p class="kind">Redline</p>'
    yield f'<h1 dir="auto">{escape(redline.document.title)}</h1>\n<dl>'
    for term, line in (("From", redline.before), ("To", redline.after)):
        yield _edition(term, edition_line(line))
    yield "</dl>"
    yield '<p class="legend">Text that was <ins>put in</ins> is underlined, text that was '
    yield "<del>struck</del> is crossed out; a bar in the margin marks every paragraph that "
    yield "changed.</p>\n</header>"


def _edition(term: str, line: EditionLine) -> str:
    said, digest = escape(line.said), escape(line.digest)
    return f'<dt>{term}</dt><dd><span dir="auto">{said}</span><br><code>{digest}</code></dd>'


def _table(rows: Iterable[ChangedTerm]) -> Iterator[str]:
    yield '<section aria-labelledby="changes">'
    yield '<h2 id="changes">What changes, and what it means</h2>'
    rows = tuple(rows)
    if not rows:
        yield "<p>Nothing: both are the same to the letter.</p>\n</section>"
        return
    yield "<table>\n<thead><tr><th>No.</th><th>Term</th><th>Before</th><th>After</th></tr></thead>"
    yield "<tbody>"
    for row in rows:
        yield _row(row)
    yield "</tbody>\n</table>\n</section>"


def _row(row: ChangedTerm) -> str:
    number = f'<a href="#paragraph-{row.position}">{row.number or "title"}</a>'
    meaning = "".join(
        f'<span class="meaning">{escape(part)}</span>' for part in row.meaning.split("; ") if part
    )
    return (
        f"<tr><td>{number}</td>"
        f'<th scope="row" dir="auto">{escape(row.label)}</th>'
        f'<td data-label="Before" dir="auto">{_marked(row.before)}</td>'
        f'<td data-label="After" dir="auto">{_marked(row.after)}{meaning}</td></tr>'
    )


def _paragraph(position: int, paragraph: RedlineParagraph) -> str:
    words = f'<span class="words" dir="auto">{_marked(paragraph.segments)}</span>'
    number = f'<span class="no">{_number(paragraph)}</span>' if paragraph.number else ""
    heading = paragraph.rank in (Rank.TITLE, Rank.HEADING)
    tag = "h3" if heading else "p"
    kinds = [str(paragraph.rank)] if heading else ["line", str(paragraph.rank)]
    if paragraph.changed:
        kinds.append("changed")
    named = f'id="paragraph-{position}" class="{" ".join(kinds)}"'
    return f"<{tag} {named}>{number}{words}</{tag}>"


def _number(paragraph: RedlineParagraph) -> str:
    tag = _TAGS[paragraph.change]
    return f"<{tag}>{paragraph.number}</{tag}>" if tag else paragraph.number


def _marked(segments: Iterable[Segment]) -> str:
    return "".join(
        f"<{tag}>{escape(part.text)}</{tag}>" if (tag := _TAGS[part.change]) else escape(part.text)
        for part in segments
    )
