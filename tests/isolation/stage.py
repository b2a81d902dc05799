"""One relationship with everything in it, and everybody who could ask for it.

Set up through the use cases, so that the requests under test meet a state they did not make.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal

from application.desk import Request
from application.directory import identity_stream
from application.ledger import Step
from domain.parties.commands import (
    AppointRepresentative,
    AssignRole,
    GrantSigningMandate,
    PinSigningKey,
    RegisterParty,
)
from domain.parties.facts import MandateId, Role
from domain.parties.identity import IDENTITY, BindIdentity
from domain.parties.keys import PublicKey, Thumbprint, thumbprint_of
from domain.parties.party import PARTY
from domain.relationships.facts import AdmissionId
from domain.relationships.relationship import (
    RELATIONSHIP,
    AdmitAuditor,
    DismissAuditor,
    InviteToRelationship,
    JoinRelationship,
)
from domain.values.ids import PartyId, PersonId, RelationshipId, StreamId
from domain.values.sides import Side
from http_world import BEGINNING, World
from interfaces.clock import new_uuid7
from interfaces.identity.development_issuer import ISSUER
from isolation.cast import AUDITORS, CLIENT_PEOPLE, PROVIDER_PEOPLE, ROLES, SHUT_OUT, Persona
from isolation.hearing import Heard, hear
from isolation.tokens import Tokens
from signing import own_key
from witnesses import pin_witness

PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT


@dataclass(frozen=True, slots=True)
class Party:
    """A party: its people by the name they sign in under, and its pinned key."""

    id: PartyId
    people: dict[str, PersonId]
    key: Thumbprint


class Stage:
    """A world with a cast; the clock stands after one auditor's time ran out."""

    def __init__(
        self, world: World, tokens: Tokens, portal: BlockingPortal, prefix: str = ""
    ) -> None:
        self.prefix = prefix
        """Stands before the names its people sign in under: two stages share one world so."""
        self.world = world
        self._portal = portal
        self.house = world.house
        self.tokens = tokens
        self.parties: dict[str, Party] = {}
        for side, people in ((PROVIDER, PROVIDER_PEOPLE), (CLIENT, CLIENT_PEOPLE)):
            self._found(side, people)
        for auditor in (*AUDITORS, *SHUT_OUT):
            self._found(auditor.name, (auditor,))
        self._found("another-auditor", ())
        tenant = Persona("other-tenant", "other-tenant", ROLES)
        self._found("other-tenant", (tenant,))
        self._found("other-client", (Persona("other-client", "other-client", ROLES),))
        self.relationship = self.joined("provider", "client")
        self.other_relationship = self.joined("other-tenant", "other-client")

    def ask(self, subject: str) -> Request:
        """Return a request of somebody's, to hand to a use case."""
        principal = self.house.directory.known_as(self._identity(subject))
        return Request(principal, self.world.clock.now(), f"stage-{new_uuid7()}")

    def _identity(self, subject: str) -> StreamId:
        return identity_stream(ISSUER, f"{self.prefix}{subject}")

    def person(self, subject: str) -> PersonId:
        """Return the person who signs in under this name."""
        for party in self.parties.values():
            if subject in party.people:
                return party.people[subject]
        raise LookupError(subject)

    def send(self, persona: Persona, method: str, path: str, until: str = "", **sent: Any) -> Heard:
        """Send a request as somebody; a live stream is heard up to the words ``until``."""
        headers = dict(sent.pop("headers", {}))
        token = self.tokens.of(persona)
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        request = httpx.Request(method, f"http://parley.example{path}", headers=headers, **sent)
        return self.hear(self.world.app, request, until)

    def hear(self, app: Any, request: httpx.Request, until: str = "") -> Heard:
        """Ask an application around this world."""
        return self._portal.call(partial(hear, app, request, until))

    def admit(self, shown: str) -> None:
        """Admit the auditors, one of them to one stream only; let one's time run out."""
        soon = self.world.clock.now() + timedelta(days=1)
        everything: None = None
        grants: dict[str, tuple[Side, tuple[str, ...] | None, bool, datetime | None]] = {
            "auditor-of-all-shared": (PROVIDER, everything, False, None),
            "auditor-of-one-stream": (PROVIDER, (shown,), False, None),
            "auditor-of-the-client": (CLIENT, everything, True, None),
            "auditor-whose-time-is-over": (CLIENT, everything, True, soon),
            "auditor-dismissed": (PROVIDER, everything, True, None),
            "no-auditor-of-an-admitted-party": (PROVIDER, everything, True, None),
        }
        self.admissions: dict[str, AdmissionId] = {}
        for name, (by, streams, private, until) in grants.items():
            admission = AdmissionId(self.house.desk.new("admission"))
            self.admissions[name] = admission
            scope = None if streams is None else tuple(StreamId(one) for one in streams)
            self.record(
                f"{by}-legal",
                Step(
                    RELATIONSHIP,
                    self.relationship,
                    AdmitAuditor(
                        by,
                        admission,
                        self.parties[name].id,
                        scope,
                        private,
                        until,
                        self.world.clock.now(),
                    ),
                ),
            )
        dismiss = DismissAuditor(PROVIDER, self.admissions["auditor-dismissed"], "it is done")
        self.record("provider-legal", Step(RELATIONSHIP, self.relationship, dismiss))
        self.world.clock.forward(days=2)

    def record(self, subject: str, *steps: Step) -> None:
        """Record what somebody decided."""
        self.house.desk.record(self.ask(subject), *steps)

    def _found(self, name: str, people: tuple[Persona, ...]) -> None:
        """Register a party; its founder, who is no persona, appoints everybody else."""
        desk = self.house.desk
        party, first = PartyId(desk.new("party")), PersonId(desk.new("person"))
        founder = f"founder-of-{name}"
        identity = self._identity(founder)
        key = PublicKey(f"{len(self.parties):042d}A")
        self.record(
            founder,
            Step(PARTY, party, _registration(name, first, identity)),
            Step(IDENTITY, identity, BindIdentity(party, first)),
        )
        self.record(founder, Step(PARTY, party, PinSigningKey(first, key)))
        known = {founder: first}
        for persona in people:
            known[persona.name] = self._appoint(party, first, founder, persona)
        self.parties[name] = Party(party, known, thumbprint_of(key))

    def pin_witnesses(self) -> None:
        """Let each side's founder pin the key of its party's witness."""
        for side in Side:
            party = self.parties[side]
            pin_witness(self.world, party.id, party.people[f"founder-of-{side}"])

    def newcomer(self, side: Side, *roles: Role) -> PersonId:
        """Appoint somebody of whom no rule speaks, to have things done to them."""
        party = self.parties[side]
        founder = f"founder-of-{side}"
        name = f"newcomer-{new_uuid7()}"
        fresh = Persona(name, side, roles)
        person = self._appoint(party.id, party.people[founder], founder, fresh)
        party.people[name] = person
        return person

    def newcomers_key(self, side: Side) -> Thumbprint:
        """Let a newcomer pin a key; return its thumbprint."""
        person = self.newcomer(side)
        party = self.parties[side]
        name = next(name for name, one in party.people.items() if one == person)
        key = PublicKey(f"{new_uuid7().int % 10**42:042d}A")
        self.record(name, Step(PARTY, party.id, PinSigningKey(person, key)))
        return thumbprint_of(key)

    def admitted(self, relationship: RelationshipId) -> AdmissionId:
        """Let the provider admit somebody else's auditor; return the admission."""
        admission = AdmissionId(self.house.desk.new("admission"))
        auditor, now = self.parties["another-auditor"].id, self.world.clock.now()
        admit = AdmitAuditor(
            PROVIDER, admission, auditor, None, own_private_side=False, until=None, now=now
        )
        self.record("provider-legal", Step(RELATIONSHIP, relationship, admit))
        return admission

    def _appoint(self, party: PartyId, by: PersonId, founder: str, persona: Persona) -> PersonId:
        person = PersonId(self.house.desk.new("person"))
        identity = self._identity(persona.name)
        appointment = AppointRepresentative(
            by, person, f"P. {persona.name}", "p@parley.example", "a job", identity
        )
        self.record(
            founder,
            Step(PARTY, party, appointment),
            Step(IDENTITY, identity, BindIdentity(party, person)),
        )
        for role in persona.roles:
            self.record(founder, Step(PARTY, party, AssignRole(by, person, role)))
        if Role.SIGNATORY in persona.roles:
            mandate = GrantSigningMandate(
                by, person, MandateId(self.house.desk.new("mandate")), None, BEGINNING, None
            )
            self.record(founder, Step(PARTY, party, mandate))
            key = PublicKey(own_key(persona.name).jwk["x"])
            self.record(persona.name, Step(PARTY, party, PinSigningKey(person, key)))
        return person

    def invited(self, provider: str, client: str) -> RelationshipId:
        """Let a provider invite a client."""
        relationship = RelationshipId(self.house.desk.new("relationship"))
        one, other = self.parties[provider], self.parties[client]
        invite = InviteToRelationship(
            one.id, other.id, PROVIDER, "hosting", (one.key,), None, self.world.clock.now()
        )
        self.record(f"founder-of-{provider}", Step(RELATIONSHIP, relationship, invite))
        return relationship

    def joined(self, provider: str, client: str) -> RelationshipId:
        """Let two parties enter a relationship."""
        relationship = self.invited(provider, client)
        one, other = self.parties[provider], self.parties[client]
        join = JoinRelationship(CLIENT, (other.key,), (one.key,), self.world.clock.now())
        self.record(f"founder-of-{client}", Step(RELATIONSHIP, relationship, join))
        return relationship


def _registration(name: str, first: PersonId, identity: StreamId) -> RegisterParty:
    return RegisterParty(
        name,
        f"HRB {name}",
        "DE",
        "Europe/Berlin",
        first,
        f"F. {name}",
        "f@parley.example",
        "founder",
        identity,
    )
