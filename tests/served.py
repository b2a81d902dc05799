"""Applications on the routes of the API, and their description, made once: it takes long."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

from fastapi import FastAPI

from interfaces.http.app import routed


def application() -> FastAPI:
    """Return an application of its own on these routes, to be called."""
    return copy(routed())


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document, to be looked at: whoever changes it changes a copy."""
    return routed().openapi()
