"""What others ask of a party: who may do what, who may sign for how much, with which keys."""

from __future__ import annotations

from datetime import datetime

from domain.parties.facts import MandateId, Role, SigningMandateGranted
from domain.parties.keys import Fingerprint, PublicKey, Thumbprint, members
from domain.parties.registered import Registered, SigningKey, State
from domain.signatures.checking import Keyring, Pinned
from domain.signatures.passkey import RelyingParty
from domain.values.ids import PersonId
from domain.values.money import Money
from domain.values.sums import Sum


def represents(state: State, person: PersonId) -> bool:
    """Tell whether a person represents the party now."""
    return isinstance(state, Registered) and person in state.representatives


def roles_of(state: State, person: PersonId) -> frozenset[Role]:
    """Return a person's roles in the party; none for whoever does not represent it."""
    match state:
        case Registered(representatives=people) if person in people:
            return people[person].roles
        case _:
            return frozenset()


def mandates_for(
    state: State, person: PersonId, value: Money | Sum | None, at: datetime
) -> tuple[MandateId, ...]:
    """Return the mandates under which a person may bind the party to ``value`` at an instant.

    Oldest first. A limit covers its own currency only; ``value`` None is what has no price, which
    any mandate covers.
    """
    if not isinstance(state, Registered) or not state.holds(person, Role.SIGNATORY):
        return ()
    return tuple(
        mandate
        for mandate, granted in state.mandates.items()
        if granted.person == person and _valid(granted, at) and _covers(granted, value)
    )


def mandate_for(
    state: State, person: PersonId, value: Money | Sum | None, at: datetime
) -> MandateId | None:
    """Return the first of ``mandates_for``, or None."""
    return next(iter(mandates_for(state, person, value, at)), None)


def keys_of(state: State, person: PersonId) -> tuple[Thumbprint, ...]:
    """Return the thumbprints of a representative's keys in force, oldest first."""
    if not isinstance(state, Registered) or person not in state.representatives:
        return ()
    return tuple(print_ for print_, key in state.keys.items() if key.person == person)


def keys_of_party(state: State) -> tuple[Thumbprint, ...]:
    """Return the thumbprints of all the party's keys in force, oldest first: what it pins."""
    return tuple(state.keys) if isinstance(state, Registered) else ()


def key_named(state: State, thumbprint: Thumbprint) -> SigningKey | None:
    """Return a key in force and whose it is, or None when its signatures do not count."""
    return state.keys.get(thumbprint) if isinstance(state, Registered) else None


def keyring_of(state: State, person: PersonId) -> Keyring:
    """Return what a representative's signatures are checked with: none for anybody else."""
    if not isinstance(state, Registered) or person not in state.representatives:
        return Keyring({})
    return Keyring(
        {
            print_: Pinned(members(key.key), _relying_party(key))
            for print_, key in state.keys.items()
            if key.person == person
        },
        frozenset(state.ended_keys),
    )


def passkeys_of(state: State, person: PersonId) -> tuple[SigningKey, ...]:
    """Return a representative's passkeys in force, oldest first."""
    if not isinstance(state, Registered) or person not in state.representatives:
        return ()
    return tuple(key for key in state.keys.values() if key.person == person and key.passkey)


def witness_keys_of(state: State) -> dict[Thumbprint, PublicKey]:
    """Return the keys with which the party cosigns checkpoints, oldest first."""
    return dict(state.witness_keys) if isinstance(state, Registered) else {}


def certificates_of(state: State, person: PersonId) -> tuple[Fingerprint, ...]:
    """Return the certificates with which a representative signs documents, oldest first."""
    if not isinstance(state, Registered):
        return ()
    return tuple(print_ for print_, owner in state.certificates.items() if owner == person)


def _relying_party(key: SigningKey) -> RelyingParty | None:
    return None if key.passkey is None else RelyingParty(key.passkey.rp_id, key.passkey.origin)


def _valid(granted: SigningMandateGranted, at: datetime) -> bool:
    ended = granted.valid_until is not None and at >= granted.valid_until
    return granted.valid_from <= at and not ended


def _covers(granted: SigningMandateGranted, value: Money | Sum | None) -> bool:
    return value is None or granted.up_to is None or granted.up_to.covers(value)
