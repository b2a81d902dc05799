"""The whole service over HTTP on a real database, with people who sign in and a clock to set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from domain.terms.agreement import AgreementTerms
from http_answers import done, problem
from http_cast import Cast, Deal, assemble, strike_a_deal
from interfaces.composition import House, open_house
from interfaces.http.app import state_around
from interfaces.identity.bearer import Verifier
from interfaces.identity.callers import Identity
from interfaces.identity.development_issuer import ISSUER, DevelopmentIssuer
from interfaces.settings import Settings
from kept_casts import cast_of
from served import application
from signers import sign_all

__all__ = ["BEGINNING", "Caller", "Cast", "Deal", "World", "done", "open_world", "problem"]

AUDIENCE: Final = "parley"
BEGINNING: Final = datetime(2025, 11, 3, 9, tzinfo=UTC)
FRESH: Final = "fresh"
"""Stands for an idempotency key that was never used before."""


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def forward(self, **by: float) -> datetime:
        """Set the clock forward by ``timedelta(**by)``; return the new time."""
        self.time += timedelta(**by)
        return self.time


class Caller:
    """Somebody with a token; paths are those below ``/v1``."""

    def __init__(self, world: World, subject: str) -> None:
        self.subject = subject
        self._world = world

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self._world.send("GET", path, self.subject, params=query)

    def post(
        self,
        path: str,
        json: Any = None,
        *,
        if_match: int | str | None = None,
        key: str | None = FRESH,
    ) -> httpx.Response:
        return self._change("POST", path, json, if_match, key)

    def put(
        self,
        path: str,
        json: Any = None,
        *,
        if_match: int | str | None = None,
        key: str | None = FRESH,
    ) -> httpx.Response:
        return self._change("PUT", path, json, if_match, key)

    def delete(
        self, path: str, *, if_match: int | str | None = None, key: str | None = FRESH
    ) -> httpx.Response:
        return self._change("DELETE", path, None, if_match, key)

    def _change(
        self, method: str, path: str, json: Any, if_match: int | str | None, key: str | None
    ) -> httpx.Response:
        headers: dict[str, str] = {}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"' if isinstance(if_match, int) else if_match
        if key is not None:
            headers["Idempotency-Key"] = self._world.fresh_key() if key == FRESH else key
        return self._world.send(method, path, self.subject, json=json, headers=headers)


class World:
    """One service, everybody who calls it, its worker and its clock.

    ``as_("provider-negotiator")`` is whoever signs in under that name. ``if_match=7`` sends the
    version in quotes, ``if_match="*"`` any; ``key=None`` sends no idempotency key.
    """

    database: str
    home: Path
    partitions: Mapping[str, str]
    """The databases besides the first one, by name."""

    def __init__(
        self, house: House, app: FastAPI, issuer: DevelopmentIssuer, portal: BlockingPortal
    ) -> None:
        self.house = house
        self.app = app
        clock = house.clock
        assert isinstance(clock, SetClock)
        self.clock = clock
        self._issuer = issuer
        self.portal = portal
        self.keys_used = 0
        self._tokens: dict[str, str] = {}
        transport = httpx.ASGITransport(app=app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://parley.example")

    def as_(self, subject: str) -> Caller:
        """Return whoever signs in under this name."""
        return Caller(self, subject)

    def settle(self) -> None:
        """Let the worker catch up: views, and what follows by policy."""
        for house in self.house.everywhere:
            house.follower.catch_up()

    def tick(self, now: datetime | None = None) -> int:
        """Set the clock, if told to, and work through the daily sheet; return how many facts."""
        self.clock.time = now or self.clock.time
        recorded = sum(one.daily_sheet.tick(self.clock.time) for one in self.house.everywhere)
        self.settle()
        return recorded

    def tick_until(self, instant: str) -> int:
        """Work through the daily sheet at an instant as an answer writes it, unless it is past."""
        return self.tick(max(self.clock.time, datetime.fromisoformat(instant)))

    def sign(self) -> None:
        """Let the signer sign every log as it stands."""
        sign_all(self.database, self.home / "signer", self.partitions)

    def cast(self, prefix: str = "") -> Cast:
        """Bring on a provider and a client in a relationship, and the auditor they admitted.

        People sign in as ``provider-negotiator``, ``client-legal``, ``auditor-auditor`` and so on,
        after the prefix: another prefix makes another three parties that these know nothing of.
        """
        return assemble(self, prefix) if prefix else cast_of(self)

    def strike_a_deal(
        self, cast: Cast, terms: AgreementTerms | None = None, *, in_force: bool = True
    ) -> Deal:
        """Take a negotiation to a contract, and the clock to when it comes into force."""
        return strike_a_deal(self, cast, terms, in_force=in_force)

    def fresh_key(self) -> str:
        """Return an idempotency key that was never used in this world."""
        self.keys_used += 1
        return f"key-{self.keys_used}"

    def token(self, subject: str) -> str:
        """Return a valid token; tokens are checked by the machine's clock, not by the world's."""
        if subject not in self._tokens:
            self._tokens[subject] = self._issuer.token(subject, datetime.now(UTC))
        return self._tokens[subject]

    def send(
        self, method: str, path: str, subject: str | None = None, **sent: Any
    ) -> httpx.Response:
        """Send any request, as httpx takes it; without a subject, without a token."""
        headers = dict(sent.pop("headers", {}))
        if subject is not None:
            headers["Authorization"] = f"Bearer {self.token(subject)}"
        return self.portal.call(
            partial(self._client.request, method, f"/v1{path}", headers=headers, **sent)
        )

    def close(self) -> None:
        """Let go of the client."""
        self.portal.call(self._client.aclose)


def _served(house: House, identity: Identity) -> FastAPI:
    """Return an application of its own, on routes that are built once: building them is slow."""
    app = application()
    app.state = state_around(house, identity)
    return app


@contextmanager
def open_world(
    database: str, home: Path, now: datetime = BEGINNING, **told: Any
) -> Iterator[World]:
    """Lend a world on a migrated, empty database; ``home`` takes the issuer's key.

    ``told`` are settings of the service.
    """
    issuer = DevelopmentIssuer(home, AUDIENCE)
    identity = Identity(Verifier(ISSUER, AUDIENCE, issuer.keys), issuer)
    settings = Settings(home=home, **told)
    with open_house(database, SetClock(now), settings) as house, start_blocking_portal() as portal:
        world = World(house, _served(house, identity), issuer, portal)
        world.database, world.home = database, home
        world.partitions = settings.partition_conninfos
        try:
            yield world
        finally:
            world.close()
