"""Facts of a negotiation, and of a side's own file on it."""

from __future__ import annotations

from typing import assert_never

from domain.negotiation import facts as negotiation
from domain.negotiation import position_facts as position
from domain.negotiation.facts import NegotiationFact, Offer, Subject
from domain.negotiation.position_facts import PositionFact
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

ABOUT = {
    "new-agreement": "a new agreement",
    "amendment": "an amendment",
    "renewal": "a renewal",
    "mutual-termination": "an end by agreement",
}


def of_negotiation(fact: NegotiationFact, voice: Voice) -> Saying:
    """Say what happened at the table."""
    match fact:
        case negotiation.NegotiationOpened(subject=subject, title=title, signing_days=days):
            opened = f"opened a negotiation of {_about(subject)}, {quoted(title)}"
            return did(f"{opened}; what is accepted is to be signed within {many(days, 'day')}.")
        case negotiation.ConstraintDeclared(constraint=constraint):
            return did(f"declared a limit: {constraint.says()}.")
        case negotiation.ConstraintLifted(constraint=constraint):
            return did(f"lifted the limit {constraint}.")
        case negotiation.TermLocked(path=path):
            return did(f"holds the term {path} to be settled as it stands.")
        case negotiation.TermUnlocked(path=path):
            return did(f"reopened the term {path}.")
        case negotiation.CommentMade(text=text, path=path, offer=offer):
            about = f" on {path}" if path else (" on an offer" if offer else "")
            return did(f"commented{about}: {quoted(text)}")
        case negotiation.NegotiationBrokenOff(because=why):
            return did(f"broke the negotiation off{because(why)}.")
        case (
            negotiation.ProposalMade()
            | negotiation.CounterOfferMade()
            | negotiation.OfferWithdrawn()
            | negotiation.OfferRejected()
            | negotiation.OfferExpired()
        ):
            return _offer(fact)
        case (
            negotiation.OfferAccepted()
            | negotiation.SignatureRequested()
            | negotiation.AgreementSigned()
            | negotiation.SignatureDeclined()
            | negotiation.SigningPeriodExpired()
            | negotiation.NegotiationConcluded()
        ):
            return _yes(fact, voice)
        case _:
            assert_never(fact)


def _offer(
    fact: negotiation.ProposalMade
    | negotiation.CounterOfferMade
    | negotiation.OfferWithdrawn
    | negotiation.OfferRejected
    | negotiation.OfferExpired,
) -> Saying:
    match fact:
        case negotiation.ProposalMade(offer=offer):
            return did(f"made an offer, {_put(offer)}.")
        case negotiation.CounterOfferMade(offer=offer):
            return did(f"made a counter-offer, {_put(offer)}.")
        case negotiation.OfferWithdrawn(because=why):
            return did(f"withdrew the offer{because(why)}.")
        case negotiation.OfferRejected(reason=reason, because=why):
            return did(f"rejected the offer for its {words(reason)}{because(why)}.")
        case negotiation.OfferExpired():
            return came("The offer lapsed: nobody accepted it while it was valid.")
        case _:
            assert_never(fact)


def _yes(
    fact: negotiation.OfferAccepted
    | negotiation.SignatureRequested
    | negotiation.AgreementSigned
    | negotiation.SignatureDeclined
    | negotiation.SigningPeriodExpired
    | negotiation.NegotiationConcluded,
    voice: Voice,
) -> Saying:
    match fact:
        case negotiation.OfferAccepted(terms_digest=digest):
            return did(f"accepted the offer, exactly the terms {digest}.")
        case negotiation.SignatureRequested(sign_by=limit):
            return came(f"Both sides are asked to sign before {when(limit)}.")
        case negotiation.AgreementSigned(by=side, signatory=person, terms_digest=digest):
            return came(f"{voice.on(side, person)} signed the terms {digest}.")
        case negotiation.SignatureDeclined(by=side, signatory=person, because=why):
            declined = f"{voice.on(side, person)} declined to sign{because(why)}"
            return came(f"{declined}; the table is open again.")
        case negotiation.SigningPeriodExpired(missing=missing):
            lacking = listed(tuple(voice.side(side) for side in missing))
            return came(f"The time to sign ran out without {lacking}; the table is open again.")
        case negotiation.NegotiationConcluded(subject=subject, effective_from=since):
            begins = "" if since is None else f", to govern from {when(since)}"
            return came(f"The negotiation of {_about(subject)} is concluded: both signed{begins}.")
        case _:
            assert_never(fact)


def of_position(fact: PositionFact, voice: Voice) -> Saying:
    """Say what a side wrote into its own file; the other side never reads it."""
    match fact:
        case position.DraftSaved(note=note):
            return did(f"saved a draft{f': {quoted(note)}' if note else '.'}")
        case position.NoteMade(text=text, path=path):
            return did(f"noted{f' on {path}' if path else ''}: {quoted(text)}")
        case position.ReservePositionSet(path=path, value=value, because=why):
            return did(f"set the reserve position for {path} to {value}{because(why)}.")
        case position.FeasibilityAssessed(technical=technical, commercial=commercial):
            found = f"technically {technical}, commercially {commercial}"
            return did(f"assessed feasibility: {found}; {many(len(fact.findings), 'finding')}.")
        case position.BacktestRecorded(first=first, last=last, objectives=objectives):
            missed = sum(one.misses for one in objectives)
            past = f"the past from {on(first)} to {on(last)}"
            return did(f"held terms against {past}: {many(missed, 'miss', 'misses')}.")
        case position.ApprovalRequested(kind=kind, terms_digest=digest):
            return did(f"asked for the {kind} approval of the terms {digest}.")
        case position.ApprovalGiven(side=side, kind=kind, by=person, terms_digest=digest):
            who = voice.on(side, person)
            return came(f"{who} gave the {kind} approval of the terms {digest}.")
        case position.ApprovalRefused(side=side, kind=kind, by=person, because=why):
            return came(f"{voice.on(side, person)} refused the {kind} approval{because(why)}.")
        case position.OfferReleased(terms_digest=digest):
            return did(f"released the approved terms {digest} as a firm offer.")
        case _:
            assert_never(fact)


def _put(offer: Offer) -> str:
    """Say how binding an offer is and until when; what it says stands in its terms."""
    since = "" if offer.effective_from is None else f", to govern from {when(offer.effective_from)}"
    message = f": {quoted(offer.message)}" if offer.message.strip() else ""
    return f"{offer.firmness}, valid until {when(offer.valid_until)}{since}{message}"


def _about(subject: Subject) -> str:
    return ABOUT[subject.kind]
