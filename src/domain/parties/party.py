"""A party: an organisation, its representatives, and what each of them may do and sign.

At least one representative is always administrator, and only administrators appoint and empower.
The commands stand in ``commands.py``, the states in ``registered.py``, and what concerns keys and
certificates in ``pinning.py``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from domain.decider import Decider, Refused
from domain.parties.commands import (
    AppointRepresentative,
    AssignRole,
    ErasePersonalDetails,
    GrantSigningMandate,
    PartyCommand,
    RegisterParty,
    RelieveRole,
    RevokeSigningMandate,
    WithdrawRepresentative,
)
from domain.parties.facts import (
    ERASED,
    PartyFact,
    PartyRegistered,
    PersonalDetails,
    PersonalDetailsErased,
    RepresentativeAppointed,
    RepresentativeWithdrawn,
    Role,
    RoleAssigned,
    RoleRelieved,
    SigningMandateGranted,
    SigningMandateRevoked,
)
from domain.parties.pinning import PinningCommand, all_ended, pinned, pinning, without
from domain.parties.registered import Registered, Representative, State, Unregistered
from domain.values.ids import PersonId


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
        case Registered(), ErasePersonalDetails():
            return _erase(command, state)
        case Registered(), _ if isinstance(command, PinningCommand):
            return pinning(command, state)
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
    party.refuse_unless_administrator(command.by)
    details = PersonalDetails(command.name, command.email)
    if command.person in party.erased:
        raise Refused(
            "person-erased",
            "this person's details were erased; appoint them anew, under another id",
            place="person",
        )
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
        party.refuse_unless_administrator(command.by)
    one = party.representative(person)
    _leave_an_administrator(person, party)
    return [
        *_mandates_end(person, party, "the signatory no longer represents the party"),
        *all_ended(person, party, "its owner no longer represents the party"),
        *(RoleRelieved(person, role) for role in sorted(one.roles)),
        RepresentativeWithdrawn(person),
    ]


def _assign(command: AssignRole, party: Registered) -> list[PartyFact]:
    party.refuse_unless_administrator(command.by)
    held = party.representative(command.person).roles
    return [] if command.role in held else [RoleAssigned(command.person, command.role)]


def _relieve(command: RelieveRole, party: Registered) -> list[PartyFact]:
    party.refuse_unless_administrator(command.by)
    person, role = command.person, command.role
    if role not in party.representative(person).roles:
        return []
    if role is Role.ADMINISTRATOR:
        _leave_an_administrator(person, party)
    because = "their holder is no longer a signatory"
    ending = _mandates_end(person, party, because) if role is Role.SIGNATORY else []
    return [*ending, RoleRelieved(person, role)]


def _grant(command: GrantSigningMandate, party: Registered) -> list[PartyFact]:
    party.refuse_unless_administrator(command.by)
    party.representative(command.person)
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
    party.refuse_unless_administrator(command.by)
    if command.mandate in party.ended_mandates:
        return []
    if command.mandate not in party.mandates:
        raise Refused("unknown-mandate", "the party granted no such mandate", place="mandate")
    return [SigningMandateRevoked(command.mandate, command.because)]


def _erase(command: ErasePersonalDetails, party: Registered) -> list[PartyFact]:
    party.refuse_unless_administrator(command.by)
    if command.person in party.representatives:
        raise Refused(
            "still-a-representative",
            "this person represents the party; withdraw them before their details are erased",
            place="person",
        )
    if command.person in party.erased:
        return []
    if command.person not in party.former:
        raise Refused(
            "unknown-person", "nobody of this id ever represented the party", place="person"
        )
    return [PersonalDetailsErased(command.person)]


def _leave_an_administrator(person: PersonId, party: Registered) -> None:
    if party.administrators() == {person}:
        raise Refused(
            "last-administrator",
            "a party keeps at least one administrator; assign the role to another person first",
            place="person",
        )


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
    people, mandates = party.representatives, party.mandates
    match fact:
        case PartyRegistered():
            return party
        case RepresentativeAppointed(person, details, function, identity):
            appointed = Representative(details, function, identity)
            return replace(party, representatives={**people, person: appointed})
        case RepresentativeWithdrawn(person):
            former = party.former | {person}
            return replace(party, representatives=without(people, person), former=former)
        case PersonalDetailsErased(person):
            known = {p: replace(one, details=ERASED) for p, one in people.items() if p == person}
            erased = party.erased | {person}
            return replace(party, representatives={**people, **known}, erased=erased)
        case RoleAssigned(person, role):
            return _with_roles(party, person, add=frozenset({role}))
        case RoleRelieved(person, role):
            return _with_roles(party, person, remove=frozenset({role}))
        case SigningMandateGranted(mandate=mandate):
            return replace(party, mandates={**mandates, mandate: fact})
        case SigningMandateRevoked(mandate):
            ended_mandates = party.ended_mandates | {mandate}
            return replace(
                party, mandates=without(mandates, mandate), ended_mandates=ended_mandates
            )
        case _:
            return pinned(party, fact)


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


PARTY: Decider[PartyCommand, State, PartyFact] = Decider("party", decide, evolve, Unregistered())
