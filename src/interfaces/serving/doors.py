"""The two doors of one server: the API for programs, the workspace for people."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

PROGRAMS: Final = ("/v1", "/health", "/metrics")
"""What begins so belongs to the API; everything else is a page."""


class Doors:
    """Passes each request to the application its path belongs to; both live as long as the API."""

    def __init__(self, api: ASGIApp, workspace: ASGIApp) -> None:
        self._api = api
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        people = scope["type"] == "http" and not _for_programs(scope["path"])
        await (self._workspace if people else self._api)(scope, receive, send)


def _for_programs(path: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in PROGRAMS)
