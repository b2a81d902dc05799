"""A version's document as the press takes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from application.document_inputs import DocumentInputs
from interfaces.documents.contents.blocks import Section, Table
from interfaces.documents.contents.body import clause_numbers, clauses
from interfaces.documents.contents.cover import cover
from interfaces.documents.contents.record import record, signing
from interfaces.documents.contents.schedules import schedules

LONG: Final = 60
"""From so many paragraphs and rows on, a document gets a table of contents."""


def contents(inputs: DocumentInputs) -> dict[str, Any]:
    """Return everything the template needs, as JSON."""
    annexes = schedules(inputs.terms)
    body = clauses(inputs, {what: annex.number for what, annex in annexes.items()})
    parts = (*body, *annexes.values())
    hexadecimal = inputs.terms_digest.removeprefix("sha256:")
    return {
        "meta": {
            "title": f"{inputs.terms.title}: service level agreement, version {inputs.version}",
            "heading": inputs.terms.title,
            "contract": inputs.contract,
            "version": inputs.version,
            "digest": inputs.terms_digest,
            "short_digest": f"{hexadecimal[:12]}…{hexadecimal[-12:]}",
            "authors": [inputs.terms.provider, inputs.terms.client],
            "day": [inputs.recorded_at.year, inputs.recorded_at.month, inputs.recorded_at.day],
        },
        "cover": asdict(cover(inputs, clause_numbers(inputs, body))),
        "with_contents": sum(_size(part) for part in parts) >= LONG,
        "body": [asdict(part) for part in body],
        "schedules": [asdict(part) for part in annexes.values()],
        "record": asdict(record(inputs)),
        "signing": [asdict(block) for block in signing(inputs)],
    }


def _size(part: Section) -> int:
    return sum(len(block.rows) if isinstance(block, Table) else 1 for block in part.blocks)
