"""Which of a party's people are told: those who may act, and those whom the agreement names."""

from __future__ import annotations

from typing import Final

from application.access import ROLES, Action
from application.notices.rules import Told
from domain.parties.facts import Role
from domain.parties.registered import Registered
from domain.parties.registered import State as PartyState
from domain.values.ids import PersonId

IN_THEIR_PLACE: Final = (Role.SERVICE_MANAGER, Role.ADMINISTRATOR)
"""Who is told where nobody is what the agreement calls: the first role that anybody has."""


def people_told(party: PartyState, told: Told, *, private: bool = False) -> frozenset[PersonId]:
    """Return the people of a party who are told.

    ``private`` tells that it is about the party's private file: then only who may read that.
    """
    if not isinstance(party, Registered):
        return frozenset()
    people = {person for action in told.who for person in _may(party, action)}
    if told.role is not None:
        people |= called(party, told.role)
    return frozenset(people & _may(party, Action.READ_PRIVATE if private else Action.READ))


def called(party: Registered, role: str) -> frozenset[PersonId]:
    """Return whom an agreement means by a role in words.

    Those whose function is so called, and those who have the role of that name here; where nobody
    is, those who act in their place, so that no level of a path is nobody's.
    """
    name = _plain(role)
    found = {
        person
        for person, one in party.representatives.items()
        if _plain(one.function) == name or any(_plain(held) == name for held in one.roles)
    }
    for instead in IN_THEIR_PLACE:
        found = found or {p for p in party.representatives if party.holds(p, instead)}
    return frozenset(found)


def _may(party: Registered, action: Action) -> set[PersonId]:
    covered = set(ROLES[action])
    return {person for person, one in party.representatives.items() if covered & one.roles}


def _plain(words: str) -> str:
    return " ".join(words.casefold().replace("-", " ").split())
