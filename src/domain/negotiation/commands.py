"""What a side can ask of a negotiation. Ids and the time come in with the command."""

from __future__ import annotations

from datetime import datetime

from domain.decider import command
from domain.negotiation.constraints import Constraint
from domain.negotiation.facts import Offer, RejectionReason, Subject
from domain.signatures.checking import Submitted
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import OfferId, PersonId
from domain.values.sides import Side


@command
class OpenNegotiation:
    """Begin to negotiate; accepted terms must be signed within ``signing_days`` days."""

    subject: Subject
    by: Side
    title: str
    signing_days: int = 14


@command
class DeclareConstraint:
    """Tell the other side a limit that offers have to respect from now on."""

    constraint: Constraint


@command
class LiftConstraint:
    """Take a limit back."""

    constraint: str
    by: Side


@command
class MakeProposal:
    """Put an offer on the empty table."""

    offer: Offer
    now: datetime


@command
class MakeCounterOffer:
    """Answer an earlier offer with another."""

    offer: Offer
    answers: OfferId
    now: datetime


@command
class WithdrawOffer:
    """Take one's own offer off the table."""

    offer: OfferId
    by: Side
    because: str = ""


@command
class RejectOffer:
    """Turn the other side's offer down, with a reason."""

    offer: OfferId
    by: Side
    reason: RejectionReason
    because: str


@command
class ExpireOffer:
    """Record that the offer on the table is no longer valid."""

    offer: OfferId
    now: datetime


@command
class LockTerm:
    """Hold a term to be settled as it stands in an offer."""

    path: TermPath
    by: Side
    offer: OfferId


@command
class UnlockTerm:
    """Reopen a term one has locked."""

    path: TermPath
    by: Side


@command
class Comment:
    """Say something to the other side."""

    id: str
    by: Side
    text: str
    path: TermPath | None = None
    offer: OfferId | None = None


@command
class AcceptOffer:
    """Accept exactly the terms with this digest; with a signed statement or without."""

    offer: OfferId
    terms_digest: Digest
    by: Side
    now: datetime
    submitted: Submitted | None = None


@command
class SignAgreement:
    """Sign the accepted terms under a mandate (which the caller has checked).

    Without a signed statement nothing is signed (``signature-required``).
    """

    offer: OfferId
    terms_digest: Digest
    by: Side
    signatory: PersonId
    mandate: str
    now: datetime
    submitted: Submitted | None


@command
class DeclineSignature:
    """Refuse to sign the accepted terms."""

    offer: OfferId
    by: Side
    signatory: PersonId
    because: str


@command
class ExpireSigningPeriod:
    """Record that not every signature came in time."""

    offer: OfferId
    now: datetime


@command
class BreakOff:
    """End the negotiation without an agreement."""

    by: Side
    because: str


NegotiationCommand = (
    OpenNegotiation
    | DeclareConstraint
    | LiftConstraint
    | MakeProposal
    | MakeCounterOffer
    | WithdrawOffer
    | RejectOffer
    | ExpireOffer
    | LockTerm
    | UnlockTerm
    | Comment
    | AcceptOffer
    | SignAgreement
    | DeclineSignature
    | ExpireSigningPeriod
    | BreakOff
)
