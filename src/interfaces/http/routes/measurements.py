"""Figures in, reports, results out: how the objectives of a contract are lived up to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Response
from fastapi import Request as HttpRequest

from application.errors import NotFound
from application.measuring import promises
from application.projections.base import Query as ViewQuery
from application.projections.performance import PerformanceRow
from domain.performance.figures import SpoiltFiguresError
from domain.performance.running import Running
from domain.terms.part import ID_PATTERN
from interfaces.http.conventions import (
    ContractStream,
    Cursor,
    Fresh,
    Limit,
    Reading,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
    write_cursor,
)
from interfaces.http.problem_documents import answer
from interfaces.http.problems import MissingHeader
from interfaces.http.schemas.base import Instant, Page, page
from interfaces.http.schemas.contracts import Day
from interfaces.http.schemas.examples import BATCH_CSV, BATCH_LINES
from interfaces.http.schemas.figures import REFERENCE
from interfaces.http.schemas.measurements import (
    BatchAnswer,
    ObjectiveAnswer,
    ReportAnswer,
    ReportBody,
    ResultAnswer,
    RunningAnswer,
    batch_answer,
    objective_answer,
    report_answer,
    result_answer,
    running_answer,
)
from interfaces.measurements.formats import CSV, FORMATS, JSON, LINES, read_batch
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}/contracts/{contract}", tags=["performance"])

ObjectivePath = Annotated[str, Path(pattern=ID_PATTERN, max_length=60, examples=["availability"])]
LATEST: Final = 12
LOOKED_BACK: Final = timedelta(days=31)
Word = Annotated[str | None, Query(max_length=200)]
_TEXT: Final = {"type": "string"}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "One batch, whole: JSON with its label inside, or one object a line, or CSV "
        "with a header, with the label in the query.",
        "content": {
            JSON: {"schema": {"$ref": REFERENCE}},
            LINES: {"schema": _TEXT, "example": BATCH_LINES},
            CSV: {"schema": _TEXT, "example": BATCH_CSV},
        },
    }
}


async def body_of(request: HttpRequest) -> tuple[str, bytes]:
    """Return the media type and the bytes of a request."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media, await request.body()


def label_of(
    source: Word = None,
    batch: Word = None,
    since: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    until: Annotated[str | None, Query(max_length=40)] = None,
    shape: Annotated[str | None, Query(max_length=20)] = None,
) -> dict[str, str]:
    """Return what the query says of a batch."""
    said = {"source": source, "batch": batch, "from": since, "until": until, "shape": shape}
    return {name: value for name, value in said.items() if value is not None}


@router.post(
    "/objectives/{objective}/measurements",
    operation_id="handInMeasurements",
    status_code=201,
    openapi_extra=_BODY,
    responses={415: answer("Figures in a format that is not read here")},
)
def hand_in_measurements(
    house: TheHouse,
    asked: Fresh,
    stream: ContractStream,
    objective: ObjectivePath,
    body: Annotated[tuple[str, bytes], Depends(body_of)],
    label: Annotated[dict[str, str], Depends(label_of)],
) -> BatchAnswer:
    """Hand in a batch of figures; the same batch again counts once, a bad row refuses it whole."""
    promised = house.measuring.admit(asked, stream, objective)
    media, raw = body
    if media not in FORMATS:
        raise MissingHeader(415, "other-format", f"figures come as {', '.join(FORMATS)}")
    handed = read_batch(media, raw, label, promised)
    _, fact = house.measuring.receive(asked, stream, objective, handed)
    return batch_answer(fact)


@router.get("/objectives/{objective}/measurements", operation_id="listMeasurements")
def list_measurements(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    objective: ObjectivePath,
    since: Annotated[
        Instant | None, Query(alias="from", description="Speaking of time after; 31 days before")
    ] = None,
    until: Annotated[Instant | None, Query(description="Speaking of time before; now")] = None,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[BatchAnswer]:
    """List the batches that speak for a stretch of time, in the order they came in."""
    house.reading.admit(asked, stream)
    ends: datetime = until or asked.at
    facts = house.measuring.received(stream, objective, since or ends - LOOKED_BACK, ends)
    seen = read_cursor(after)
    first = 0 if seen is None else _number(seen[0])
    shown = facts[first : first + limit]
    more = write_cursor(str(first + limit), "batch") if len(facts) > first + limit else None
    return Page[BatchAnswer](items=[batch_answer(one) for one in shown], next=more)


@router.post("/objectives/{objective}/reports", operation_id="reportPeriod", status_code=201)
def report_period(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    objective: ObjectivePath,
    body: ReportBody,
    response: Response,
) -> ReportAnswer:
    """Say that one's figures of a period are complete: it is closed with what there is."""
    outcome = house.measuring.report(asked, stream, objective, body.period, body.note)
    tag(response, outcome.stream.version)
    now = house.closing.results(stream, objective)
    return report_answer(objective, body.period, outcome, now)


@router.get("/objectives/{objective}/results", operation_id="listResults")
def list_results(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    objective: ObjectivePath,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[PerformanceRow]:
    """List the periods of an objective that were reported or closed, the oldest first."""
    seat = house.reading.admit(asked, stream)
    promises(house.agreed.of(stream), objective)
    view = house.projections.performance
    query = ViewQuery(
        stream=stream,
        matching=(("objective", objective),),
        after=read_cursor(after),
        limit=limit + 1,
    )
    rows = house.reading.page(view, seat, query)
    return Page[PerformanceRow].model_validate(page(view, rows, limit, lambda row: row))


@router.get("/objectives/{objective}/results/{period}", operation_id="getResult")
def get_result(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    objective: ObjectivePath,
    period: Day,
) -> ResultAnswer:
    """Show what a period came to, with its working."""
    house.reading.admit(asked, stream)
    promises(house.agreed.of(stream), objective)
    result = house.closing.results(stream, objective).results.get(period)
    if result is None:
        raise NotFound("result of such a period")
    return result_answer(objective, result)


@router.get(
    "/objectives/{objective}/running",
    operation_id="getRunningResult",
    responses={500: answer("Figures are not as they were received: nothing is worked out")},
)
def get_running_result(
    house: TheHouse, asked: Reading, stream: ContractStream, objective: ObjectivePath
) -> RunningAnswer | None:
    """Show the running period so far: budget left in time and money, burn rate, forecast.

    Nothing outside the term, and while no figures speak of the period.
    """
    house.reading.admit(asked, stream)
    promised = promises(house.agreed.of(stream), objective)[-1]
    standing = house.concern.standing(stream, objective, asked.at)
    return None if standing is None else running_answer(standing, promised)


@router.get("/performance", operation_id="getPerformance")
def get_performance(
    house: TheHouse, asked: Reading, stream: ContractStream
) -> list[ObjectiveAnswer]:
    """Show how every objective stands: what runs, what waits for what, the latest results."""
    house.reading.admit(asked, stream)
    agreed = house.agreed.of(stream)
    shown = []
    for objective in agreed.objectives():
        results = house.closing.results(stream, objective).results
        latest = sorted(results.values(), key=lambda one: one.ends, reverse=True)
        shown.append(
            objective_answer(
                promises(agreed, objective)[-1],
                _standing(house, stream, objective, asked.at),
                list(house.closing.open(stream, objective, asked.at)),
                latest[:LATEST],
            )
        )
    return shown


def _standing(house: TheHouse, stream: str, objective: str, at: datetime) -> Running | None:
    """Return how an objective's running period stands; spoilt figures of one hide no other."""
    try:
        return house.concern.standing(stream, objective, at)
    except SpoiltFiguresError:
        return None


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - more than there will ever be
        raise MissingHeader(422, "cursor-malformed", "`after` takes the `next` of an earlier page")
    return int(text)
