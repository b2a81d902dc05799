"""What the acts share."""

from __future__ import annotations

from dataclasses import dataclass

from domain.terms.agreement import AgreementTerms
from interfaces.cli.demo.cast import Organisation
from interfaces.cli.demo.stage import Stage


@dataclass
class Play:
    """What the acts share: who plays, the terms of each round, and the ids as they come to be."""

    stage: Stage
    provider: Organisation
    client: Organisation
    relationship: str
    first: AgreementTerms
    countered: AgreementTerms
    amended: AgreementTerms
