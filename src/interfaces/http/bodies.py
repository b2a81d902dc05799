"""How a request's JSON body is read: every name once, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from interfaces.files.once import NamedTwiceError, read_once


class NamedTwice(HTTPException):
    """A body gives a name twice in one object; an HTTP error, or the framework words it anew."""

    def __init__(self, error: NamedTwiceError) -> None:
        super().__init__(422, str(error))
        self.place = ("body", *error.place)


class OnceRequest(Request):
    """A request whose body says everything once."""

    async def json(self) -> Any:
        """Return the body; raises NamedTwice, and ValueError or RecursionError for no JSON."""
        try:
            return read_once(await self.body())
        except NamedTwiceError as error:
            raise NamedTwice(error) from None


class OnceRoute(APIRoute):
    """A route that reads bodies so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()
        if self.body_field is None:
            return answer

        async def answer_once(request: Request) -> Response:
            return await answer(OnceRequest(request.scope, request.receive))

        return answer_once
