"""Terms that are only looked at: nothing here is stored, whoever asks."""

from __future__ import annotations

from typing import Any

from fastapi import Depends

from domain.terms.agreement import AgreementTerms
from domain.terms.differences import differences
from domain.terms.schema import json_schema
from interfaces.http.conventions import subject
from interfaces.http.schemas.differences import difference_answers
from interfaces.http.schemas.terms import (
    CheckAnswer,
    ComparisonAnswer,
    ComparisonBody,
    check_answer,
)
from interfaces.routing import Routes

router = Routes(prefix="/terms", tags=["terms"], dependencies=[Depends(subject)])


@router.post("/check", operation_id="checkTerms")
def check_terms(body: AgreementTerms) -> CheckAnswer:
    """Say what is wrong with terms, what they are worth, and what they mean in words."""
    return check_answer(body)


@router.post("/differences", operation_id="compareTerms")
def compare_terms(body: ComparisonBody) -> ComparisonAnswer:
    """Say term by term what changed, and what that means in downtime and money."""
    return ComparisonAnswer(
        before=body.before.digest,
        after=body.after.digest,
        differences=difference_answers(differences(body.before, body.after)),
    )


@router.get("/schema", operation_id="getTermsSchema")
def get_terms_schema() -> dict[str, Any]:
    """Show the JSON Schema of agreement terms, for editors, forms and other programs."""
    return json_schema()
