"""Problem documents (RFC 9457): the rule that says no, the place, and what would do.

| what | status |
|---|---|
| a rule of the trade (``Refused``) | 409 |
| stale version | 412 |
| missing version | 428 |
| bad shape, or a key with another request | 422 |
| unknown, or not yours | 404 |
| a role is missing | 403 |
| no token, or a bad one | 401 |
| outcome unknown, or contended | 503 |
| figures or facts are not what was recorded | 500 |
"""

from __future__ import annotations

import logging
from typing import Any, Final

from eventsourcing.persistence import PersistenceError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

from application.errors import (
    AuthorityUnavailable,
    Contended,
    HistoryBroken,
    KeyReused,
    Moving,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    OutOfDate,
    PartitionAway,
    Unavailable,
)
from application.mapper import fact_document
from domain.decider import Refused
from domain.performance.figures import SpoiltFiguresError
from interfaces.followers import TooManyStreams
from interfaces.http.bodies import NamedTwice
from interfaces.http.problem_documents import problem
from interfaces.identity.bearer import InvalidToken
from interfaces.measurements.unreadable import UnreadableFigures

log = logging.getLogger(__name__)

MOST_ERRORS: Final = 50
LONGEST_PLACE: Final = 300


class MissingHeader(Exception):  # noqa: N818 - it is an answer to the caller
    """A header that the request needs is missing or malformed."""

    def __init__(self, status: int, rule: str, because: str) -> None:
        super().__init__(because)
        self.status = status
        self.rule = rule


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    handlers: dict[type[Exception], Any] = {
        Refused: _refused,
        OutOfDate: _out_of_date,
        NotFound: _not_found,
        NotAllowed: _not_allowed,
        KeyReused: _key_reused,
        OutcomeUnknown: _outcome_unknown,
        Contended: _contended,
        Moving: _moving,
        MissingHeader: _missing_header,
        UnreadableFigures: _unreadable_figures,
        InvalidToken: _invalid_token,
        TooManyStreams: _too_many_streams,
        RequestValidationError: _bad_shape,
        NamedTwice: _named_twice,
        HTTPException: _http,
        PersistenceError: _unavailable,
        OperationalError: _unavailable,
        PoolTimeout: _unavailable,
        Unavailable: _unavailable,
        AuthorityUnavailable: _authority_unavailable,
        SpoiltFiguresError: _spoilt_figures,
        HistoryBroken: _history_broken,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _refused(_: Request, refusal: Refused) -> JSONResponse:
    return problem(
        409,
        refusal.rule,
        "A rule says no",
        refusal.because,
        place=refusal.place,
        findings=list(refusal.findings) or None,
    )


async def _out_of_date(_: Request, error: OutOfDate) -> JSONResponse:
    meanwhile = [
        {
            "version": event.version,
            "name": type(event.fact).__name__,
            "at": event.at.isoformat(),
            "by": event.by,
            "fact": fact_document(event.fact),
        }
        for event in error.meanwhile
    ]
    names = ", ".join(one["name"] for one in meanwhile) or "nothing"
    return problem(
        412,
        "stale-version",
        "Somebody moved before you",
        f"{error}; meanwhile: {names}. Look again and decide on the new version",
        {"ETag": f'"{error.actual}"'},
        version=error.actual,
        meanwhile=meanwhile,
    )


async def _not_found(_: Request, error: NotFound) -> JSONResponse:
    return problem(404, "not-found", "Not found", str(error))


async def _not_allowed(_: Request, error: NotAllowed) -> JSONResponse:
    return problem(403, "role-missing", "Your role does not cover this", str(error))


async def _key_reused(_: Request, error: KeyReused) -> JSONResponse:
    return problem(422, "idempotency-key-reused", "This key stands for another request", str(error))


async def _outcome_unknown(_: Request, error: OutcomeUnknown) -> JSONResponse:
    log.error("outcome unknown: %s", error)
    return problem(
        503,
        "outcome-unknown",
        "It is not known whether this was recorded",
        "send the same request with the same Idempotency-Key again: it is recorded once at most",
        {"Retry-After": "1"},
    )


async def _contended(_: Request, error: Contended) -> JSONResponse:
    return problem(
        503,
        "contended",
        "Too many are changing this at once",
        f"{error}: send it again",
        {"Retry-After": "1"},
    )


async def _moving(_: Request, error: Moving) -> JSONResponse:
    return problem(
        503,
        "relationship-moving",
        "This is being moved to another place",
        f"{error}, and nothing was recorded: send it again in a moment, with the same key",
        {"Retry-After": "2"},
    )


async def _authority_unavailable(_: Request, error: AuthorityUnavailable) -> JSONResponse:
    log.warning("authority unavailable: %s", error)
    return problem(
        503,
        "authority-unavailable",
        "An authority outside gave no good answer",
        f"{error}. Nothing was recorded: send the same request again",
        {"Retry-After": "30"},
    )


async def _spoilt_figures(_: Request, error: SpoiltFiguresError) -> JSONResponse:
    log.error("spoilt figures: %s", error)
    return problem(
        500,
        "figures-spoilt",
        "Figures are not as they were received",
        f"{error}: nothing is worked out from them until they are",
    )


async def _history_broken(_: Request, error: HistoryBroken) -> JSONResponse:
    log.error("history broken: %s", error)
    return problem(500, "history-broken", "What is recorded is not whole", str(error))


async def _missing_header(_: Request, error: MissingHeader) -> JSONResponse:
    return problem(error.status, error.rule, "A header is missing or malformed", str(error))


async def _unreadable_figures(_: Request, error: UnreadableFigures) -> JSONResponse:
    return problem(
        422,
        f"figures-{error.rule}",
        "The batch is refused whole",
        f"{error.place}: {error.because}" if error.place else error.because,
        place=error.place,
    )


async def _invalid_token(_: Request, error: InvalidToken) -> JSONResponse:
    return problem(
        401, "token-invalid", "Sign in", str(error), {"WWW-Authenticate": 'Bearer realm="parley"'}
    )


async def _too_many_streams(_: Request, error: TooManyStreams) -> JSONResponse:
    return problem(429, "too-many-streams", "Too many streams", str(error), {"Retry-After": "30"})


async def _bad_shape(_: Request, error: RequestValidationError) -> JSONResponse:
    findings = [
        {
            "rule": str(one["type"]).replace("_", "-"),
            "place": "/".join(str(part) for part in one["loc"]),
            "because": str(one["msg"]).removeprefix("Value error, "),
        }
        for one in error.errors()[:MOST_ERRORS]
    ]
    first = findings[0]
    return problem(
        422,
        "bad-shape",
        "The request does not have the right shape",
        f"{first['place']}: {first['because']}",
        place=first["place"],
        findings=findings,
    )


async def _named_twice(_: Request, error: NamedTwice) -> JSONResponse:
    place = _sayable("/".join(str(step) for step in error.place))
    finding = {"rule": "duplicate-key", "place": place, "because": "this name is there twice"}
    return problem(
        422,
        "bad-shape",
        "The request does not have the right shape",
        f"{place}: this name is there twice",
        place=place,
        findings=[finding],
    )


def _sayable(text: str) -> str:
    """Return what of somebody's words can be said again: their end if long, no half characters."""
    return text[-LONGEST_PLACE:].encode("utf-8", "backslashreplace").decode()


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    match error.status_code:
        case 400:
            # What cannot even be read as JSON is as much out of shape as what does not fit.
            title, because = "The request does not have the right shape", "the body is not JSON"
            return problem(422, "bad-shape", title, because, place="body")
        case 405:
            headers = {"Allow": ", ".join(_methods(request))}
            detail = f"this takes {headers['Allow']}"
            return problem(405, "method-not-allowed", "Method not allowed", detail, headers)
        case status:
            rule = {404: "not-found", 413: "too-large"}.get(status, "bad-request")
            return problem(status, rule, str(error.detail), str(error.detail), error.headers)


def _methods(request: Request) -> list[str]:
    """Return every method that the path takes; the router names those of one route alone."""
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.path_regex.match(request.url.path):
            found |= route.methods or set()
    return sorted(found)


async def _unavailable(_: Request, error: Exception) -> JSONResponse:
    log.error("the database does not answer: %s", type(error).__name__)
    elsewhere = isinstance(error, PartitionAway)
    return problem(
        503,
        "partition-unavailable" if elsewhere else "unavailable",
        f"The service cannot reach {'one of its databases' if elsewhere else 'its database'}",
        "try again; with the same Idempotency-Key it is recorded once at most",
        {"Retry-After": "1"},
    )
