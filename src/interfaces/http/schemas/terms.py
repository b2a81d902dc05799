"""Terms that are only looked at: checked, compared, said in words."""

from __future__ import annotations

from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Severity, lint
from domain.terms.value import total_value
from domain.terms.words import in_words
from interfaces.http.schemas.base import Answer, Body
from interfaces.http.schemas.differences import DifferenceAnswer


class ComparisonBody(Body):
    """Two versions of terms."""

    before: AgreementTerms
    after: AgreementTerms


class FindingAnswer(Answer):
    """One thing wrong with the terms; an error stops an offer, a warning does not."""

    rule: str
    severity: Severity
    places: list[str]
    """The smallest set of terms to blame."""
    because: str


class SectionAnswer(Answer):
    """A heading and its lines."""

    heading: str
    lines: list[str]


class ValueAnswer(Answer):
    """What the charges over the initial term come to."""

    amount: str
    currency: str


class CheckAnswer(Answer):
    """What there is to say about terms; ``fine`` tells whether they could be offered."""

    fine: bool
    digest: str
    total_value: ValueAnswer
    findings: list[FindingAnswer]
    words: list[SectionAnswer]


class ComparisonAnswer(Answer):
    """The digests of both versions, and every term that is not the same in them."""

    before: str
    after: str
    differences: list[DifferenceAnswer]


def check_answer(terms: AgreementTerms) -> CheckAnswer:
    """Say what there is to say about terms."""
    findings = lint(terms)
    value = total_value(terms)
    return CheckAnswer(
        fine=all(finding.severity is not Severity.ERROR for finding in findings),
        digest=terms.digest,
        total_value=ValueAnswer(amount=f"{value.amount:f}", currency=value.currency),
        findings=[
            FindingAnswer(
                rule=finding.rule,
                severity=finding.severity,
                places=list(finding.places),
                because=finding.because,
            )
            for finding in findings
        ],
        words=[
            SectionAnswer(heading=section.heading, lines=list(section.lines))
            for section in in_words(terms)
        ],
    )
