"""The languages there are, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from domain.terms.agreement import AgreementTerms
from interfaces.bridges.draft import Draft, Given
from interfaces.bridges.openslo.exporting import to_openslo
from interfaces.bridges.openslo.importing import from_openslo
from interfaces.bridges.price_table import from_table
from interfaces.bridges.prometheus.rules import to_prometheus
from interfaces.bridges.telling import Origin, Translation

EXPORTS: Final[dict[str, Callable[[AgreementTerms, Origin | None], Translation]]] = {
    "prometheus": to_prometheus,
    "openslo": to_openslo,
}
"""What terms can be written as, without a contract."""


def read_draft(language: str, raw: bytes, file: str, given: Given, only: str | None) -> Draft:
    """Read a document of another language; raises KeyError for one that is not read."""
    if language == "table":
        return from_table(raw, file, given, only)
    readers = {"openslo": from_openslo}
    return readers[language](raw, file, given)
