"""The legal package of a signed version: one zip, the same bytes for the same record.

Everything but the audit bundle is made before the first byte is sent; the bundle, which may be
large, is written while it is sent. ``manifest.json`` describes every file, ``SHA256SUMS`` names
their digests in the form that ``sha256sum -c`` checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final

from pydantic_core import to_json, to_jsonable_python

from application.bundling import Bundle, Member, Written
from application.packaging import Gathered, SignedFact
from domain.terms.words.legible import legible
from interfaces.files.zipping import zipped
from interfaces.packages.readme import no_document, readme
from interfaces.packages.summary import as_markdown, as_text, summarise
from interfaces.redlines.media import MEDIA
from interfaces.redlines.sheet import edition_line

FORM: Final = "parley/package/1"
STATEMENT_FORM: Final = "parley/signed-statement/1"
SUMS: Final = "SHA256SUMS"
DOCUMENT: Final = "agreement.pdf"
AUDIT: Final = "audit-bundle.parley.zip"


def package(gathered: Gathered) -> Bundle:
    """Return the package, to be written by ``zipped``."""
    made = dict(_made(gathered))
    name = f"{gathered.contract.rpartition('/')[2]}-version-{gathered.version}.zip"
    return Bundle(name, _members(gathered, made), _sums)


def _made(gathered: Gathered) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every file that is made from the version itself."""
    yield "README.txt", readme(gathered).encode()
    if gathered.paper is not None:
        yield DOCUMENT, gathered.paper.content
    summary = summarise(gathered.edition.terms, edition_line(gathered.edition).said)
    yield "summary.md", as_markdown(summary).encode()
    yield "summary.txt", as_text(summary).encode()
    yield "terms.json", gathered.edition.terms.canonical()
    if gathered.redline is not None:
        for suffix, medium in MEDIA.items():
            name = f"redline/since-version-{gathered.version - 1}.{suffix}"
            yield name, medium.render(gathered.redline)
    for signed in gathered.signed:
        yield from _statement(signed)


def _statement(signed: SignedFact) -> Iterator[tuple[str, bytes]]:
    """Yield a signed fact: what is stored of it, the very bytes that were signed, the proof."""
    event = signed.recorded
    document = {
        "form": STATEMENT_FORM,
        "fact": type(event.fact).__name__,
        "stream": event.stream,
        "version": event.version,
        "recorded_at": event.at,
        "by": event.by,
        "evidence": to_jsonable_python(signed.evidence),
    }
    yield f"statements/{signed.name}.json", _json(document)
    yield f"statements/{signed.name}.signed-bytes.json", signed.evidence.statement.canonical()
    if signed.proof is not None:
        yield f"statements/{signed.name}.tlog-proof", str(signed.proof).encode()


def _members(gathered: Gathered, made: dict[str, bytes]) -> Iterator[Member]:
    written: list[Written] = []
    for name, content in made.items():
        yield Member(name, _noted(name, [content], written))
    yield Member(AUDIT, _noted(AUDIT, zipped(gathered.bundle), written), packed=False)
    yield Member("manifest.json", _manifest(gathered, written))


def _noted(name: str, content: Iterable[bytes], written: list[Written]) -> Iterator[bytes]:
    """Pass content on, and note its size and digest when it has gone through."""
    digest, size = sha256(), 0
    for piece in content:
        digest.update(piece)
        size += len(piece)
        yield piece
    written.append(Written(name, size, digest.hexdigest()))


def _manifest(gathered: Gathered, written: list[Written]) -> Iterator[bytes]:
    """Yield the manifest, made of what was written before it."""
    paper = gathered.paper
    yield _json(
        {
            "form": FORM,
            "contract": gathered.contract,
            "version": gathered.version,
            "title": legible(gathered.edition.terms.title),
            "terms_digest": gathered.edition.terms.digest,
            "recorded_at": gathered.recorded_at,
            "effective_from": gathered.effective_from,
            "negotiation": None if gathered.talks_withheld else gathered.negotiation,
            "signed_document": DOCUMENT if paper else None,
            "signed_document_bears": paper.bears if paper else no_document(gathered),
            "redline_since": None if gathered.redline is None else gathered.version - 1,
            "statements": [one.name for one in gathered.signed],
            "audit_bundle": AUDIT,
            "files": [
                {"name": one.name, "size": one.size, "sha256": one.sha256} for one in written
            ],
        }
    )


def _sums(written: list[Written]) -> Member:
    return Member(SUMS, ["".join(f"{one.sha256}  {one.name}\n" for one in written).encode()])


def _json(document: dict[str, Any]) -> bytes:
    return to_json(document, indent=1) + b"\n"
