"""Erasure: what is personal about somebody who represented a party, gone for good."""

from __future__ import annotations

from fastapi import Response

from domain.values.ids import PersonId
from interfaces.http.conventions import PartyPath, PersonPath, TheHouse, Versioned, tag
from interfaces.http.schemas.parties import PartyAnswer, party_answer
from interfaces.routing import Routes

router = Routes(tags=["parties"])


@router.post(
    "/parties/{party}/representatives/{person}/erasure", operation_id="erasePersonalDetails"
)
def erase_personal_details(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    person: PersonPath,
    response: Response,
) -> PartyAnswer:
    """Erase name and address of somebody who no longer represents the party, for good."""
    outcome = house.erasing.erase(asked, party, PersonId(person))
    tag(response, outcome.stream.version)
    return party_answer(outcome.stream)
