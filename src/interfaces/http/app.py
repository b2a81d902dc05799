"""The FastAPI application: routes, problem documents, limits, health."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.types import Scope

from interfaces.composition import House
from interfaces.http import problem_documents, problems
from interfaces.http.access_table import check_every_route_is_named
from interfaces.http.at_hand import Looks
from interfaces.http.bodies import OnceRoute
from interfaces.http.limits import BodyLimit, bearer_token
from interfaces.http.routes import (
    backtests,
    bills,
    bridges,
    bundles,
    calendars,
    claims,
    contracts,
    disputes,
    documents,
    erasure,
    exclusions,
    exports,
    health,
    history,
    inbox,
    keys,
    measurements,
    negotiations,
    notifications,
    parties,
    plans,
    positions,
    records,
    relationships,
    requirements,
    reviews,
    services,
    terms,
    webhooks,
)
from interfaces.http.schemas import figures
from interfaces.http.schemas.examples import illustrate
from interfaces.identity.bearer import InvalidToken
from interfaces.identity.callers import Identity
from interfaces.routing import index

DESCRIPTION = """
Negotiate a service level agreement, sign it, and live by it.

Every step is an immutable fact. Commands take an `Idempotency-Key`; commands on a versioned thing
take `If-Match` with the version they were decided on. Errors are problem documents (RFC 9457) that
name the rule.
"""


class DescribedAPI(FastAPI):
    """FastAPI with the problem document's schema and examples in its description."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        return illustrate(figures.describe(problem_documents.describe(super().openapi())))


@cache
def routed() -> FastAPI:
    """Return the routes without anything behind them, enough to describe the API.

    Building them is slow, so they are built once.

    Raises RuntimeError for a route that the access table does not name.
    """
    app = DescribedAPI(
        title="Parley",
        version="1",
        summary="Service level agreements: negotiated, signed, lived by.",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        separate_input_output_schemas=True,
    )
    app.router.route_class = OnceRoute
    problems.install(app)
    for area in (
        parties,
        keys,
        erasure,
        services,
        relationships,
        requirements,
        positions,
        backtests,
        negotiations,
        contracts,
        measurements,
        exclusions,
        bills,
        claims,
        disputes,
        plans,
        reviews,
        inbox,
        notifications,
        webhooks,
        calendars,
        documents,
        exports,
        records,
        history,
        bundles,
        terms,
        bridges,
    ):
        area.router.add_to(app, "/v1", problem_documents.RESPONSES)
    health.router.add_to(app)
    index(app)
    app.add_middleware(BodyLimit, known=_signed_in)
    check_every_route_is_named(app)
    return app


def _signed_in(scope: Scope) -> bool:
    """Tell whether a request shows a token that holds; raises Unavailable if nobody can tell."""
    identity: Identity = scope["app"].state.identity
    try:
        identity.verifier.verify(bearer_token(scope))
    except InvalidToken:
        return False
    return True


def described() -> dict[str, Any]:
    """Return the OpenAPI document."""
    return routed().openapi()


def create_app(house: House, identity: Identity) -> FastAPI:
    """Return the application around a house."""
    app = copy(routed())
    app.state = state_around(house, identity)
    return app


def state_around(house: House, identity: Identity) -> State:
    """Return what the routes look for behind them."""
    return State({"house": house, "identity": identity, "looks": Looks(house.ledger.watch)})
