"""The published JSON Schema of agreement terms, for editors, forms and other programs.

It says what can be said without computing: shapes, words, patterns. What needs more (a reference
that leads somewhere, tiers that cover) is lint.
"""

from __future__ import annotations

from typing import Any, Final

from domain.terms.agreement import SCHEMA, AgreementTerms

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

EXAMPLE: Final[dict[str, Any]] = {
    "schema": SCHEMA,
    "title": "Line-of-business application",
    "provider": "Northwind Hosting",
    "client": "Alpine Retail",
    "service": "Order management, production",
    "term": {"starts": "2026-01-01", "ends": "2026-12-31"},
    "currency": "EUR",
    "charges": [{"id": "monthly-fee", "amount": "12000.00", "every": "month"}],
    "objectives": [
        {
            "id": "availability",
            "indicator": "availability",
            "measured": {"by": "time slices", "slice": "PT1M", "missing": "counts as down"},
            "period": "calendar month",
            "targets": [{"at_least": "99.5"}],
            "remedy": {
                "of": "monthly-fee",
                "tiers": [{"below": "99.5", "credit": "10"}],
                "claim": {"within": "P30D"},
            },
        }
    ],
}
"""The least that two sides could sign."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of an agreement's document."""
    generated = AgreementTerms.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": DIALECT,
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        **generated,
        "title": "Agreement terms",
        "examples": [EXAMPLE],
    }
