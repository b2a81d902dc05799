"""A visit: one request of somebody who is signed in, as the pages see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Final

from fastapi import Depends
from fastapi import Request as HttpRequest

from application.access import ROLES, Action, Principal, Seat
from application.desk import Request
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from interfaces.clock import new_uuid7
from interfaces.composition import House
from interfaces.http.resolving import shared
from interfaces.web.forms import Form, read_form
from interfaces.web.sessions import Session

COOKIE: Final = "parley-session"


class SignInFirst(Exception):  # noqa: N818 - it is an answer to the visitor
    """Nobody is signed in; ``back`` is where to go on afterwards, a path of this site."""

    def __init__(self, back: str) -> None:
        super().__init__("sign in first")
        self.back = back


@dataclass(frozen=True)
class Visit:
    """Who asks for which page, when, with the application to ask."""

    http: HttpRequest
    house: House
    session: Session
    principal: Principal
    asked: Request
    """The request to read something; all that one visit reads of a thing is one reading."""
    _met: dict[str, Registered | None] = field(default_factory=dict, repr=False, compare=False)
    """The parties that were looked up in this visit: a page names the same ones again and again."""

    def command(self, form: Form) -> Request:
        """Return the request to do what a form says: its key, and the version it was made on."""
        digest = sha256(f"{self.http.url.path}\n{form.canonical}".encode()).hexdigest()
        return Request(self.principal, self.asked.at, form.key, digest, form.version)

    @cached_property
    def party(self) -> Registered | None:
        """The party that the visitor represents, with its people; None for a newcomer."""
        return None if self.principal.party is None else self.meet(self.principal.party)

    def meet(self, party: str) -> Registered | None:
        """Return a party as this visit first found it; None for one that is not registered."""
        if party not in self._met:
            found = self.house.ledger.load(PARTY, party).state
            self._met[party] = found if isinstance(found, Registered) else None
        return self._met[party]

    @property
    def name(self) -> str:
        """The visitor's name."""
        person, party = self.principal.person, self.party
        if person is None or party is None or person not in party.representatives:
            return "Newcomer"
        return party.representatives[person].details.name

    def may(self, action: Action) -> bool:
        """Tell whether the visitor's roles cover an action.

        It decides what a page offers; whether it is granted is decided by the use case alone.
        """
        return bool(self.principal.roles.intersection(ROLES[action]))

    @property
    def works(self) -> bool:
        """Tell whether the visitor represents a party in some role, and so sees anything at all."""
        return self.principal.party is not None and self.may(Action.READ)

    @property
    def waits(self) -> bool:
        """Tell whether the visitor represents a party, and waits for a role in it."""
        return self.principal.party is not None and not self.works

    def seat(self, relationship: str, what: str) -> Seat:
        """Return the visitor's seat to read something; raises NotFound to strangers."""
        return self.house.reading.seat(self.asked, relationship, what)


def cookie_name(http: HttpRequest) -> str:
    """Return the session cookie's name: bound to the host where the connection is secure."""
    return f"__Host-{COOKIE}" if http.url.scheme == "https" else COOKIE


def session_of(http: HttpRequest) -> Session | None:
    """Return the session that a request belongs to, if one holds."""
    house: House = http.app.state.house
    return house.sessions.find(http.cookies.get(cookie_name(http)), house.clock.now())


@shared
def visit(http: HttpRequest) -> Visit:
    """Return the visit of somebody who is signed in; raises SignInFirst."""
    session = session_of(http)
    if session is None:
        raise SignInFirst(_back(http))
    house: House = http.app.state.house
    principal = house.directory.known_as(session.identity)
    asked = Request(principal, house.clock.now(), key=f"visit-{new_uuid7()}")
    return Visit(http, house, session, principal, asked)


def _back(http: HttpRequest) -> str:
    """Return the page to come back to: the one asked for, if it can be asked for again."""
    if http.method != "GET":
        return "/"
    query = f"?{http.url.query}" if http.url.query else ""
    return f"{http.url.path}{query}"


AVisit = Annotated[Visit, Depends(visit)]


@shared
async def submitted(http: HttpRequest, visit: AVisit) -> Form:
    """Return the form that the visitor sent; raises ForgedForm for any but their own."""
    return await read_form(http, visit.session)


Submitted = Annotated[Form, Depends(submitted)]
