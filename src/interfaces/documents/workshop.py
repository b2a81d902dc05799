"""The workshop: every step that makes, seals, signs and archives documents, behind one door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from application.document_inputs import DocumentInputs
from application.document_ports import Holed, Made, Round
from application.document_refusals import bad_signature, not_printable, unreadable, untrusted
from application.errors import AuthorityUnavailable
from domain.parties.keys import Fingerprint
from domain.values.sides import Side
from interfaces.documents import archiving
from interfaces.documents.authority import SEAL as SEAL_NAME
from interfaces.documents.authority import Authority
from interfaces.documents.fields import FIELDS
from interfaces.documents.holes import BadRawSignature, Chain, Notary, Prepared, complete
from interfaces.documents.not_set import NotSet
from interfaces.documents.press import Press
from interfaces.documents.rendering import press
from interfaces.documents.rounds import BadCertificate, check_chain, prepare_for
from interfaces.documents.sealing import Seal, seal_from, sealed
from interfaces.documents.stamping_server import LocalStamper
from interfaces.documents.timestamps import NotStamped, Stamper
from interfaces.documents.trust import NoRevocationList, Trust, certificates_in, fingerprint
from interfaces.settings import Settings

AUTHORITY: Final = "authority"
"""Where in the home the development authority is."""


@dataclass(frozen=True, slots=True)
class Instruments:
    """The seal, and the notary by whom documents are dated and certificates are judged."""

    seal: Seal
    notary: Notary


class DocumentWorkshop:
    """Makes documents, with these instruments and a press."""

    def __init__(self, instruments: Instruments, printer: Press) -> None:
        self._instruments = instruments
        self._press = printer

    @property
    def press(self) -> str:
        """Name the layout, and the program that sets it."""
        return press()

    @property
    def seal(self) -> Fingerprint:
        """The certificate that documents are sealed with."""
        return Fingerprint(fingerprint(self._instruments.seal.chain.certificate))

    def make(self, inputs: DocumentInputs) -> Made:
        """Set a document and seal it."""
        try:
            rendered = self._press.set(inputs)
        except NotSet as problem:
            raise not_printable(str(problem)) from problem
        with _outside():
            done = sealed(rendered, self._instruments.seal, self._instruments.notary)
        return Made(rendered, done, self.seal)

    def certificate(self, chain: Sequence[bytes]) -> Fingerprint:
        """Return a certificate's fingerprint if a trusted authority vouches for it."""
        read = _chain(chain)
        try:
            with _outside():
                check_chain(read, self._instruments.notary.trust)
        except BadCertificate as problem:
            raise untrusted(str(problem)) from problem
        return Fingerprint(fingerprint(read.certificate))

    def prepare(self, side: Side, pdf: bytes, chain: Sequence[bytes]) -> Holed:
        """Return the document as a side is to sign it."""
        ready = prepare_for(side, pdf, _chain(chain))
        return Holed(ready.pdf, ready.attributes, ready.digest, ready.hole)

    def complete(self, opened: Round, signature: bytes) -> bytes:
        """Return the signed and dated document."""
        holed = opened.holed
        ready = Prepared(FIELDS[opened.side], holed.pdf, holed.attributes, holed.digest, holed.hole)
        try:
            with _outside():
                return complete(ready, _chain(opened.chain), signature, self._instruments.notary)
        except BadRawSignature as problem:
            raise bad_signature(str(problem)) from problem

    def archive(self, pdf: bytes) -> tuple[bytes, datetime]:
        """Return the document under an archive timestamp, and its instant."""
        with _outside():
            return archiving.archive(pdf, self._instruments.notary)


def instruments_of(settings: Settings) -> Instruments:
    """Return what the settings name; in development, an authority of our own.

    Raises ValueError or OSError when a file they name is not what it should be.
    """
    key, certificate = settings.document_seal_key, settings.document_seal_certificate
    if settings.document_tsa is None or key is None or certificate is None:
        return local_instruments(Authority(settings.home.absolute() / AUTHORITY).ensure())
    roots = certificates_in((settings.document_roots or certificate).read_bytes())
    trust = Trust(roots, (), tuple(settings.document_lists.split()))
    return Instruments(
        seal_from(key, certificate), Notary(Stamper(str(settings.document_tsa)), trust)
    )


def local_instruments(authority: Authority) -> Instruments:
    """Return the development authority's seal, dates and certificates."""
    authority.renew_list()
    trust = Trust(certificates_in(authority.root.read_bytes()), (), (str(authority.crl),))
    lies = authority.named(SEAL_NAME)
    return Instruments(
        seal_from(lies.key, lies.certificate), Notary(LocalStamper(authority), trust)
    )


def _chain(ders: Sequence[bytes]) -> Chain:
    try:
        own, *others = [one for der in ders for one in certificates_in(der)]
    except (ValueError, TypeError, KeyError) as problem:
        raise unreadable() from problem
    return Chain(own, tuple(others))


@contextmanager
def _outside() -> Iterator[None]:
    """Tell an authority that does not answer, or answers badly, from everything else."""
    try:
        yield
    except (NotStamped, NoRevocationList) as problem:
        raise AuthorityUnavailable(str(problem)) from problem
