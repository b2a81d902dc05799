"""How often somebody may ask: a bucket for each credential, a larger one for each address.

A bucket holds what may come at once and fills up steadily. Signing in has a bucket of its own, a
small one. Each process counts for itself, so a service of several processes lets through as many
times more. Who is over the limit is told when to come again (RFC 6585, section 4).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from math import ceil
from time import monotonic
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from interfaces.http.problem_documents import problem

SECONDS_AT_ONCE: Final = 10
"""How many seconds' worth may come at once."""

PEOPLE_AT_AN_ADDRESS: Final = 10
"""How many callers' worth one address may ask for: an office, or a gateway."""

SIGN_INS_PER_MINUTE: Final = 30
MOST_BUCKETS: Final = 20_000


@dataclass(slots=True)
class Bucket:
    """What is left, and when that was counted (seconds of a clock that never goes back)."""

    left: float
    at: float


class Rate:
    """So many a second, and so many at once, for each name."""

    def __init__(self, per_second: float, at_once: float) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._buckets: OrderedDict[bytes, Bucket] = OrderedDict()

    def wait(self, name: bytes, now: float) -> float:
        """Take one from a name's bucket; return how many seconds too early that was, or 0."""
        bucket = self._buckets.pop(name, None) or Bucket(self._at_once, now)
        self._buckets[name] = bucket
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        filled = bucket.left + (now - bucket.at) * self._per_second
        bucket.left, bucket.at = min(self._at_once, filled), now
        if bucket.left < 1:
            return (1 - bucket.left) / self._per_second
        bucket.left -= 1
        return 0.0


class RateLimit:
    """Passes on what is within the limits; ``per_second`` is for one caller, 0 for no limit."""

    def __init__(
        self, app: ASGIApp, per_second: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self._app = app
        self._clock = clock
        offices = per_second * PEOPLE_AT_AN_ADDRESS
        self._callers = Rate(per_second, per_second * SECONDS_AT_ONCE)
        self._addresses = Rate(offices, offices * SECONDS_AT_ONCE)
        self._sign_ins = Rate(SIGN_INS_PER_MINUTE / 60, SIGN_INS_PER_MINUTE)
        self._off = per_second == 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say when to come again."""
        wait = 0.0 if self._off or scope["type"] != "http" else self._wait(scope)
        if wait:
            await _too_many(scope, wait)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _wait(self, scope: Scope) -> float:
        now, address = self._clock(), _address(scope)
        waits = [self._addresses.wait(address, now)]
        if (credential := _credential(scope)) is not None:
            waits.append(self._callers.wait(credential, now))
        if scope["method"] == "POST" and scope["path"].startswith("/sign-in"):
            waits.append(self._sign_ins.wait(address, now))
        return max(waits)


def _address(scope: Scope) -> bytes:
    client = scope.get("client")
    return str(client[0] if client else "").encode()


def _credential(scope: Scope) -> bytes | None:
    """Return a digest of what a caller shows, so that no bucket is named by a secret."""
    headers = Headers(scope=scope)
    shown = headers.get("authorization") or headers.get("cookie")
    return None if shown is None else sha256(shown.encode()).digest()


def _too_many(scope: Scope, wait: float) -> Response:
    seconds = ceil(wait)
    after = {"Retry-After": str(seconds)}
    said = f"too many requests: come again in {seconds} s"
    if scope["path"].startswith("/v1"):
        return problem(429, "too-many-requests", "Too many requests", said, after)
    return PlainTextResponse(f"{said.capitalize()}.\n", 429, headers=after)
