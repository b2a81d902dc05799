"""The agreement in force in other tools' languages, and their documents as drafts of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from application.contracting import AsOf
from domain.contract.contract import CONTRACT
from domain.contract.standing import Ended, InForce, Pending
from domain.terms.agreement import AgreementTerms
from interfaces.bridges.draft import Given
from interfaces.bridges.languages import EXPORTS, read_draft
from interfaces.bridges.telling import Origin, Translation
from interfaces.bridges.tmf651 import Concluded, to_tmf651
from interfaces.http.conventions import ContractStream, Reading, TheHouse, subject
from interfaces.http.schemas.base import Instant
from interfaces.http.schemas.bridges import (
    JSON,
    YAML,
    ExportAnswer,
    ImportAnswer,
    ImportBody,
    Target,
    first_day,
    import_answer,
    unsaid_answers,
)

router = APIRouter(tags=["bridges"])


@router.get(
    "/relationships/{relationship}/contracts/{contract}/export", operation_id="exportAgreement"
)
def export_agreement(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    to: Annotated[
        Target,
        Query(
            description="`prometheus`: recording and alerting rules; `openslo`: documents of "
            "version 1; `tmf651`: a TM Forum Agreement, version 4"
        ),
    ],
    as_of: Annotated[Instant | None, Query(description="The instant asked about; now")] = None,
) -> ExportAnswer:
    """Write the governing version in another language, and list what that does not say."""
    state = house.reading.stream(asked, CONTRACT, stream).state
    found = house.promises.as_of(stream, as_of or asked.at, asked.at)
    terms = AgreementTerms.model_validate(found.version.terms)
    origin = Origin(stream, found.version.version, found.version.terms_digest)
    if to != "tmf651":
        translation = EXPORTS[to](terms, origin)
        return _answer(to, YAML, translation.yaml, found, translation)
    if not isinstance(state, Pending | InForce | Ended):
        raise AssertionError("a version that governs is of a contract that was concluded")
    concluded = Concluded(
        origin=origin,
        href=f"/v1/relationships/{stream.replace('/', '/contracts/')}",
        provider=str(state.standing.provider),
        client=str(state.standing.client),
        binding=found.binding,
        signed_at=found.version.recorded_at,
        effective_from=found.version.effective_from,
        begins_at=found.span.begins_at,
        ends_at=found.span.ends_at,
    )
    translation = to_tmf651(terms, concluded)
    return _answer(to, JSON, translation.json, found, translation)


@router.post("/terms/imports", operation_id="importTerms", dependencies=[Depends(subject)])
def import_terms(house: TheHouse, body: ImportBody) -> ImportAnswer:
    """Read a document of another tool as the draft of an agreement; nothing is stored."""
    given = Given(
        starts=first_day(body.starts, house.clock.now()),
        provider=body.provider,
        client=body.client,
        currency=body.currency,
    )
    return import_answer(
        read_draft(body.language, body.text.encode(), "document.yaml", given, body.only)
    )


def _answer(
    to: Target, media_type: str, text: str, found: AsOf, translation: Translation
) -> ExportAnswer:
    return ExportAnswer(
        to=to,
        media_type=media_type,
        text=text,
        contract=found.version.contract,
        version=found.version.version,
        terms_digest=found.version.terms_digest,
        as_of=found.at,
        binding=found.binding,
        unsaid=unsaid_answers(translation.unsaid),
    )
