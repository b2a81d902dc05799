"""Redlines between versions of a contract, and between offers of a negotiation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.terms.agreement import AgreementTerms
from domain.terms.redline_document import RedlineDocument, redline_document


@dataclass(frozen=True, slots=True)
class Edition:
    """One of the two texts: what it is called, whose it is, and since when it is on record (UTC).

    ``at`` is None for a text that is on no record, such as a file.
    """

    name: str
    by: str
    at: datetime | None
    terms: AgreementTerms


@dataclass(frozen=True, slots=True)
class Redline:
    """A redline and the two editions it lies between."""

    before: Edition
    after: Edition
    document: RedlineDocument


def redline_between(before: Edition, after: Edition) -> Redline:
    """Return the redline from one edition to another."""
    return Redline(before, after, redline_document(before.terms, after.terms))
