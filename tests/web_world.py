"""The workspace without a browser: people who sign in, read pages, fill in forms and send them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import httpx

from http_world import BEGINNING, World, open_world
from interfaces.identity.callers import Identity
from interfaces.web.app import workspace

ORIGIN: Final = "http://parley.example"
FIELDS: Final = ("input", "select", "textarea", "button")
VOID: Final = ("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")


@dataclass
class WebForm:
    """A form as a page shows it: where it goes, and what it would send if nobody touched it."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    buttons: dict[str, list[str]] = field(default_factory=dict)


class Sheet(HTMLParser):
    """A page as somebody reads it: its text, its forms by name, its parts by id."""

    def __init__(self, visitor: Visitor, answer: httpx.Response) -> None:
        super().__init__(convert_charrefs=True)
        self.status = answer.status_code
        self.path = answer.request.url.path
        self.headers = answer.headers
        self.html = answer.text
        self.forms: dict[str, list[WebForm]] = {}
        self.links: dict[str, str] = {}
        self._visitor = visitor
        self._texts: list[str] = []
        self._parts: dict[str, list[str]] = {}
        self._open: list[tuple[str, str | None]] = []
        self._form: WebForm | None = None
        self._area: tuple[str, list[str]] | None = None
        self._select: str | None = None
        self._link: tuple[str, list[str]] | None = None
        self.feed(self.html)

    @property
    def text(self) -> str:
        """Everything it says, with single spaces."""
        return _tidy(self._texts)

    def part(self, identifier: str) -> str:
        """Return what the element with an id says; a test fails where there is none."""
        assert identifier in self._parts, f"no #{identifier} on {self.path}"
        return _tidy(self._parts[identifier])

    def has(self, identifier: str) -> bool:
        """Tell whether there is an element with an id."""
        return identifier in self._parts

    def form(self, name: str, **having: str) -> WebForm:
        """Return the form of that name, or the one of several that holds these values."""
        found = self.forms.get(name, [])
        fits = [one for one in found if all(one.fields.get(k) == [v] for k, v in having.items())]
        assert fits, f"no form {name!r} {having} on {self.path}: {sorted(self.forms)}"
        return fits[0]

    def submit(
        self, name: str, /, *, having: dict[str, str] | None = None, **filled: str | list[str]
    ) -> Sheet:
        """Fill in a form and send it; follow where it leads. ``/`` in a name is written ``__``."""
        form = self.form(name, **(having or {}))
        given = {key.replace("__", "/"): value for key, value in filled.items()}
        return self._visitor.send(form, self.path, given)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note what begins."""
        attrs = {key: value or "" for key, value in attributes}
        if tag not in VOID:
            self._open.append((tag, attrs.get("id")))
        if "id" in attrs:
            self._parts.setdefault(attrs["id"], [])
        if tag == "form":
            self._form = WebForm(attrs.get("action", self.path), attrs.get("method", "get"))
        elif tag == "a" and "href" in attrs:
            self._link = (attrs["href"], [])
        elif tag in FIELDS and self._form is not None:
            self._note(tag, attrs)
        elif tag == "option" and self._select is not None and self._form is not None:
            chosen = self._form.fields.setdefault(self._select, [])
            if "selected" in attrs or not chosen:
                chosen[:] = [attrs.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        """Note what ends."""
        while self._open:
            opened, _ = self._open.pop()
            if opened == tag:
                break
        if tag == "form" and self._form is not None:
            name = self._form.fields.get("form", [self._form.action])[0]
            self.forms.setdefault(name, []).append(self._form)
            self._form = None
        elif tag == "textarea" and self._area is not None and self._form is not None:
            name, texts = self._area
            self._form.fields.setdefault(name, []).append("".join(texts).removeprefix("\n"))
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag == "a" and self._link is not None:
            to, texts = self._link
            self.links.setdefault(_tidy(texts), to)
            self._link = None

    def handle_data(self, data: str) -> None:
        """Note text."""
        if self._area is not None:
            self._area[1].append(data)
            return
        if any(tag in ("script", "style") for tag, _ in self._open):
            return
        self._texts.append(data)
        for _, identifier in self._open:
            if identifier is not None:
                self._parts[identifier].append(data)
        if self._link is not None:
            self._link[1].append(data)

    def _note(self, tag: str, attrs: dict[str, str]) -> None:
        form, name = self._form, attrs.get("name")
        if form is None or not name:
            return
        value = attrs.get("value", "on" if attrs.get("type") in ("checkbox", "radio") else "")
        if tag == "textarea":
            self._area = (name, [])
        elif tag == "select":
            self._select = name
        elif tag == "button":
            form.buttons.setdefault(name, []).append(value)
        elif attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
            form.fields.setdefault(name, []).append(value)


def _tidy(texts: list[str]) -> str:
    return re.sub(r"\s+", " ", "".join(texts).replace("\N{NO-BREAK SPACE}", " ")).strip()


class Visitor:
    """Somebody with a browser of their own."""

    def __init__(self, world: WebWorld) -> None:
        self._world = world
        self.cookies: dict[str, str] = {}

    def get(self, path: str, **headers: str) -> Sheet:
        """Open a page, following where it leads."""
        return self._went("GET", path, headers=headers)

    def send(self, form: WebForm, page: str, filled: dict[str, str | list[str]]) -> Sheet:
        """Send a form with what was filled in."""
        fields: dict[str, Any] = {**form.fields, **filled}
        assert form.method == "post", "a form that asks is a link: get its address"
        return self._went(
            "POST",
            urljoin(page, form.action),
            data=fields,
            headers={"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"},
        )

    def raw(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """Send anything once, with this visitor's cookies, following nothing."""
        answer = self._world.ask(method, path, cookies=self.cookies, **sent)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0].strip('"')
            if value and "Max-Age=0" not in cookie:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer

    def _went(self, method: str, path: str, **sent: Any) -> Sheet:
        answer = self.raw(method, path, **sent)
        steps = 0
        while answer.is_redirect:
            steps += 1
            assert steps < 10, "a page that leads nowhere"
            answer = self.raw("GET", urljoin(path, answer.headers["Location"]))
        return Sheet(self, answer)


class WebWorld:
    """The pages of a world, and everybody who visits them."""

    def __init__(self, world: World) -> None:
        self.world = world
        identity = world.app.state.identity
        assert isinstance(identity, Identity)
        self.app = workspace(world.house, identity)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)
        self._visitors: dict[str, Visitor] = {}

    def stranger(self) -> Visitor:
        """Return somebody who is not signed in."""
        return Visitor(self)

    def as_(self, subject: str) -> Visitor:
        """Return whoever signs in under this name, signed in."""
        if subject not in self._visitors:
            visitor = self.stranger()
            sheet = visitor.get("/sign-in").submit("as", subject=subject)
            assert sheet.status == httpx.codes.OK, sheet.text
            self._visitors[subject] = visitor
        return self._visitors[subject]

    def ask(
        self, method: str, path: str, *, cookies: dict[str, str], **sent: Any
    ) -> httpx.Response:
        """Send one request."""
        headers = dict(sent.pop("headers", {}))
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        request = partial(self._client.request, method, path, headers=headers, **sent)
        answer: httpx.Response = self.world.portal.call(request)
        self._client.cookies.clear()
        return answer

    def settle(self) -> None:
        """Let the worker catch up."""
        self.world.settle()

    def close(self) -> None:
        """Let go of the client."""
        self.world.portal.call(self._client.aclose)


@contextmanager
def open_pages(database: str, home: Path, now: Any = BEGINNING) -> Iterator[WebWorld]:
    """Lend the pages of a world on a migrated, empty database."""
    with open_world(database, home, now) as world:
        pages = WebWorld(world)
        try:
            yield pages
        finally:
            pages.close()
