"""Contracts: current terms, versions, what was promised when, and what a side may do alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from application.errors import NotFound
from application.ledger import Outcome
from application.projections.base import Query as ViewQuery
from application.projections.contracts import ContractRow
from domain.contract.contract import CONTRACT
from domain.terms.agreement import AgreementTerms
from domain.terms.differences import differences
from interfaces.http.at_hand import tried_at_hand
from interfaces.http.conventions import (
    ContractStream,
    Cursor,
    Limit,
    Reading,
    RelationshipPath,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
)
from interfaces.http.schemas.base import Instant, Page, page
from interfaces.http.schemas.contracts import (
    ContractAnswer,
    NoticeBody,
    TermsAnswer,
    VersionAnswer,
    VersionSummary,
    contract_answer,
    terms_answer,
    version_answer,
    version_summary,
)
from interfaces.http.schemas.differences import DifferenceAnswer, difference_answers
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}/contracts", tags=["contracts"])

VersionNumber = Annotated[int, Path(ge=1, le=10**9)]


@router.get("", operation_id="listContracts")
def list_contracts(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[ContractRow]:
    """List the contracts of a relationship, the oldest first."""
    seat = house.reading.seat(asked, relationship, "contracts")
    register = house.projections.contract_register
    query = ViewQuery(relationship=relationship, after=read_cursor(after), limit=limit + 1)
    rows = house.reading.page(register, seat, query)
    return Page[ContractRow].model_validate(page(register, rows, limit, lambda row: row))


@router.get("/{contract}", operation_id="getContract")
@tried_at_hand
def get_contract(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    response: Response,
) -> ContractAnswer:
    """Show a contract as it stands now."""
    found = house.reading.stream(asked, CONTRACT, stream)
    tag(response, found.version)
    return contract_answer(found)


@router.get("/{contract}/terms", operation_id="getTerms")
@tried_at_hand
def get_terms(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    as_of: Annotated[Instant | None, Query(description="The instant asked about; now")] = None,
    known_at: Annotated[Instant | None, Query(description="As known at this instant; now")] = None,
) -> TermsAnswer:
    """Show the current terms, or what was promised at an instant as known at another."""
    house.reading.admit(asked, stream)
    return terms_answer(house.promises.as_of(stream, as_of or asked.at, known_at or asked.at))


@router.get("/{contract}/versions", operation_id="listVersions")
def list_versions(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[VersionSummary]:
    """List the signed versions, the first one first."""
    house.reading.stream(asked, CONTRACT, stream)
    versions = house.projections.contract_versions
    query = ViewQuery(stream=stream, after=read_cursor(after), limit=limit + 1)
    rows = house.shown.view(versions).find(query)
    return Page[VersionSummary].model_validate(page(versions, rows, limit, version_summary))


@router.get("/{contract}/versions/{version}", operation_id="getVersion")
def get_version(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    version: VersionNumber,
) -> VersionAnswer:
    """Show a signed version with its terms."""
    house.reading.admit(asked, stream)
    return version_answer(house.promises.version(stream, version))


@router.get("/{contract}/versions/{version}/differences", operation_id="compareVersions")
def compare_versions(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    version: VersionNumber,
    since: Annotated[
        int | None, Query(ge=1, le=10**9, description="The version to compare with; the one before")
    ] = None,
) -> list[DifferenceAnswer]:
    """Show what a version changed, in words, downtime and money."""
    house.reading.admit(asked, stream)
    earlier = version - 1 if since is None else since
    if earlier == 0:
        raise NotFound("earlier version to compare with")
    before, after = (house.promises.version(stream, number).terms for number in (earlier, version))
    return difference_answers(
        differences(AgreementTerms.model_validate(before), AgreementTerms.model_validate(after))
    )


@router.post("/{contract}/notices", operation_id="giveNotice", status_code=201)
def give_notice(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    body: NoticeBody,
    response: Response,
) -> ContractAnswer:
    """End the contract early, as soon as the notice period allows or on a later day."""
    outcome = house.contracting.give_notice(asked, stream, body.ground, body.because, body.last_day)
    return _answer(outcome, response)


@router.delete("/{contract}/notices/{notice}", operation_id="withdrawNotice")
def withdraw_notice(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    notice: str,
    response: Response,
) -> ContractAnswer:
    """Take one's notice back before it takes effect."""
    return _answer(house.contracting.withdraw_notice(asked, stream, notice), response)


@router.post("/{contract}/renewal-refusal", operation_id="declineRenewal")
def decline_renewal(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    body: BecauseBody,
    response: Response,
) -> ContractAnswer:
    """Say that the contract shall not go on by itself."""
    return _answer(house.contracting.decline_renewal(asked, stream, body.because), response)


def _answer(outcome: Outcome, response: Response) -> ContractAnswer:
    tag(response, outcome.stream.version)
    return contract_answer(outcome.stream)
