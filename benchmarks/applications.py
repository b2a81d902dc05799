"""Applications for a server that is named to it by name: the service, and what its floor could be.

``python -m benchmarks.applications DESCRIPTOR NAME LOOP PROTOCOL`` runs one under uvicorn. The
floor's prepared answers lie in the folder that the environment names.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any, Final

import uvicorn
from fastapi import FastAPI, Response
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.types import ASGIApp

from benchmarks.floor import TERMS, floor
from interfaces.http.limits import BodyLimit
from interfaces.http.schemas.contracts import TermsAnswer
from interfaces.serving.application import served
from interfaces.serving.doors import Doors
from interfaces.serving.rates import RateLimit

PREPARED: Final = "BENCHMARK_PREPARED"
"""The environment's name for the folder of prepared answers; no setting of the service's."""


def the_service() -> ASGIApp:
    """Return the service itself."""
    return served()


def the_floor() -> ASGIApp:
    """Return the floor: endpoints on threads, answers through the response model."""
    return floor(_prepared())


def on_the_loop() -> ASGIApp:
    """Return the same answer from an endpoint on the event loop."""
    app, current = _bare()

    @app.get("/v1/{rest:path}")
    async def get_terms() -> TermsAnswer:
        return current

    return _limited(app)


def written_by_the_model() -> ASGIApp:
    """Return the same answer from a thread, written by its model in one go, past FastAPI's."""
    app, current = _bare()

    @app.get("/v1/{rest:path}", response_model=TermsAnswer)
    def get_terms() -> Response:
        return _written(current)

    return _limited(app)


def written_on_the_loop() -> ASGIApp:
    """Return the same answer from the event loop, written by its model in one go."""
    app, current = _bare()

    @app.get("/v1/{rest:path}", response_model=TermsAnswer)
    async def get_terms() -> Response:
        return _written(current)

    return _limited(app)


def _bare() -> tuple[FastAPI, TermsAnswer]:
    app = FastAPI()

    @app.get("/health/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app, TermsAnswer.model_validate_json((_prepared() / TERMS).read_bytes())


def _limited(app: FastAPI) -> ASGIApp:
    """Put the same middleware before it as before the floor and the service."""
    app.add_middleware(BodyLimit)
    return RateLimit(Doors(app, app), 0)


def _written(answer: BaseModel) -> Response:
    return Response(to_json(answer, by_alias=True), media_type="application/json")


def _prepared() -> Path:
    return Path(os.environ[PREPARED])


def main(descriptor: int, name: str, loop: Any, protocol: Any) -> None:
    """Serve as the service's own web process does, but for the loop and the protocol."""
    application = {made.__name__: made for made in ALL}[name]()
    config = uvicorn.Config(
        application,
        loop=loop,
        http=protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        limit_concurrency=1000,
    )
    with socket.socket(fileno=descriptor) as listening:
        uvicorn.Server(config).run(sockets=[listening])


ALL: Final = (the_service, the_floor, on_the_loop, written_by_the_model, written_on_the_loop)

if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
