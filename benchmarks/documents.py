"""A signed document: made, sealed, signed by two sides, against typst and three bare signatures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_signer import PdfSigner

from application.document_inputs import DocumentInputs, Organisation, VersionLine
from benchmarks.table import Case, Sizes, Table, interleaved
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from interfaces.documents.authority import Authority, KeyAndCertificate
from interfaces.documents.contents.whole import contents
from interfaces.documents.holes import (
    ALGORITHM,
    RESERVED,
    Chain,
    Notary,
    Prepared,
    complete,
    metadata_for,
)
from interfaces.documents.rendering import (
    STANDARDS,
    TEMPLATES,
    attachments,
    compiled,
    press,
    render,
)
from interfaces.documents.rounds import prepare_for
from interfaces.documents.sealing import Seal, seal_from, sealed
from interfaces.documents.stamping_server import LocalStamper
from interfaces.documents.trust import Trust, certificates_in
from interfaces.files.terms import check_file
from interfaces.postgres.embedded import EmbeddedPostgres

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "aws-ec2-region.yaml"
NOTES: Final = (
    "both: the same pages and attachments, three signatures, three timestamps by `openssl ts`, and",
    "what is needed to check them later; ours adds the inputs, the fields before the first",
    "signature, stamps with their own fonts, two rounds, and what each side's tool checks is left",
    "out: it is the party's machine that does that. The bare signatures are in our container, for",
    "pyHanko's own takes seconds whenever a length in it happens to end in the byte 80",
)


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Yield one table; a document is timed by itself, so that each round takes one of each."""
    del server
    authority = Authority(home / "authority").ensure()
    hands = [authority.issue(f"{side} signatory", "An organisation") for side in Side]
    trust = Trust(certificates_in(authority.root.read_bytes()), (), (str(authority.crl),))
    notary = Notary(LocalStamper(authority), trust)
    inputs = _inputs()
    cases: dict[str, Case] = {
        "typst and three bare signatures": _bare(inputs, notary, [authority.named("seal"), *hands]),
        "a signed document": _ours(inputs, notary, _seal(authority.named("seal")), hands),
    }
    once = Sizes(sizes.few, sizes.many, min(sizes.rounds, 20), calls=1)
    yield interleaved("A document made, sealed and signed by two sides", cases, once, *NOTES)


def _inputs() -> DocumentInputs:
    terms = check_file(EXAMPLE).terms
    if not isinstance(terms, AgreementTerms):
        raise TypeError(f"{EXAMPLE} does not read as terms")
    at = datetime(2025, 12, 3, 9, tzinfo=UTC)
    relationship = f"relationship-{'0' * 26}"
    contract = f"{relationship}/contract-{'0' * 26}"
    line = VersionLine(1, at, at, f"{relationship}/negotiation-0", "offer-0", terms.digest)
    return DocumentInputs(
        service="parley.example",
        contract=contract,
        version=1,
        recorded_at=at,
        effective_from=at,
        terms=terms,
        terms_digest=terms.digest,
        provider=Organisation("party-1", terms.provider, "HRB 12345", "DE"),
        client=Organisation("party-2", terms.client, "CHE-123.456.789", "CH"),
        versions=(line,),
        signatures=(),
        leaves=(),
        press=press(),
    )


def _seal(lies: KeyAndCertificate) -> Seal:
    return seal_from(lies.key, lies.certificate)


def _ours(
    inputs: DocumentInputs, notary: Notary, seal: Seal, hands: list[KeyAndCertificate]
) -> Case:
    pens = [_seal(hand) for hand in hands]  # a key and its certificate, as a seal is

    def case() -> bytes:
        pdf = sealed(render(inputs), seal, notary)
        for side, pen in zip(Side, pens, strict=True):
            chain = Chain(pen.chain.certificate)
            prepared = prepare_for(side, pdf, chain)
            pdf = complete(prepared, chain, pen.sign(prepared.attributes), notary)
        return pdf

    return case


def _bare(inputs: DocumentInputs, notary: Notary, hands: list[KeyAndCertificate]) -> Case:
    words = {
        "contents": json.dumps(contents(inputs)),
        "attached": json.dumps(
            [
                {
                    "name": one.name,
                    "text": one.text,
                    "relationship": one.relationship,
                    "kind": one.kind,
                    "description": one.description,
                }
                for one in attachments(inputs)
            ]
        ),
    }
    pens = [_seal(hand) for hand in hands]

    def case() -> bytes:
        at = int(inputs.recorded_at.timestamp())
        template = TEMPLATES / "contract.typ"
        pdf = compiled(template, words, pdf_standards=STANDARDS, timestamp=at)
        for number, pen in enumerate(pens):
            prepared = asyncio.run(_prepared(pdf, f"Field{number}", pen))
            pdf = complete(prepared, pen.chain, pen.sign(prepared.attributes), notary)
        return pdf

    return case


async def _prepared(pdf: bytes, field: str, pen: Seal) -> Prepared:
    """Prepare a signature as pyHanko does: a field made for it, and nothing to be seen."""
    signer = pen.chain.signer()
    session = PdfSigner(metadata_for(field), signer)
    digest, _, out = await session.async_digest_doc_for_signing(
        IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=RESERVED
    )
    attributes = await signer.signed_attrs(digest.document_digest, ALGORITHM, use_pades=True)
    out.seek(0)
    hole = (digest.reserved_region_start, digest.reserved_region_end)
    return Prepared(field, out.read(), attributes.dump(), digest.document_digest, hole)
