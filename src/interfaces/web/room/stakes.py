"""What is at stake: for each promise the downtime allowed and the money at risk, in both offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.terms.agreement import AgreementTerms
from domain.terms.downtime import allowed_in_words
from domain.terms.objective import Objective
from domain.terms.stakes import at_risk_in_words
from domain.terms.value import total_value
from domain.terms.words.spans import sentence, window
from interfaces.web.figures import money


@dataclass(frozen=True)
class Stake:
    """One figure, as it is in each version; None where it means nothing there."""

    said: str
    values: tuple[str | None, ...]

    @property
    def differs(self) -> bool:
        """Whether it is not the same in all of them."""
        return len(set(self.values)) > 1


def stakes(*versions: AgreementTerms) -> list[Stake]:
    """Return what is at stake in each version, side by side."""
    figures = [dict(_figures(terms)) for terms in versions]
    names = dict.fromkeys(name for one in figures for name in one)
    return [Stake(name, tuple(one.get(name) for one in figures)) for name in names]


def _figures(terms: AgreementTerms) -> Iterator[tuple[str, str]]:
    worth = total_value(terms)
    if worth is not None:
        yield "All charges over the initial term", money(worth)
    for objective in terms.objectives:
        yield from _of_objective(terms, objective)


def _of_objective(terms: AgreementTerms, objective: Objective) -> Iterator[tuple[str, str]]:
    for target in objective.targets:
        allowed = allowed_in_words(terms, objective, target)
        where = window(target.window, target.severity)
        if allowed is not None:
            name = f"{objective.name}, {where}" if where else objective.name
            yield f"{sentence(name)}: allowed", allowed.replace(" of downtime per", " per")
    risk = at_risk_in_words(terms, objective)
    if risk is not None:
        yield f"{objective.name}: at risk per {objective.period}", risk
