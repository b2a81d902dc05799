"""The agreement in force in other tools' languages, and their documents as drafts of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from domain.contract.contract import CONTRACT
from interfaces.bridges.draft import Given
from interfaces.bridges.governing import Target, written
from interfaces.bridges.languages import read_draft
from interfaces.http.conventions import ContractStream, Reading, TheHouse, subject
from interfaces.http.schemas.base import Instant
from interfaces.http.schemas.bridges import (
    ExportAnswer,
    ImportAnswer,
    ImportBody,
    first_day,
    import_answer,
    unsaid_answers,
)
from interfaces.routing import Routes

router = Routes(tags=["bridges"])


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
    file = written(stream, state, found, to)
    return ExportAnswer(
        to=to,
        media_type=file.media_type,
        text=file.text,
        contract=found.version.contract,
        version=found.version.version,
        terms_digest=found.version.terms_digest,
        as_of=found.at,
        binding=found.binding,
        unsaid=unsaid_answers(file.unsaid),
    )


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
