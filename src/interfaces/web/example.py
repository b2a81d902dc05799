"""An example to try the workspace with: two sides and an auditor, with a person in every role.

There is such a thing in development alone, where anybody may sign in under any name. People sign in
as ``provider-negotiator``, ``client-legal``, ``auditor-auditor``: the names that the demo uses too.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from application.access import Principal
from application.desk import Request
from application.directory import identity_stream
from application.registering import Mandate, Organisation, Person
from application.relating import Admission, Invitation
from domain.parties.facts import Role
from domain.parties.keys import Bytes32, PublicKey
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.parties.standing import keys_of_party
from domain.values.ids import PartyId, PersonId
from domain.values.sides import Side
from domain.values.sums import Sum
from interfaces.composition import House
from interfaces.identity.development_issuer import ISSUER
from interfaces.signing_tool.own_key import OwnKey, read_key, write_key

ADMINISTRATOR: Final = "admin"
PEOPLE: Final = {
    "negotiator": Role.NEGOTIATOR,
    "signatory": Role.SIGNATORY,
    "engineer": Role.REQUIREMENTS_ENGINEER,
    "manager": Role.SERVICE_MANAGER,
    "finance": Role.FINANCE,
    "legal": Role.LEGAL,
}
PARTIES: Final = {"provider": "Northwind Cloud", "client": "Brightwater Retail"}
AUDITOR: Final = "auditor"
"""The auditing party's word, and who works for it."""


@dataclass(frozen=True, slots=True)
class Someone:
    """Somebody one can sign in as: under which name, for whom, and in which roles."""

    subject: str
    name: str
    party: str
    roles: tuple[Role, ...]


def people(house: House) -> list[Someone]:
    """Return the people of the cast that are there, the provider's first."""
    words = [(word, who) for word in PARTIES for who in (*PEOPLE, ADMINISTRATOR)]
    found = (_someone(house, f"{word}-{who}") for word, who in [*words, (AUDITOR, AUDITOR)])
    return [one for one in found if one is not None]


def _someone(house: House, subject: str) -> Someone | None:
    principal = house.directory.resolve(ISSUER, subject)
    if principal.party is None or principal.person is None:
        return None
    party = house.ledger.load(PARTY, principal.party).state
    if not isinstance(party, Registered):
        return None
    name = party.representatives[principal.person].details.name
    return Someone(subject, name, party.name, tuple(sorted(principal.roles)))


def set_up(house: House, keys: Path) -> None:
    """Set the example up; doing it again does nothing, for every step has a key of its own.

    The signatories' signing keys are kept in ``keys``: ``provider-signatory.pem`` and its like.
    """
    sides = {word: _found(house, word, name) for word, name in PARTIES.items()}
    for word, party in sides.items():
        _staff(house, word, party, keys)
    auditor = _found(house, AUDITOR, "Harbour Audit")
    _appoint(house, AUDITOR, AUDITOR, Role.AUDITOR, auditor)
    invited = house.relating.invite(
        _as(house, "provider-negotiator", "invite"),
        Invitation(sides["client"], Side.PROVIDER, "run the shop's order management", None),
    )
    relationship = invited.stream.id
    theirs = keys_of_party(house.ledger.load(PARTY, sides["provider"]).state)
    house.relating.join(_as(house, "client-negotiator", "join"), relationship, theirs)
    admission = Admission(auditor, streams=None, own_private_side=False, until=None)
    house.relating.admit(_as(house, "client-legal", "admit"), relationship, admission)


def _found(house: House, word: str, name: str) -> PartyId:
    subject = f"{word}-{ADMINISTRATOR}"
    known = house.directory.resolve(ISSUER, subject)
    if known.party is not None:
        return known.party
    asked = _as(house, subject, "register")
    organisation = Organisation(name, f"{name}, register of companies", "DE", None)
    done = house.registering.register(asked, organisation, _person(word, "Administrator", "admin"))
    return PartyId(done.stream.id)


def _staff(house: House, word: str, party: PartyId, keys: Path) -> None:
    for who, role in PEOPLE.items():
        _appoint(house, word, who, role, party)
    signatory = house.directory.resolve(ISSUER, f"{word}-signatory").person
    if signatory is None:
        raise RuntimeError("the signatory was just appointed")
    mandate = Mandate(PersonId(signatory), Sum(Decimal("1000000.00"), "USD"), None, None)
    house.registering.grant(_as(house, f"{word}-{ADMINISTRATOR}", "mandate"), party, mandate)
    if not keys_of_party(house.ledger.load(PARTY, party).state):
        key = _key(keys / f"{word}-signatory.pem")
        house.registering.pin(_as(house, f"{word}-signatory", "key"), party, key)


def _appoint(house: House, word: str, who: str, role: Role, party: PartyId) -> None:
    subject = f"{word}-{who}"
    admin = f"{word}-{ADMINISTRATOR}"
    identity = identity_stream(ISSUER, subject)
    if house.directory.known_as(identity).person is None:
        named = _person(word, role.value.replace("-", " ").capitalize(), who)
        house.registering.appoint(_as(house, admin, f"appoint-{who}"), party, named, identity)
    person = house.directory.known_as(identity).person
    if person is None:
        raise RuntimeError(f"{subject} was just appointed")
    house.registering.assign(_as(house, admin, f"role-{who}"), party, person, role)


def _key(file: Path) -> PublicKey:
    """Return the key in a file, made now if there is none: `parley sign` signs with it."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_key(file, OwnKey.fresh(), None)
    return PublicKey(Bytes32(read_key(file, None).jwk["x"]))


def _person(word: str, function: str, who: str) -> Person:
    return Person(f"{function} of the {word}", f"{who}@{word}.example", function)


def _as(house: House, subject: str, deed: str) -> Request:
    principal: Principal = house.directory.resolve(ISSUER, subject)
    return Request(principal, house.clock.now(), f"example-{deed}", f"example-{deed}")
