"""Lint: what is wrong with terms, said with the rule's name, the places to blame, and why.

An error stops an offer, a warning does not. Each file holds the rules of one concern.
"""

from domain.terms.agreement import AgreementTerms
from domain.terms.lint import conduct, money, promises, references, tiers, timing, windows
from domain.terms.lint.finding import Finding, Severity

RULES = (
    *references.RULES,
    *windows.RULES,
    *promises.RULES,
    *tiers.RULES,
    *money.RULES,
    *timing.RULES,
    *conduct.RULES,
)

__all__ = ["RULES", "Finding", "Severity", "lint"]


def lint(terms: AgreementTerms) -> tuple[Finding, ...]:
    """Return everything wrong with the terms, errors first, in the order of the rules."""
    findings = [finding for rule in RULES for finding in rule(terms)]
    return tuple(sorted(findings, key=lambda finding: finding.severity is Severity.WARNING))
