"""The exclusions of a contract: each case is asked for by one side and answered by the other.

Whether a case counts is worked out with the results: notice, hours and quota are terms of the
version that governs. Here is who said what, and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Literal, assert_never

from domain.attainment.excused import Excuse
from domain.attainment.spans import micros
from domain.decider import Decider, Refused, command, state
from domain.exclusions.facts import (
    ExclusionFact,
    ExclusionGranted,
    ExclusionRefused,
    ExclusionRequested,
    ExclusionWithdrawn,
)
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side


@command
class RequestExclusion:
    """Announce or ask for a stretch of time to be left out, under the terms that govern then."""

    case: str
    exclusion: str
    by: Side
    starts: datetime
    ends: datetime
    because: str
    evidence: str
    terms: AgreementTerms
    now: datetime


@command
class GrantExclusion:
    """Agree to the other side's case."""

    case: str
    by: Side


@command
class RefuseExclusion:
    """Do not agree to the other side's case."""

    case: str
    by: Side
    because: str


@command
class WithdrawExclusion:
    """Take one's own case back."""

    case: str
    by: Side


ExclusionCommand = RequestExclusion | GrantExclusion | RefuseExclusion | WithdrawExclusion

Standing = Literal["requested", "granted", "refused", "withdrawn"]


@state
class Exclusions:
    """Every case, and how it stands."""

    cases: Mapping[str, ExclusionRequested] = field(default_factory=dict)
    standing: Mapping[str, Standing] = field(default_factory=dict)

    def excuses(self) -> tuple[Excuse, ...]:
        """Return the cases as attainment takes them; those taken back or refused are none."""
        return tuple(
            Excuse(
                one.exclusion,
                micros(one.starts),
                micros(one.ends),
                micros(one.announced_at),
                granted=self.standing[one.case] == "granted",
            )
            for one in self.cases.values()
            if self.standing[one.case] in ("requested", "granted")
        )


def decide(command: ExclusionCommand, state: Exclusions) -> list[ExclusionFact]:
    """Decide about a case.

    Raises Refused: unknown-exclusion, exclusion-without-time, exclusion-twice, unknown-case,
    own-case, not-your-case, needs-no-consent, exclusion-answered.
    """
    match command:
        case RequestExclusion():
            return _request(command, state)
        case GrantExclusion(case=case, by=by):
            known = _of_the_other(case, by, state)
            return _answer(known, "granted", ExclusionGranted(case, by), state)
        case RefuseExclusion(case=case, by=by, because=because):
            known = _of_the_other(case, by, state)
            return _answer(known, "refused", ExclusionRefused(case, by, because), state)
        case WithdrawExclusion(case=case, by=by):
            known = _known(case, state)
            if known.by is not by:
                raise Refused("not-your-case", f"the {known.by} asked for it")
            if state.standing[case] == "withdrawn":
                return []
            if state.standing[case] == "refused":
                raise Refused("exclusion-answered", "it was refused: there is nothing to take back")
            return [ExclusionWithdrawn(case, by)]
        case _:
            assert_never(command)


def _request(command: RequestExclusion, state: Exclusions) -> list[ExclusionFact]:
    agreed = next((one for one in command.terms.exclusions if one.id == command.exclusion), None)
    if agreed is None:
        names = ", ".join(one.id for one in command.terms.exclusions) or "none"
        raise Refused(
            "unknown-exclusion",
            f"the terms know no exclusion {command.exclusion}; there are: {names}",
            place="exclusion",
        )
    if command.starts >= command.ends:
        raise Refused(
            "exclusion-without-time",
            "an exclusion is for some time: starts before ends",
            place="ends",
        )
    requested = ExclusionRequested(
        command.case,
        command.exclusion,
        command.by,
        command.starts,
        command.ends,
        command.because,
        command.evidence,
        command.now,
        agreed.granted == "automatically",
    )
    for known in state.cases.values():
        same = replace(requested, case=known.case, announced_at=known.announced_at)
        if same == known and state.standing[known.case] in ("requested", "granted"):
            if known.case == command.case:
                return []
            raise Refused("exclusion-twice", f"{known.case} asks for the same already")
    return [requested]


def _known(case: str, state: Exclusions) -> ExclusionRequested:
    if case not in state.cases:
        raise Refused("unknown-case", f"there is no case {case}")
    return state.cases[case]


def _of_the_other(case: str, by: Side, state: Exclusions) -> ExclusionRequested:
    known = _known(case, state)
    if known.by is by:
        raise Refused("own-case", f"the {by} asked for it: the {by.other} answers")
    return known


def _answer(
    known: ExclusionRequested, answer: Standing, fact: ExclusionFact, state: Exclusions
) -> list[ExclusionFact]:
    if known.granted_by_itself:
        raise Refused(
            "needs-no-consent",
            f"the terms leave out {known.exclusion} by itself: open a dispute if it was none",
        )
    standing = state.standing[known.case]
    if standing == answer:
        return []
    if standing != "requested":
        raise Refused("exclusion-answered", f"it was {standing} already")
    return [fact]


def evolve(state: Exclusions, fact: ExclusionFact) -> Exclusions:
    """Replay one fact."""
    match fact:
        case ExclusionRequested(case=case):
            cases = {**state.cases, case: fact}
            return replace(state, cases=cases, standing={**state.standing, case: "requested"})
        case ExclusionGranted(case=case):
            return replace(state, standing={**state.standing, case: "granted"})
        case ExclusionRefused(case=case):
            return replace(state, standing={**state.standing, case: "refused"})
        case ExclusionWithdrawn(case=case):
            return replace(state, standing={**state.standing, case: "withdrawn"})
        case _:
            assert_never(fact)


EXCLUSIONS: Decider[ExclusionCommand, Exclusions, ExclusionFact] = Decider(
    "exclusions", decide, evolve, Exclusions()
)
