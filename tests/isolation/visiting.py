"""Opens pages as anybody: each with a session of their own, or with none that is any good."""

from __future__ import annotations

import re
from typing import Any, Final

import httpx
from fastapi.routing import APIRoute, iter_route_contexts

from application.directory import identity_stream
from interfaces.identity.development_issuer import ISSUER
from interfaces.web.app import routed, workspace
from interfaces.web.sessions import Session
from interfaces.web.visits import COOKIE
from isolation.ask import Ask
from isolation.cast import Persona, Token
from isolation.hearing import Heard
from isolation.things import Things

ORIGIN: Final = "http://parley.example"
_PARAMETER: Final = re.compile(r"\{(\w+)(?::\w+)?\}")

ROUTES: Final[dict[str, tuple[str, str]]] = {
    route.name: (min(route.methods or ()), route.path)
    for found in iter_route_contexts(routed().routes)
    for route in [found.original_route]
    if isinstance(route, APIRoute)
}
"""Method and path of each page, by its name."""


class Visits:
    """The workspace of a stage, and everybody's session."""

    def __init__(self, things: Things) -> None:
        self.things = things
        self.app = workspace(things.house, things.stage.world.app.state.identity)
        self._sessions: dict[str, Session] = {}

    def open(self, persona: Persona, page: str, ask: Ask) -> Heard:
        """Open a page, or send its form as it stands with nothing filled in."""
        method, template = ROUTES[page]
        mine = {"relationship": self.things.stage.other_relationship} if persona.mixes else {}
        parts = {**named(ask), **mine}
        path = _PARAMETER.sub(lambda one: str(parts[one[1]]), template)
        session = self._session(persona)
        headers = {"Origin": ORIGIN}
        sent: dict[str, Any] = {} if method == "POST" else {"params": ask.query}
        if session is not None:
            headers["Cookie"] = f"{COOKIE}={session.secret}"
        if method == "POST":
            token = "" if session is None else session.form_token
            sent["data"] = {"form_token": token, "form_key": "nothing-filled-in", "form": page}
        request = httpx.Request(method, f"{ORIGIN}{path}", headers=headers, **sent)
        return self.things.stage.hear(self.app, request, "retry")

    def _session(self, persona: Persona) -> Session | None:
        """Return somebody's session; a bad token is a secret that nobody was given."""
        if persona.token is Token.NONE:
            return None
        name = "other-tenant" if persona.mixes else persona.name
        if persona.token is not Token.VALID:
            return Session(identity_stream(ISSUER, name), f"never-given-{persona.token}")
        if name not in self._sessions:
            house = self.things.house
            identity = identity_stream(ISSUER, name)
            self._sessions[name] = house.sessions.begin(identity, house.clock.now())
        return self._sessions[name]


def named(ask: Ask) -> dict[str, str]:
    """Return what an ask names, by the names in pages' paths: a version's document is one too."""
    version = ask.path.get("version")
    document = {} if version is None else {"document": f"document-{int(version):09d}"}
    return {**ask.path, **document}
