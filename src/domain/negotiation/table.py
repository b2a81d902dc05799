"""What lies on the table: the states of a negotiation and the questions they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.decider import state
from domain.negotiation.constraints import Constraint
from domain.negotiation.facts import CommentMade, Offer, Subject
from domain.signatures.evidence import Evidence
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import OfferId
from domain.values.sides import Side

DECLINED = "refused a signature"
NOT_IN_TIME = "not signed in time"
"""What became of an accepted offer that was not signed by both, to follow *the offer was*."""


@state
class Lock:
    """The values a term is to keep, by the sides that say so.

    ``binding`` from when both said so until both took it back: one side alone frees nothing.
    """

    values: Mapping[TermPath, str]
    by: frozenset[Side]
    binding: bool = False


@state
class NotOpened:
    """Nothing happened yet."""


@state
class Negotiating:
    """Offers go back and forth; ``tabled`` is the one that can be answered now.

    ``offers`` holds every offer ever made, ``answers`` which one each answered (None: a proposal),
    ``fates`` how those that left the table did so.
    """

    subject: Subject
    opened_by: Side
    signing_days: int
    offers: Mapping[OfferId, Offer]
    answers: Mapping[OfferId, OfferId | None]
    fates: Mapping[OfferId, str]
    constraints: Mapping[str, Constraint]
    locks: Mapping[TermPath, Lock]
    tabled: OfferId | None = None
    last_comment: CommentMade | None = None
    nonces: frozenset[str] = frozenset()
    """Those of every statement recorded here, so that none counts twice."""

    @property
    def on_the_table(self) -> Offer | None:
        """The offer that can be answered now."""
        return None if self.tabled is None else self.offers[self.tabled]

    def with_offer(self, offer: Offer, answers: OfferId | None) -> Negotiating:
        """Put an offer on the table, in the place of the one it meets there."""
        fates = self.fates
        if self.tabled is not None:
            fates = {**fates, self.tabled: "countered"}
        return replace(
            self,
            offers={**self.offers, offer.id: offer},
            answers={**self.answers, offer.id: answers},
            fates=fates,
            tabled=offer.id,
        )

    def without_offer(self, offer: OfferId, fate: str) -> Negotiating:
        """Take an offer off the table."""
        if offer not in self.offers:
            return self
        tabled = None if self.tabled == offer else self.tabled
        return replace(self, fates={**self.fates, offer: fate}, tabled=tabled)

    def with_statement(self, evidence: Evidence | None) -> Negotiating:
        """Remember a recorded statement, if there was one, by its nonce."""
        if evidence is None:
            return self
        return replace(self, nonces=self.nonces | {evidence.statement.nonce})

    def with_lock(self, path: TermPath, by: Side, values: Mapping[TermPath, str]) -> Negotiating:
        """Record that a side holds a term to be settled at these values."""
        held = self.locks.get(path)
        if held is None or held.values != values:
            held = Lock(values, frozenset())
        sides = held.by | {by}
        lock = Lock(values, sides, binding=held.binding or len(sides) == len(Side))
        return replace(self, locks={**self.locks, path: lock})

    def without_lock(self, path: TermPath, by: Side) -> Negotiating:
        """Record that a side reopened a term; what binds goes on binding until both have."""
        held = self.locks.get(path)
        if held is None:
            return self
        rest = {key: lock for key, lock in self.locks.items() if key != path}
        sides = held.by - {by}
        return replace(self, locks={**rest, path: replace(held, by=sides)} if sides else rest)


@state
class AwaitingSignatures:
    """An offer is accepted; both sides have to sign before ``sign_by``."""

    negotiating: Negotiating
    offer: Offer
    accepted_by: Side
    sign_by: datetime
    signed: frozenset[Side] = frozenset()

    @property
    def missing(self) -> tuple[Side, ...]:
        """The sides whose signature is still awaited, the provider first."""
        return tuple(side for side in Side if side not in self.signed)


@state
class Concluded:
    """Both signed; nothing moves any more."""

    negotiating: Negotiating
    offer: Offer
    terms_digest: Digest


@state
class BrokenOff:
    """A side left; nothing moves any more."""

    negotiating: Negotiating
    by: Side


NegotiationState = NotOpened | Negotiating | AwaitingSignatures | Concluded | BrokenOff
