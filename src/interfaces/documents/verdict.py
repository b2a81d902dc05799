"""The verdict on a document: who signed what, and whether anything was changed since.

A viewer tells whether each signature fits the bytes it covers. That is not enough: pages painted
over and attachments swapped in a later revision leave every signature *valid*. Here, besides: the
pages are made again from the attached terms and compared; every later revision may only have added
signatures and what checks them; and each certificate is the one pinned for its side.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from asn1crypto import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.errors import PathError, ValidationError

from domain.values.canonical import Digest, canonical_json
from interfaces.documents.fields import FIELDS, SEAL
from interfaces.documents.long_term import holds_for_long, validated
from interfaces.documents.looking import (
    BROKEN,
    Altered,
    Looked,
    Unreadable,
    look,
    made_from,
    only_signed_since,
)
from interfaces.documents.rendering import press
from interfaces.documents.terms_attached import digest_of_terms
from interfaces.documents.trust import common_name, fingerprint

SERVICE: Final = "service"
SIGNERS: Final[dict[str, str]] = {
    SEAL: SERVICE,
    **{field: str(side) for side, field in FIELDS.items()},
}
"""Whose each field is, by its name."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: yes, no, or (None) not to be known here; and the words for it."""

    name: str
    holds: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found; ``terms_digest`` is that of the attached terms."""

    checks: tuple[Check, ...]
    terms_digest: Digest | None = None
    contract: str = ""
    version: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against the document."""
        return all(check.holds is not False for check in self.checks)

    @property
    def refusals(self) -> tuple[str, ...]:
        """What speaks against it."""
        return tuple(check.words for check in self.checks if check.holds is False)


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader knows from elsewhere.

    ``certificates`` are the pinned fingerprints of each side and of the service; ``roots`` the
    authorities trusted for dates and revocation, none if that shall not be judged; ``terms_digest``
    the terms that the reader expects, if they say so.
    """

    certificates: Mapping[str, Sequence[str]]
    roots: tuple[x509.Certificate, ...] = ()
    terms_digest: str | None = None


def judge(pdf: bytes, known: Known) -> Verdict:
    """Look at everything there is to look at; never raises for what is wrong with a document."""
    try:
        looked = look(pdf)
        digest = digest_of_terms(looked.terms)
        inputs = looked.inputs()
    except Unreadable as problem:
        return Verdict((Check("readable", holds=False, words=str(problem)),))
    try:
        checks = [
            *_about_terms(looked, digest, known),
            _since(looked),
            *_signatures(looked, known),
            *_dated(looked, known),
        ]
    except BROKEN as problem:
        words = f"it cannot be read to its end: {problem}"
        return Verdict((Check("readable", holds=False, words=words),), digest)
    return Verdict(tuple(checks), digest, inputs.contract, inputs.version)


def _about_terms(looked: Looked, digest: Digest, known: Known) -> Iterator[Check]:
    expected = known.terms_digest
    if expected is not None:
        same = digest == expected
        words = f"the attached terms are {digest}" + ("" if same else f", not {expected}")
        yield Check("terms", holds=same, words=words)
    try:
        same_press = made_from(looked, digest)
    except (Altered, Unreadable) as problem:
        yield Check("pages", holds=False, words=str(problem))
        return
    if same_press:
        yield Check("pages", holds=True, words="the pages are what the attached terms lead to")
        return
    theirs, ours = looked.inputs().press, press()
    words = f"the pages were set by another program ({theirs}; here is {ours}): not compared"
    yield Check("pages", holds=None, words=words)


def _since(looked: Looked) -> Check:
    try:
        only_signed_since(looked)
    except Altered as problem:
        return Check("revisions", holds=False, words=str(problem))
    return Check("revisions", holds=True, words="nothing but signatures was added since")


def _signatures(looked: Looked, known: Known) -> Iterator[Check]:
    try:
        found = {str(one.field_name): one for one in looked.reader.embedded_regular_signatures}
    except (PdfError, SignatureValidationError, ValueError, KeyError, TypeError) as problem:
        yield Check("signatures", holds=False, words=f"its signatures cannot be read: {problem}")
        return
    for field, whose in SIGNERS.items():
        if field not in found:
            yield Check(whose, holds=False, words=f"the {_said(whose)} is missing")
            continue
        yield _signature(found[field], whose, known)
    for field in found.keys() - SIGNERS.keys():
        yield Check(field, holds=False, words=f"there is a signature too many: {field}")


def _signature(signature: EmbeddedPdfSignature, whose: str, known: Known) -> Check:
    certificate = signature.signer_cert
    name, print_ = common_name(certificate), fingerprint(certificate)
    pinned = known.certificates.get(whose, ())
    if print_ not in pinned:
        what = "no certificate is pinned for it" if not pinned else "it is not the one pinned"
        words = f"the {_said(whose)} is by {name} with certificate {print_}: {what}"
        return Check(whose, holds=False, words=words)
    try:
        because = asyncio.run(validated(signature, known.roots))
    except (
        PdfError,
        SignatureValidationError,
        PathError,
        ValidationError,
        ValueError,
        KeyError,
        TypeError,
    ) as problem:
        because = str(problem)
    if because:
        words = f"the {_said(whose)}, by {name}, does not hold: {because}"
        return Check(whose, holds=False, words=words)
    return Check(whose, holds=True, words=f"the {_said(whose)}, by {name}, holds")


def _dated(looked: Looked, known: Known) -> Iterator[Check]:
    stamps = looked.reader.embedded_timestamp_signatures
    if not known.roots:
        words = "whether a trusted authority dated it was not looked at: name its root to know"
        yield Check("dates", holds=None, words=words)
        return
    if not stamps:
        words = "it has no archive timestamp yet: it holds for as long as its certificates do"
        yield Check("archive", holds=None, words=words)
        return
    failed = [
        str(one.field_name)
        for one in looked.reader.embedded_regular_signatures
        if not asyncio.run(holds_for_long(one, known.roots))
    ]
    words = (
        f"the archive timestamp does not keep {' and '.join(sorted(failed))}"
        if failed
        else "the archive timestamp keeps every signature (ETSI EN 319 102-1)"
    )
    yield Check("archive", holds=not failed, words=words)


def _said(whose: str) -> str:
    return "seal of the service" if whose == SERVICE else f"{whose}'s signature"


def as_json(verdict: Verdict) -> bytes:
    """Write a verdict as canonical JSON."""
    return canonical_json(document(verdict))


def document(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as a JSON document."""
    return {
        "holds": verdict.holds,
        "contract": verdict.contract,
        "version": verdict.version,
        "terms_digest": verdict.terms_digest,
        "checks": [
            {"name": one.name, "holds": one.holds, "words": one.words} for one in verdict.checks
        ],
    }
