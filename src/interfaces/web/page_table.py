"""Which action each page takes: the table that the isolation tests cross with every role.

A page that the table does not name keeps the service from starting.
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from application.access import Action
from interfaces.http.access_table import PUBLIC, SIGNED_IN

PAGES: Final[dict[str, str]] = {
    "sign_in_page": PUBLIC,
    "begin_sign_in": PUBLIC,
    "finish_sign_in": PUBLIC,
    "sign_in_as": PUBLIC,
    "make_example": PUBLIC,
    "sign_out": SIGNED_IN,
    "inbox_page": SIGNED_IN,
    "relationships_page": SIGNED_IN,
    "relationship_page": Action.READ,
    "follow_relationship": Action.READ,
    "follow_inbox": SIGNED_IN,
    "performance_page": Action.READ,
    "working_page": Action.READ,
}


def pages(app: FastAPI) -> set[str]:
    """Return the names of every page there is."""
    routes = (found.original_route for found in iter_route_contexts(app.routes))
    return {str(route.name) for route in routes if isinstance(route, APIRoute)}


def check_every_page_is_named(app: FastAPI) -> None:
    """Raise RuntimeError unless the table names exactly the pages there are."""
    served = pages(app)
    if served != PAGES.keys():
        unnamed, gone = sorted(served - PAGES.keys()), sorted(PAGES.keys() - served)
        raise RuntimeError(f"page table: unnamed pages {unnamed}, no such pages {gone}")
