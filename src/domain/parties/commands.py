"""What a party can be asked to do."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from domain.decider import command
from domain.parties.facts import MandateId, Role
from domain.parties.keys import AnyKey, Fingerprint, PublicKey, Thumbprint
from domain.signatures.statement import Rotation
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.moments import Moment
from domain.values.periods import Zone
from domain.values.sums import Sum
from domain.values.words import Email, Name, Words


@command
class RegisterParty:
    """Register an organisation; its first representative becomes its administrator."""

    name: Name
    registration: Name
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    zone: Zone | None
    person: PersonId
    person_name: Name
    email: Email
    function: Name
    identity: StreamId


@command
class AppointRepresentative:
    """Let a person represent the party; ``identity`` is the stream of whom they sign in as."""

    by: PersonId
    person: PersonId
    name: Name
    email: Email
    function: Name
    identity: StreamId


@command
class WithdrawRepresentative:
    """Let a person no longer represent the party; roles, mandates and keys end with it."""

    by: PersonId
    person: PersonId


@command
class AssignRole:
    """Give a representative a role."""

    by: PersonId
    person: PersonId
    role: Role


@command
class RelieveRole:
    """Take a role from a representative; a signatory's mandates end with the role."""

    by: PersonId
    person: PersonId
    role: Role


@command
class GrantSigningMandate:
    """Let a signatory bind the party up to a value, for a time (see SigningMandateGranted)."""

    by: PersonId
    person: PersonId
    mandate: MandateId
    up_to: Sum | None
    valid_from: Moment
    valid_until: Moment | None


@command
class RevokeSigningMandate:
    """End a mandate."""

    by: PersonId
    mandate: MandateId
    because: Words


@command
class PinSigningKey:
    """Declare a key one's own."""

    by: PersonId
    key: PublicKey


@command
class PinPasskey:
    """Declare a passkey one's own; the caller has checked its registration (see PasskeyPinned)."""

    by: PersonId
    key: AnyKey
    credential: str
    rp_id: str
    origin: str


@command
class RotateSigningKey:
    """Replace a key of one's own by another; the retired key signs the statement.

    ``service`` and ``party`` are this service's origin and this party's id, which the statement
    has to name.
    """

    by: PersonId
    retired: Thumbprint
    key: PublicKey
    statement: Rotation
    jws: str
    service: str
    party: PartyId
    now: Moment


@command
class RevokeSigningKey:
    """End a key: one's own, or, for an administrator, anybody's."""

    by: PersonId
    thumbprint: Thumbprint
    because: Words


@command
class PinWitnessKey:
    """Declare the key with which the party cosigns checkpoints."""

    by: PersonId
    key: PublicKey


@command
class RevokeWitnessKey:
    """End a witness key."""

    by: PersonId
    thumbprint: Thumbprint
    because: Words


@command
class PinCertificate:
    """Declare the certificate with which one signs documents."""

    by: PersonId
    fingerprint: Fingerprint


@command
class RevokeCertificate:
    """End a certificate: one's own, or, for an administrator, anybody's."""

    by: PersonId
    fingerprint: Fingerprint
    because: Words


@command
class ErasePersonalDetails:
    """Erase name and address of somebody who represented the party and no longer does."""

    by: PersonId
    person: PersonId


PartyCommand = (
    RegisterParty
    | AppointRepresentative
    | WithdrawRepresentative
    | AssignRole
    | RelieveRole
    | GrantSigningMandate
    | RevokeSigningMandate
    | PinSigningKey
    | PinPasskey
    | RotateSigningKey
    | RevokeSigningKey
    | PinWitnessKey
    | RevokeWitnessKey
    | PinCertificate
    | RevokeCertificate
    | ErasePersonalDetails
)
