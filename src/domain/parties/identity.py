"""An identity: one subject of one issuer, bound to at most one representative.

Its stream is named after issuer and subject by the application; here are only party and person.
"""

from __future__ import annotations

from typing import assert_never

from domain.decider import Decider, Refused, command, state
from domain.parties.facts import IdentityBound, IdentityFact, IdentityUnbound
from domain.values.ids import PartyId, PersonId


@command
class BindIdentity:
    """Let this identity act as a representative."""

    party: PartyId
    person: PersonId


@command
class UnbindIdentity:
    """Let this identity no longer act as that representative."""

    party: PartyId
    person: PersonId


Command = BindIdentity | UnbindIdentity


@state
class Unbound:
    """The identity is nobody."""


@state
class Bound:
    """The identity is this representative."""

    party: PartyId
    person: PersonId


State = Unbound | Bound


def decide(command: Command, state: State) -> list[IdentityFact]:
    """Decide who an identity is. Refuses an identity that is somebody else: ``identity-taken``."""
    mine = Bound(command.party, command.person)
    match command, state:
        case BindIdentity(party, person), Unbound():
            return [IdentityBound(party, person)]
        case UnbindIdentity(party, person), Bound() if state == mine:
            return [IdentityUnbound(party, person)]
        case _, Bound() if state != mine:
            raise Refused(
                "identity-taken",
                "this identity belongs to another representative; unbind it there first",
            )
        case (BindIdentity(), Bound()) | (UnbindIdentity(), Unbound()):
            return []
        case _:
            raise Refused("identity-move", "an identity can be bound or unbound")


def evolve(state: State, fact: IdentityFact) -> State:
    """Replay one fact."""
    match fact:
        case IdentityBound(party, person):
            return Bound(party, person)
        case IdentityUnbound(party, person):
            return Unbound() if state == Bound(party, person) else state
        case _:
            assert_never(fact)


IDENTITY: Decider[Command, State, IdentityFact] = Decider("identity", decide, evolve, Unbound())
