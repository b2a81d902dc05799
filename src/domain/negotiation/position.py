"""One side's private file on a negotiation or on requirements: drafts, notes, limits, approvals.

A firm offer leaves the house only with the side's own approvals for exactly those terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any, assert_never

from domain.decider import Decider, Refused, command, state
from domain.negotiation.position_facts import (
    REQUIRED_APPROVALS,
    ApprovalGiven,
    ApprovalKind,
    ApprovalRefused,
    ApprovalRequested,
    BacktestRecorded,
    DraftSaved,
    FeasibilityAssessed,
    NoteMade,
    OfferReleased,
    PositionFact,
    ReservePositionSet,
    Verdict,
)
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import PersonId
from domain.values.sides import Side


@command
class SaveDraft:
    """Keep terms one is still working on."""

    side: Side
    document: dict[str, Any]
    note: str = ""


@command
class MakeNote:
    """Write an internal note."""

    side: Side
    id: str
    text: str
    path: TermPath | None = None


@command
class SetReservePosition:
    """Fix the value beyond which one would rather walk away."""

    side: Side
    path: TermPath
    value: str
    because: str = ""


@command
class RecordAssessment:
    """Record whether something can be provided."""

    side: Side
    of: str
    technical: Verdict
    commercial: Verdict
    findings: tuple[str, ...] = ()


@command
class RecordBacktest:
    """Record what terms would have come to over a past."""

    found: BacktestRecorded


@command
class RequestApproval:
    """Ask one's own people to approve terms."""

    side: Side
    kind: ApprovalKind
    terms_digest: Digest


@command
class GiveApproval:
    """Approve terms (the caller has checked the person's role or mandate)."""

    side: Side
    kind: ApprovalKind
    terms_digest: Digest
    by: PersonId


@command
class RefuseApproval:
    """Say no to terms."""

    side: Side
    kind: ApprovalKind
    terms_digest: Digest
    by: PersonId
    because: str


@command
class ReleaseOffer:
    """Let approved terms leave the house as a firm offer."""

    side: Side
    terms_digest: Digest


PositionCommand = (
    SaveDraft
    | MakeNote
    | SetReservePosition
    | RecordAssessment
    | RecordBacktest
    | RequestApproval
    | GiveApproval
    | RefuseApproval
    | ReleaseOffer
)


@state
class Position:
    """What one side keeps to itself.

    ``approvals`` maps (kind, digest) to ``requested``, ``given`` or ``refused``; ``assessed`` maps
    what was assessed to its technical and commercial verdict. ``backtests`` are in the order in
    which they were recorded.
    """

    draft: Mapping[str, Any] | None = None
    draft_note: str = ""
    notes: tuple[NoteMade, ...] = ()
    reserves: Mapping[TermPath, ReservePositionSet] = field(default_factory=dict)
    assessed: Mapping[str, FeasibilityAssessed] = field(default_factory=dict)
    backtests: tuple[BacktestRecorded, ...] = ()
    approvals: Mapping[tuple[ApprovalKind, Digest], str] = field(default_factory=dict)
    released: frozenset[Digest] = frozenset()

    def lacking(self, side: Side, digest: Digest) -> frozenset[ApprovalKind]:
        """Return the approvals still missing before these terms may go out firm."""
        return frozenset(
            kind
            for kind in REQUIRED_APPROVALS[side]
            if self.approvals.get((kind, digest)) != "given"
        )


def decide(command: PositionCommand, state: Position) -> list[PositionFact]:
    """Answer a command with the facts it leads to, none if they are recorded already.

    Raises Refused, by rule: empty-note, blank-reason, approval-not-needed, approval-missing.
    """
    match command:
        case SaveDraft(side=side, document=document, note=note):
            same = state.draft == document and state.draft_note == note
            return [] if same else [DraftSaved(side, document, note)]
        case MakeNote(side=side, id=note_id, text=text, path=path):
            return _note(state, NoteMade(side, note_id, text, path))
        case SetReservePosition(side=side, path=path, value=value, because=because):
            reserve = ReservePositionSet(side, path, value, because)
            return [] if state.reserves.get(path) == reserve else [reserve]
        case RecordAssessment(side=side, of=of, technical=technical, commercial=commercial):
            assessed = FeasibilityAssessed(side, of, technical, commercial, command.findings)
            return [] if state.assessed.get(of) == assessed else [assessed]
        case RecordBacktest(found=found):
            return [] if found in state.backtests else [found]
        case RequestApproval(side=side, kind=kind, terms_digest=digest):
            _refuse_needless(side, kind)
            known = state.approvals.get((kind, digest))
            return (
                [] if known in {"requested", "given"} else [ApprovalRequested(side, kind, digest)]
            )
        case GiveApproval(side=side, kind=kind, terms_digest=digest, by=by):
            _refuse_needless(side, kind)
            given = state.approvals.get((kind, digest)) == "given"
            return [] if given else [ApprovalGiven(side, kind, digest, by)]
        case RefuseApproval(side=side, kind=kind, terms_digest=digest, by=by, because=because):
            return _refuse_approval(state, ApprovalRefused(side, kind, digest, by, because))
        case ReleaseOffer(side=side, terms_digest=digest):
            return _release(state, side, digest)
        case _:
            assert_never(command)


def _note(state: Position, note: NoteMade) -> list[PositionFact]:
    if state.notes and state.notes[-1] == note:
        return []
    if not note.text.strip():
        raise Refused("empty-note", "a note needs words", place="text")
    return [note]


def _refuse_needless(side: Side, kind: ApprovalKind) -> None:
    if kind not in REQUIRED_APPROVALS[side]:
        needed = ", ".join(sorted(REQUIRED_APPROVALS[side]))
        raise Refused("approval-not-needed", f"the {side} needs these approvals: {needed}")


def _refuse_approval(state: Position, refused: ApprovalRefused) -> list[PositionFact]:
    _refuse_needless(refused.side, refused.kind)
    if not refused.because.strip():
        raise Refused("blank-reason", "say why the terms are not approved", place="because")
    if state.approvals.get((refused.kind, refused.terms_digest)) == "refused":
        return []
    return [refused]


def _release(state: Position, side: Side, digest: Digest) -> list[PositionFact]:
    lacking = state.lacking(side, digest)
    if lacking:
        raise Refused(
            "approval-missing",
            f"a firm offer needs the {side}'s own approvals first; for terms {digest} "
            f"these are missing: {', '.join(sorted(lacking))}",
            findings=tuple(
                {"rule": "approval-missing", "place": kind, "because": f"{kind} approval"}
                for kind in sorted(lacking)
            ),
        )
    return [] if digest in state.released else [OfferReleased(side, digest)]


def evolve(state: Position, fact: PositionFact) -> Position:
    """Replay one fact."""
    match fact:
        case DraftSaved(document=document, note=note):
            return replace(state, draft=document, draft_note=note)
        case NoteMade():
            return replace(state, notes=(*state.notes, fact))
        case ReservePositionSet(path=path):
            return replace(state, reserves={**state.reserves, path: fact})
        case FeasibilityAssessed(of=of):
            return replace(state, assessed={**state.assessed, of: fact})
        case BacktestRecorded():
            return replace(state, backtests=(*state.backtests, fact))
        case ApprovalRequested(kind=kind, terms_digest=digest):
            return _standing(state, kind, digest, "requested")
        case ApprovalGiven(kind=kind, terms_digest=digest):
            return _standing(state, kind, digest, "given")
        case ApprovalRefused(kind=kind, terms_digest=digest):
            return _standing(state, kind, digest, "refused")
        case OfferReleased(terms_digest=digest):
            return replace(state, released=state.released | {digest})
        case _:
            assert_never(fact)


def _standing(state: Position, kind: ApprovalKind, digest: Digest, stands: str) -> Position:
    return replace(state, approvals={**state.approvals, (kind, digest): stands})


POSITION: Decider[PositionCommand, Position, PositionFact] = Decider(
    "position", decide, evolve, Position()
)
