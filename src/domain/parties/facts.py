"""What happens to an organisation and its representatives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, NewType

from domain.decider import fact
from domain.parties.keys import AnyKey, Fingerprint, PublicKey, Thumbprint
from domain.signatures.statement import Rotation
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.personal import Personal
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


ERASED: Final = PersonalDetails("erased", "erased")
"""What reads in the place of details that were erased."""


@fact
class PersonalDetailsErased:
    """Name and address of a former representative are gone for good; the person's id stays."""

    person: PersonId


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
    details: Annotated[PersonalDetails, Personal("person", PersonalDetailsErased, ERASED)]
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
class PasskeyPinned:
    """Assertions of this passkey are the representative's.

    ``credential`` is the authenticator's id for it, in base64url; ``rp_id`` (a domain) and
    ``origin`` (of a page) say where it was registered.
    """

    person: PersonId
    thumbprint: Thumbprint
    key: AnyKey
    credential: str
    rp_id: str
    origin: str


@fact
class SigningKeyRotated:
    """A key of the same representative takes the place of another, which says so itself.

    ``jws`` is the retired key's over ``statement``; both are None only in a fact that was
    recorded before they were asked for.
    """

    person: PersonId
    retired: Thumbprint
    thumbprint: Thumbprint
    key: PublicKey
    statement: Rotation | None
    jws: str | None


@fact
class SigningKeyRevoked:
    """Signatures of this key no longer count."""

    person: PersonId
    thumbprint: Thumbprint
    because: str


@fact
class WitnessKeyPinned:
    """The party cosigns checkpoints of its histories with this key."""

    thumbprint: Thumbprint
    key: PublicKey


@fact
class WitnessKeyRevoked:
    """Cosignatures of this key no longer count."""

    thumbprint: Thumbprint
    because: str


@fact
class CertificatePinned:
    """The representative signs documents with the certificate of this fingerprint."""

    person: PersonId
    fingerprint: Fingerprint


@fact
class CertificateRevoked:
    """Documents signed with this certificate from now on do not count as the party's."""

    person: PersonId
    fingerprint: Fingerprint
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
    | PasskeyPinned
    | SigningKeyRotated
    | SigningKeyRevoked
    | WitnessKeyPinned
    | WitnessKeyRevoked
    | CertificatePinned
    | CertificateRevoked
    | PersonalDetailsErased
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
