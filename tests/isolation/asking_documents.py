"""What can be asked of documents; making one takes a moment, so each is made once and kept."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from application.document_ports import Round
from domain.parties.keys import Fingerprint
from domain.values.sides import Side
from interfaces.documents.authority import Authority
from interfaces.documents.trust import certificates_in, fingerprint
from interfaces.documents.workshop import AUTHORITY
from isolation.ask import Ask, Asking, within
from isolation.things import Things


@dataclass(frozen=True)
class Pen:
    """A signatory's key and certificate, declared to the service."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def base64(self) -> str:
        return b64encode(self.certificate.dump()).decode()

    def signature(self, opened: Round) -> bytes:
        return self.key.sign(opened.holed.attributes, ec.ECDSA(hashes.SHA256()))


def _pen(things: Things, side: Side) -> Pen:
    stage, name = things.stage, f"{side}-signatory"
    lies = Authority(stage.world.home / AUTHORITY).ensure().issue(name, f"The {side}")
    key = load_pem_private_key(lies.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    certificate = certificates_in(lies.certificate.read_bytes())[0]
    things.house.registering.pin_certificate(
        stage.ask(name), stage.parties[side].id, Fingerprint(fingerprint(certificate))
    )
    return Pen(name, key, certificate)


def _covered(things: Things) -> str:
    """Return a contract of which every fact is under a checkpoint, as its document needs it."""
    contract = things.concluded()
    things.stage.world.sign()
    return contract


def _issued(things: Things, contract: str) -> str:
    things.stage.world.sign()
    things.house.documenting.issue(things.stage.ask("client-legal"), contract, 1)
    return contract


def _opened(things: Things, contract: str, pen: Pen) -> Round:
    asked = things.stage.ask(pen.name)
    chain = [pen.certificate.dump()]
    return things.house.documenting.begin_signing(asked, contract, 1, chain)


def _begin(things: Things) -> Ask:
    contract, pen = _issued(things, things.concluded()), _pen(things, Side.PROVIDER)
    return within(contract, {"certificates": [pen.base64]}, version="1")


def _sign(things: Things) -> Ask:
    contract, pen = _issued(things, things.concluded()), _pen(things, Side.PROVIDER)
    opened = _opened(things, contract, pen)
    body = {"signature": b64encode(pen.signature(opened)).decode()}
    return within(contract, body, version="1", round=opened.id)


def _archive(things: Things) -> Ask:
    contract = _issued(things, things.concluded())
    for side in Side:
        pen = _pen(things, side)
        opened = _opened(things, contract, pen)
        asked = things.stage.ask(pen.name)
        things.house.documenting.sign(asked, contract, 1, opened.id, pen.signature(opened))
    return within(contract, version="1")


DOCUMENTS: Final[dict[str, Asking]] = {
    "issueDocument": lambda t: within(_covered(t), version="1"),
    "getDocument": lambda t: within(_issued(t, t.contract), version="1"),
    "downloadDocument": lambda t: within(_issued(t, t.contract), version="1"),
    "beginSigningDocument": _begin,
    "signDocument": _sign,
    "archiveDocument": _archive,
}
