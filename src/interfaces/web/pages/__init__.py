"""The pages, one module an area; each reads, and hands a template what to show."""

from __future__ import annotations

from interfaces.web.pages import (
    inbox,
    live,
    performance,
    relationships,
    sign_in,
)

ROUTERS = (
    sign_in.router,
    inbox.router,
    relationships.router,
    live.router,
    performance.router,
)
"""Every area's pages."""
