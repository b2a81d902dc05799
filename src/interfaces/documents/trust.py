"""Whom the service trusts to issue certificates, and what it knows of those revoked."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
from asn1crypto import crl, pem, x509
from pyhanko_certvalidator import ValidationContext

# What these libraries log are answers, which we give in our own words.
for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)

LARGEST_LIST: Final = 20 * 1024 * 1024


class NoRevocationList(Exception):  # noqa: N818 - it is an answer
    """A list of revoked certificates could not be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Roots and intermediate certificates, and where the lists of revoked ones are to be had.

    ``lists`` are file names or addresses. Nothing that a certificate names is ever fetched: a
    party's certificate could name any address.
    """

    roots: tuple[x509.Certificate, ...]
    others: tuple[x509.Certificate, ...] = ()
    lists: tuple[str, ...] = ()
    patience: float = 10.0

    def context(self) -> ValidationContext:
        """Return what pyHanko validates against, with fresh lists; raises NoRevocationList."""
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=list(self.others),
            crls=[self._list(where) for where in self.lists],
            allow_fetching=False,
            revocation_mode="require",
        )

    def _list(self, where: str) -> crl.CertificateList:
        try:
            raw = self._fetched(where) if "://" in where else Path(where).read_bytes()
            return crl.CertificateList.load(pem.unarmor(raw)[2] if pem.detect(raw) else raw)
        except (OSError, ValueError, httpx.HTTPError) as problem:
            raise NoRevocationList(f"no list of revoked certificates at {where}") from problem

    def _fetched(self, address: str) -> bytes:
        answer = httpx.get(address, timeout=self.patience, trust_env=False)
        answer.raise_for_status()
        if len(answer.content) > LARGEST_LIST:
            raise ValueError("too long")
        return answer.content


def certificates_in(raw: bytes) -> tuple[x509.Certificate, ...]:
    """Read certificates, PEM or one in DER; raises ValueError when there is none."""
    ders: Sequence[bytes] = [raw]
    try:
        if pem.detect(raw):
            ders = [
                der for kind, _, der in pem.unarmor(raw, multiple=True) if kind == "CERTIFICATE"
            ]
        found = tuple(x509.Certificate.load(der, strict=True) for der in ders)
        for one in found:
            _ = one.native  # parsed lazily; what is no certificate shows here
    except (TypeError, AttributeError, LookupError, ArithmeticError, RecursionError) as broken:
        raise ValueError(f"it is no certificate: {broken}") from broken
    if not found:
        raise ValueError("there is no certificate in it")
    return found


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate's DER form, in hex."""
    return str(certificate.sha256.hex())


def common_name(certificate: x509.Certificate) -> str:
    """Return what a certificate calls its holder."""
    named = certificate.subject.native
    return str(named.get("common_name") or certificate.subject.human_friendly)
