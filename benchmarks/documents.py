"""A signed document: made, sealed, signed by two sides, against typst and three bare signatures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigner
from pyhanko.sign.timestamps import TimeStamper

from application.document_inputs import DocumentInputs, Organisation, VersionLine
from benchmarks.table import Aim, Case, Sizes, Table, interleaved
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from interfaces.documents.authority import Authority, KeyAndCertificate
from interfaces.documents.contents.whole import contents
from interfaces.documents.holes import (
    RESERVED,
    Chain,
    Notary,
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
from interfaces.documents.signature_container import container
from interfaces.documents.stamping_server import LocalStamper
from interfaces.documents.timestamps import AsItCame
from interfaces.documents.trust import Trust, certificates_in
from interfaces.files.terms import check_file
from interfaces.postgres.embedded import EmbeddedPostgres

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "aws-ec2-region.yaml"
BARE: Final = "typst and three bare signatures"
OURS: Final = "a signed document"
NOTES: Final = (
    "all: the same pages and attachments, three PAdES signatures, three timestamps (`openssl ts`);",
    "the first and the last with the certificates and lists to check them later (B-LT). The bare",
    "ones are made by pyHanko's `async_sign_pdf`; only the container is ours, for pyHanko's own",
    "takes seconds whenever a length in it happens to end in the byte 80. A signed document has",
    "besides: fields made before the first signature, stamps with their own fonts, a seal that",
    "certifies, two rounds. What each side's tool checks is left out: that side's machine does it.",
    "typst remembers what it set before, here as there: pages set anew take it four times as long",
)


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Yield one table; a document is timed by itself, so that each round takes one of each."""
    del server
    authority = Authority(home / "authority").ensure()
    hands = [authority.issue(f"{side} signatory", "An organisation") for side in Side]
    trust = Trust(certificates_in(authority.root.read_bytes()), (), (str(authority.crl),))
    notary = Notary(LocalStamper(authority), trust)
    inputs = _inputs()
    pens = [_Pen.of(lies) for lies in (authority.named("seal"), *hands)]
    cases: dict[str, Case] = {
        BARE: _bare(inputs, notary, pens, embed_validation_info=True),
        "the same, nothing kept to check them later": _bare(inputs, notary, pens),
        OURS: _ours(inputs, notary, _seal(authority.named("seal")), hands),
    }
    once = Sizes(sizes.few, sizes.many, min(sizes.rounds, 20), calls=1)
    aim = Aim("a signed document, against typst and bare signatures", OURS, BARE, at_most=1.3)
    title = "A document made, sealed and signed by two sides"
    yield interleaved(title, cases, once, *NOTES, aims=[aim])


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


def _bare(inputs: DocumentInputs, notary: Notary, pens: list[_Pen], **more: Any) -> Case:
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

    def case() -> bytes:
        at = int(inputs.recorded_at.timestamp())
        template = TEMPLATES / "contract.typ"
        pdf = compiled(template, words, pdf_standards=STANDARDS, timestamp=at)
        for number, pen in enumerate(pens):
            known = {"validation_context": notary.trust.context(), **more} if more else {}
            signer = PdfSigner(
                metadata_for(f"Field{number}", **known), pen, timestamper=notary.stamper
            )
            out = BytesIO()
            asyncio.run(
                signer.async_sign_pdf(
                    IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=RESERVED, output=out
                )
            )
            pdf = out.getvalue()
        return pdf

    return case


class _Pen(SimpleSigner):
    """Signs as pyHanko does, and puts the result into our container."""

    @classmethod
    def of(cls, lies: KeyAndCertificate) -> _Pen:
        loaded = SimpleSigner.load(str(lies.key), str(lies.certificate))  # type: ignore[no-untyped-call] # as its library has it
        return cls(loaded.signing_cert, loaded.signing_key, loaded.cert_registry)

    async def async_sign_prescribed_attributes(  # noqa: PLR0913, PLR0917 - as its library has it
        self,
        digest_algorithm: str,
        signed_attrs: cms.CMSAttributes,
        cms_version: str = "v1",
        dry_run: bool = False,  # noqa: FBT001, FBT002 - as above
        timestamper: TimeStamper | None = None,
        encap_content_info: Any = None,
    ) -> cms.ContentInfo:
        del cms_version, dry_run, encap_content_info
        if timestamper is None or self.signing_cert is None:
            raise TypeError("a certificate and a timestamp belong to every signature here")
        attributes = signed_attrs.dump()
        signature = await self.async_sign_raw(attributes, digest_algorithm)
        token = await timestamper.async_timestamp(sha256(signature).digest(), digest_algorithm)
        mechanism = self.get_signature_mechanism_for_digest(digest_algorithm).dump()
        return AsItCame.of(
            container((self.signing_cert,), attributes, mechanism, signature, token.dump())
        )
