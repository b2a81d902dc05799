"""Routes that are made once and found at once.

FastAPI makes each route of an included router twice, and looks for a request's route by trying one
after another through every router: with some two hundred routes that took longer than answering.
Here the modules only say what their routes are, the application makes them, and a request is tried
against the one or two whose path is spelt as its own is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final, TypeVar

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Responses = Mapping[int | str, dict[str, Any]]

NOTHING: Final[Responses] = {}

Steps = tuple[str, ...]
Spelt = tuple[int, ...]
"""Which steps of a path are spelt out, the others being whatever is asked for."""
Placed = tuple[int, APIRoute]
"""A route, and its place among all of them."""


class Routes:
    """The routes of one module, under one path; options are those of ``FastAPI.add_api_route``."""

    def __init__(
        self,
        prefix: str = "",
        *,
        tags: Sequence[str] = (),
        dependencies: Sequence[Any] = (),
        include_in_schema: bool = True,
    ) -> None:
        self._prefix = prefix
        self._options = {
            "tags": [*tags],
            "dependencies": [*dependencies],
            "include_in_schema": include_in_schema,
        }
        self._routes: list[tuple[str, str, Callable[..., Any], dict[str, Any]]] = []

    def get(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Answer GET."""
        return self._adding("GET", path, options)

    def post(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Answer POST."""
        return self._adding("POST", path, options)

    def put(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Answer PUT."""
        return self._adding("PUT", path, options)

    def delete(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
        """Answer DELETE."""
        return self._adding("DELETE", path, options)

    def include(self, others: Routes) -> None:
        """Take on the routes of others, as they are."""
        self._routes += others._routes

    def add_to(self, app: FastAPI, prefix: str = "", responses: Responses = NOTHING) -> None:
        """Make the routes in an application, with answers that all of them may give."""
        for method, path, endpoint, options in self._routes:
            answers = {**responses, **options.get("responses", {})}
            told = {**options, "responses": answers, "methods": [method]}
            app.add_api_route(prefix + path, endpoint, **told)

    def _adding(
        self, method: str, path: str, options: dict[str, Any]
    ) -> Callable[[Endpoint], Endpoint]:
        def add(endpoint: Endpoint) -> Endpoint:
            place = self._prefix + path
            self._routes.append((method, place, endpoint, {**self._options, **options}))
            return endpoint

        return add


class Indexed:
    """Finds a request's route by the steps that are spelt out in its path.

    What is not found there (no such thing, another method, a slash too many) the application's
    router answers, as it would have.
    """

    def __init__(self, app: FastAPI) -> None:
        self._router = app.router
        self._shapes: dict[tuple[str, int], dict[Spelt, dict[Steps, list[Placed]]]] = {}
        for place, route in enumerate(app.routes):
            if isinstance(route, APIRoute) and ":path}" not in route.path:  # of any number of steps
                self._add(place, route)

    def _add(self, place: int, route: APIRoute) -> None:
        steps = route.path.split("/")
        spelt = tuple(number for number, step in enumerate(steps) if "{" not in step)
        for method in route.methods or ():
            shapes = self._shapes.setdefault((method, len(steps)), {})
            alike = shapes.setdefault(spelt, {})
            alike.setdefault(tuple(steps[number] for number in spelt), []).append((place, route))

    def found(self, method: str, path: str) -> list[Placed]:
        """Return the routes that a path may mean, in the order in which they were made."""
        steps = path.split("/")
        found: list[Placed] = []
        for spelt, alike in self._shapes.get((method, len(steps)), {}).items():
            found += alike.get(tuple(steps[number] for number in spelt), ())
        return sorted(found, key=itemgetter(0)) if len(found) > 1 else found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            for _, route in self.found(scope["method"], scope["path"]):
                match, more = route.matches(scope)
                if match is Match.FULL:
                    scope.update(more)
                    scope["router"] = self._router
                    await route.handle(scope, receive, send)
                    return
        await self._router.app(scope, receive, send)


def index(app: FastAPI) -> None:
    """Let an application find its routes at once; call it when it has all of them."""
    app.router.middleware_stack = Indexed(app)
