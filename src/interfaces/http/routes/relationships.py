"""Relationships: invite, join, admit auditors, part."""

from __future__ import annotations

from fastapi import Response

from application.desk import Request
from application.ledger import Outcome
from domain.parties.keys import Thumbprint
from domain.relationships.facts import AdmissionId
from domain.relationships.relationship import RELATIONSHIP
from interfaces.composition import House
from interfaces.http.conventions import (
    AdmissionPath,
    Cursor,
    Fresh,
    Limit,
    Reading,
    RelationshipPath,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
)
from interfaces.http.schemas.base import Page, page
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.http.schemas.relationships import (
    AdmissionBody,
    InvitationBody,
    JoiningBody,
    RelationshipAnswer,
    RelationshipSummary,
    admission,
    invitation,
    relationship_answer,
    relationship_summary,
)
from interfaces.routing import Routes

router = Routes(prefix="/relationships", tags=["relationships"])


@router.post("", operation_id="inviteToRelationship", status_code=201)
def invite(
    house: TheHouse, asked: Fresh, body: InvitationBody, response: Response
) -> RelationshipAnswer:
    """Propose to another party to work together, pinning your signing keys."""
    outcome = house.relating.invite(asked, invitation(body))
    response.headers["Location"] = f"/v1/relationships/{outcome.stream.id}"
    return _answer(house, asked, outcome, response)


@router.get("", operation_id="listRelationships")
def list_relationships(
    house: TheHouse, asked: Reading, limit: Limit = 50, after: Cursor = None
) -> Page[RelationshipSummary]:
    """List the relationships of your party, the oldest first, and those it audits."""
    rows = house.relating.mine(asked, read_cursor(after), limit + 1)
    listed = page(house.projections.relationships, rows, limit, relationship_summary)
    return Page[RelationshipSummary].model_validate(listed)


@router.get("/{relationship}", operation_id="getRelationship")
def get_relationship(
    house: TheHouse, asked: Reading, relationship: RelationshipPath, response: Response
) -> RelationshipAnswer:
    """Show a relationship as it stands now."""
    seat = house.reading.seat(asked, relationship, relationship)
    found = house.ledger.load(RELATIONSHIP, relationship)
    tag(response, found.version)
    return relationship_answer(found, seat)


@router.post("/{relationship}/joining", operation_id="joinRelationship")
def join(
    house: TheHouse,
    asked: Versioned,
    relationship: RelationshipPath,
    body: JoiningBody,
    response: Response,
) -> RelationshipAnswer:
    """Agree to an invitation, pinning your keys and naming those you were invited with."""
    keys = tuple(Thumbprint(key) for key in body.their_keys)
    return _answer(house, asked, house.relating.join(asked, relationship, keys), response)


@router.post("/{relationship}/declining", operation_id="declineRelationship")
def decline(
    house: TheHouse,
    asked: Versioned,
    relationship: RelationshipPath,
    body: BecauseBody,
    response: Response,
) -> RelationshipAnswer:
    """Say no to an invitation."""
    outcome = house.relating.decline(asked, relationship, body.because)
    return _answer(house, asked, outcome, response)


@router.post("/{relationship}/withdrawal", operation_id="withdrawInvitation")
def withdraw(
    house: TheHouse,
    asked: Versioned,
    relationship: RelationshipPath,
    body: BecauseBody,
    response: Response,
) -> RelationshipAnswer:
    """Take your own invitation back."""
    outcome = house.relating.withdraw(asked, relationship, body.because)
    return _answer(house, asked, outcome, response)


@router.post("/{relationship}/auditors", operation_id="admitAuditor", status_code=201)
def admit(
    house: TheHouse,
    asked: Versioned,
    relationship: RelationshipPath,
    body: AdmissionBody,
    response: Response,
) -> RelationshipAnswer:
    """Let an auditor see what you share, or parts of it, for a time."""
    outcome = house.relating.admit(asked, relationship, admission(body))
    return _answer(house, asked, outcome, response)


@router.post(
    "/{relationship}/auditors/{admission}/dismissal",
    operation_id="dismissAuditor",
)
def dismiss(
    house: TheHouse,
    asked: Versioned,
    relationship: RelationshipPath,
    admission: AdmissionPath,
    body: BecauseBody,
    response: Response,
) -> RelationshipAnswer:
    """End an admission you have given."""
    outcome = house.relating.dismiss(asked, relationship, AdmissionId(admission), body.because)
    return _answer(house, asked, outcome, response)


@router.post("/{relationship}/end", operation_id="endRelationship")
def end(
    house: TheHouse,
    asked: Versioned,
    relationship: RelationshipPath,
    body: BecauseBody,
    response: Response,
) -> RelationshipAnswer:
    """Stop working together; what you shared stays readable."""
    outcome = house.relating.end(asked, relationship, body.because)
    return _answer(house, asked, outcome, response)


def _answer(
    house: House, asked: Request, outcome: Outcome, response: Response
) -> RelationshipAnswer:
    """Show what a side's move led to; only sides move, so no reading is recorded."""
    tag(response, outcome.stream.version)
    seat = house.reading.seat(asked, outcome.stream.id, outcome.stream.id)
    return relationship_answer(outcome.stream, seat)
