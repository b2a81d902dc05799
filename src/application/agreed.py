"""What a contract promised in the course of time: its signed versions, and when it ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from application.errors import NotFound
from application.ledger import Ledger
from application.recently import RecentlyUsed
from domain.contract.contract import CONTRACT
from domain.contract.facts import ContractAmended, ContractConcluded
from domain.contract.standing import Ended, InForce, Pending, comes_to_end_at
from domain.settlement.governing import Version
from domain.terms.agreement import AgreementTerms

CACHED: Final = 512


@dataclass(frozen=True, slots=True)
class Agreed:
    """A contract's signed versions in order, and the instant (UTC) at which it ends, if known."""

    contract: str
    versions: tuple[Version, ...]
    ends: datetime | None

    @property
    def latest(self) -> AgreementTerms:
        """The terms signed last."""
        return self.versions[-1].terms

    def objectives(self) -> list[str]:
        """Return the ids of all objectives that were ever promised, in order."""
        every = (one.id for version in self.versions for one in version.terms.objectives)
        return list(dict.fromkeys(every))


class AgreedTerms:
    """Reads contracts' versions from the ledger, each change of a contract once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: RecentlyUsed[str, tuple[int, tuple[Version, ...]]] = RecentlyUsed(CACHED)

    def of(self, contract: str) -> Agreed:
        """Return what was agreed; raises NotFound for what was never concluded."""
        stream = self._ledger.load(CONTRACT, contract)
        state = stream.state
        if isinstance(state, Ended):
            ends: datetime | None = state.ended_at
        elif isinstance(state, InForce | Pending):
            ends = comes_to_end_at(state.standing)
        else:
            raise NotFound("such contract")
        return Agreed(contract, self._versions(contract, stream.version), ends)

    def _versions(self, contract: str, at: int) -> tuple[Version, ...]:
        seen, versions = self._known.get(contract) or (0, ())
        if seen < at:
            fresh = self._ledger.history(contract, after=seen)
            versions = (*versions, *_signed(event.fact for event in fresh))
            self._known.put(contract, (fresh[-1].version, versions))
        return versions


def governing(agreed: Agreed, at: datetime) -> AgreementTerms:
    """Return the terms that govern an instant; before the first day, the first ones."""
    begun = [version for version in agreed.versions if version.since <= at]
    if not begun:
        return agreed.versions[0].terms
    return max(begun, key=lambda version: version.number).terms


def _signed(facts: Iterable[object]) -> Iterable[Version]:
    for fact in facts:
        match fact:
            case ContractConcluded(terms=terms, begins_at=since):
                yield Version(1, terms, since)
            case ContractAmended(version=number, terms=terms, effective_from=since):
                yield Version(number, terms, since)
            case _:
                continue
