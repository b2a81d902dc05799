"""The workspace as an application of its own, mounted beside the API."""

from __future__ import annotations

import logging
from copy import copy
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from eventsourcing.persistence import PersistenceError
from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from psycopg import OperationalError
from psycopg_pool import PoolTimeout
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.types import Scope

from application.errors import HistoryBroken, NotAllowed, NotFound, PartitionAway, Unavailable
from domain.decider import Refused
from interfaces.composition import House
from interfaces.followers import TooManyStreams
from interfaces.http.limits import BodyLimit
from interfaces.identity.callers import Identity
from interfaces.identity.code_flow import SignInFailed
from interfaces.routing import index
from interfaces.web.forms import ForgedForm, WrongFields
from interfaces.web.page_table import check_every_page_is_named
from interfaces.web.pages import ROUTERS
from interfaces.web.rendering import rendered
from interfaces.web.security import PageHeaders
from interfaces.web.static_files import statics
from interfaces.web.visits import SignInFirst, session_of

log = logging.getLogger(__name__)

SEE_OTHER: Final = 303


def workspace(house: House, identity: Identity) -> FastAPI:
    """Return the pages around a house; building the routes is slow, so they are built once."""
    app = copy(routed())
    app.state = State({"house": house, "identity": identity})
    return app


@cache
def routed() -> FastAPI:
    """Return the pages without anything behind them.

    Raises RuntimeError for a page that the page table does not name.
    """
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, default_response_class=HTMLResponse
    )
    for router in ROUTERS:
        router.add_to(app)
    app.mount("/static", statics())
    index(app)
    handlers: dict[Any, Any] = {
        SignInFirst: _sign_in_first,
        ForgedForm: _forged,
        SignInFailed: _not_signed_in,
        WrongFields: _wrong_address,
        TooManyStreams: _too_many_streams,
        NotFound: _not_found,
        Refused: _refused,
        NotAllowed: _not_allowed,
        RequestValidationError: _wrong_address,
        HTTPException: _http,
        PersistenceError: _unavailable,
        OperationalError: _unavailable,
        PoolTimeout: _unavailable,
        Unavailable: _unavailable,
        PartitionAway: _partition_away,
        HistoryBroken: _history_broken,
        Exception: _failed,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
    app.add_middleware(BodyLimit, known=_signed_in)
    app.add_middleware(PageHeaders)
    check_every_page_is_named(app)
    return app


def _signed_in(scope: Scope) -> bool:
    return session_of(HttpRequest(scope)) is not None


async def _sign_in_first(_: HttpRequest, error: SignInFirst) -> Response:
    return RedirectResponse(f"/sign-in?back={quote(error.back, safe='/')}", SEE_OTHER)


async def _not_signed_in(http: HttpRequest, error: SignInFailed) -> Response:
    return _error(http, 403, "You are not signed in", f"{error}.".capitalize())


async def _forged(http: HttpRequest, error: ForgedForm) -> Response:
    return _error(http, 403, "This form does not count", f"{error}.")


async def _wrong_address(http: HttpRequest, _: Exception) -> Response:
    return _error(http, 404, *_NOWHERE)


async def _too_many_streams(http: HttpRequest, error: TooManyStreams) -> Response:
    return _error(http, 429, "Too many open pages", f"{error}.".capitalize())


async def _not_found(http: HttpRequest, _: NotFound) -> Response:
    return _error(http, 404, *_NOWHERE)


async def _refused(http: HttpRequest, error: Refused) -> Response:
    return _error(http, 409, "Not as things stand", f"{error.because}.")


async def _not_allowed(http: HttpRequest, error: NotAllowed) -> Response:
    return _error(http, 403, "Your role does not cover this", f"{error}.")


async def _http(http: HttpRequest, error: HTTPException) -> Response:
    if error.status_code == 404:  # noqa: PLR2004 - as HTTP numbers it
        return _error(http, 404, *_NOWHERE)
    return _error(http, error.status_code, "This cannot be done here", f"{error.detail}.")


async def _partition_away(http: HttpRequest, _: PartitionAway) -> Response:
    said = "One of our databases does not answer, and this needs it. All else is as ever."
    return _error(http, 503, "Not now", said)


async def _unavailable(http: HttpRequest, _: Exception) -> Response:
    return _error(http, 503, "Not now", "The database does not answer. Try again in a moment.")


async def _history_broken(http: HttpRequest, error: HistoryBroken) -> Response:
    log.error("history broken: %s", error)
    said = str(error)
    return _error(http, 500, "What is recorded is not whole", f"{said[0].upper()}{said[1:]}.")


async def _failed(http: HttpRequest, _: Exception) -> Response:
    said = "That is our fault, and it is in our log. Nothing was half done."
    return _error(http, 500, "Something broke", said)


_NOWHERE: Final = (
    "Nothing here",
    "There is no such page, or it is not yours to see.",
)


def _error(http: HttpRequest, status: int, title: str, said: str) -> HTMLResponse:
    return rendered(http, "error.html", status, {"title": title, "said": said, "status": status})
