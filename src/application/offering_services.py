"""Use cases: a party's catalogue of services, and who may look into it.

A catalogue is its own party's, and open to whoever is in a joined relationship with that party.
For everybody else it is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Final

from application.access import Action, authorise_party, require_role
from application.desk import Check, Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step, Stream
from application.projections.base import Query, View
from application.projections.relationships import RelationshipRow
from domain.decider import Refused
from domain.relationships.access import is_open
from domain.services.facts import Charge, DependencyId, LevelId
from domain.services.offering import (
    OFFERING,
    Command,
    DeclareDependency,
    NotOffered,
    OfferService,
    OfferServiceLevel,
    RetireService,
    WithdrawDependency,
    WithdrawServiceLevel,
)
from domain.values.figures import Figure
from domain.values.ids import OfferingId

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """A level as its provider writes it; see ``domain.services.facts.ServiceLevelOffered``."""

    name: str
    indicator: str
    promise: Figure
    window: str
    charge: Charge | None


@dataclass(frozen=True, slots=True)
class DependencyDraft:
    """A dependency as its provider writes it; see ``domain.services.facts.DependencyDeclared``."""

    on: str
    offering: OfferingId | None
    availability: Decimal
    group: str | None


class OfferingServices:
    """What a party does with its catalogue, each raising Refused by the rule it breaks."""

    def __init__(self, desk: Desk, relationships: View[RelationshipRow]) -> None:
        self._desk = desk
        self._relationships = relationships

    def offer(
        self, request: Request, party: str, code: str, name: str, description: str
    ) -> Outcome:
        """Put a service into the catalogue."""
        authorise_party(request.principal, Action.OFFER_SERVICES, party)
        offering = self._desk.new("offering", party)
        command = OfferService(code, name, description)
        return self._desk.record(request, Step(OFFERING, offering, command))

    def offer_level(self, request: Request, offering: str, draft: LevelDraft) -> Outcome:
        """Offer the service at a level."""
        command = OfferServiceLevel(
            LevelId(self._desk.new("level")),
            draft.name,
            draft.indicator,
            draft.promise,
            draft.window,
            draft.charge,
        )
        return self._change(request, offering, command)

    def withdraw_level(
        self, request: Request, offering: str, level: LevelId, because: str
    ) -> Outcome:
        """Offer a level no longer."""
        return self._change(request, offering, WithdrawServiceLevel(level, because))

    def declare_dependency(
        self,
        request: Request,
        offering: str,
        draft: DependencyDraft,
        dependency: DependencyId | None = None,
    ) -> Outcome:
        """Say what the service depends on; under a known id, say it anew."""
        command = DeclareDependency(
            dependency or DependencyId(self._desk.new("dependency")),
            draft.on,
            draft.offering,
            draft.availability,
            draft.group,
        )
        check = partial(self._refuse_unknown, request, draft.offering)
        return self._change(request, offering, command, check)

    def withdraw_dependency(
        self, request: Request, offering: str, dependency: DependencyId
    ) -> Outcome:
        """Say that the service no longer depends on something."""
        return self._change(request, offering, WithdrawDependency(dependency))

    def retire(self, request: Request, offering: str, because: str) -> Outcome:
        """Take the service out of the catalogue."""
        return self._change(request, offering, RetireService(because))

    def read(self, request: Request, offering: str) -> Stream:
        """Return a service of a catalogue that is open to the asker; raises NotFound."""
        self.admit(request, owner_of(offering))
        found = self._desk.ledger.load(OFFERING, offering)
        if isinstance(found.state, NotOffered):
            raise NotFound("such offering")
        return found

    def admit(self, request: Request, party: str) -> None:
        """Raise NotFound unless the party's catalogue is open to the asker."""
        principal = request.principal
        if principal.party is None:
            raise NotFound("such party")
        if principal.party != party and not self._joined(principal.party, party):
            raise NotFound("such party")
        require_role(principal, Action.READ)

    def _joined(self, one: str, other: str) -> bool:
        """Tell whether two parties are the two sides of a relationship that is open now."""
        return self._serves(one, other) or self._serves(other, one)

    def _serves(self, provider: str, client: str) -> bool:
        query = Query(
            stream=client,
            matching=(("provider", provider), ("seat", "client"), ("status", "joined")),
            limit=PAGE,
        )
        # The view finds it, the relationship itself decides: it may have ended just now.
        found = self._relationships.find(query)
        return any(is_open(self._desk.relationship(row.relationship)) for row in found)

    def _change(
        self, request: Request, offering: str, command: Command, check: Check | None = None
    ) -> Outcome:
        self._own(request, offering)
        step = Step(OFFERING, offering, command, request.expected)
        return self._desk.record(request, step, check=check)

    def _own(self, request: Request, offering: str) -> None:
        authorise_party(request.principal, Action.OFFER_SERVICES, owner_of(offering))
        if isinstance(self._desk.ledger.load(OFFERING, offering).state, NotOffered):
            raise NotFound("such offering")

    def _refuse_unknown(self, request: Request, offering: str | None) -> None:
        if offering is None:
            return
        try:
            self.read(request, offering)
        except NotFound as error:
            raise Refused(
                "unknown-offering",
                "name an offering of your own or of a party you work with, or none",
                place="offering",
            ) from error


def owner_of(offering: str) -> str:
    """Return the party whose catalogue an offering is in."""
    return offering.split("/", 1)[0]
