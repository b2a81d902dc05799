"""Parties: who one is, who represents the party, what they may do and sign, with which keys."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response

from application.access import Principal
from application.directory import identity_stream
from application.ledger import Outcome
from application.registering import Mandate, Organisation, Person
from domain.parties.facts import MandateId, RepresentativeAppointed, Role
from domain.parties.keys import Thumbprint
from domain.values.ids import PersonId
from interfaces.http.conventions import (
    Fresh,
    MandatePath,
    PartyPath,
    PersonPath,
    Reading,
    TheHouse,
    ThumbprintPath,
    Versioned,
    principal,
    subject,
    tag,
)
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.http.schemas.parties import (
    AppointmentBody,
    KeyBody,
    MandateBody,
    MeAnswer,
    PartyAnswer,
    PersonBody,
    RegistrationBody,
    SeenParty,
    mandate_sum,
    me_answer,
    party_answer,
    party_card,
    public_key,
)
from interfaces.identity.bearer import Subject
from interfaces.routing import Routes

router = Routes(tags=["parties"])

RolePath = Annotated[Role, Path()]


@router.get("/me", operation_id="whoAmI")
def who_am_i(house: TheHouse, asking: Annotated[Principal, Depends(principal)]) -> MeAnswer:
    """Show who you are here: whom you represent, and in which roles."""
    return me_answer(asking, house.signing.service)


@router.post("/parties", operation_id="registerParty", status_code=201)
def register_party(
    house: TheHouse, asked: Fresh, body: RegistrationBody, response: Response
) -> PartyAnswer:
    """Register an organisation; you become its first administrator."""
    organisation = Organisation(body.name, body.registration, body.country, body.zone)
    outcome = house.registering.register(asked, organisation, _person(body.you))
    response.headers["Location"] = f"/v1/parties/{outcome.stream.id}"
    return answer(outcome, response)


@router.get("/parties/{party}", operation_id="getParty")
def get_party(house: TheHouse, asked: Reading, party: PartyPath, response: Response) -> SeenParty:
    """Show your own party whole, or one you share a relationship with as others see it."""
    seen = house.registering.read(asked, party)
    tag(response, seen.stream.version)
    return party_answer(seen.stream) if seen.own else party_card(seen.stream)


@router.post(
    "/parties/{party}/representatives", operation_id="appointRepresentative", status_code=201
)
def appoint_representative(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    body: AppointmentBody,
    yours: Annotated[Subject, Depends(subject)],
    response: Response,
) -> PartyAnswer:
    """Let a person represent the party, and sign in for it."""
    identity = identity_stream(body.identity.issuer or yours.issuer, body.identity.subject)
    outcome = house.registering.appoint(asked, party, _person(body), identity)
    for event in outcome.events:
        if isinstance(event.fact, RepresentativeAppointed):
            response.headers["Location"] = (
                f"/v1/parties/{party}/representatives/{event.fact.person}"
            )
    return answer(outcome, response)


@router.delete("/parties/{party}/representatives/{person}", operation_id="withdrawRepresentative")
def withdraw_representative(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    person: PersonPath,
    response: Response,
) -> PartyAnswer:
    """Let a person no longer represent the party; their mandates and keys end with it."""
    return answer(house.registering.withdraw(asked, party, PersonId(person)), response)


@router.put("/parties/{party}/representatives/{person}/roles/{role}", operation_id="assignRole")
def assign_role(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    person: PersonPath,
    role: RolePath,
    response: Response,
) -> PartyAnswer:
    """Give a representative a role."""
    return answer(house.registering.assign(asked, party, PersonId(person), role), response)


@router.delete("/parties/{party}/representatives/{person}/roles/{role}", operation_id="relieveRole")
def relieve_role(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    person: PersonPath,
    role: RolePath,
    response: Response,
) -> PartyAnswer:
    """Take a role from a representative; a signatory's mandates end with it."""
    return answer(house.registering.relieve(asked, party, PersonId(person), role), response)


@router.post("/parties/{party}/mandates", operation_id="grantMandate", status_code=201)
def grant_mandate(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    body: MandateBody,
    response: Response,
) -> PartyAnswer:
    """Let a signatory bind the party up to a value, for a time."""
    mandate = Mandate(
        PersonId(body.person), mandate_sum(body.up_to), body.valid_from, body.valid_until
    )
    return answer(house.registering.grant(asked, party, mandate), response)


@router.post("/parties/{party}/mandates/{mandate}/revocation", operation_id="revokeMandate")
def revoke_mandate(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    mandate: MandatePath,
    body: BecauseBody,
    response: Response,
) -> PartyAnswer:
    """End a mandate."""
    outcome = house.registering.revoke_mandate(asked, party, MandateId(mandate), body.because)
    return answer(outcome, response)


@router.post("/parties/{party}/keys", operation_id="pinKey", status_code=201)
def pin_key(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    body: KeyBody,
    response: Response,
) -> PartyAnswer:
    """Declare a signing key your own; nobody else can do it for you."""
    return answer(house.registering.pin(asked, party, public_key(body)), response)


@router.post("/parties/{party}/keys/{thumbprint}/revocation", operation_id="revokeKey")
def revoke_key(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    thumbprint: ThumbprintPath,
    body: BecauseBody,
    response: Response,
) -> PartyAnswer:
    """End a key: your own, or, as an administrator, anybody's."""
    outcome = house.registering.revoke_key(asked, party, Thumbprint(thumbprint), body.because)
    return answer(outcome, response)


def _person(body: PersonBody) -> Person:
    return Person(body.name, body.email, body.function)


def answer(outcome: Outcome, response: Response) -> PartyAnswer:
    """Show a party to its own, with its version."""
    tag(response, outcome.stream.version)
    return party_answer(outcome.stream)
