"""Styles, scripts and fonts: served from the package, kept for ever under a name with a digest."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from interfaces.web.rendering import STATIC

FOR_EVER: Final = "public, max-age=31536000, immutable"
FOR_A_WHILE: Final = "public, max-age=3600"


class _Statics(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, and say how long it may be kept."""
        answer = await super().get_response(path, scope)
        kept = FOR_EVER if scope.get("query_string") else FOR_A_WHILE
        answer.headers["Cache-Control"] = kept
        return answer


def statics() -> StaticFiles:
    """Return what serves the static files."""
    return _Statics(directory=STATIC)
