"""The rules of each move at the table: what it leads to, or why it is refused.

Each refusal carries its rule's name, and says what would have been accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.decider import Refused
from domain.negotiation.constraints import Constraint, Weight, broken, comparable, in_range
from domain.negotiation.facts import (
    Amendment,
    CommentMade,
    ConstraintDeclared,
    ConstraintLifted,
    CounterOfferMade,
    Firmness,
    MutualTermination,
    NegotiationFact,
    NegotiationOpened,
    Offer,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    TermLocked,
    TermUnlocked,
)
from domain.negotiation.table import Negotiating
from domain.terms.lint import Severity, lint
from domain.terms.paths import TermPath, covers, flatten, subtree
from domain.values.canonical import Digest
from domain.values.ids import OfferId
from domain.values.sides import Side

LONGEST_SIGNING_PERIOD = 365


def open_negotiation(opened: NegotiationOpened) -> list[NegotiationFact]:
    """Open the table, with a title and a signing period both sides can live with."""
    if not opened.title.strip():
        raise Refused("blank-title", "a negotiation needs a title", place="title")
    if not 1 <= opened.signing_days <= LONGEST_SIGNING_PERIOD:
        raise Refused(
            "signing-period-out-of-range",
            f"the signing period must be 1 to {LONGEST_SIGNING_PERIOD} days",
            place="signing_days",
        )
    return [opened]


def propose(table: Negotiating, offer: Offer, now: datetime) -> list[NegotiationFact]:
    """Put a first or a fresh offer on the empty table."""
    tabled = table.on_the_table
    if tabled == offer and table.answers[offer.id] is None:
        return []
    if tabled is not None and tabled.by is offer.by:
        raise _not_your_turn(tabled)
    if tabled is not None:
        raise Refused(
            "offer-on-the-table",
            f"the {tabled.by}'s offer {tabled.id} is on the table: counter, accept or reject it",
        )
    _refuse_bad_offer(table, offer, now)
    return [ProposalMade(offer)]


def counter(
    table: Negotiating, offer: Offer, answers: OfferId, now: datetime
) -> list[NegotiationFact]:
    """Answer any earlier offer; whatever the other side has on the table gives way."""
    tabled = table.on_the_table
    if tabled == offer and table.answers[offer.id] == answers:
        return []
    if tabled is not None and tabled.by is offer.by:
        raise _not_your_turn(tabled)
    if answers not in table.offers:
        raise Refused("unknown-offer", f"no offer {answers} was made here", place="answers")
    _refuse_bad_offer(table, offer, now)
    return [CounterOfferMade(offer, answers)]


def withdraw(
    table: Negotiating, offer_id: OfferId, by: Side, because: str
) -> list[NegotiationFact]:
    """Take one's own offer back while it is on the table."""
    if table.fates.get(offer_id) == "withdrawn" and table.offers[offer_id].by is by:
        return []
    offer = _tabled(table, offer_id)
    if offer.by is not by:
        raise Refused("not-your-offer", f"offer {offer_id} is the {offer.by}'s: reject it instead")
    return [OfferWithdrawn(offer_id, because)]


def reject(table: Negotiating, rejected: OfferRejected) -> list[NegotiationFact]:
    """Turn the other side's offer down; the reason is not optional."""
    offer_id = rejected.offer
    if table.fates.get(offer_id) == "rejected" and table.offers[offer_id].by is not rejected.by:
        return []
    offer = _tabled(table, offer_id)
    if offer.by is rejected.by:
        raise Refused("own-offer", "a side cannot reject its own offer: withdraw it instead")
    if not rejected.because.strip():
        raise Refused("blank-reason", "say why the offer is rejected", place="because")
    return [rejected]


def expire(table: Negotiating, offer_id: OfferId, now: datetime) -> list[NegotiationFact]:
    """Record that the offer on the table has run out."""
    if table.fates.get(offer_id) == "expired":
        return []
    offer = _tabled(table, offer_id)
    if now < offer.valid_until:
        raise Refused("not-due", f"offer {offer_id} is valid until {offer.valid_until}")
    return [OfferExpired(offer_id)]


def acceptable(
    table: Negotiating, offer_id: OfferId, digest: Digest, by: Side, now: datetime
) -> Offer:
    """Return the offer on the table if this side may accept it now, by this digest."""
    offer = _tabled(table, offer_id)
    if offer.by is by:
        raise Refused("own-offer", "a side cannot accept its own offer")
    if now >= offer.valid_until:
        raise Refused("offer-expired", f"the offer was valid until {offer.valid_until}")
    if offer.firmness is not Firmness.FIRM:
        raise Refused(
            "offer-indicative", "the offer is indicative: ask for a firm one, or counter with it"
        )
    if digest != offer.terms_digest:
        raise Refused(
            "digest-mismatch",
            f"the offered terms have digest {offer.terms_digest}, not {digest}",
            place="terms_digest",
        )
    _refuse_changed_locks(table, flatten(offer.terms))
    return offer


def lock(table: Negotiating, path: TermPath, by: Side, offer_id: OfferId) -> list[NegotiationFact]:
    """Hold a term to be settled as it stands in an offer made here."""
    if offer_id not in table.offers:
        raise Refused("unknown-offer", f"no offer {offer_id} was made here", place="offer")
    values = subtree(table.offers[offer_id].terms, path)
    if not values:
        raise Refused("unknown-term", f"offer {offer_id} has no term {path}", place="path")
    for place, held in table.locks.items():
        if _disagree(path, values, place, held.values):
            raise Refused(
                "lock-differs",
                f"{place} is locked by the {' and the '.join(sorted(held.by))} "
                f"at {_in_words(held.values)}: lock that, or have it unlocked first",
                place="path",
            )
    known = table.locks.get(path)
    return [] if known is not None and by in known.by else [TermLocked(path, by, values)]


def nothing_to_sign(table: Negotiating, offer_id: OfferId) -> Refused:
    """Say why there is nothing to sign: what became of this offer, if it was made at all."""
    fate = table.fates.get(offer_id)
    if offer_id in table.offers and fate is not None:
        return Refused("nothing-to-sign", f"offer {offer_id} was {fate}: no offer is accepted now")
    return Refused("nothing-to-sign", "no offer is accepted: accept one before signing")


def unlock(table: Negotiating, path: TermPath, by: Side) -> list[NegotiationFact]:
    """Reopen a term; it can change again once both sides have done so."""
    held = table.locks.get(path)
    if held is None or by not in held.by:
        raise Refused("not-locked", f"the {by} has not locked {path}", place="path")
    return [TermUnlocked(path, by)]


def declare_constraint(table: Negotiating, constraint: Constraint) -> list[NegotiationFact]:
    """Tell the other side a limit; the id may not stand for another one already."""
    known = table.constraints.get(constraint.id)
    if known == constraint:
        return []
    if known is not None:
        raise Refused("constraint-id-taken", f"constraint {constraint.id} is declared already")
    limits = {"at_least": constraint.at_least, "at_most": constraint.at_most}
    if not any(limits.values()) and not constraint.one_of:
        raise Refused("empty-constraint", "give at_least, at_most or one_of", place="at_least")
    for place, limit in limits.items():
        if limit is not None and comparable(limit) is None:
            raise Refused(
                "limit-not-comparable",
                f"{place} takes a decimal, a date or a duration of fixed length like PT4H",
                place=place,
            )
    if not in_range(constraint.at_least, constraint.at_most):
        raise Refused(
            "empty-constraint", "no value lies between at_least and at_most", place="at_most"
        )
    return [ConstraintDeclared(constraint)]


def lift_constraint(table: Negotiating, constraint_id: str, by: Side) -> list[NegotiationFact]:
    """Take back a limit one has declared oneself."""
    known = table.constraints.get(constraint_id)
    if known is None:
        raise Refused("unknown-constraint", f"no constraint {constraint_id} is declared")
    if known.by is not by:
        raise Refused("constraint-of-the-other-side", f"only the {known.by} can lift it")
    return [ConstraintLifted(constraint_id, by)]


def comment(table: Negotiating, said: CommentMade) -> list[NegotiationFact]:
    """Say something; silence is not a comment."""
    if table.last_comment == said:
        return []
    if table.last_comment is not None and table.last_comment.id == said.id:
        raise Refused("comment-id-taken", f"comment {said.id} was made in other words", place="id")
    if not said.text.strip():
        raise Refused("empty-comment", "a comment needs words", place="text")
    if said.offer is not None and said.offer not in table.offers:
        raise Refused("unknown-offer", f"no offer {said.offer} was made here", place="offer")
    return [said]


def commented(table: Negotiating, said: CommentMade) -> Negotiating:
    """Remember the last thing said, so that saying it again at once adds nothing."""
    return replace(table, last_comment=said)


def constrained(table: Negotiating, constraint: Constraint) -> Negotiating:
    """Add a declared limit."""
    return replace(table, constraints={**table.constraints, constraint.id: constraint})


def unconstrained(table: Negotiating, constraint_id: str) -> Negotiating:
    """Drop a lifted limit."""
    rest = {key: limit for key, limit in table.constraints.items() if key != constraint_id}
    return replace(table, constraints=rest)


def _tabled(table: Negotiating, offer_id: OfferId) -> Offer:
    """Return the offer on the table if it is this one; otherwise say what became of it."""
    tabled = table.on_the_table
    if tabled is not None and tabled.id == offer_id:
        return tabled
    if offer_id not in table.offers:
        raise Refused("unknown-offer", f"no offer {offer_id} was made here", place="offer")
    now = "nothing is on the table" if tabled is None else f"offer {tabled.id} is on the table now"
    fate = table.fates.get(offer_id, "answered")
    raise Refused("offer-not-on-the-table", f"offer {offer_id} was {fate}; {now}", place="offer")


def _not_your_turn(tabled: Offer) -> Refused:
    return Refused(
        "not-your-turn",
        f"your offer {tabled.id} is on the table: withdraw it, or wait for the {tabled.by.other}",
    )


def _refuse_bad_offer(table: Negotiating, offer: Offer, now: datetime) -> None:
    """Refuse an offer that must not be sent, naming every term to blame."""
    if offer.id in table.offers:
        raise Refused("offer-id-taken", f"offer {offer.id} was made already")
    if offer.valid_until <= now:
        raise Refused(
            "validity-in-the-past", "an offer must be valid for a while", place="valid_until"
        )
    if offer.terms_digest != offer.terms.digest:
        raise Refused(
            "digest-mismatch",
            f"the offered terms have digest {offer.terms.digest}, not {offer.terms_digest}",
            place="terms_digest",
        )
    if isinstance(table.subject, MutualTermination) and offer.terms.ends is None:
        raise Refused(
            "no-last-day", "terms that end an agreement name its last day", place="term/ends"
        )
    if isinstance(table.subject, Amendment) is not (offer.effective_from is not None):
        raise Refused(
            "effective-from-with-amendments-only",
            "an amendment says from when it governs (effective_from); nothing else does",
            place="effective_from",
        )
    errors = [finding for finding in lint(offer.terms) if finding.severity is Severity.ERROR]
    if errors:
        raise Refused(
            "terms-refused-by-lint",
            f"the terms do not hold together: {errors[0].because}",
            findings=tuple(
                {"rule": finding.rule, "place": place, "because": finding.because}
                for finding in errors
                for place in finding.places
            ),
        )
    if not table.constraints and not table.locks:
        return  # to write every value out takes longer than all the rest
    values = flatten(offer.terms)
    _refuse_outside_constraints(table, values)
    _refuse_changed_locks(table, values)


def _refuse_outside_constraints(table: Negotiating, values: Mapping[TermPath, str]) -> None:
    required = (limit for limit in table.constraints.values() if limit.weight is Weight.REQUIRED)
    outside = broken(required, values)
    if outside:
        raise Refused(
            "outside-constraint",
            "; ".join(limit.says() for limit in outside),
            findings=tuple(
                {"rule": "outside-constraint", "place": limit.path, "because": limit.says()}
                for limit in outside
            ),
        )


def _refuse_changed_locks(table: Negotiating, values: Mapping[TermPath, str]) -> None:
    for path, held in table.locks.items():
        if held.binding and subtree(values, path) != held.values:
            raise Refused(
                "offer-changed-locked-term",
                f"both sides locked {path} at {_in_words(held.values)}: unlock it first",
                place=path,
            )


def _disagree(
    path: TermPath,
    values: Mapping[TermPath, str],
    place: TermPath,
    held: Mapping[TermPath, str],
) -> bool:
    """Tell whether one place lies in the other and is to be settled otherwise there."""
    if covers(place, path):
        return subtree(held, path) != values
    return covers(path, place) and subtree(values, place) != held


def _in_words(values: Mapping[TermPath, str]) -> str:
    return ", ".join(values.values())
