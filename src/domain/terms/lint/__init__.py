"""Lint: what is wrong with terms, said with the rule's name, the places to blame, and why.

An error stops an offer, a warning does not. Each file holds the rules of one concern.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from domain.terms.agreement import AgreementTerms
from domain.terms.lint.conduct import RULES as CONDUCT
from domain.terms.lint.finding import Finding, Severity
from domain.terms.lint.money import RULES as MONEY
from domain.terms.lint.promises import RULES as PROMISES
from domain.terms.lint.references import RULES as REFERENCES
from domain.terms.lint.tiers import RULES as TIERS
from domain.terms.lint.timing import RULES as TIMING
from domain.terms.lint.windows import RULES as WINDOWS
from domain.values.canonical import Digest

RULES = (
    *REFERENCES,
    *WINDOWS,
    *PROMISES,
    *TIERS,
    *MONEY,
    *TIMING,
    *CONDUCT,
)

__all__ = ["RULES", "Finding", "Severity", "lint"]


@dataclass(frozen=True, slots=True)
class _Document:
    """Terms by what they say, to the letter: 1.0 and 1.00 are equal and still not the same."""

    digest: Digest
    terms: AgreementTerms = field(compare=False)


def lint(terms: AgreementTerms) -> tuple[Finding, ...]:
    """Return everything wrong with the terms, errors first, in the order of the rules.

    What was found is kept for a while: the same terms come again at each step towards a signature.
    """
    return _found(_Document(terms.digest, terms))


@lru_cache(maxsize=256)
def _found(document: _Document) -> tuple[Finding, ...]:
    findings = [finding for rule in RULES for finding in rule(document.terms)]
    return tuple(sorted(findings, key=lambda finding: finding.severity is Severity.WARNING))
