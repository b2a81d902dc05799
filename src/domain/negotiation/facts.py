"""Facts of a negotiation, seen by both sides. Stored names: change with care.

A fact holds no stream id, version or time of recording; those are the envelope's. Instants that
are part of what was said (a validity, a signing deadline) are UTC.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import PlainSerializer

from domain.decider import fact
from domain.negotiation.constraints import Constraint
from domain.signatures.evidence import Evidence
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import ContractId, OfferId, PersonId
from domain.values.sides import Side

Terms = Annotated[AgreementTerms, PlainSerializer(AgreementTerms.document)]
"""Terms as a fact stores them: the very document that is digested and signed."""


@fact
class NewAgreement:
    """The two sides negotiate their first agreement on a service."""

    kind: Literal["new-agreement"] = "new-agreement"


@fact
class Amendment:
    """They change an agreement: each offer says from when its terms are to govern."""

    contract: ContractId
    kind: Literal["amendment"] = "amendment"


@fact
class Renewal:
    """They agree on the next term of an agreement, on the same or on other terms."""

    contract: ContractId
    kind: Literal["renewal"] = "renewal"


@fact
class MutualTermination:
    """They end an agreement by consent: the offered terms end on the day they agree on."""

    contract: ContractId
    kind: Literal["mutual-termination"] = "mutual-termination"


Subject = NewAgreement | Amendment | Renewal | MutualTermination


class Firmness(StrEnum):
    """Whether the other side's yes would bind the sender."""

    INDICATIVE = "indicative"
    FIRM = "firm"


class RejectionReason(StrEnum):
    """Why an offer was rejected; the words beside it say the rest."""

    PRICE = "price"
    SERVICE_LEVEL = "service-level"
    REMEDIES = "remedies"
    LEGAL_TERMS = "legal-terms"
    SCOPE = "scope"
    TIMING = "timing"
    OTHER = "other"


@fact
class Offer:
    """Complete terms as one side puts them to the other.

    ``terms_digest`` is the SHA-256 of the canonical terms; ``valid_until`` is the first instant at
    which the offer can no longer be accepted; ``effective_from`` is the instant from which amended
    terms are to govern, and None for anything but an amendment.
    """

    id: OfferId
    by: Side
    terms: Terms
    terms_digest: Digest
    firmness: Firmness
    valid_until: datetime
    effective_from: datetime | None = None
    message: str = ""


@fact
class NegotiationOpened:
    """A side opened a negotiation; accepted terms must be signed within ``signing_days`` days."""

    subject: Subject
    by: Side
    title: str
    signing_days: int


@fact
class ConstraintDeclared:
    """A side told the other a limit that offers have to respect from then on."""

    constraint: Constraint


@fact
class ConstraintLifted:
    """The side that had declared a limit took it back."""

    constraint: str
    by: Side


@fact
class ProposalMade:
    """A side put an offer on the empty table."""

    offer: Offer


@fact
class CounterOfferMade:
    """A side answered an earlier offer, any earlier one, with an offer of its own."""

    offer: Offer
    answers: OfferId


@fact
class OfferWithdrawn:
    """The author took its offer off the table."""

    offer: OfferId
    because: str


@fact
class OfferRejected:
    """The other side turned the offer down."""

    offer: OfferId
    by: Side
    reason: RejectionReason
    because: str


@fact
class OfferExpired:
    """Nobody accepted the offer while it was valid."""

    offer: OfferId


@fact
class TermLocked:
    """A side holds a term to be settled at these values; it binds once both sides say so."""

    path: TermPath
    by: Side
    values: dict[TermPath, str]


@fact
class TermUnlocked:
    """A side reopened a term it had locked."""

    path: TermPath
    by: Side


@fact
class CommentMade:
    """A side said something to the other, about a term, an offer, or the whole."""

    id: str
    by: Side
    text: str
    path: TermPath | None = None
    offer: OfferId | None = None


@fact
class OfferAccepted:
    """The other side accepted exactly these terms.

    ``evidence`` is the negotiator's signed statement, where they gave one: accepting binds nobody
    before both have signed.
    """

    offer: OfferId
    terms_digest: Digest
    by: Side
    evidence: Evidence | None = None


@fact
class SignatureRequested:
    """Both sides are asked to sign the accepted terms before ``sign_by``."""

    offer: OfferId
    terms_digest: Digest
    sign_by: datetime


@fact
class AgreementSigned:
    """A side's signatory signed the accepted terms under a mandate.

    ``evidence`` is the signatory's signed statement; None only in a fact that was recorded before
    statements were asked for.
    """

    offer: OfferId
    terms_digest: Digest
    by: Side
    signatory: PersonId
    mandate: str
    evidence: Evidence | None


@fact
class SignatureDeclined:
    """A side's signatory refused to sign; the table is open again."""

    offer: OfferId
    by: Side
    signatory: PersonId
    because: str


@fact
class SigningPeriodExpired:
    """Not every signature came in time; the table is open again."""

    offer: OfferId
    missing: tuple[Side, ...]


@fact
class NegotiationConcluded:
    """Every required signature is there; the contract follows from this."""

    subject: Subject
    offer: OfferId
    terms: Terms
    terms_digest: Digest
    effective_from: datetime | None


@fact
class NegotiationBrokenOff:
    """A side ended the negotiation without an agreement."""

    by: Side
    because: str


NegotiationFact = (
    NegotiationOpened
    | ConstraintDeclared
    | ConstraintLifted
    | ProposalMade
    | CounterOfferMade
    | OfferWithdrawn
    | OfferRejected
    | OfferExpired
    | TermLocked
    | TermUnlocked
    | CommentMade
    | OfferAccepted
    | SignatureRequested
    | AgreementSigned
    | SignatureDeclined
    | SigningPeriodExpired
    | NegotiationConcluded
    | NegotiationBrokenOff
)
