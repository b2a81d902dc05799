"""Use cases: one side's private file on a negotiation or on requirements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError

from application.access import Action
from application.desk import Check, Desk, Request
from application.errors import NotFound
from application.instants import latest
from application.ledger import Outcome, Step, Stream
from domain.backtest.best import as_promised, as_target
from domain.backtest.outcome import Backtest, ObjectiveReplayed
from domain.decider import Refused
from domain.negotiation.facts import Offer
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.position import (
    POSITION,
    GiveApproval,
    MakeNote,
    Position,
    PositionCommand,
    RecordAssessment,
    RecordBacktest,
    RefuseApproval,
    RequestApproval,
    SaveDraft,
    SetReservePosition,
)
from domain.negotiation.position_facts import (
    ApprovalKind,
    BacktestRecorded,
    ObjectiveBacktested,
    TargetBacktested,
    Verdict,
)
from domain.negotiation.table import Negotiating, NotOpened
from domain.parties.party import PARTY
from domain.parties.standing import mandate_for
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath
from domain.terms.value import total_value
from domain.values.canonical import Digest
from domain.values.ids import kind_of, relationship_of, within
from domain.values.sides import Side

APPROVES = {
    ApprovalKind.TECHNICAL: Action.APPROVE_TECHNICAL,
    ApprovalKind.COMMERCIAL: Action.APPROVE_COMMERCIAL,
    ApprovalKind.MANDATE: Action.APPROVE_MANDATE,
}


@dataclass(frozen=True, slots=True)
class File:
    """A side's private file: whose it is, its stream, and how it stands."""

    side: Side
    stream: Stream

    @property
    def position(self) -> Position:
        """What is in the file."""
        state: Position = self.stream.state
        return state


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found out; see ``domain.negotiation.position_facts.FeasibilityAssessed``."""

    of: str
    technical: Verdict
    commercial: Verdict
    findings: tuple[str, ...] = ()


class Preparing:
    """What a side does for itself; ``about`` is a negotiation's or a requirements' stream."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, request: Request, about: str) -> File:
        """Return the asker's own side's file."""
        side = self._side(request, Action.READ_PRIVATE, about)
        return File(side, self._desk.ledger.load(POSITION, position_stream(about, side)))

    def save_draft(
        self, request: Request, about: str, document: dict[str, Any], note: str
    ) -> Outcome:
        """Keep terms one is still working on."""
        side = self._side(request, Action.PREPARE, about)
        return self._keep(request, about, side, SaveDraft(side, document, note))

    def note(self, request: Request, about: str, text: str, path: TermPath | None) -> Outcome:
        """Write an internal note."""
        side = self._side(request, Action.PREPARE, about)
        return self._keep(request, about, side, MakeNote(side, self._desk.new("note"), text, path))

    def set_reserve(
        self, request: Request, about: str, path: TermPath, value: str, because: str
    ) -> Outcome:
        """Fix the value beyond which one would rather walk away."""
        side = self._side(request, Action.PREPARE, about)
        return self._keep(request, about, side, SetReservePosition(side, path, value, because))

    def assess(self, request: Request, about: str, found: Assessment) -> Outcome:
        """Record whether something can be provided."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, about)
        command = RecordAssessment(
            side, found.of, found.technical, found.commercial, found.findings
        )
        return self._keep(request, about, side, command)

    def proposed(self, request: Request, about: str, digest: Digest) -> AgreementTerms:
        """Return terms to whoever may find out whether they can be kept: a draft, or an offer's."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, about)
        return self._terms(about, side, digest)

    def record_backtest(self, request: Request, about: str, found: Backtest) -> Outcome:
        """Record what terms would have come to over a past, as part of finding that out."""
        side = self._side(request, Action.ENGINEER_REQUIREMENTS, about)
        return self._keep(request, about, side, RecordBacktest(_recorded(side, found)))

    def request_approval(
        self, request: Request, about: str, kind: ApprovalKind, digest: Digest
    ) -> Outcome:
        """Ask one's own people to approve terms."""
        side = self._side(request, Action.PREPARE, about)
        return self._keep(request, about, side, RequestApproval(side, kind, digest))

    def approve(self, request: Request, about: str, kind: ApprovalKind, digest: Digest) -> Outcome:
        """Approve terms; up to a mandate only by a signatory whose mandate covers their value."""
        side = self._side(request, APPROVES[kind], about)
        person = request.principal.person
        if person is None:
            raise NotFound("such negotiation")
        command = GiveApproval(side, kind, digest, person)
        check = partial(self._refuse_beyond_mandate, request, about, side, digest)
        return self._keep(
            request, about, side, command, check if kind is ApprovalKind.MANDATE else None
        )

    def refuse_approval(
        self, request: Request, about: str, kind: ApprovalKind, digest: Digest, because: str
    ) -> Outcome:
        """Say no to terms."""
        side = self._side(request, APPROVES[kind], about)
        person = request.principal.person
        if person is None:
            raise NotFound("such negotiation")
        command = RefuseApproval(side, kind, digest, person, because)
        return self._keep(request, about, side, command)

    def _side(self, request: Request, action: Action, about: str) -> Side:
        side = self._desk.side(request, action, str(relationship_of(about)))
        if not self._desk.ledger.exists(about):
            raise NotFound(f"such {kind_of(about)}")
        return side

    def _keep(
        self,
        request: Request,
        about: str,
        side: Side,
        command: PositionCommand,
        check: Check | None = None,
    ) -> Outcome:
        step = Step(POSITION, position_stream(about, side), command, request.expected)
        return self._desk.record(request, step, check=check)

    def _refuse_beyond_mandate(
        self, request: Request, about: str, side: Side, digest: Digest
    ) -> None:
        value = total_value(self._terms(about, side, digest))
        party = self._desk.ledger.load(PARTY, str(request.principal.party))
        person, at = request.principal.person, latest(request.at, party.at)
        if person is None or mandate_for(party.state, person, value, at) is None:
            raise Refused(
                "mandate-missing",
                f"the terms are worth {value}: approving them takes a mandate, valid now, "
                "that covers it",
            )

    def _terms(self, about: str, side: Side, digest: Digest) -> AgreementTerms:
        """Find the terms a digest stands for: the side's draft, or an offer made."""
        draft = self._desk.ledger.load(POSITION, position_stream(about, side)).state.draft
        if draft is not None:
            try:
                terms = AgreementTerms.model_validate(draft)
            except ValidationError:
                terms = None
            if terms is not None and terms.digest == digest:
                return terms
        for offer in self._offers(about):
            if offer.terms_digest == digest:
                return offer.terms
        raise Refused("unknown-terms", "save these terms as a draft first", place="terms_digest")

    def _offers(self, about: str) -> tuple[Offer, ...]:
        if kind_of(about) != NEGOTIATION.kind:
            return ()  # on requirements nobody has made an offer yet
        table = self._desk.ledger.load(NEGOTIATION, about).state
        if isinstance(table, NotOpened):
            return ()
        offers = (table if isinstance(table, Negotiating) else table.negotiating).offers
        return tuple(offers.values())


def _recorded(side: Side, found: Backtest) -> BacktestRecorded:
    return BacktestRecorded(
        side,
        found.terms,
        found.data,
        found.days.first,
        found.days.last,
        found.currency,
        str(found.charged.amount),
        tuple(map(_objective, found.objectives)),
    )


def _objective(one: ObjectiveReplayed) -> ObjectiveBacktested:
    targets = tuple(
        TargetBacktested(
            target.key(),
            as_promised(target),
            best.k,
            best.of,
            str(best.kind),
            None if best.value is None else as_target(best.value, target),
            None if best.value is None else str(best.value),
        )
        for target, best in zip(one.objective.targets, one.bests, strict=True)
    )
    allows = None if one.composed is None else str(one.composed.allows)
    name, credit = one.objective.id, f"{one.credit:f}"
    return ObjectiveBacktested(name, len(one.periods), one.misses, credit, targets, allows)


def position_stream(about: str, side: Side) -> str:
    """Name a side's private file on a negotiation or on requirements."""
    return within(about, f"position-{side}")
