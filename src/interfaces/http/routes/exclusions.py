"""Exclusions: what is to be left out of the measurement, asked for and answered."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from application.excluding import Absence, exclusions_of
from application.ledger import Outcome
from domain.exclusions.exclusions import EXCLUSIONS
from domain.values.ids import id_pattern
from interfaces.http.conventions import ContractStream, Reading, TheHouse, Versioned, tag
from interfaces.http.schemas.measurements import (
    ExclusionBody,
    ExclusionsAnswer,
    exclusions_answer,
)
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.routing import Routes

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/exclusions", tags=["performance"]
)

CasePath = Annotated[
    str,
    Path(pattern=id_pattern("exclusion"), examples=["exclusion-01kb2q8v3tf8m9z6c4h1r5w7xy"]),
]


@router.get("", operation_id="listExclusions")
def list_exclusions(
    house: TheHouse, asked: Reading, stream: ContractStream, response: Response
) -> ExclusionsAnswer:
    """List every case of a contract, in the order they were asked for."""
    house.reading.admit(asked, stream)
    house.agreed.of(stream)
    found = house.ledger.load(EXCLUSIONS, exclusions_of(stream))
    tag(response, found.version)
    return exclusions_answer(found.version, found.state)


@router.post("", operation_id="requestExclusion", status_code=201)
def request_exclusion(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    body: ExclusionBody,
    response: Response,
) -> ExclusionsAnswer:
    """Announce or ask for a stretch of time to be left out of the measurement."""
    wanted = Absence(body.exclusion, body.starts, body.ends, body.because, body.evidence)
    return _answer(house.excluding.request(asked, stream, wanted), response)


@router.post("/{case}/grant", operation_id="grantExclusion")
def grant_exclusion(
    house: TheHouse, asked: Versioned, stream: ContractStream, case: CasePath, response: Response
) -> ExclusionsAnswer:
    """Agree to the other side's case."""
    return _answer(house.excluding.grant(asked, stream, case), response)


@router.post("/{case}/refusal", operation_id="refuseExclusion")
def refuse_exclusion(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    case: CasePath,
    body: BecauseBody,
    response: Response,
) -> ExclusionsAnswer:
    """Do not agree to the other side's case; the time counts."""
    return _answer(house.excluding.refuse(asked, stream, case, body.because), response)


@router.delete("/{case}", operation_id="withdrawExclusion")
def withdraw_exclusion(
    house: TheHouse, asked: Versioned, stream: ContractStream, case: CasePath, response: Response
) -> ExclusionsAnswer:
    """Take one's own case back; the time counts."""
    return _answer(house.excluding.withdraw(asked, stream, case), response)


def _answer(outcome: Outcome, response: Response) -> ExclusionsAnswer:
    tag(response, outcome.stream.version)
    return exclusions_answer(outcome.stream.version, outcome.stream.state)
