"""What an auditor read is named as people name it, not by its id."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from interfaces.web.sayings.relationships import of_inspection

WITHIN = "relationship-01kb2q8v3tf8m9z6c4h1r5w7xy"


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("audit-trail", "the audit trail"),
        (WITHIN, "the relationship"),
        (f"{WITHIN}/contract-01kb2q8v3tf8m9z6c4h1r5w7xz", "the contract r5w7xz"),
        (f"{WITHIN}/contract-01kb2q8v3tf8m9z6c4h1r5w7xz/document-000000002", "the document 2"),
        (f"{WITHIN}/contract-01kb2q8v3tf8m9z6c4h1r5w7xz/exclusions", "the exclusions"),
        (
            f"{WITHIN}/negotiation-01kb2q8v3tf8m9z6c4h1r5w7xz/position-client",
            "the client's own file",
        ),
    ],
)
def test_what_was_read_has_a_name(what: str, named: str) -> None:
    fact: Any = SimpleNamespace(what=what, auditor="party-1")
    voice: Any = SimpleNamespace(party=lambda _: "Harbour Audit")
    said = of_inspection(fact, voice).by("Kim")
    assert said == f"Kim read {named} as auditor for Harbour Audit."
