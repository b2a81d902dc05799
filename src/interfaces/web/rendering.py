"""Templates: one environment, escaped throughout, strict about names; and how figures are said."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from interfaces.clock import new_uuid7
from interfaces.web import notices
from interfaces.web.figures import FILTERS
from interfaces.web.navigation import Tab, tabs
from interfaces.web.trouble import Trouble
from interfaces.web.visits import Visit

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"


@cache
def environment() -> Environment:
    """Return the templates' environment; made once."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals.update(asset=asset, fresh_key=lambda: f"form-{new_uuid7()}")
    return made


@cache
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the file, so it is kept for ever."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def page(
    visit: Visit,
    template: str,
    status: int = 200,
    *,
    trouble: Trouble | None = None,
    **context: Any,
) -> HTMLResponse:
    """Render a page for somebody who is signed in.

    Every page finds ``visit``, ``trouble``, the tabs of the site, and the notice to show once.
    ``live`` names the address of the live stream that the page follows, if it follows one.
    """
    shared: dict[str, Any] = {
        "visit": visit,
        "trouble": trouble,
        "tabs": tabs(visit),
        "live": None,
    }
    return rendered(visit.http, template, status, {**shared, **context})


def rendered(
    http: HttpRequest, template: str, status: int, context: Mapping[str, Any]
) -> HTMLResponse:
    """Render any page, with the notice to show once."""
    notice = notices.told(http)
    text = environment().get_template(template).render(notice=notice, path=http.url.path, **context)
    answer = HTMLResponse(text, status)
    if notice is not None:
        notices.forget(answer)
    return answer


__all__ = ["STATIC", "Tab", "asset", "environment", "page", "rendered"]
