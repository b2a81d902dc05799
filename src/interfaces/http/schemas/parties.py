"""Parties as they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from application.access import Principal
from application.ledger import Stream
from domain.parties.facts import Role, SigningMandateGranted
from domain.parties.keys import X_PATTERN, PublicKey, Thumbprint, members
from domain.parties.registered import HandedOver, Registered, Representative, SigningKey
from domain.signatures.jws import LONGEST_JWS
from domain.values.exact import Amount
from domain.values.ids import PersonId, id_pattern
from domain.values.money import Currency
from domain.values.periods import Zone
from domain.values.sums import Sum
from domain.values.words import Email
from interfaces.http.conventions import FINGERPRINT_PATTERN
from interfaces.http.schemas.base import Answer, Body, Instant, Named, no_null
from interfaces.http.schemas.signatures import RotationBody

FingerprintText = Annotated[str, StringConstraints(pattern=FINGERPRINT_PATTERN)]
PersonRef = Annotated[str, StringConstraints(pattern=id_pattern("person"))]


class PersonBody(Body):
    """A person who represents a party; ``function`` is what they do there."""

    name: Named
    email: Annotated[Email, AfterValidator(no_null)]
    function: Named


class RegistrationBody(Body):
    """An organisation and the person who registers it: its first administrator."""

    name: Named
    registration: Named
    """Where and under which number it is registered, such as ``HRB 12345, Berlin``."""
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    """ISO 3166 alpha-2."""
    zone: Zone | None = None
    you: PersonBody


class IdentityBody(Body):
    """Whom somebody signs in as."""

    subject: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    """The issuer's name for them (the ``sub`` of their tokens)."""
    issuer: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    """Without it, the issuer of your own token."""


class AppointmentBody(PersonBody):
    """A person to appoint, and whom they sign in as."""

    identity: IdentityBody


class SumBody(Body):
    """A sum of money."""

    amount: Amount
    currency: Currency


class MandateBody(Body):
    """What a signatory may bind the party to."""

    person: PersonRef
    up_to: SumBody | None
    """The greatest total value of an agreement; null is without limit."""
    valid_from: Instant | None = None
    """Without it, from now on."""
    valid_until: Instant | None = None
    """The first instant at which it no longer holds; without it, until revoked."""


class KeyBody(Body):
    """An Ed25519 public key as a JWK (RFC 8037)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, StringConstraints(pattern=X_PATTERN)]


class RotationOfKeyBody(Body):
    """A key to take the place of one of yours, which signs the statement (detached JWS)."""

    key: KeyBody
    statement: RotationBody
    jws: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=LONGEST_JWS)]


class CertificateBody(Body):
    """A certificate with which you sign documents."""

    fingerprint: FingerprintText


class PasskeyBody(Body):
    """What your authenticator answered, as `PublicKeyCredential.toJSON` writes it."""

    ticket: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=300)]
    """As it came with the options."""
    credential: dict[str, Any]


class PasskeyOptionsAnswer(Answer):
    """What a page asks your authenticator with, and what to send back with its answer."""

    options: dict[str, Any]
    """For `navigator.credentials.create` (`PublicKeyCredentialCreationOptionsJSON`)."""
    ticket: str


class MeAnswer(Answer):
    """Who is asking; party and person are null for somebody who represents nobody yet."""

    service: str
    """The service's origin, as signed statements name it."""
    identity: str
    person: str | None
    party: str | None
    roles: list[Role]


class SumAnswer(Answer):
    """A sum of money."""

    amount: Amount
    currency: str


class MandateAnswer(Answer):
    """A mandate that was not revoked."""

    id: str
    person: str
    up_to: SumAnswer | None
    valid_from: datetime
    valid_until: datetime | None


class KeyAnswer(Answer):
    """A key whose signatures count now, and whose they are."""

    thumbprint: str
    person: str
    kty: str
    crv: str
    x: str
    y: str | None = None
    """For a key on P-256."""
    passkey_of: str | None = None
    """For a passkey: the origin of the pages it was registered at."""


class RotationAnswer(Answer):
    """A key that took another's place, and what the retired one signed (null: before it had to)."""

    person: str
    retired: str
    retired_key: dict[str, str]
    thumbprint: str
    statement: dict[str, str] | None
    jws: str | None


class WitnessKeyAnswer(Answer):
    """A key with which the party cosigns checkpoints."""

    thumbprint: str
    kty: str
    crv: str
    x: str


class CertificateAnswer(Answer):
    """The SHA-256 of a certificate with which a representative signs documents."""

    fingerprint: str
    person: str


class RepresentativeCard(Answer):
    """A representative as other parties see them."""

    person: str
    name: str
    function: str
    roles: list[Role]


class RepresentativeAnswer(RepresentativeCard):
    """A representative as their own party sees them."""

    email: str


class PartyCard(Answer):
    """A party as those who share a relationship with it see it."""

    seen_as: Literal["other"] = "other"
    id: str
    version: int
    name: str
    registration: str
    country: str
    zone: str | None
    representatives: list[RepresentativeCard]
    keys: list[KeyAnswer]
    rotations: list[RotationAnswer]
    witness_keys: list[WitnessKeyAnswer]
    certificates: list[CertificateAnswer]


class PartyAnswer(Answer):
    """A party as its own representatives see it; ``version`` is the ETag."""

    seen_as: Literal["own"] = "own"
    id: str
    version: int
    name: str
    registration: str
    country: str
    zone: str | None
    representatives: list[RepresentativeAnswer]
    mandates: list[MandateAnswer]
    keys: list[KeyAnswer]
    rotations: list[RotationAnswer]
    witness_keys: list[WitnessKeyAnswer]
    certificates: list[CertificateAnswer]


SeenParty = Annotated[PartyAnswer | PartyCard, Field(discriminator="seen_as")]


def me_answer(principal: Principal, service: str) -> MeAnswer:
    """Show who is asking."""
    return MeAnswer(
        service=service,
        identity=principal.identity,
        person=principal.person,
        party=principal.party,
        roles=sorted(principal.roles),
    )


def party_answer(stream: Stream) -> PartyAnswer:
    """Show a party to its own; raises ValueError for one that was never registered."""
    party = _registered(stream)
    return PartyAnswer(
        id=stream.id,
        version=stream.version,
        name=party.name,
        registration=party.registration,
        country=party.country,
        zone=party.zone,
        representatives=[
            RepresentativeAnswer(**_card(person, one).model_dump(), email=one.details.email)
            for person, one in party.representatives.items()
        ],
        mandates=[_mandate(granted) for granted in party.mandates.values()],
        keys=_keys(party),
        rotations=[_rotation(one) for one in party.rotations],
        witness_keys=_witness_keys(party),
        certificates=_certificates(party),
    )


def party_card(stream: Stream) -> PartyCard:
    """Show a party to others; raises ValueError for one that was never registered."""
    party = _registered(stream)
    return PartyCard(
        id=stream.id,
        version=stream.version,
        name=party.name,
        registration=party.registration,
        country=party.country,
        zone=party.zone,
        representatives=[_card(*known) for known in party.representatives.items()],
        keys=_keys(party),
        rotations=[_rotation(one) for one in party.rotations],
        witness_keys=_witness_keys(party),
        certificates=_certificates(party),
    )


def public_key(body: KeyBody) -> PublicKey:
    """Return the key that a body holds."""
    return PublicKey(body.x, body.kty, body.crv)


def mandate_sum(body: SumBody | None) -> Sum | None:
    """Return the sum that a body holds."""
    return None if body is None else Sum(body.amount, body.currency)


def _registered(stream: Stream) -> Registered:
    if not isinstance(stream.state, Registered):
        raise ValueError("a party that was never registered cannot be shown")
    return stream.state


def _card(person: PersonId, one: Representative) -> RepresentativeCard:
    return RepresentativeCard(
        person=person,
        name=one.details.name,
        function=one.function,
        roles=sorted(one.roles),
    )


def _mandate(granted: SigningMandateGranted) -> MandateAnswer:
    limit = granted.up_to
    return MandateAnswer(
        id=granted.mandate,
        person=granted.person,
        up_to=None if limit is None else SumAnswer(amount=limit.amount, currency=limit.currency),
        valid_from=granted.valid_from,
        valid_until=granted.valid_until,
    )


def _keys(party: Registered) -> list[KeyAnswer]:
    return [_key(thumbprint, key) for thumbprint, key in party.keys.items()]


def _key(thumbprint: Thumbprint, pinned: SigningKey) -> KeyAnswer:
    return KeyAnswer(
        thumbprint=thumbprint,
        person=pinned.person,
        **members(pinned.key),
        passkey_of=None if pinned.passkey is None else pinned.passkey.origin,
    )


def _rotation(handed_over: HandedOver) -> RotationAnswer:
    rotation = handed_over.rotation
    return RotationAnswer(
        person=rotation.person,
        retired=rotation.retired,
        retired_key=members(handed_over.retired),
        thumbprint=rotation.thumbprint,
        statement=None if rotation.statement is None else rotation.statement.document(),
        jws=rotation.jws,
    )


def _witness_keys(party: Registered) -> list[WitnessKeyAnswer]:
    return [
        WitnessKeyAnswer(thumbprint=thumbprint, **members(key))
        for thumbprint, key in party.witness_keys.items()
    ]


def _certificates(party: Registered) -> list[CertificateAnswer]:
    return [
        CertificateAnswer(fingerprint=fingerprint, person=person)
        for fingerprint, person in party.certificates.items()
    ]
