"""A party's states: nobody yet, or an organisation with its people, mandates and keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.decider import Refused, state
from domain.parties.facts import (
    MandateId,
    PersonalDetails,
    Role,
    SigningKeyRotated,
    SigningMandateGranted,
)
from domain.parties.keys import AnyKey, Fingerprint, PublicKey, Thumbprint
from domain.values.ids import PersonId, StreamId


@dataclass(frozen=True, slots=True)
class Representative:
    """A person who represents the party now."""

    details: PersonalDetails
    function: str
    identity: StreamId
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Passkey:
    """What makes a key a passkey: its credential, and where it was registered."""

    credential: str
    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key whose signatures count now, and whose they are."""

    person: PersonId
    key: AnyKey
    passkey: Passkey | None = None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A key that took the place of another, and the key it took the place of."""

    rotation: SigningKeyRotated
    retired: AnyKey


@state
class Unregistered:
    """Nobody knows this party yet."""


@state
class Registered:
    """A party with its representatives, the mandates and keys in force, and those ended.

    ``rotations`` holds every change of key that the retired key signed, oldest first: whoever
    knew the old key can follow it to the new one.
    """

    name: str
    registration: str
    country: str
    zone: str | None
    representatives: Mapping[PersonId, Representative] = field(default_factory=dict)
    mandates: Mapping[MandateId, SigningMandateGranted] = field(default_factory=dict)
    keys: Mapping[Thumbprint, SigningKey] = field(default_factory=dict)
    witness_keys: Mapping[Thumbprint, PublicKey] = field(default_factory=dict)
    certificates: Mapping[Fingerprint, PersonId] = field(default_factory=dict)
    ended_mandates: frozenset[MandateId] = frozenset()
    ended_keys: frozenset[Thumbprint] = frozenset()
    ended_certificates: frozenset[Fingerprint] = frozenset()
    rotations: tuple[HandedOver, ...] = ()
    former: frozenset[PersonId] = frozenset()
    erased: frozenset[PersonId] = frozenset()

    def holds(self, person: PersonId, role: Role) -> bool:
        """Tell whether a person has a role here."""
        one = self.representatives.get(person)
        return one is not None and role in one.roles

    def administrators(self) -> frozenset[PersonId]:
        """Return everybody who is administrator."""
        return frozenset(p for p in self.representatives if self.holds(p, Role.ADMINISTRATOR))

    def refuse_unless_administrator(self, by: PersonId) -> None:
        """Raise Refused (not-an-administrator) for anybody else."""
        if by not in self.administrators():
            raise Refused(
                "not-an-administrator", f"only an administrator of {self.name} can do this"
            )

    def representative(self, person: PersonId) -> Representative:
        """Return a representative; raises Refused (not-a-representative) for anybody else."""
        if person not in self.representatives:
            raise Refused(
                "not-a-representative",
                f"this person does not represent {self.name}; appoint them first",
                place="person",
            )
        return self.representatives[person]


State = Unregistered | Registered
