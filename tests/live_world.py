"""A real installation's API as the people of the workspace's example use it, to set things up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, cast
from uuid import uuid4

import httpx

from agreements import simple_terms
from domain.parties.facts import Role
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from http_answers import done
from http_cast import Cast, Organisation, offer, open_negotiation
from http_world import Caller, World
from interfaces.clock import SystemClock
from interfaces.identity.development_issuer import DevelopmentIssuer

WORDS = {
    Role.SERVICE_MANAGER: "manager",
    Role.REQUIREMENTS_ENGINEER: "engineer",
    Role.ADMINISTRATOR: "admin",
}
"""What the example calls people in these roles; in the others they are called like the role."""


@dataclass
class LiveWorld:
    """Everybody of the example, over the network."""

    port: int
    issuer: DevelopmentIssuer
    _keys: Any = field(default_factory=count)
    _run: str = field(default_factory=lambda: uuid4().hex)

    clock = SystemClock()

    def as_(self, subject: str) -> Caller:
        """Return whoever signs in under this name."""
        return Caller(cast("World", self), subject)

    def fresh_key(self) -> str:
        """Return an idempotency key that was never used."""
        return f"{self._run}-{next(self._keys)}"

    def send(self, method: str, path: str, subject: str, **sent: Any) -> httpx.Response:
        """Send any request, as httpx takes it."""
        token = self.issuer.token(subject, self.clock.now())
        headers = {**sent.pop("headers", {}), "Authorization": f"Bearer {token}"}
        url = f"http://localhost:{self.port}/v1{path}"
        return httpx.request(method, url, headers=headers, timeout=30, **sent)

    def cast(self) -> Cast:
        """Return the example's provider and client in their relationship."""
        world = cast("World", self)
        sides = [ExampleParty(world, side.value) for side in Side]
        for one in sides:
            one.id = done(one[Role.ADMINISTRATOR].get("/me"))["party"]
        mine = done(sides[0][Role.NEGOTIATOR].get("/relationships"))["items"]
        return Cast(sides[0], sides[1], ExampleParty(world, "auditor"), mine[0]["id"], "")


class ExampleParty(Organisation):
    """A party of the example, whose people have short names."""

    def __getitem__(self, role: str) -> Caller:
        """Return the person in a role."""
        return self.world.as_(f"{self.name}-{WORDS.get(Role(role), role)}")


def next_year(**changes: Any) -> AgreementTerms:
    """Return terms that begin in the coming year, in dollars: the mandates are in dollars."""
    year = SystemClock().now().year + 1
    term = {"starts": f"{year}-01-01", "ends": f"{year}-12-31"}
    return simple_terms(term=term, currency="USD", **changes)


def table(cast: Cast, *offered: tuple[Side, AgreementTerms]) -> tuple[str, list[str]]:
    """Open a negotiation and make these offers, each in answer to the one before."""
    negotiation = str(open_negotiation(cast)["id"])
    made: list[str] = []
    for side, terms in offered:
        answers = {"answers": made[-1]} if made else {}
        until = SystemClock().now() + timedelta(days=3, hours=4, minutes=30)
        valid = {"valid_until": until.isoformat()}
        made.append(offer(cast, side, negotiation, terms, **answers, **valid))
    return negotiation, made
