"""What happens to an organisation and its representatives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.decider import fact
from domain.parties.keys import PublicKey, Thumbprint
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.sums import Sum

MandateId = NewType("MandateId", str)


class Role(StrEnum):
    """What a representative does for the party."""

    ADMINISTRATOR = "administrator"
    NEGOTIATOR = "negotiator"
    SIGNATORY = "signatory"
    REQUIREMENTS_ENGINEER = "requirements-engineer"
    SERVICE_MANAGER = "service-manager"
    FINANCE = "finance"
    LEGAL = "legal"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class PersonalDetails:
    """All that is personal about a representative, in one place so that it can be sealed."""

    name: str
    email: str


@fact
class PartyRegistered:
    """An organisation takes part; ``country`` is ISO 3166 alpha-2, ``zone`` an IANA zone."""

    name: str
    registration: str
    country: str
    zone: str | None


@fact
class RepresentativeAppointed:
    """A person represents the party, in the function the party gives them.

    ``identity`` is the stream of the identity they sign in with, bound in the same act.
    """

    person: PersonId
    details: PersonalDetails
    function: str
    identity: StreamId


@fact
class RepresentativeWithdrawn:
    """A person no longer represents the party."""

    person: PersonId


@fact
class RoleAssigned:
    """A representative has a role."""

    person: PersonId
    role: Role


@fact
class RoleRelieved:
    """A representative no longer has a role."""

    person: PersonId
    role: Role


@fact
class SigningMandateGranted:
    """A signatory may bind the party up to a value, from an instant until before another.

    ``up_to`` None is without limit; ``valid_until`` None is until revoked.
    """

    person: PersonId
    mandate: MandateId
    up_to: Sum | None
    valid_from: datetime
    valid_until: datetime | None


@fact
class SigningMandateRevoked:
    """A mandate no longer binds the party."""

    mandate: MandateId
    because: str


@fact
class SigningKeyPinned:
    """Signatures of this key are the representative's."""

    person: PersonId
    thumbprint: Thumbprint
    key: PublicKey


@fact
class SigningKeyRotated:
    """A key of the same representative takes the place of another."""

    person: PersonId
    retired: Thumbprint
    thumbprint: Thumbprint
    key: PublicKey


@fact
class SigningKeyRevoked:
    """Signatures of this key no longer count."""

    person: PersonId
    thumbprint: Thumbprint
    because: str


PartyFact = (
    PartyRegistered
    | RepresentativeAppointed
    | RepresentativeWithdrawn
    | RoleAssigned
    | RoleRelieved
    | SigningMandateGranted
    | SigningMandateRevoked
    | SigningKeyPinned
    | SigningKeyRotated
    | SigningKeyRevoked
)


@fact
class IdentityBound:
    """Whoever signs in with this identity is this representative of this party."""

    party: PartyId
    person: PersonId


@fact
class IdentityUnbound:
    """Whoever signs in with this identity is nobody here."""

    party: PartyId
    person: PersonId


IdentityFact = IdentityBound | IdentityUnbound
