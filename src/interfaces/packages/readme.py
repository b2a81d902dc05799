"""The first page of a package: what is in it, what is not, and how to check it."""

from __future__ import annotations

from collections.abc import Iterator

from application.packaging import Gathered
from domain.terms.words.legible import legible
from interfaces.redlines.sheet import edition_line


def readme(gathered: Gathered) -> str:
    """Return the page, in plain text."""
    return "\n".join(_lines(gathered)) + "\n"


def no_document(gathered: Gathered) -> str:
    """Say why there is no document."""
    if gathered.paper_withheld:
        return "whoever asked may not see it"
    return "none of this version was made yet"


def _lines(gathered: Gathered) -> Iterator[str]:
    title = legible(gathered.edition.terms.title)
    said = edition_line(gathered.edition).said
    yield f"{title}\n{said}\n{gathered.edition.terms.digest}\n"
    yield "WHAT IS HERE"
    if gathered.paper is not None:
        yield f"  agreement.pdf             the document of this version: {gathered.paper.bears}"
    yield "  summary.md, summary.txt   the version on one page, in plain words; no part of it"
    yield "  terms.json                the terms in canonical JSON (RFC 8785), which the parties"
    yield "                            signed by their digest: sha256 of exactly this file"
    if gathered.redline is not None:
        yield f"  redline/                  what changed since version {gathered.version - 1}: as a"
        yield "                            page, as PDF, and for a word processor with tracked"
        yield "                            changes (accept all: this version; reject all: that one)"
    if gathered.signed:
        yield "  statements/               what each side signed, with its signature; the very"
        yield "                            bytes that were signed; and the proof (C2SP tlog-proof)"
        yield "                            that the fact stands in the history"
    yield "  audit-bundle.parley.zip   the history, to be checked offline"
    yield "  manifest.json             every file with its size and digest"
    yield "  SHA256SUMS                the same digests, for sha256sum"
    missing = tuple(_missing(gathered))
    if missing:
        yield "\nWHAT IS NOT HERE"
        yield from missing
    yield "\nHOW TO CHECK IT"
    yield "  sha256sum -c SHA256SUMS"
    yield "    says whether every file is as it was packed. It does not say who packed it."
    yield "  parley verify audit-bundle.parley.zip --pin PINS"
    yield "    says whether the history, its checkpoints and the parties' signatures hold, by keys"
    yield "    that you have from elsewhere. Keys that came with a package prove nothing."


def _missing(gathered: Gathered) -> Iterator[str]:
    if gathered.paper is None:
        yield f"  The signed document: {no_document(gathered)}."
    if gathered.redline is None:
        yield "  A redline: this is the first version."
    if gathered.talks_withheld:
        yield "  The statements: whoever asked may not see the negotiation."
    elif not gathered.signed:
        yield "  The statements: both sides signed before statements were asked for."
