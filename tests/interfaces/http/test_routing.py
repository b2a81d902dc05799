"""A request's route is found at once, and it is the one that trying them all would find."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match

from interfaces.http.app import routed
from interfaces.routing import Indexed


@pytest.fixture(scope="module")
def app() -> FastAPI:
    return routed()


def _scope(method: str, path: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}


def _by_trying(app: FastAPI, method: str, path: str) -> APIRoute | None:
    for route in app.routes:
        if isinstance(route, APIRoute) and route.matches(_scope(method, path))[0] is Match.FULL:
            return route
    return None


def _at_once(indexed: Indexed, method: str, path: str) -> APIRoute | None:
    for _, route in indexed.found(method, path):
        if route.matches(_scope(method, path))[0] is Match.FULL:
            return route
    return None


def test_every_path_of_the_api_leads_to_the_route_that_trying_them_all_finds(app: FastAPI) -> None:
    indexed, seen = Indexed(app), 0
    for route in app.routes:
        if not isinstance(route, APIRoute) or ":path}" in route.path:
            continue
        path = re.sub(r"\{[^}]+\}", "anything", route.path)
        for method in route.methods:
            assert _at_once(indexed, method, path) is _by_trying(app, method, path), path
            assert len(indexed.found(method, path)) <= 2, "or finding is trying again"
            seen += 1
    assert seen > 150


def test_of_two_that_a_path_may_mean_the_first_that_was_made_is_found() -> None:
    app = FastAPI()
    app.add_api_route("/things/{thing}", lambda: "any", methods=["GET"], name="any")
    app.add_api_route("/things/mine", lambda: "mine", methods=["GET"], name="mine")
    app.add_api_route("/others/mine", lambda: "mine", methods=["GET"], name="first")
    app.add_api_route("/others/{thing}", lambda: "any", methods=["GET"], name="second")
    indexed = Indexed(app)
    assert [route.name for _, route in indexed.found("GET", "/things/mine")] == ["any", "mine"]
    assert [route.name for _, route in indexed.found("GET", "/others/mine")] == ["first", "second"]


@pytest.mark.parametrize("path", ["/things", "/things/", "/nothing/like/it"])
def test_what_is_spelt_otherwise_is_left_to_the_router(path: str) -> None:
    app = FastAPI()
    app.add_api_route("/things/{thing}/parts", lambda: "", methods=["GET"])
    assert Indexed(app).found("GET", path) == []
