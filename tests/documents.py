"""Documents for tests, made without a service: inputs, an authority, people who sign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from application.document_inputs import (
    DocumentInputs,
    LeafLine,
    LoggedSignature,
    Organisation,
    VersionLine,
)
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from interfaces.documents.authority import Authority
from interfaces.documents.holes import Chain, Notary, Prepared, complete
from interfaces.documents.party_tool import Expected, Sent, sign
from interfaces.documents.rendering import press, render
from interfaces.documents.rounds import prepare_for
from interfaces.documents.sealing import Seal, seal_from, sealed
from interfaces.documents.stamping_server import LocalStamper
from interfaces.documents.trust import Trust, certificates_in, fingerprint
from interfaces.documents.verdict import Known
from interfaces.files.terms import check_file

ROOT = Path(__file__).parent.parent
RELATIONSHIP = "relationship-01kb2q8v3tf8m9z6c4h1r5w7xy"
CONTRACT = f"{RELATIONSHIP}/contract-01kb2q9a7dfm4v2x8c1s6t5nqe"
NEGOTIATION = f"{RELATIONSHIP}/negotiation-01kb2q9a7dfm4v2x8c1s6t5nqe"
OFFER = "offer-01kb2qa0c5e7t9w3n6x8z1m4rv"
RECORDED = datetime(2025, 12, 3, 9, 15, 27, tzinfo=UTC)
EFFECTIVE = datetime(2026, 1, 1, tzinfo=UTC)
PROOF = "c2sp.org/tlog-proof@v1\nindex 0\n\nparley.example/log\n1\n"


def example(name: str) -> AgreementTerms:
    """Return the terms of one of ``examples/``."""
    terms = check_file(ROOT / "examples" / f"{name}.yaml").terms
    assert terms is not None
    return terms


def inputs_of(terms: AgreementTerms, version: int = 1) -> DocumentInputs:
    """Return what a document is made from, with everybody in it."""
    signatures = (
        LoggedSignature(
            Side.PROVIDER, "person-1", "Ada Lindqvist", "Director", "mandate-1", RECORDED
        ),
        LoggedSignature(
            Side.CLIENT, "person-2", "Bo Marti", "Head of procurement", "mandate-2", RECORDED
        ),
    )
    return DocumentInputs(
        service="parley.example",
        contract=CONTRACT,
        version=version,
        recorded_at=RECORDED,
        effective_from=EFFECTIVE,
        terms=terms,
        terms_digest=terms.digest,
        provider=Organisation("party-1", terms.provider, "HRB 12345", "DE"),
        client=Organisation("party-2", f"{terms.client} SA", "CHE-123.456.789", "CH"),
        versions=(VersionLine(1, RECORDED, EFFECTIVE, NEGOTIATION, OFFER, terms.digest),),
        signatures=signatures,
        leaves=(
            LeafLine(NEGOTIATION, 2, "ProposalMade", RECORDED, "ab" * 32),
            LeafLine(CONTRACT, 1, "ContractConcluded", RECORDED, "cd" * 32, proof=PROOF),
        ),
        press=press(),
    )


@dataclass(frozen=True)
class Hand:
    """Somebody's key and certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def chain(self) -> Chain:
        return Chain(self.certificate)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.certificate)


class Bench:
    """An authority, a seal, a provider's and a client's hand, and Mallory's."""

    def __init__(self, directory: Path) -> None:
        self.authority = Authority(directory).ensure()
        self.trust = Trust(
            certificates_in(self.authority.root.read_bytes()), (), (str(self.authority.crl),)
        )
        self.notary = Notary(LocalStamper(self.authority), self.trust)
        seal = self.authority.named("seal")
        self.seal: Seal = seal_from(seal.key, seal.certificate)
        self.hands = {side: self.hand(f"{side} signatory") for side in Side}

    def hand(self, name: str) -> Hand:
        """Issue a certificate."""
        lies = self.authority.issue(name, "An organisation")
        key = load_pem_private_key(lies.key.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return Hand(key, certificates_in(lies.certificate.read_bytes())[0])

    def sealed(self, inputs: DocumentInputs) -> bytes:
        return sealed(render(inputs), self.seal, self.notary)

    def begun(self, side: Side, pdf: bytes, hand: Hand | None = None) -> Prepared:
        return prepare_for(side, pdf, (hand or self.hands[side]).chain)

    def signed(
        self, side: Side, pdf: bytes, inputs: DocumentInputs, hand: Hand | None = None
    ) -> bytes:
        """Sign as a party does, looking at everything."""
        using = hand or self.hands[side]
        prepared = self.begun(side, pdf, using)
        sent = Sent(pdf, prepared.pdf, prepared.attributes)
        raw = sign(sent, self.expected(inputs), using.key, using.certificate)
        return complete(prepared, using.chain, raw, self.notary)

    def expected(self, inputs: DocumentInputs) -> Expected:
        seal = fingerprint(self.seal.chain.certificate)
        return Expected(inputs.contract, inputs.version, inputs.terms_digest, (seal,))

    def known(self, *, roots: bool = False, terms: str | None = None) -> Known:
        """Return what somebody knows who has pinned everybody's certificate."""
        pinned = {str(side): [hand.fingerprint] for side, hand in self.hands.items()}
        pinned["service"] = [fingerprint(self.seal.chain.certificate)]
        return Known(pinned, self.trust.roots if roots else (), terms)


def revised(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """Return a document with one further revision, made by somebody who may not."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call] # as its library has it
    return out.getvalue()


def painted_over(pdf: bytes) -> bytes:
    """Paint a white box over the charges, in a revision after all signatures."""

    def paint(writer: IncrementalPdfFileWriter) -> None:
        box = b"q 1 1 1 rg 40 200 500 400 re f Q"
        covering = writer.add_object(generic.StreamObject(stream_data=box))
        found = writer.find_page_for_modification(1)  # type: ignore[no-untyped-call] # as above
        page = found[0].get_object()
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), covering])
        writer.update_container(page)

    return revised(pdf, paint)


def swapped_attachment(pdf: bytes, name: str = "terms.json") -> bytes:
    """Put other terms in the place of the attached ones, in a revision after all signatures."""

    def swap(writer: IncrementalPdfFileWriter) -> None:
        specification = _attached(writer.root["/Names"]["/EmbeddedFiles"], name)
        other = generic.StreamObject(
            stream_data=b'{"title":"other terms"}',
            dict_data={pdf_name("/Type"): pdf_name("/EmbeddedFile")},
        )
        specification["/EF"][pdf_name("/F")] = writer.add_object(other)
        writer.update_container(specification["/EF"])

    return revised(pdf, swap)


def _attached(node: Any, name: str) -> Any:
    for child in node.get("/Kids", ()):
        return _attached(child, name)
    listed = node["/Names"]
    return next(listed[n + 1] for n in range(0, len(listed), 2) if str(listed[n]) == name)
