"""Use cases: open a negotiation, make and answer offers, talk, accept, sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from application.access import Action
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step
from application.recorded import Recorded
from application.signing import About, Signing
from domain.contract.contract import CONTRACT
from domain.contract.outcome import change_agreed
from domain.contract.standing import InForce, Pending
from domain.decider import Refused
from domain.negotiation.commands import (
    AcceptOffer,
    BreakOff,
    Comment,
    DeclareConstraint,
    DeclineSignature,
    LiftConstraint,
    LockTerm,
    MakeCounterOffer,
    MakeProposal,
    NegotiationCommand,
    OpenNegotiation,
    RejectOffer,
    SignAgreement,
    UnlockTerm,
    WithdrawOffer,
)
from domain.negotiation.constraints import Constraint, Weight
from domain.negotiation.facts import (
    Firmness,
    NegotiationConcluded,
    NewAgreement,
    Offer,
    RejectionReason,
    Subject,
)
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.position import POSITION, ReleaseOffer
from domain.negotiation.table import Negotiating as Table
from domain.negotiation.table import NotOpened
from domain.signatures.evidence import Evidence
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import NegotiationId, OfferId, PersonId, relationship_of, within
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class OfferDraft:
    """An offer as its author writes it; see ``domain.negotiation.facts.Offer``."""

    terms: AgreementTerms
    firmness: Firmness
    valid_until: datetime
    effective_from: datetime | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A constraint as a side writes it; see ``domain.negotiation.constraints.Constraint``."""

    path: TermPath
    weight: Weight
    at_least: str | None = None
    at_most: str | None = None
    one_of: tuple[str, ...] = ()


class Negotiating:
    """What negotiators and signatories do; every move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, signing: Signing) -> None:
        self._desk = desk
        self._signing = signing

    def open(
        self, request: Request, relationship: str, subject: Subject, title: str, signing_days: int
    ) -> Outcome:
        """Begin to negotiate an agreement, or a change of one that is not over."""
        side = self._desk.side(request, Action.NEGOTIATE, relationship)
        negotiation = self._desk.new("negotiation", relationship)
        command = OpenNegotiation(subject, side, title, signing_days)

        def check() -> None:
            self._desk.refuse_unless_open(relationship)
            if not isinstance(subject, NewAgreement):
                self._refuse_unless_live(relationship, subject.contract)

        return self._desk.record(request, Step(NEGOTIATION, negotiation, command), check=check)

    def offer(
        self, request: Request, negotiation: str, draft: OfferDraft, answers: OfferId | None
    ) -> Outcome:
        """Make a proposal, or a counter-offer to an earlier offer."""
        offer, steps = self._offer_steps(request, negotiation, draft, answers)
        check = partial(self._refuse_futile, negotiation, offer, request.at)
        return self._desk.record(request, *steps, check=check)

    def rehearse_offer(
        self, request: Request, negotiation: str, draft: OfferDraft, answers: OfferId | None
    ) -> tuple[Recorded, ...]:
        """Find out whether an offer could be made now, without making it."""
        offer, steps = self._offer_steps(request, negotiation, draft, answers)
        self._refuse_futile(negotiation, offer, request.at)
        return self._desk.rehearse(request, *steps)

    def withdraw(self, request: Request, negotiation: str, offer: OfferId, because: str) -> Outcome:
        """Take one's own offer off the table."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        return self._move(request, negotiation, WithdrawOffer(offer, side, because))

    def reject(
        self,
        request: Request,
        negotiation: str,
        offer: OfferId,
        reason: RejectionReason,
        because: str,
    ) -> Outcome:
        """Turn the other side's offer down."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        return self._move(request, negotiation, RejectOffer(offer, side, reason, because))

    def accept(
        self,
        request: Request,
        negotiation: str,
        offer: OfferId,
        terms_digest: Digest,
        evidence: Evidence | None = None,
    ) -> Outcome:
        """Accept exactly the terms with this digest, with a signed statement or without."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        about = About(negotiation, offer, "accept")

        def plan() -> tuple[Step]:
            ground = self._signing.ground(request, negotiation)
            submitted = self._signing.submitted(ground, about, evidence)
            command = AcceptOffer(offer, terms_digest, side, ground.at, submitted)
            return (Step(NEGOTIATION, negotiation, command, request.expected, ground.at),)

        with self._signing.refusals_logged(request, negotiation, evidence):
            return self._desk.carry_out(request, NEGOTIATION, plan)

    def sign(
        self,
        request: Request,
        negotiation: str,
        offer: OfferId,
        terms_digest: Digest,
        evidence: Evidence | None,
    ) -> Outcome:
        """Sign the accepted terms, with a signed statement, under a mandate that covers them."""
        side = self._side(request, Action.SIGN, negotiation)
        signatory = _person(request)
        about = About(negotiation, offer, "sign")

        def plan() -> tuple[Step]:
            ground = self._signing.ground(request, negotiation)
            mandate = self._signing.mandate(ground, signatory, evidence)
            submitted = self._signing.submitted(ground, about, evidence, mandate)
            command = SignAgreement(
                offer, terms_digest, side, signatory, mandate, ground.at, submitted
            )
            return (Step(NEGOTIATION, negotiation, command, request.expected, ground.at),)

        with self._signing.refusals_logged(request, negotiation, evidence):
            return self._desk.carry_out(request, NEGOTIATION, plan)

    def decline_to_sign(
        self, request: Request, negotiation: str, offer: OfferId, because: str
    ) -> Outcome:
        """Refuse to sign; the table is open again."""
        side = self._side(request, Action.SIGN, negotiation)
        command = DeclineSignature(offer, side, _person(request), because)
        return self._move(request, negotiation, command)

    def lock(self, request: Request, negotiation: str, path: TermPath, offer: OfferId) -> Outcome:
        """Hold a term to be settled as it stands in an offer."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        return self._move(request, negotiation, LockTerm(path, side, offer))

    def unlock(self, request: Request, negotiation: str, path: TermPath) -> Outcome:
        """Reopen a term one has locked."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        return self._move(request, negotiation, UnlockTerm(path, side))

    def constrain(self, request: Request, negotiation: str, limit: Limit) -> Outcome:
        """Tell the other side a limit for its offers."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        constraint = Constraint(
            self._desk.new("constraint"),
            side,
            limit.path,
            limit.weight,
            limit.at_least,
            limit.at_most,
            limit.one_of,
        )
        return self._move(request, negotiation, DeclareConstraint(constraint))

    def lift(self, request: Request, negotiation: str, constraint: str) -> Outcome:
        """Take a limit back."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        return self._move(request, negotiation, LiftConstraint(constraint, side))

    def comment(
        self,
        request: Request,
        negotiation: str,
        text: str,
        path: TermPath | None,
        offer: OfferId | None,
    ) -> Outcome:
        """Say something to the other side."""
        side = self._side(request, Action.COMMENT, negotiation)
        command = Comment(self._desk.new("comment"), side, text, path, offer)
        return self._move(request, negotiation, command)

    def break_off(self, request: Request, negotiation: str, because: str) -> Outcome:
        """End the negotiation without an agreement."""
        side = self._side(request, Action.NEGOTIATE, negotiation)
        return self._move(request, negotiation, BreakOff(side, because))

    def _side(self, request: Request, action: Action, negotiation: str) -> Side:
        """Return the asker's side; a negotiation that was never opened is nobody's to see."""
        side = self._desk.side(request, action, str(relationship_of(negotiation)))
        if isinstance(self._desk.ledger.load(NEGOTIATION, negotiation).state, NotOpened):
            raise NotFound("such negotiation")
        return side

    def _move(self, request: Request, negotiation: str, command: NegotiationCommand) -> Outcome:
        step = Step(NEGOTIATION, negotiation, command, request.expected)
        return self._desk.record(request, step)

    def _offer_steps(
        self, request: Request, negotiation: str, draft: OfferDraft, answers: OfferId | None
    ) -> tuple[Offer, list[Step]]:
        side = self._side(request, Action.NEGOTIATE, negotiation)
        offer = Offer(
            OfferId(self._desk.new("offer")),
            side,
            draft.terms,
            draft.terms.digest,
            draft.firmness,
            draft.valid_until,
            draft.effective_from,
            draft.message,
        )
        command: NegotiationCommand = (
            MakeProposal(offer, request.at)
            if answers is None
            else MakeCounterOffer(offer, answers, request.at)
        )
        steps = [Step(NEGOTIATION, negotiation, command, request.expected)]
        if draft.firmness is Firmness.FIRM:
            # Saved together: no firm offer without its approvals, whoever races.
            release = ReleaseOffer(side, offer.terms_digest)
            steps.append(Step(POSITION, within(negotiation, f"position-{side}"), release))
        return offer, steps

    def _refuse_futile(self, negotiation: str, offer: Offer, now: datetime) -> None:
        """Refuse an offer that the contract could not take once both had signed it."""
        table = self._desk.ledger.load(NEGOTIATION, negotiation).state
        if not isinstance(table, Table):
            return  # the decider says what the state is
        agreed = NegotiationConcluded(
            table.subject, offer.id, offer.terms, offer.terms_digest, offer.effective_from
        )
        change = change_agreed(NegotiationId(negotiation), agreed, now)
        if change is not None:
            contract, command = change
            CONTRACT.decide(command, self._desk.ledger.load(CONTRACT, contract).state)

    def _refuse_unless_live(self, relationship: str, contract: str) -> None:
        known = relationship_of(contract) == relationship
        state = self._desk.ledger.load(CONTRACT, contract).state if known else None
        if not isinstance(state, Pending | InForce):
            raise Refused(
                "contract-not-live",
                f"there is no running contract {contract} here",
                place="subject",
            )


def _person(request: Request) -> PersonId:
    if request.principal.person is None:
        raise NotFound("such relationship")
    return request.principal.person
