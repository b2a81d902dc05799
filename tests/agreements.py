"""Small agreements for tests: the least that two sides could sign."""

from __future__ import annotations

from typing import Any

from domain.terms.agreement import SCHEMA, AgreementTerms


def simple_document(
    *, availability: str = "99.5", fee: str = "12000.00", **changes: Any
) -> dict[str, Any]:
    """Return the JSON document of ``simple_terms``."""
    return {
        "schema": SCHEMA,
        "title": "Line-of-business application",
        "provider": "Northwind Hosting",
        "client": "Alpine Retail",
        "service": "Order management, production",
        "term": {"starts": "2026-01-01", "ends": "2026-12-31"},
        "currency": "EUR",
        "charges": [{"id": "monthly-fee", "amount": fee, "every": "month"}],
        "objectives": [
            {
                "id": "availability",
                "indicator": "availability",
                "measured": {
                    "by": "time slices",
                    "slice": "PT1M",
                    "missing": "counts as down",
                },
                "period": "calendar month",
                "targets": [{"window": "always", "at_least": availability}],
                "motivates": {
                    "provider": "change at night, staff the day",
                    "client": "report faults at once, announce peaks",
                    "guarded_by": "checks come from a third party",
                },
                "remedy": {
                    "of": "monthly-fee",
                    "tiers": [{"window": "always", "below": availability, "credit": "10"}],
                    "caps": [{"per": "period", "percent": "10"}],
                },
            }
        ],
        **changes,
    }


def simple_terms(
    *, availability: str = "99.5", fee: str = "12000.00", **changes: Any
) -> AgreementTerms:
    """Return valid terms for 2026: one monthly fee, one availability, one credit.

    ``changes`` replace whole fields of the document, as JSON: ``term={"starts": "2026-03-01"}``.
    """
    document = simple_document(availability=availability, fee=fee, **changes)
    return AgreementTerms.model_validate(document)
