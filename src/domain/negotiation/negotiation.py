"""The negotiation of an agreement, an amendment, a renewal or an end by consent.

Only the other side can accept, only the offer on the table, only while it is valid, only if it is
firm, and only by naming the digest of its terms.
"""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from domain.decider import Decider, Refused
from domain.negotiation import moves, signing
from domain.negotiation.commands import (
    AcceptOffer,
    BreakOff,
    Comment,
    DeclareConstraint,
    DeclineSignature,
    ExpireOffer,
    ExpireSigningPeriod,
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
from domain.negotiation.facts import (
    AgreementSigned,
    CommentMade,
    ConstraintDeclared,
    ConstraintLifted,
    CounterOfferMade,
    NegotiationBrokenOff,
    NegotiationConcluded,
    NegotiationFact,
    NegotiationOpened,
    OfferAccepted,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    SignatureDeclined,
    SignatureRequested,
    SigningPeriodExpired,
    TermLocked,
    TermUnlocked,
)
from domain.negotiation.table import (
    DECLINED,
    NOT_IN_TIME,
    AwaitingSignatures,
    BrokenOff,
    Concluded,
    Negotiating,
    NegotiationState,
    NotOpened,
)
from domain.values.ids import OfferId


def decide(command: NegotiationCommand, state: NegotiationState) -> list[NegotiationFact]:
    """Answer a command with the facts it leads to, none if they are recorded already.

    Raises Refused, by rule: negotiation-not-open, negotiation-already-open, negotiation-over,
    awaiting-signatures, and the rules named in ``domain.negotiation.moves``, in ``signing`` beside
    it and in ``domain.signatures.checking``.
    """
    match state:
        case NotOpened():
            return _open(command)
        case Negotiating():
            return _negotiate(command, state)
        case AwaitingSignatures():
            return _complete(command, state)
        case Concluded() | BrokenOff():
            return _look_back(command, state)
        case _:
            assert_never(state)


def _open(command: NegotiationCommand) -> list[NegotiationFact]:
    match command:
        case OpenNegotiation(subject=subject, by=by, title=title, signing_days=days):
            return moves.open_negotiation(NegotiationOpened(subject, by, title, days))
        case _:
            raise Refused("negotiation-not-open", "this negotiation has not been opened")


def _negotiate(command: NegotiationCommand, table: Negotiating) -> list[NegotiationFact]:
    match command:
        case OpenNegotiation():
            raise Refused("negotiation-already-open", "this negotiation is open already")
        case DeclareConstraint(constraint=constraint):
            return moves.declare_constraint(table, constraint)
        case LiftConstraint(constraint=constraint_id, by=by):
            return moves.lift_constraint(table, constraint_id, by)
        case MakeProposal(offer=offer, now=now):
            return moves.propose(table, offer, now)
        case MakeCounterOffer(offer=offer, answers=answers, now=now):
            return moves.counter(table, offer, answers, now)
        case WithdrawOffer(offer=offer_id, by=by, because=because):
            return moves.withdraw(table, offer_id, by, because)
        case RejectOffer():
            return moves.reject(
                table, OfferRejected(command.offer, command.by, command.reason, command.because)
            )
        case ExpireOffer(offer=offer_id, now=now):
            return moves.expire(table, offer_id, now)
        case LockTerm(path=path, by=by, offer=offer_id):
            return moves.lock(table, path, by, offer_id)
        case UnlockTerm(path=path, by=by):
            return moves.unlock(table, path, by)
        case Comment():
            return _comment(command, table)
        case AcceptOffer(offer=offer_id, terms_digest=digest, by=by, now=now):
            offer = moves.acceptable(table, offer_id, digest, by, now)
            evidence = signing.evidence_of_acceptance(command, table)
            sign_by = now + timedelta(days=table.signing_days)
            return [
                OfferAccepted(offer.id, digest, by, evidence),
                SignatureRequested(offer.id, digest, sign_by),
            ]
        case ExpireSigningPeriod(offer=offer_id) if table.fates.get(offer_id) == NOT_IN_TIME:
            return []
        case SignAgreement() | DeclineSignature() | ExpireSigningPeriod():
            raise moves.nothing_to_sign(table, command.offer)
        case BreakOff(by=by, because=because):
            return [NegotiationBrokenOff(by, because)]
        case _:
            assert_never(command)


def _complete(command: NegotiationCommand, accepted: AwaitingSignatures) -> list[NegotiationFact]:
    match command:
        case AcceptOffer(offer=offer, by=by, terms_digest=digest) if (
            offer,
            by,
            digest,
        ) == (accepted.offer.id, accepted.accepted_by, accepted.offer.terms_digest):
            return []
        case SignAgreement():
            return _sign(command, accepted)
        case DeclineSignature():
            _refuse_unless_accepted(command.offer, accepted)
            if command.by in accepted.signed:
                raise Refused("already-signed", f"the {command.by} has signed already")
            return [
                SignatureDeclined(command.offer, command.by, command.signatory, command.because)
            ]
        case ExpireSigningPeriod(offer=offer, now=now):
            _refuse_unless_accepted(offer, accepted)
            if now < accepted.sign_by:
                raise Refused("not-due", f"the signing period runs until {accepted.sign_by}")
            return [SigningPeriodExpired(offer, accepted.missing)]
        case Comment():
            return _comment(command, accepted.negotiating)
        case BreakOff():
            raise Refused(
                "awaiting-signatures",
                "the offer is accepted and awaits signatures: decline to sign instead",
            )
        case _:
            raise Refused(
                "awaiting-signatures",
                f"offer {accepted.offer.id} was accepted by the {accepted.accepted_by} "
                f"and awaits the signature of the {' and the '.join(accepted.missing)}",
            )


def _sign(command: SignAgreement, accepted: AwaitingSignatures) -> list[NegotiationFact]:
    offer = accepted.offer
    _refuse_unless_accepted(command.offer, accepted)
    if command.terms_digest != offer.terms_digest:
        raise Refused(
            "digest-mismatch",
            f"the accepted terms have digest {offer.terms_digest}, not {command.terms_digest}",
            place="terms_digest",
        )
    if command.by in accepted.signed:
        return []
    if command.now >= accepted.sign_by:
        raise Refused("signing-period-over", f"signatures were due before {accepted.sign_by}")
    evidence = signing.evidence_of_signature(command, accepted)
    signed = AgreementSigned(
        offer.id, offer.terms_digest, command.by, command.signatory, command.mandate, evidence
    )
    if accepted.missing != (command.by,):
        return [signed]
    return [
        signed,
        NegotiationConcluded(
            accepted.negotiating.subject,
            offer.id,
            offer.terms,
            offer.terms_digest,
            offer.effective_from,
        ),
    ]


def _refuse_unless_accepted(offer: OfferId, accepted: AwaitingSignatures) -> None:
    if offer != accepted.offer.id:
        raise Refused("not-the-accepted-offer", f"the accepted offer is {accepted.offer.id}")


def _look_back(command: NegotiationCommand, over: Concluded | BrokenOff) -> list[NegotiationFact]:
    match command, over:
        case SignAgreement(offer=offer, terms_digest=digest), Concluded() if (offer, digest) == (
            over.offer.id,
            over.terms_digest,
        ):
            return []
        case BreakOff(by=by), BrokenOff() if by == over.by:
            return []
        case _, Concluded():
            raise Refused("negotiation-over", "both sides have signed: this is concluded")
        case _, BrokenOff():
            raise Refused("negotiation-over", f"the {over.by} broke this negotiation off")
        case _:
            assert_never(over)


def _comment(command: Comment, table: Negotiating) -> list[NegotiationFact]:
    said = CommentMade(command.id, command.by, command.text, command.path, command.offer)
    return moves.comment(table, said)


def evolve(state: NegotiationState, fact: NegotiationFact) -> NegotiationState:
    """Replay one fact. Total: a fact that meets an unexpected state leaves it as it is."""
    match fact, state:
        case NegotiationOpened(), NotOpened():
            return Negotiating(fact.subject, fact.by, fact.signing_days, {}, {}, {}, {}, {})
        case _, Negotiating():
            return _evolve_table(state, fact)
        case AgreementSigned(by=by, evidence=evidence), AwaitingSignatures():
            return AwaitingSignatures(
                state.negotiating.with_statement(evidence),
                state.offer,
                state.accepted_by,
                state.sign_by,
                state.signed | {by},
            )
        case SignatureDeclined(offer=offer), AwaitingSignatures():
            return state.negotiating.without_offer(offer, DECLINED)
        case SigningPeriodExpired(offer=offer), AwaitingSignatures():
            return state.negotiating.without_offer(offer, NOT_IN_TIME)
        case NegotiationConcluded(terms_digest=digest), AwaitingSignatures():
            return Concluded(state.negotiating, state.offer, digest)
        case CommentMade(), AwaitingSignatures():
            return AwaitingSignatures(
                moves.commented(state.negotiating, fact),
                state.offer,
                state.accepted_by,
                state.sign_by,
                state.signed,
            )
        case _:
            return state


def _evolve_table(table: Negotiating, fact: NegotiationFact) -> NegotiationState:
    match fact:
        case ConstraintDeclared(constraint=constraint):
            return moves.constrained(table, constraint)
        case ConstraintLifted(constraint=constraint_id):
            return moves.unconstrained(table, constraint_id)
        case ProposalMade(offer=offer):
            return table.with_offer(offer, None)
        case CounterOfferMade(offer=offer, answers=answers):
            return table.with_offer(offer, answers)
        case OfferWithdrawn(offer=offer_id):
            return table.without_offer(offer_id, "withdrawn")
        case OfferRejected(offer=offer_id):
            return table.without_offer(offer_id, "rejected")
        case OfferExpired(offer=offer_id):
            return table.without_offer(offer_id, "expired")
        case TermLocked(path=path, by=by, values=values):
            return table.with_lock(path, by, values)
        case TermUnlocked(path=path, by=by):
            return table.without_lock(path, by)
        case CommentMade():
            return moves.commented(table, fact)
        case OfferAccepted(evidence=evidence):
            return table.with_statement(evidence)
        case SignatureRequested(offer=offer_id, sign_by=sign_by) if offer_id in table.offers:
            offer = table.offers[offer_id]
            return AwaitingSignatures(table, offer, offer.by.other, sign_by)
        case NegotiationBrokenOff(by=by):
            return BrokenOff(table, by)
        case _:
            return table


NEGOTIATION: Decider[NegotiationCommand, NegotiationState, NegotiationFact] = Decider(
    "negotiation", decide, evolve, NotOpened()
)
