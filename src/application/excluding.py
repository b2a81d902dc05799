"""Use cases: ask for time to be left out of the measurement, and answer the other side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from application.access import Action
from application.agreed import AgreedTerms, governing
from application.desk import Desk, Request
from application.ledger import Outcome, Step
from domain.exclusions.exclusions import (
    EXCLUSIONS,
    ExclusionCommand,
    GrantExclusion,
    RefuseExclusion,
    RequestExclusion,
    WithdrawExclusion,
)
from domain.values.ids import relationship_of, within
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Absence:
    """A stretch of time that a side wants left out, under an exclusion of the terms."""

    exclusion: str
    starts: datetime
    ends: datetime
    because: str
    evidence: str


def exclusions_of(contract: str) -> str:
    """Name the stream of a contract's exclusions."""
    return within(contract, "exclusions")


class Excluding:
    """What either side does about exclusions; each move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, agreed: AgreedTerms) -> None:
        self._desk = desk
        self._agreed = agreed

    def request(self, request: Request, contract: str, wanted: Absence) -> Outcome:
        """Announce or ask for a stretch of time to be left out."""
        side = self._side(request, contract)
        terms = governing(self._agreed.of(contract), wanted.starts)
        command = RequestExclusion(
            self._desk.new("exclusion"),
            wanted.exclusion,
            side,
            wanted.starts,
            wanted.ends,
            wanted.because,
            wanted.evidence,
            terms,
            request.at,
        )
        return self._move(request, contract, command)

    def grant(self, request: Request, contract: str, case: str) -> Outcome:
        """Agree to the other side's case."""
        return self._move(request, contract, GrantExclusion(case, self._side(request, contract)))

    def refuse(self, request: Request, contract: str, case: str, because: str) -> Outcome:
        """Do not agree to the other side's case."""
        side = self._side(request, contract)
        return self._move(request, contract, RefuseExclusion(case, side, because))

    def withdraw(self, request: Request, contract: str, case: str) -> Outcome:
        """Take one's own case back."""
        return self._move(request, contract, WithdrawExclusion(case, self._side(request, contract)))

    def _side(self, request: Request, contract: str) -> Side:
        side = self._desk.side(request, Action.EXCLUDE, str(relationship_of(contract)))
        self._agreed.of(contract)
        return side

    def _move(self, request: Request, contract: str, command: ExclusionCommand) -> Outcome:
        step = Step(EXCLUSIONS, exclusions_of(contract), command, request.expected)
        return self._desk.record(request, step)
