"""What terms lead to: findings of lint, limits and locks they break, money, downtime, changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from application.access import Action
from application.errors import Unavailable
from application.negotiating import OfferDraft
from domain.decider import Refused
from domain.negotiation.constraints import Weight, broken
from domain.terms.agreement import AgreementTerms
from domain.terms.differences import Difference, differences
from domain.terms.lint import Severity, lint
from domain.terms.paths import TermPath, flatten, subtree
from domain.terms.stakes import at_risk_in_words
from domain.terms.value import total_value
from domain.terms.words.objectives import target_in_words
from domain.terms.words.places import label
from domain.values.money import Money
from interfaces.web.editor.around import Around, Version
from interfaces.web.visits import Visit


@dataclass(frozen=True)
class Remark:
    """One thing to know about the terms, and the places it is about: path and what it is called."""

    rule: str
    said: str
    places: tuple[tuple[str, str], ...]
    stops: bool


@dataclass(frozen=True)
class Stake:
    """What an objective promises, and what a miss costs: in words, with what it was before."""

    called: str
    promised: tuple[str, ...]
    at_risk: str | None
    was_at_risk: str | None


@dataclass(frozen=True)
class Changes:
    """What is not the same as in another version."""

    called: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Consequences:
    """Everything there is to know about terms before they go out.

    ``refusal`` says why the offer could not be made as it stands, None where it could; ``lacking``
    names the approvals that a firm offer of these terms still needs.
    """

    remarks: tuple[Remark, ...]
    worth: Money
    worth_before: Money | None
    stakes: tuple[Stake, ...]
    changes: tuple[Changes, ...]
    lacking: tuple[str, ...]
    refusal: Refused | None
    rehearsed: bool

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What stops an offer."""
        return tuple(one for one in self.remarks if one.stops)

    @property
    def warnings(self) -> tuple[Remark, ...]:
        """What does not."""
        return tuple(one for one in self.remarks if not one.stops)

    def at(self) -> Mapping[str, list[Remark]]:
        """Return the remarks by the paths they are about."""
        found: dict[str, list[Remark]] = {}
        for remark in self.remarks:
            for path, _ in remark.places:
                found.setdefault(path, []).append(remark)
        return found

    def meanings(self) -> Mapping[str, str]:
        """Return by path what a change to the first version compared with means."""
        said: dict[str, str] = {}
        for one in reversed(self.changes):
            said |= {str(each.path): each.meaning for each in one.differences if each.meaning}
        return said


def consequences(
    visit: Visit, around: Around, terms: AgreementTerms, draft: OfferDraft | None
) -> Consequences:
    """Find out what terms lead to; ``draft`` is the offer to rehearse, where there is one."""
    own = Version("yours", terms)
    remarks = (*_lint(own), *_limits(around, own), *_locks(around, own))
    before = around.theirs or around.agreed or around.ours
    refusal, rehearsed = _rehearsed(visit, around, draft)
    lacking = around.file.position.lacking(around.side, terms.digest)
    return Consequences(
        remarks,
        total_value(terms),
        None if before is None else total_value(before.terms),
        tuple(_stakes(terms, before)),
        tuple(
            Changes(version.called, differences(version.terms, terms))
            for version in (around.theirs, around.ours, around.agreed)
            if version is not None
        ),
        tuple(sorted(lacking)),
        refusal,
        rehearsed,
    )


def _lint(own: Version) -> Iterator[Remark]:
    for finding in lint(own.terms):
        yield Remark(
            finding.rule,
            finding.because,
            _places(own, *finding.places),
            finding.severity is Severity.ERROR,
        )


def _limits(around: Around, own: Version) -> Iterator[Remark]:
    for limit in broken(around.table.constraints.values(), flatten(own.terms)):
        said = f"a limit is not kept: {limit.says()}"
        yield Remark(
            "outside-constraint", said, _places(own, limit.path), limit.weight is Weight.REQUIRED
        )


def _locks(around: Around, own: Version) -> Iterator[Remark]:
    values = flatten(own.terms)
    for path, held in around.table.locks.items():
        if subtree(values, path) == held.values:
            continue
        by = "both sides" if held.binding else f"the {' and the '.join(sorted(held.by))}"
        at = ", ".join(held.values.values())
        yield Remark(
            "offer-changed-locked-term", f"{by} hold this at {at}", _places(own, path), held.binding
        )


def _places(own: Version, *paths: str) -> tuple[tuple[str, str], ...]:
    return tuple((path, label(own.nodes, TermPath(path)) or path) for path in paths)


def _stakes(terms: AgreementTerms, before: Version | None) -> Iterator[Stake]:
    for objective in terms.objectives:
        known = None if before is None else before.terms.objective(objective.id)
        yield Stake(
            objective.name,
            tuple(target_in_words(terms, objective, target) for target in objective.targets),
            at_risk_in_words(terms, objective),
            None if known is None or before is None else at_risk_in_words(before.terms, known),
        )


def _rehearsed(
    visit: Visit, around: Around, draft: OfferDraft | None
) -> tuple[Refused | None, bool]:
    if draft is None or not visit.may(Action.NEGOTIATE):
        return None, False
    try:
        visit.house.negotiating.rehearse_offer(visit.asked, around.stream.id, draft, around.answers)
    except Refused as refused:
        return refused, True
    except Unavailable:
        return None, False
    return None, True
