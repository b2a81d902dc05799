"""A party as its own people see it: who represents it, who may bind it, with which keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from application.errors import NotFound
from domain.parties.facts import PersonalDetails, RepresentativeAppointed, Role
from domain.parties.keys import Thumbprint
from domain.parties.registered import Registered, SigningKey
from domain.values.ids import PersonId
from domain.values.sums import Sum
from interfaces.web.visits import Visit


@dataclass(frozen=True)
class PersonShown:
    """Somebody who represents the party."""

    id: PersonId
    name: str
    email: str
    function: str
    roles: tuple[Role, ...]
    own: bool
    """Whether it is the visitor."""

    @property
    def free(self) -> tuple[Role, ...]:
        """The roles that they do not have."""
        return tuple(role for role in Role if role not in self.roles)


@dataclass(frozen=True)
class MandateShown:
    """A mandate in force, and whose it is."""

    id: str
    person: str
    up_to: Sum | None
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True)
class FormerShown:
    """Somebody who no longer represents the party; ``name`` None once it is erased."""

    id: PersonId
    name: str | None


@dataclass(frozen=True)
class Household:
    """Everything that the party's own page says."""

    id: str
    version: int
    party: Registered
    people: tuple[PersonShown, ...]
    mandates: tuple[MandateShown, ...]
    keys: tuple[tuple[Thumbprint, SigningKey, str], ...]
    certificates: tuple[tuple[str, str, bool], ...]
    former: tuple[FormerShown, ...]

    def name_of(self, person: str) -> str:
        """Return the name of somebody who represents the party."""
        return next((one.name for one in self.people if one.id == person), "nobody")

    @property
    def signatories(self) -> list[tuple[str, str]]:
        """Who may be given a mandate, to choose from."""
        return [(one.id, one.name) for one in self.people if Role.SIGNATORY in one.roles]


def own_party(visit: Visit) -> tuple[str, PersonId]:
    """Return the visitor's party and person; raises NotFound for a newcomer."""
    if visit.principal.party is None or visit.principal.person is None:
        raise NotFound("such party")
    return visit.principal.party, visit.principal.person


def household(visit: Visit, *, with_former: bool) -> Household:
    """Return the visitor's own party; raises NotFound for a newcomer.

    ``with_former`` reads the party's whole history for who represented it once: for those only
    who can have details erased.
    """
    own, person = own_party(visit)
    stream = visit.house.registering.read(visit.asked, own).stream
    party: Registered = stream.state
    people = tuple(
        PersonShown(
            key,
            one.details.name,
            one.details.email,
            one.function,
            tuple(role for role in Role if role in one.roles),
            key == person,
        )
        for key, one in party.representatives.items()
    )
    names = {one.id: one.name for one in people}
    return Household(
        own,
        stream.version,
        party,
        people,
        tuple(
            MandateShown(
                key, names.get(one.person, "nobody"), one.up_to, one.valid_from, one.valid_until
            )
            for key, one in party.mandates.items()
        ),
        tuple((key, one, names.get(one.person, "nobody")) for key, one in party.keys.items()),
        tuple(
            (key, names.get(one, "nobody"), one == person)
            for key, one in party.certificates.items()
        ),
        former(visit, own, party) if with_former and party.former else (),
    )


def former(visit: Visit, own: str, party: Registered) -> tuple[FormerShown, ...]:
    """Return who represented the party once, with their names as far as they are not erased."""
    names: dict[PersonId, PersonalDetails] = {
        event.fact.person: event.fact.details
        for event in visit.house.ledger.history(own)
        if isinstance(event.fact, RepresentativeAppointed)
    }
    return tuple(
        FormerShown(
            person,
            names[person].name if person in names and person not in party.erased else None,
        )
        for person in sorted(party.former)
    )
