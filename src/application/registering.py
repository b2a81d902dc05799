"""Use cases: register a party, and say who represents it, in which role, up to how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from application.access import Action, Principal, authorise_party
from application.acquaintances import Acquaintances
from application.desk import Desk, Request
from application.errors import NotFound
from application.instants import last_signed
from application.ledger import Outcome, Step, Stream
from application.projections.base import ViewStore
from domain.parties.commands import (
    AppointRepresentative,
    AssignRole,
    GrantSigningMandate,
    PartyCommand,
    PinCertificate,
    PinPasskey,
    PinSigningKey,
    PinWitnessKey,
    RegisterParty,
    RelieveRole,
    RevokeCertificate,
    RevokeSigningKey,
    RevokeSigningMandate,
    RevokeWitnessKey,
    RotateSigningKey,
    WithdrawRepresentative,
)
from domain.parties.facts import MandateId, Role
from domain.parties.identity import IDENTITY, BindIdentity, UnbindIdentity
from domain.parties.keys import AnyKey, Fingerprint, PublicKey, Thumbprint
from domain.parties.party import PARTY
from domain.parties.registered import Registered, Unregistered
from domain.parties.registered import State as PartyState
from domain.parties.standing import certificates_of, key_named, passkeys_of
from domain.signatures.passkey import RelyingParty
from domain.signatures.statement import Rotation
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.sums import Sum


@dataclass(frozen=True, slots=True)
class Organisation:
    """A party as it introduces itself; see ``domain.parties.facts.PartyRegistered``."""

    name: str
    registration: str
    country: str
    zone: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """A representative as the party names them."""

    name: str
    email: str
    function: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a signatory may bind the party to; see SigningMandateGranted."""

    person: PersonId
    up_to: Sum | None
    valid_from: datetime | None
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that an authenticator made for a site; see PasskeyPinned."""

    key: AnyKey
    credential: str
    site: RelyingParty


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A key that is to take another's place, with what the retired one signed."""

    key: PublicKey
    statement: Rotation
    jws: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A party as it stands, and whether it is the asker's own."""

    stream: Stream
    own: bool


class Registering:
    """What a party does with itself; every move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, store: ViewStore, service: str) -> None:
        self._desk = desk
        self._service = service
        self._acquaintances = Acquaintances(desk, store)

    def register(self, request: Request, organisation: Organisation, person: Person) -> Outcome:
        """Register a party; whoever asks is its first administrator, and nobody else's."""
        party, first = PartyId(self._desk.new("party")), PersonId(self._desk.new("person"))
        identity = request.principal.identity
        command = RegisterParty(
            organisation.name,
            organisation.registration,
            organisation.country,
            organisation.zone,
            first,
            person.name,
            person.email,
            person.function,
            StreamId(identity),
        )
        # Recorded as the identity's act: its key is found again once it is bound to the person.
        return self._desk.record(
            replace(request, principal=Principal(identity)),
            Step(PARTY, party, command),
            Step(IDENTITY, identity, BindIdentity(party, first)),
        )

    def appoint(self, request: Request, party: str, person: Person, identity: StreamId) -> Outcome:
        """Let a person represent the party, signing in with an identity that is nobody's yet."""
        own, by = self._by(request, Action.ADMINISTER, party)
        fresh = PersonId(self._desk.new("person"))
        command = AppointRepresentative(
            by, fresh, person.name, person.email, person.function, identity
        )
        bind = Step(IDENTITY, identity, BindIdentity(own, fresh))
        return self._desk.record(request, _step(request, own, command), bind)

    def withdraw(self, request: Request, party: str, person: PersonId) -> Outcome:
        """Let a person no longer represent the party, nor sign in for it; oneself at any time."""
        oneself = request.principal.person == person
        action = Action.REPRESENT if oneself else Action.ADMINISTER
        own, by = self._by(request, action, party)
        one = self._registered(own).representatives.get(person)
        more = () if one is None else (Step(IDENTITY, one.identity, UnbindIdentity(own, person)),)
        return self._end(request, own, WithdrawRepresentative(by, person), person, *more)

    def assign(self, request: Request, party: str, person: PersonId, role: Role) -> Outcome:
        """Give a representative a role."""
        own, by = self._by(request, Action.ADMINISTER, party)
        return self._move(request, own, AssignRole(by, person, role))

    def relieve(self, request: Request, party: str, person: PersonId, role: Role) -> Outcome:
        """Take a role from a representative."""
        own, by = self._by(request, Action.ADMINISTER, party)
        return self._end(request, own, RelieveRole(by, person, role), person)

    def grant(self, request: Request, party: str, mandate: Mandate) -> Outcome:
        """Let a signatory bind the party up to a value, from now on unless it says from when."""
        own, by = self._by(request, Action.ADMINISTER, party)
        command = GrantSigningMandate(
            by,
            mandate.person,
            MandateId(self._desk.new("mandate")),
            mandate.up_to,
            mandate.valid_from or request.at,
            mandate.valid_until,
        )
        return self._move(request, own, command)

    def revoke_mandate(
        self, request: Request, party: str, mandate: MandateId, because: str
    ) -> Outcome:
        """End a mandate."""
        own, by = self._by(request, Action.ADMINISTER, party)
        command = RevokeSigningMandate(by, mandate, because)
        granted = self._registered(own).mandates.get(mandate)
        return self._end(request, own, command, by if granted is None else granted.person)

    def pin(self, request: Request, party: str, key: PublicKey) -> Outcome:
        """Declare a key the asker's own."""
        own, by = self._by(request, Action.REPRESENT, party)
        return self._move(request, own, PinSigningKey(by, key))

    def pin_passkey(self, request: Request, party: str, passkey: NewPasskey) -> Outcome:
        """Declare a passkey the asker's own, whose registration was checked."""
        own, by = self._by(request, Action.REPRESENT, party)
        command = PinPasskey(
            by, passkey.key, passkey.credential, passkey.site.id, passkey.site.origin
        )
        return self._move(request, own, command)

    def rotate(self, request: Request, party: str, handed_over: HandedOver) -> Outcome:
        """Put another key in the place of one of the asker's own, which signs the statement."""
        own, by = self._by(request, Action.REPRESENT, party)
        command = RotateSigningKey(
            by,
            Thumbprint(handed_over.statement.retired),
            handed_over.key,
            handed_over.statement,
            handed_over.jws,
            self._service,
            own,
            request.at,
        )
        return self._end(request, own, command, by)

    def pin_witness_key(self, request: Request, party: str, key: PublicKey) -> Outcome:
        """Declare the key with which the party cosigns checkpoints."""
        own, by = self._by(request, Action.ADMINISTER, party)
        return self._move(request, own, PinWitnessKey(by, key))

    def revoke_witness_key(
        self, request: Request, party: str, thumbprint: Thumbprint, because: str
    ) -> Outcome:
        """End a witness key."""
        own, by = self._by(request, Action.ADMINISTER, party)
        return self._move(request, own, RevokeWitnessKey(by, thumbprint, because))

    def pin_certificate(self, request: Request, party: str, fingerprint: Fingerprint) -> Outcome:
        """Declare the certificate with which the asker signs documents."""
        own, by = self._by(request, Action.REPRESENT, party)
        return self._move(request, own, PinCertificate(by, fingerprint))

    def revoke_certificate(
        self, request: Request, party: str, fingerprint: Fingerprint, because: str
    ) -> Outcome:
        """End a certificate: one's own, or, for an administrator, anybody's."""
        own, by = self._by(request, Action.REPRESENT, party)
        if fingerprint not in certificates_of(self._registered(own), by):
            authorise_party(request.principal, Action.ADMINISTER, party)
        return self._move(request, own, RevokeCertificate(by, fingerprint, because))

    def passkeys_of(self, request: Request, party: str) -> tuple[str, ...]:
        """Return the credentials of the asker's passkeys."""
        own, by = self._by(request, Action.REPRESENT, party)
        keys = passkeys_of(self._registered(own), by)
        return tuple(key.passkey.credential for key in keys if key.passkey is not None)

    def revoke_key(
        self, request: Request, party: str, thumbprint: Thumbprint, because: str
    ) -> Outcome:
        """End a key: one's own, or, for an administrator, anybody's."""
        own, by = self._by(request, Action.REPRESENT, party)
        key = key_named(self._registered(own), thumbprint)
        if key is not None and key.person != by:
            authorise_party(request.principal, Action.ADMINISTER, party)
        whose = by if key is None else key.person
        return self._end(request, own, RevokeSigningKey(by, thumbprint, because), whose)

    def read(self, request: Request, party: str) -> Seen:
        """Return a party: one's own whole, others as those who share a relationship see them."""
        own = request.principal.party
        if own is None or not self._may_see(request, own, PartyId(party)):
            raise NotFound("such party")
        return Seen(self._desk.ledger.load(PARTY, party), own == party)

    def _by(self, request: Request, action: Action, party: str) -> tuple[PartyId, PersonId]:
        """Return the asker's own party and person; raises NotFound or NotAllowed."""
        own = authorise_party(request.principal, action, party)
        if request.principal.person is None:
            raise NotFound("such party")
        return own, request.principal.person

    def _may_see(self, request: Request, own: PartyId, party: PartyId) -> bool:
        return own == party or self._acquaintances.knows(request, own, party)

    def _registered(self, party: PartyId) -> Registered:
        state: PartyState = self._desk.ledger.load(PARTY, party).state
        if isinstance(state, Unregistered):
            raise NotFound("such party")
        return state

    def _end(
        self, request: Request, party: PartyId, command: PartyCommand, whose: PersonId, *more: Step
    ) -> Outcome:
        """Record the end of somebody's keys or mandates: not before what they signed with them."""

        def plan() -> tuple[Step, ...]:
            signed = last_signed(self._desk.ledger, whose)
            return (Step(PARTY, party, command, request.expected, signed), *more)

        return self._desk.carry_out(request, PARTY, plan)

    def _move(self, request: Request, party: PartyId, command: PartyCommand) -> Outcome:
        return self._desk.record(request, _step(request, party, command))


def _step(request: Request, party: PartyId, command: PartyCommand) -> Step:
    return Step(PARTY, party, command, request.expected)
