"""Facts of credits, disputes and reviews."""

from __future__ import annotations

from typing import assert_never

from domain.bills import facts as bill
from domain.bills.facts import BillFact
from domain.credits import facts as credit
from domain.credits.facts import CreditFact
from domain.disputes import facts as dispute
from domain.disputes.facts import DisputeFact
from domain.reviews import facts as review
from domain.reviews.facts import ReviewFact
from interfaces.web.sayings.voice import (
    Saying,
    Voice,
    because,
    came,
    did,
    listed,
    many,
    on,
    quoted,
    when,
    words,
)


def of_credits(fact: CreditFact, voice: Voice) -> Saying:
    """Say what was settled, claimed and paid."""
    del voice
    match fact:
        case credit.StatementIssued(statement=number, first=first, last=last, stated=stated):
            sums = tuple(f"{one.amount} {fact.currency} ({words(one.kind)})" for one in stated)
            return came(f"Statement {number}, {on(first)} to {on(last)}: {listed(sums)}.")
        case credit.StatementRestated(statement=number, restates=earlier, because=why):
            moved = tuple(f"{one.before} to {one.after} {fact.currency}" for one in fact.restated)
            return came(
                f"Statement {number} takes the place of {earlier}{because(why)}: {listed(moved)}."
            )
        case credit.CreditClaimed(credit=name, amount=amount, answer_by=limit):
            due = f"the answer is due before {when(limit)}"
            return did(f"claimed the credit {name}, {amount}; {due}.")
        case credit.ClaimWithdrawn(credit=name):
            return did(f"took the claim of the credit {name} back.")
        case credit.ClaimLapsed(credit=name):
            return came(f"The credit {name} lapsed: nobody claimed it in time.")
        case credit.ClaimAdmitted(credit=name):
            return did(f"admitted the claim of the credit {name}.")
        case credit.ClaimRejected(credit=name, because=why):
            return did(f"rejected the claim of the credit {name}{because(why)}.")
        case credit.CreditGranted(credit=name, amount=amount, because=why):
            return came(f"The credit {name} is due, {amount}{because(why)}.")
        case credit.CreditApplied(credit=name, amount=amount, how=how, reference=reference):
            return did(f"recorded {amount} of the credit {name} as given: {how}, {reference}.")
        case _:
            assert_never(fact)


def of_bills(fact: BillFact, voice: Voice) -> Saying:
    """Say what was billed, contested and corrected."""
    del voice
    match fact:
        case bill.BillRecorded(first=first, last=last, amount=amount, invoice=invoice):
            billed = f"{amount} {fact.currency} was billed as {quoted(fact.charge)}"
            span = f"{on(first)} to {on(last)}"
            return did(f"recorded that {billed} for {span}, on invoice {quoted(invoice)}.")
        case bill.BillContested(because=why):
            return did(f"contested a bill{because(why)}.")
        case bill.ContestWithdrawn():
            return did("agreed to the bill after all.")
        case bill.BillCorrected(amount=amount, invoice=invoice, because=why):
            return did(f"corrected a bill to {amount} on invoice {quoted(invoice)}{because(why)}.")
        case bill.BillCancelled(because=why):
            return did(f"cancelled a bill{because(why)}.")
        case _:
            assert_never(fact)


def of_dispute(fact: DisputeFact, voice: Voice) -> Saying:
    """Say what happened in a dispute."""
    del voice
    match fact:
        case dispute.DisputeOpened(because=why):
            return did(f"opened a dispute{because(why)}.")
        case dispute.DisputeAnswered(says=says):
            return did(f"answered in the dispute: {quoted(says)}")
        case dispute.DisputeEscalated(level=level, role=role):
            return came(f"The dispute climbed to level {level}: {role} has to act.")
        case dispute.MediatorCalled(mediator=mediator):
            return did(f"agreed to hear {mediator} as mediator.")
        case dispute.SettlementProposed(terms=terms):
            return did(f"proposed to settle the dispute: {quoted(terms)}")
        case dispute.SettlementDeclined(because=why):
            return did(f"declined the proposed settlement{because(why)}.")
        case dispute.DisputeSettled():
            return did("agreed to the proposal: the dispute is settled.")
        case dispute.DisputeWithdrawn(because=why):
            return did(f"took the dispute back{because(why)}.")
        case _:
            assert_never(fact)


def of_review(fact: ReviewFact, voice: Voice) -> Saying:
    """Say what happened around a service review."""
    match fact:
        case review.ReviewCalled(at=at, agenda=agenda):
            return did(f"called a service review for {when(at)}: {quoted(agenda)}")
        case review.ReviewMoved(at=at):
            return did(f"moved the review to {when(at)}.")
        case review.ReviewCancelled(because=why):
            return did(f"cancelled the review{because(why)}.")
        case review.MinutesWritten(edition=edition, actions=actions):
            planned = many(len(actions), "action")
            return did(f"wrote edition {edition} of the minutes, with {planned}.")
        case review.MinutesApproved(edition=edition):
            return did(f"approved edition {edition} of the minutes.")
        case review.MinutesObjected(edition=edition, because=why):
            return did(f"objected to edition {edition} of the minutes{because(why)}.")
        case (
            review.ActionAgreed()
            | review.ActionDone()
            | review.ActionAccepted()
            | review.ActionReopened()
            | review.ActionOverdue()
        ):
            return _action(fact, voice)
        case _:
            assert_never(fact)


def _action(
    fact: review.ActionAgreed
    | review.ActionDone
    | review.ActionAccepted
    | review.ActionReopened
    | review.ActionOverdue,
    voice: Voice,
) -> Saying:
    match fact:
        case review.ActionAgreed(planned=planned):
            owed = f"{voice.side(planned.side)} owes {quoted(planned.what)}"
            return came(f"It is agreed: {owed} by {on(planned.due)}.")
        case review.ActionDone(action=action, note=note):
            said = f": {quoted(note)}" if note else "."
            return did(f"says that the action {action} is done{said}")
        case review.ActionAccepted(action=action):
            return did(f"agrees that the action {action} is done.")
        case review.ActionReopened(action=action, because=why):
            return did(f"does not agree that the action {action} is done{because(why)}.")
        case review.ActionOverdue(action=action):
            return came(f"The action {action} was not done by its day.")
        case _:
            assert_never(fact)
