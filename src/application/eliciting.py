"""Use cases: from a client's need to a baseline of requirements, and whether they can be met.

Both sides see the sheet. How the provider comes to its verdicts is kept in its private file on the
sheet (see ``preparing``) and never in the sheet itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from application.access import Action
from application.desk import Check, Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step
from application.preparing import Assessment as Finding
from application.preparing import Preparing
from application.projections.base import Query, View
from application.projections.service_catalogue import ServiceRow
from domain.decider import Refused
from domain.parties.party import PARTY
from domain.parties.standing import represents
from domain.requirements.commands import (
    AppointRequirementsEngineer,
    BaselineRequirements,
    FindFeasible,
    FindInfeasible,
    FormSlaTeam,
    MatchRequirement,
    OpenRequirements,
    ReopenRequirements,
    RequirementsCommand,
    StateRequirement,
    WithdrawRequirement,
)
from domain.requirements.facts import Priority, RequirementId, TeamMember
from domain.requirements.feasibility import Assessment, Candidate, assess
from domain.requirements.requirements import REQUIREMENTS, NotOpened, Requirement
from domain.services.facts import Charge, LevelId
from domain.services.offering import OFFERING, best_promise, levels_on_offer
from domain.values.figures import Figure
from domain.values.ids import OfferingId, PersonId, relationship_of
from domain.values.sides import Side

PAGE = 50


@dataclass(frozen=True, slots=True)
class RequirementDraft:
    """A requirement as somebody states it; see ``domain.requirements.facts.RequirementStated``."""

    subject: str
    indicator: str
    wanted: str
    figure: Figure | None
    window: str
    priority: Priority
    rationale: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The service level that answers a requirement; ``gap`` says what it leaves open."""

    offering: OfferingId
    level: LevelId
    gap: str | None


@dataclass(frozen=True, slots=True)
class Prices:
    """What the provider holds prices against; both are its own.

    ``ceiling`` is the client's budget as far as it is known; ``floors`` gives the lowest price of
    a level by its id.
    """

    ceiling: Charge | None
    floors: Mapping[LevelId, Charge]


class Eliciting:
    """What clients and requirements engineers do; moves raise Refused by the rule they break."""

    def __init__(self, desk: Desk, preparing: Preparing, catalogue: View[ServiceRow]) -> None:
        self._desk = desk
        self._preparing = preparing
        self._catalogue = catalogue

    def open(self, request: Request, relationship: str, title: str, need: str) -> Outcome:
        """Open a sheet for one need of the client."""
        side = self._desk.side(request, Action.STATE_REQUIREMENTS, relationship)
        requirements = self._desk.new("requirements", relationship)
        command = OpenRequirements(side, title, need)
        step = Step(REQUIREMENTS, requirements, command)
        return self._desk.record(
            request, step, check=partial(self._desk.refuse_unless_open, relationship)
        )

    def form_team(
        self, request: Request, requirements: str, members: tuple[TeamMember, ...]
    ) -> Outcome:
        """Put the provider's SLA team together."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, requirements)

        def check() -> None:
            party = self._desk.ledger.load(PARTY, str(request.principal.party)).state
            ours = all(represents(party, member.person) for member in members)
            if side is Side.PROVIDER and not ours:
                raise Refused(
                    "not-a-representative",
                    "the SLA team is made of your own representatives",
                    place="members",
                )

        return self._move(request, requirements, FormSlaTeam(side, members), check)

    def appoint(self, request: Request, requirements: str, person: PersonId) -> Outcome:
        """Let a member of the SLA team elicit the requirements."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, requirements)
        return self._move(request, requirements, AppointRequirementsEngineer(side, person))

    def state(
        self,
        request: Request,
        requirements: str,
        draft: RequirementDraft,
        requirement: RequirementId | None = None,
    ) -> Outcome:
        """State a requirement; under a known id, state it anew."""
        side = self._side(request, Action.STATE_REQUIREMENTS, requirements)
        if requirement is not None:
            self._refuse_unstated(requirements, requirement)
        command = StateRequirement(
            side,
            _person(request),
            requirement or RequirementId(self._desk.new("requirement")),
            draft.subject,
            draft.indicator,
            draft.wanted,
            draft.figure,
            draft.window,
            draft.priority,
            draft.rationale,
        )
        return self._move(request, requirements, command)

    def withdraw(
        self, request: Request, requirements: str, requirement: RequirementId, because: str
    ) -> Outcome:
        """Want something no longer."""
        side = self._side(request, Action.STATE_REQUIREMENTS, requirements)
        command = WithdrawRequirement(side, _person(request), requirement, because)
        return self._move(request, requirements, command)

    def match(
        self,
        request: Request,
        requirements: str,
        requirement: RequirementId,
        answer: Answer,
    ) -> Outcome:
        """Name the service level, on offer now, that answers a requirement."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, requirements)
        command = MatchRequirement(
            side, _person(request), requirement, answer.offering, answer.level, answer.gap
        )

        check = partial(self._refuse_unless_on_offer, requirements, answer)
        return self._move(request, requirements, command, check)

    def find_feasible(
        self,
        request: Request,
        requirements: str,
        requirement: RequirementId,
        conditions: tuple[str, ...],
    ) -> Outcome:
        """Tell the client that a requirement can be met, and on which conditions."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, requirements)
        command = FindFeasible(side, _person(request), requirement, conditions)
        return self._move(request, requirements, command)

    def find_infeasible(
        self,
        request: Request,
        requirements: str,
        requirement: RequirementId,
        because: str,
        instead: str | None,
    ) -> Outcome:
        """Tell the client that a requirement cannot be met, and what could be."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, requirements)
        command = FindInfeasible(side, _person(request), requirement, because, instead)
        return self._move(request, requirements, command)

    def baseline(self, request: Request, requirements: str) -> Outcome:
        """Settle what a proposal is to answer."""
        side = self._side(request, Action.STATE_REQUIREMENTS, requirements)
        return self._move(request, requirements, BaselineRequirements(side, _person(request)))

    def reopen(self, request: Request, requirements: str, because: str) -> Outcome:
        """Begin the next revision."""
        side = self._side(request, Action.STATE_REQUIREMENTS, requirements)
        command = ReopenRequirements(side, _person(request), because)
        return self._move(request, requirements, command)

    def assess(
        self, request: Request, requirements: str, requirement: RequirementId, prices: Prices
    ) -> Assessment:
        """Find out whether a requirement can be met, for the provider's own eyes.

        Measures it against every level on offer, and records the finding in the provider's
        private file on the sheet.
        """
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, requirements)
        if side is not Side.PROVIDER:
            raise Refused("providers-own", "feasibility is for the provider to find out")
        stated = self._known(requirements, requirement).stated
        provider = str(request.principal.party)
        found = assess(stated, self._candidates(provider, prices.floors), prices.ceiling)
        finding = Finding(requirement, found.technical, found.commercial, found.findings)
        kept = self._preparing.assess(request, requirements, finding)
        # Asked again under the same key, the first verdict is the answer.
        first = kept.stream.state.assessed[requirement]
        return replace(
            found, technical=first.technical, commercial=first.commercial, findings=first.findings
        )

    def _candidates(self, provider: str, floors: Mapping[LevelId, Charge]) -> Iterator[Candidate]:
        for row in self._offered(provider):
            state = self._desk.ledger.load(OFFERING, row.offering).state
            reachable = best_promise(state)
            for level in levels_on_offer(state):
                floor = floors.get(level.level)
                yield Candidate(OfferingId(row.offering), level, reachable, floor)

    def _offered(self, provider: str) -> Iterator[ServiceRow]:
        after: tuple[str, str] | None = None
        while rows := self._catalogue.find(
            Query(stream=provider, matching=(("status", "offered"),), after=after, limit=PAGE)
        ):
            yield from rows
            after = (rows[-1].offering, rows[-1].offering)

    def _refuse_unless_on_offer(self, requirements: str, answer: Answer) -> None:
        relationship = str(relationship_of(requirements))
        provider = self._desk.party(relationship, Side.PROVIDER)
        levels = (
            levels_on_offer(self._desk.ledger.load(OFFERING, answer.offering).state)
            if answer.offering.startswith(f"{provider}/")
            else ()
        )
        if answer.level not in {one.level for one in levels}:
            raise Refused(
                "level-not-on-offer",
                "a requirement is matched with a level that the provider offers now",
                place="level",
            )

    def _refuse_unstated(self, requirements: str, requirement: RequirementId) -> None:
        sheet = self._desk.ledger.load(REQUIREMENTS, requirements).state
        if requirement not in sheet.requirements and requirement not in sheet.withdrawn:
            raise NotFound("such requirement")

    def _known(self, requirements: str, requirement: RequirementId) -> Requirement:
        sheet = self._desk.ledger.load(REQUIREMENTS, requirements).state
        known: Requirement | None = sheet.requirements.get(requirement)
        if known is None:
            raise NotFound("such requirement")
        return known

    def _side(self, request: Request, action: Action, requirements: str) -> Side:
        """Return the asker's side; a sheet that was never opened is nobody's to see."""
        side = self._desk.side(request, action, str(relationship_of(requirements)))
        if isinstance(self._desk.ledger.load(REQUIREMENTS, requirements).state, NotOpened):
            raise NotFound("such requirements")
        return side

    def _move(
        self,
        request: Request,
        requirements: str,
        command: RequirementsCommand,
        check: Check | None = None,
    ) -> Outcome:
        step = Step(REQUIREMENTS, requirements, command, request.expected)
        return self._desk.record(request, step, check=check)


def _person(request: Request) -> PersonId:
    if request.principal.person is None:
        raise NotFound("such relationship")
    return request.principal.person
