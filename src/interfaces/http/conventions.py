"""What every operation has in common: who asks, under which key, expecting which version.

Who is asking is one dependency, for each costs, and found out on the loop where it is at hand.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Awaitable, Callable
from hashlib import sha256
from inspect import signature
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Path, Query, Response
from fastapi import Request as HttpRequest
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase

from application.access import Principal
from application.at_hand import caught_up
from application.desk import Request
from domain.values.ids import id_pattern, within
from interfaces.composition import House
from interfaces.http.at_hand import Looks, at_hand_or_waiting
from interfaces.http.limits import bearer_token
from interfaces.http.problems import MissingHeader
from interfaces.http.resolving import shared
from interfaces.identity.bearer import InvalidToken
from interfaces.identity.bearer import Subject as Known
from interfaces.identity.callers import Identity

ANY_VERSION: Final = "*"
KEY_PATTERN: Final = r"^[\x21-\x7e]{1,200}$"
THUMBPRINT_PATTERN: Final = r"^[A-Za-z0-9_-]{43}$"
FINGERPRINT_PATTERN: Final = r"^[0-9a-f]{64}$"
MOST_ROWS: Final = 200
_CURSOR: Final = re.compile(r"([^\x00\n]+)\n([^\x00\n]+)")


class Shown(SecurityBase):
    """A dependency on whoever shows a bearer token; the token is all that is read here.

    It is a security scheme itself, so that what depends on it depends on nothing further.
    """

    def __init__(self, found: Callable[..., Awaitable[Any]]) -> None:
        self.model = HTTPBearerModel(description="A bearer token of the configured issuer")
        self.scheme_name = "HTTPBearer"
        self._found = found
        self.__signature__ = signature(found, eval_str=True)

    async def __call__(self, *asked: Any, **named: Any) -> Any:
        """Return what was found out about who asks."""
        return await self._found(*asked, **named)


@shared
async def house(request: HttpRequest) -> House:
    """Return the application this server runs."""
    return _house(request)


async def _subject(request: HttpRequest) -> Known:
    token = bearer_token(request.scope)
    if not token:
        raise InvalidToken("send a bearer token in the Authorization header")
    identity: Identity = request.app.state.identity
    return await at_hand_or_waiting(identity.verifier.verify, token)


async def _principal(request: HttpRequest) -> Principal:
    known = await _subject(request)
    looks: Looks = request.app.state.looks
    caught_up(await looks.seen(request.path_params.get("relationship")))
    directory = _house(request).directory
    return await at_hand_or_waiting(directory.resolve, known.issuer, known.subject)


def _house(request: HttpRequest) -> House:
    found: House = request.app.state.house
    return found


async def _fingerprint(request: HttpRequest) -> str:
    """Return a digest of the request, so that a key cannot come back with another one."""
    body = await request.body()
    line = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return sha256(line + body).hexdigest()


def expected_version(if_match: str | None) -> int | None:
    """Read an If-Match header: a version in quotes, or ``*`` for any; raises MissingHeader."""
    if if_match is None:
        raise MissingHeader(
            428,
            "version-missing",
            'say which version you decided on: If-Match: "<version>" as the ETag gave it, '
            "or If-Match: * for any",
        )
    if if_match.strip() == ANY_VERSION:
        return None
    found = re.fullmatch(r'"([0-9]{1,18})"', if_match.strip())
    if found is None:
        raise MissingHeader(
            422, "version-malformed", 'If-Match takes one version in quotes, such as "7", or *'
        )
    return int(found[1])


Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="Any string of your own, one for each thing you want done. The same request "
        "with the same key is done once and answered alike.",
        examples=["9b2f6c1e-propose"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description='The version you decided on, as the ETag gave it (`"7"`), or `*` for any.',
        examples=['"7"'],
    ),
]


@Shown
async def subject(request: HttpRequest) -> Known:
    """Return whom the bearer token speaks for; raises InvalidToken."""
    return await _subject(request)


@Shown
async def principal(request: HttpRequest) -> Principal:
    """Return who is asking; raises InvalidToken."""
    return await _principal(request)


Asker = Annotated[Principal, Depends(principal)]
"""Who they are comes first: a stranger is told nothing of what else is wrong."""


@shared
async def fresh_request(request: HttpRequest, asker: Asker, key: Key) -> Request:
    """Return the request to begin something new: a key, and no version to expect."""
    return Request(asker, _house(request).clock.now(), key, await _fingerprint(request))


@shared
async def versioned_request(
    request: HttpRequest, asker: Asker, key: Key, if_match: IfMatch = None
) -> Request:
    """Return the request to change something: a key, and the version decided on."""
    version = expected_version(if_match)
    now = _house(request).clock.now()
    return Request(asker, now, key, await _fingerprint(request), version)


@Shown
async def reading_request(request: HttpRequest) -> Request:
    """Return the request to read something."""
    return Request(await _principal(request), _house(request).clock.now(), key="")


TheHouse = Annotated[House, Depends(house)]
Fresh = Annotated[Request, Depends(fresh_request)]
Versioned = Annotated[Request, Depends(versioned_request)]
Reading = Annotated[Request, Depends(reading_request)]


def _id(kind: str) -> Any:
    return Path(pattern=id_pattern(kind), examples=[f"{kind}-01kb2q8v3tf8m9z6c4h1r5w7xy"])


RelationshipPath = Annotated[str, _id("relationship")]
NegotiationPath = Annotated[str, _id("negotiation")]
OfferPath = Annotated[str, _id("offer")]
ContractPath = Annotated[str, _id("contract")]
RequirementsPath = Annotated[str, _id("requirements")]
PartyPath = Annotated[str, _id("party")]
RequirementPath = Annotated[str, _id("requirement")]
OfferingPath = Annotated[str, _id("offering")]
LevelPath = Annotated[str, _id("level")]
DependencyPath = Annotated[str, _id("dependency")]
PersonPath = Annotated[str, _id("person")]
MandatePath = Annotated[str, _id("mandate")]
AdmissionPath = Annotated[str, _id("admission")]
STREAM: Final = f"{id_pattern('relationship')[:-1]}(/[a-z0-9][a-z0-9._~:%-]{{0,199}}){{0,3}}$"
"""A relationship, or what lies up to three steps within one: a contract, its objective, results."""
LONGEST_STREAM: Final = 700

ThumbprintPath = Annotated[str, Path(pattern=THUMBPRINT_PATTERN)]
FingerprintPath = Annotated[str, Path(pattern=FINGERPRINT_PATTERN)]


@shared
async def negotiation_stream(relationship: RelationshipPath, negotiation: NegotiationPath) -> str:
    """Return the stream that a path names."""
    return within(relationship, negotiation)


@shared
async def contract_stream(relationship: RelationshipPath, contract: ContractPath) -> str:
    """Return the stream that a path names."""
    return within(relationship, contract)


@shared
async def requirements_stream(
    relationship: RelationshipPath, requirements: RequirementsPath
) -> str:
    """Return the stream that a path names."""
    return within(relationship, requirements)


@shared
async def offering_stream(party: PartyPath, offering: OfferingPath) -> str:
    """Return the stream that a path names."""
    return within(party, offering)


NegotiationStream = Annotated[str, Depends(negotiation_stream)]
ContractStream = Annotated[str, Depends(contract_stream)]
RequirementsStream = Annotated[str, Depends(requirements_stream)]
OfferingStream = Annotated[str, Depends(offering_stream)]


def tag(response: Response, version: int) -> None:
    """Give the answer its version as ETag."""
    response.headers["ETag"] = f'"{version}"'


Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="How many rows at most")]
Cursor = Annotated[
    str | None, Query(max_length=600, description="`next` of the page before, to read on")
]


def write_cursor(sort: str, key: str) -> str:
    """Return an opaque cursor that stands after a row."""
    return urlsafe_b64encode(f"{sort}\n{key}".encode()).decode().rstrip("=")


def read_cursor(cursor: str | None) -> tuple[str, str] | None:
    """Return the row that a cursor stands after; raises MissingHeader for what is no cursor."""
    if cursor is None:
        return None
    found = _CURSOR.fullmatch(_decoded(cursor))
    if found is None:
        raise MissingHeader(422, "cursor-malformed", "`after` takes the `next` of an earlier page")
    return found[1], found[2]


def _decoded(cursor: str) -> str:
    """Return what a cursor says, nothing if it is no cursor."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return urlsafe_b64decode(padded.encode("ascii")).decode()
    except (BadBase64, ValueError):
        return ""
