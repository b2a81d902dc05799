"""Everybody who could come to the door of one relationship, by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.parties.facts import Role
from domain.values.sides import Side

ROLES: Final = tuple(Role)


class Reach(StrEnum):
    """What somebody who is on neither side may see of the relationship."""

    NOTHING = "nothing"
    SHARED = "all that is shared"
    ONE_STREAM = "one stream of what is shared"
    CLIENT_FILE = "all that is shared, and the client's private files"


class Token(StrEnum):
    """What somebody holds up at the door."""

    VALID = "valid"
    EXPIRED = "expired"
    FORGED = "signed with another key"
    CLAIMED = "of another issuer"
    ELSEWHERE = "meant for another audience"
    GARBAGE = "garbage"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody: the party they represent, if any, the roles they hold there, their token.

    ``mixes`` is somebody who asks for this relationship's things under an own relationship's id.
    """

    name: str
    party: str | None = None
    roles: tuple[Role, ...] = ()
    side: Side | None = None
    reach: Reach = Reach.NOTHING
    token: Token = Token.VALID
    mixes: bool = False


def _members(side: Side) -> tuple[Persona, ...]:
    single = tuple(Persona(f"{side}-{role}", side, (role,), side) for role in ROLES)
    return (*single, Persona(f"{side}-without-a-role", side, (), side))


def _auditor(name: str, reach: Reach, role: Role = Role.AUDITOR) -> Persona:
    return Persona(name, name, (role,), reach=reach)


AUDITORS: Final = (
    _auditor("auditor-of-all-shared", Reach.SHARED),
    _auditor("auditor-of-one-stream", Reach.ONE_STREAM),
    _auditor("auditor-of-the-client", Reach.CLIENT_FILE),
)
"""Admitted, and their admissions hold."""

SHUT_OUT: Final = (
    _auditor("auditor-never-admitted", Reach.NOTHING),
    _auditor("auditor-whose-time-is-over", Reach.NOTHING),
    _auditor("auditor-dismissed", Reach.NOTHING),
    _auditor("no-auditor-of-an-admitted-party", Reach.NOTHING, Role.NEGOTIATOR),
)
"""Auditors whom nobody lets in, and somebody of an admitted party who is no auditor there."""

STRANGERS: Final = (
    Persona("other-tenant", "other-tenant", ROLES),
    Persona("mixing-tenant", "other-tenant", ROLES, mixes=True),
    Persona("represents-nobody"),
)

NOT_SIGNED_IN: Final = tuple(
    Persona(f"provider-negotiator, token {token}", "provider", (Role.NEGOTIATOR,), token=token)
    for token in Token
    if token is not Token.VALID
)
"""Somebody who could do much here, if only the token were any good."""

PROVIDER_PEOPLE: Final = _members(Side.PROVIDER)
CLIENT_PEOPLE: Final = _members(Side.CLIENT)

EVERYBODY: Final = (
    *NOT_SIGNED_IN,
    *STRANGERS,
    *SHUT_OUT,
    *AUDITORS,
    *PROVIDER_PEOPLE,
    *CLIENT_PEOPLE,
)
"""Those without rights first, so that what they ask for still stands when it is refused."""
