"""Redlines to try the media on: the two example agreements, and any others."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from application.redlining import Edition, Redline, redline_between
from domain.terms.agreement import AgreementTerms
from interfaces.files.terms import check_file

EXAMPLES = Path(__file__).parents[1] / "examples"


def example(name: str) -> AgreementTerms:
    """Return the terms of an example."""
    terms = check_file(EXAMPLES / f"{name}.yaml").terms
    assert terms is not None
    return terms


OLD, NEW = example("aws-ec2-region"), example("aws-ec2-region-amended")


def between(old: AgreementTerms, new: AgreementTerms) -> Redline:
    """Return the redline of two agreements as two offers would have it."""
    first, second = datetime(2026, 1, 5, 10, tzinfo=UTC), datetime(2026, 4, 5, 10, tzinfo=UTC)
    return redline_between(
        Edition("Offer 1", "Amazon Web Services", first, old),
        Edition("Offer 2", "Alpine Retail", second, new),
    )


def example_redline() -> Redline:
    """Return the redline of the two examples."""
    return between(OLD, NEW)


def with_clause(text: str, heading: str = "Hostile") -> AgreementTerms:
    """Return the example with one more clause."""
    clause = {"id": "hostile", "heading": heading, "text": text}
    document = OLD.document()
    return AgreementTerms.model_validate({**document, "clauses": [*document["clauses"], clause]})
