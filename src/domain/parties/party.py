"""A party: an organisation, its representatives, and what each of them may do and sign.

At least one representative is always administrator, only administrators appoint and empower, and
only a person pins a key of their own: whoever could pin it for them could sign in their place.
The commands stand in ``commands.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar, assert_never

from domain.decider import Decider, Refused, state
from domain.parties.commands import (
    AppointRepresentative,
    AssignRole,
    GrantSigningMandate,
    PartyCommand,
    PinSigningKey,
    RegisterParty,
    RelieveRole,
    RevokeSigningKey,
    RevokeSigningMandate,
    RotateSigningKey,
    WithdrawRepresentative,
)
from domain.parties.facts import (
    MandateId,
    PartyFact,
    PartyRegistered,
    PersonalDetails,
    RepresentativeAppointed,
    RepresentativeWithdrawn,
    Role,
    RoleAssigned,
    RoleRelieved,
    SigningKeyPinned,
    SigningKeyRevoked,
    SigningKeyRotated,
    SigningMandateGranted,
    SigningMandateRevoked,
)
from domain.parties.keys import PublicKey, Thumbprint, thumbprint_of
from domain.values.ids import PersonId, StreamId

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Representative:
    """A person who represents the party now."""

    details: PersonalDetails
    function: str
    identity: StreamId
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key whose signatures count now, and whose they are."""

    person: PersonId
    key: PublicKey


@state
class Unregistered:
    """Nobody knows this party yet."""


@state
class Registered:
    """A party with its representatives, the mandates and keys in force, and those ended."""

    name: str
    registration: str
    country: str
    zone: str | None
    representatives: Mapping[PersonId, Representative] = field(default_factory=dict)
    mandates: Mapping[MandateId, SigningMandateGranted] = field(default_factory=dict)
    keys: Mapping[Thumbprint, SigningKey] = field(default_factory=dict)
    ended_mandates: frozenset[MandateId] = frozenset()
    ended_keys: frozenset[Thumbprint] = frozenset()

    def holds(self, person: PersonId, role: Role) -> bool:
        """Tell whether a person has a role here."""
        one = self.representatives.get(person)
        return one is not None and role in one.roles

    def administrators(self) -> frozenset[PersonId]:
        """Return everybody who is administrator."""
        return frozenset(p for p in self.representatives if self.holds(p, Role.ADMINISTRATOR))


State = Unregistered | Registered


def decide(command: PartyCommand, state: State) -> list[PartyFact]:
    """Decide what a command does to a party. Raises Refused by the rule broken."""
    match state, command:
        case Unregistered(), RegisterParty():
            return _register(command)
        case Unregistered(), _:
            raise Refused("not-registered", "no such party; it has to be registered first")
        case Registered(), RegisterParty():
            raise Refused("already-registered", f"{state.name} is registered already")
        case Registered(), AppointRepresentative():
            return _appoint(command, state)
        case Registered(), WithdrawRepresentative():
            return _withdraw(command, state)
        case Registered(), AssignRole():
            return _assign(command, state)
        case Registered(), RelieveRole():
            return _relieve(command, state)
        case Registered(), GrantSigningMandate():
            return _grant(command, state)
        case Registered(), RevokeSigningMandate():
            return _revoke_mandate(command, state)
        case Registered(), PinSigningKey():
            return _pin(command, state)
        case Registered(), RotateSigningKey():
            return _rotate(command, state)
        case Registered(), RevokeSigningKey():
            return _revoke_key(command, state)
        case _:
            raise Refused("unknown-command", f"a party has no answer to {command!r}")


def _register(command: RegisterParty) -> list[PartyFact]:
    first = PersonalDetails(command.person_name, command.email)
    return [
        PartyRegistered(command.name, command.registration, command.country, command.zone),
        RepresentativeAppointed(command.person, first, command.function, command.identity),
        RoleAssigned(command.person, Role.ADMINISTRATOR),
    ]


def _appoint(command: AppointRepresentative, party: Registered) -> list[PartyFact]:
    _by_administrator(command.by, party)
    details = PersonalDetails(command.name, command.email)
    known = party.representatives.get(command.person)
    if known is None:
        return [
            RepresentativeAppointed(command.person, details, command.function, command.identity)
        ]
    if Representative(details, command.function, command.identity, known.roles) != known:
        raise Refused(
            "already-appointed",
            "this person represents the party already, with other details; withdraw them first",
            place="person",
        )
    return []


def _withdraw(command: WithdrawRepresentative, party: Registered) -> list[PartyFact]:
    person = command.person
    if command.by != person:
        _by_administrator(command.by, party)
    one = _representative(person, party)
    _leave_an_administrator(person, party)
    return [
        *_mandates_end(person, party, "the signatory no longer represents the party"),
        *(
            SigningKeyRevoked(person, thumbprint, "its owner no longer represents the party")
            for thumbprint, key in party.keys.items()
            if key.person == person
        ),
        *(RoleRelieved(person, role) for role in sorted(one.roles)),
        RepresentativeWithdrawn(person),
    ]


def _assign(command: AssignRole, party: Registered) -> list[PartyFact]:
    _by_administrator(command.by, party)
    held = _representative(command.person, party).roles
    return [] if command.role in held else [RoleAssigned(command.person, command.role)]


def _relieve(command: RelieveRole, party: Registered) -> list[PartyFact]:
    _by_administrator(command.by, party)
    person, role = command.person, command.role
    if role not in _representative(person, party).roles:
        return []
    if role is Role.ADMINISTRATOR:
        _leave_an_administrator(person, party)
    because = "their holder is no longer a signatory"
    ending = _mandates_end(person, party, because) if role is Role.SIGNATORY else []
    return [*ending, RoleRelieved(person, role)]


def _grant(command: GrantSigningMandate, party: Registered) -> list[PartyFact]:
    _by_administrator(command.by, party)
    _representative(command.person, party)
    if not party.holds(command.person, Role.SIGNATORY):
        raise Refused(
            "not-a-signatory",
            "only a signatory can hold a mandate; assign the role first",
            place="person",
        )
    if command.valid_until is not None and command.valid_until <= command.valid_from:
        raise Refused(
            "mandate-period", "a mandate ends after the instant it begins at", place="valid_until"
        )
    granted = SigningMandateGranted(
        command.person, command.mandate, command.up_to, command.valid_from, command.valid_until
    )
    if party.mandates.get(command.mandate) == granted:
        return []
    if command.mandate in party.mandates or command.mandate in party.ended_mandates:
        raise Refused("mandate-exists", "this mandate was granted before; name a new one")
    return [granted]


def _revoke_mandate(command: RevokeSigningMandate, party: Registered) -> list[PartyFact]:
    _by_administrator(command.by, party)
    if command.mandate in party.ended_mandates:
        return []
    if command.mandate not in party.mandates:
        raise Refused("unknown-mandate", "the party granted no such mandate", place="mandate")
    return [SigningMandateRevoked(command.mandate, command.because)]


def _pin(command: PinSigningKey, party: Registered) -> list[PartyFact]:
    _representative(command.by, party)
    thumbprint = thumbprint_of(command.key)
    known = party.keys.get(thumbprint)
    if known is not None and known.person == command.by:
        return []
    _never_used(thumbprint, party)
    return [SigningKeyPinned(command.by, thumbprint, command.key)]


def _rotate(command: RotateSigningKey, party: Registered) -> list[PartyFact]:
    _representative(command.by, party)
    thumbprint = thumbprint_of(command.key)
    old = party.keys.get(command.retired)
    if old is None or old.person != command.by:
        raise Refused("not-your-key", "name a key of your own that is in force", place="retired")
    _never_used(thumbprint, party)
    return [SigningKeyRotated(command.by, command.retired, thumbprint, command.key)]


def _revoke_key(command: RevokeSigningKey, party: Registered) -> list[PartyFact]:
    _representative(command.by, party)
    key = party.keys.get(command.thumbprint)
    if key is None or key.person != command.by:
        _by_administrator(command.by, party)
    if command.thumbprint in party.ended_keys:
        return []
    if key is None:
        raise Refused("unknown-key", "the party pinned no such key", place="thumbprint")
    return [SigningKeyRevoked(key.person, command.thumbprint, command.because)]


def _by_administrator(by: PersonId, party: Registered) -> None:
    if by not in party.administrators():
        raise Refused("not-an-administrator", f"only an administrator of {party.name} can do this")


def _representative(person: PersonId, party: Registered) -> Representative:
    if person not in party.representatives:
        raise Refused(
            "not-a-representative",
            f"this person does not represent {party.name}; appoint them first",
            place="person",
        )
    return party.representatives[person]


def _leave_an_administrator(person: PersonId, party: Registered) -> None:
    if party.administrators() == {person}:
        raise Refused(
            "last-administrator",
            "a party keeps at least one administrator; assign the role to another person first",
            place="person",
        )


def _never_used(thumbprint: Thumbprint, party: Registered) -> None:
    if thumbprint in party.ended_keys:
        raise Refused("key-ended", "this key was retired or revoked; make a new one", place="key")
    if thumbprint in party.keys:
        raise Refused("key-in-use", "this key is pinned already; make a new one", place="key")


def _mandates_end(person: PersonId, party: Registered, because: str) -> list[PartyFact]:
    return [
        SigningMandateRevoked(mandate, because)
        for mandate, granted in party.mandates.items()
        if granted.person == person
    ]


def evolve(state: State, fact: PartyFact) -> State:
    """Replay one fact; a fact about nobody known changes nothing."""
    match state, fact:
        case _, PartyRegistered(name, registration, country, zone):
            return Registered(name, registration, country, zone)
        case Unregistered(), _:
            return state
        case Registered(), _:
            return _after(state, fact)
        case _:
            assert_never(state)


def _after(party: Registered, fact: PartyFact) -> Registered:
    people, mandates, keys = party.representatives, party.mandates, party.keys
    match fact:
        case PartyRegistered():
            return party
        case RepresentativeAppointed(person, details, function, identity):
            appointed = Representative(details, function, identity)
            return replace(party, representatives={**people, person: appointed})
        case RepresentativeWithdrawn(person):
            return replace(party, representatives=_without(people, person))
        case RoleAssigned(person, role):
            return _with_roles(party, person, add=frozenset({role}))
        case RoleRelieved(person, role):
            return _with_roles(party, person, remove=frozenset({role}))
        case SigningMandateGranted(mandate=mandate):
            return replace(party, mandates={**mandates, mandate: fact})
        case SigningMandateRevoked(mandate):
            ended_mandates = party.ended_mandates | {mandate}
            return replace(
                party, mandates=_without(mandates, mandate), ended_mandates=ended_mandates
            )
        case SigningKeyPinned(person, thumbprint, key):
            return replace(party, keys={**keys, thumbprint: SigningKey(person, key)})
        case SigningKeyRotated(person, retired, thumbprint, key):
            new = {**_without(keys, retired), thumbprint: SigningKey(person, key)}
            return replace(party, keys=new, ended_keys=party.ended_keys | {retired})
        case SigningKeyRevoked(thumbprint=thumbprint):
            ended_keys = party.ended_keys | {thumbprint}
            return replace(party, keys=_without(keys, thumbprint), ended_keys=ended_keys)
        case _:
            assert_never(fact)


def _with_roles(
    party: Registered,
    person: PersonId,
    *,
    add: frozenset[Role] = frozenset(),
    remove: frozenset[Role] = frozenset(),
) -> Registered:
    one = party.representatives.get(person)
    if one is None:
        return party
    changed = replace(one, roles=(one.roles | add) - remove)
    return replace(party, representatives={**party.representatives, person: changed})


def _without(mapping: Mapping[_Key, _Value], gone: _Key) -> dict[_Key, _Value]:
    return {key: value for key, value in mapping.items() if key != gone}


PARTY: Decider[PartyCommand, State, PartyFact] = Decider("party", decide, evolve, Unregistered())
