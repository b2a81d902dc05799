"""Looking into a document: what is attached, how it began, what was done to it since."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from pydantic import ValidationError
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    CatalogModificationRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.constants import (
    ACROFORM_EXEMPT_STRICT_COMPARISON,
    ROOT_EXEMPT_STRICT_COMPARISON,
)
from pyhanko.sign.fields import MDPPerm

from application.document_inputs import DocumentInputs, read_inputs
from domain.values.canonical import Digest
from interfaces.documents.fields import with_fields
from interfaces.documents.not_set import NotSet
from interfaces.documents.rendering import INPUTS, TERMS, press, render

LARGEST: Final = 64 * 1024 * 1024
WITH_FIELDS: Final = 1
"""The revision, counted from 0, that has the empty fields."""
DEEPEST: Final = 20
_SEALING: Final = StandardDiffPolicy(
    [
        CatalogModificationRule(ROOT_EXEMPT_STRICT_COMPARISON | {"/Perms"}),
        *DEFAULT_DIFF_POLICY.global_rules[1:],
    ],
    FormUpdatingRule(
        [SigFieldModificationRule(), GenericFieldModificationRule()],
        ignored_acroform_keys={*ACROFORM_EXEMPT_STRICT_COMPARISON, "/SigFlags"},
    ),
)
"""What the seal's revision may do: fill its field, and say that it certifies what was there."""

BROKEN: Final = (
    PdfError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OSError,
    zlib.error,
)
"""What reading a document comes to that is none, or that somebody broke."""

_START: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


class Unreadable(Exception):  # noqa: N818 - it is an answer
    """Not a document of ours; the message says what is missing or broken."""


class Altered(Exception):  # noqa: N818 - it is an answer
    """The document is not what its first revision and signatures make of it; says how."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A document as it can be read."""

    pdf: bytes
    reader: PdfFileReader
    attached: dict[str, bytes]

    @property
    def terms(self) -> bytes:
        """The attached terms; raises Unreadable when there are none."""
        if TERMS not in self.attached:
            raise Unreadable(f"nothing called {TERMS} is attached")
        return self.attached[TERMS]

    def inputs(self) -> DocumentInputs:
        """Return what the document says it was made from; raises Unreadable."""
        try:
            return read_inputs(self.attached[INPUTS])
        except KeyError:
            raise Unreadable(f"nothing called {INPUTS} is attached") from None
        except ValidationError as problem:
            raise Unreadable(f"{INPUTS} does not read as what it should be") from problem


def look(pdf: bytes) -> Looked:
    """Read a document; raises Unreadable."""
    if len(pdf) > LARGEST:
        raise Unreadable("it is larger than any document of ours")
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        return Looked(pdf, reader, _attached(reader.root))
    except BROKEN as problem:
        raise Unreadable(f"it is not a readable PDF: {problem}") from problem


def made_from(looked: Looked, terms_digest: Digest) -> bool:
    """Make the pages and the empty fields again, and compare: the words are those of the terms.

    False when it was made with another layout or another typst, so that nothing can be said here.
    Raises Altered when it was made from something else, Unreadable when it cannot be made.
    """
    inputs = looked.inputs()
    if not terms_digest == inputs.terms_digest == inputs.terms.digest:
        raise Altered("the attached inputs are about other terms")
    if inputs.canonical() != looked.attached[INPUTS]:
        raise Unreadable(f"{INPUTS} is not written in its canonical form")
    if inputs.press != press():
        return False
    try:
        first = with_fields(render(inputs))
    except NotSet as problem:
        raise Unreadable(f"the document cannot be made again: {problem}") from problem
    began = _START.search(first)
    if not looked.pdf.startswith(first) or began is None:
        raise Altered("its pages are not what its terms and inputs lead to")
    if looked.reader.xrefs.get_startxref_for_revision(WITH_FIELDS) != int(began[1]):
        raise Altered("its first revisions are not those that its terms and inputs lead to")
    return True


def only_signed_since(looked: Looked) -> None:
    """Return if nothing but signatures and what checks them was added after the empty fields.

    Raises Altered.
    """
    for revision in range(WITH_FIELDS + 1, looked.reader.xrefs.total_revisions):
        policy = _SEALING if revision == WITH_FIELDS + 1 else DEFAULT_DIFF_POLICY
        before, after = (looked.reader.get_historical_resolver(n) for n in (revision - 1, revision))
        try:
            policy.apply(before, after, doc_mdp=MDPPerm.FILL_FORMS)
        except SuspiciousModification as problem:
            raise Altered(
                f"something else than a signature was added to it: {problem}"
            ) from problem
        except BROKEN as problem:
            raise Altered(f"what was added to it cannot be read: {problem}") from problem


def _attached(root: Any) -> dict[str, bytes]:
    if "/Names" not in root or "/EmbeddedFiles" not in root["/Names"]:
        return {}
    found: dict[str, bytes] = {}
    for name, specification in _names(root["/Names"]["/EmbeddedFiles"], 0):
        if name in found:
            raise ValueError(f"{name} is attached twice")
        found[name] = specification["/EF"]["/F"].data
    return found


def _names(node: Any, depth: int) -> list[tuple[str, Any]]:
    if depth > DEEPEST:
        raise ValueError("the names are nested too deeply")
    pairs: list[tuple[str, Any]] = []
    for child in node.get("/Kids", ()):
        pairs += _names(child, depth + 1)
    listed = node.get("/Names", ())
    pairs += [(str(listed[n]), listed[n + 1]) for n in range(0, len(listed), 2)]
    return pairs
