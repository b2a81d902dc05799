"""What one server process serves: the API and the workspace, around one house."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from interfaces.composition import open_house
from interfaces.http.app import create_app
from interfaces.identity.callers import identity
from interfaces.postgres.migrate import require_current
from interfaces.serving.doors import Doors
from interfaces.serving.forgetting import forgetting
from interfaces.serving.rates import RateLimit
from interfaces.settings import read_settings
from interfaces.web.app import workspace


def served() -> ASGIApp:
    """Return the application as a server process runs it, by its environment.

    Raises MigrationError when the database is not at the version of this code.
    """
    settings = read_settings(os.environ)
    if settings.database is None:
        raise RuntimeError("a server process is told its database; see `parley serve`")
    require_current(settings.database)
    lent = open_house(settings.database, settings=settings)
    house = lent.__enter__()

    @asynccontextmanager
    async def closing(_: FastAPI) -> AsyncIterator[None]:
        with forgetting(house.ledger):
            yield
        lent.__exit__(None, None, None)

    known = identity(settings)
    api = create_app(house, known)
    api.router.lifespan_context = closing
    return RateLimit(Doors(api, workspace(house, known)), settings.rate_limit)
