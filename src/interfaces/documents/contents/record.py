"""How the version came about, and the page that the sides sign on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from application.document_inputs import DocumentInputs
from domain.values.ids import kind_of
from domain.values.sides import Side
from interfaces.documents.contents.blocks import (
    Block,
    Column,
    Heading,
    Paragraph,
    Section,
    Table,
    instant,
    short_instant,
    table,
)


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """The words above a side's signature field."""

    side: str
    role: str
    party: str
    lines: tuple[tuple[str, str], ...]


def record(inputs: DocumentInputs) -> Section:
    """Return how the version came about: versions, signatures in the log, facts, attachments."""
    return Section("", "Record of this version", tuple(_record(inputs)))


def signing(inputs: DocumentInputs) -> tuple[SignatureBlock, ...]:
    """Return what stands on the signature page for each side."""
    return tuple(_signing(inputs, side) for side in (Side.PROVIDER, Side.CLIENT))


def _record(inputs: DocumentInputs) -> Iterator[Block]:
    yield Paragraph(
        "This page says how this version came about. The service keeps every step in a log that "
        "both sides can verify; a leaf hash stands for one fact in that log."
    )
    yield _identity(inputs)
    yield Heading("Versions")
    yield table(
        (
            Column("Version", 2),
            Column("Recorded", 4),
            Column("Governs from", 4),
            Column("Terms", 6),
        ),
        [
            (
                str(one.number),
                short_instant(one.recorded_at),
                short_instant(one.effective_from),
                f"sha256 {_short(one.terms_digest)}",
            )
            for one in inputs.versions
        ],
        small=True,
    )
    yield Heading("Signatures in the log")
    yield table(
        (Column("Side", 2), Column("Signatory", 4), Column("Mandate", 5), Column("Recorded", 4)),
        [
            (
                str(one.side),
                f"{one.name}, {one.function}",
                one.mandate,
                short_instant(one.at),
            )
            for one in inputs.signatures
        ],
        small=True,
    )
    yield Heading("Facts")
    yield table(
        (Column("Fact", 8), Column("Recorded", 6), Column("Leaf hash", 9)),
        [
            (
                f"{_spaced(one.fact)} ({kind_of(one.stream)} {one.version})",
                short_instant(one.at),
                f"{one.leaf[:32]}\n{one.leaf[32:]}",
            )
            for one in inputs.leaves
        ],
        small=True,
    )
    yield Heading("Attached to this document")
    yield from (Paragraph(text) for text in _attached(inputs))


def _identity(inputs: DocumentInputs) -> Table:
    return table(
        (Column("This version", 2), Column("", 7)),
        [
            ("Contract", inputs.contract),
            ("Version", f"{inputs.version}, recorded {instant(inputs.recorded_at)}"),
            ("Negotiation", inputs.versions[-1].negotiation),
            ("Offer", inputs.versions[-1].offer),
            ("Terms", inputs.terms_digest),
            ("Service", inputs.service),
        ],
        small=True,
    )


def _attached(inputs: DocumentInputs) -> Iterator[str]:
    yield (
        "terms.json: the terms in canonical JSON (RFC 8785), the very bytes behind the digest "
        "above."
    )
    yield (
        "inputs.json: everything this document was made from; the same program makes the same "
        "bytes from it again."
    )
    if inputs.statements():
        yield "statements.json: what each side signed in the log, with its signature."
    yield "history.json: the facts that led to this version, with their leaf hashes."
    if inputs.proofs():
        names = ", ".join(name for name, _ in inputs.proofs())
        yield f"{names}: proofs that these facts are under a checkpoint that the service signed."


def _signing(inputs: DocumentInputs, side: Side) -> SignatureBlock:
    party, signed = inputs.organisation(side), inputs.signature(side)
    lines = [("Registration", party.registration), ("Country", party.country)]
    if signed is not None:
        lines += [
            ("Signatory", signed.name),
            ("Function", signed.function),
            ("Signed in the log", instant(signed.at)),
        ]
    return SignatureBlock(str(side), side.value.capitalize(), party.name, tuple(lines))


def _short(digest: str) -> str:
    hexadecimal = digest.removeprefix("sha256:")
    return f"{hexadecimal[:16]}…{hexadecimal[-8:]}"


def _spaced(fact: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in fact)
    return words.strip().capitalize()
