"""Bearer tokens: issuer, audience, algorithms and keys are pinned; nothing in a header is believed.

Required claims: iss, aud, sub, exp. Keys named by the token itself (jku, x5u, jwk) are ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import Any, Final

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from application.at_hand import waiting_for
from application.errors import AuthorityUnavailable
from interfaces.identity.discovery import PATIENCE, Discovery

log = logging.getLogger(__name__)

ALGORITHMS: Final = ["Ed25519", "EdDSA", "ES256", "RS256"]
"""Asymmetric only: with a shared secret, whoever can check a token can make one."""

LEEWAY: Final = 30
COOLDOWN: Final = 60.0
LARGEST_TOKEN: Final = 8192
KNOWN_TOKENS: Final = 1024
"""Of how many tokens a process remembers that their signatures hold."""


class InvalidToken(Exception):  # noqa: N818 - it is an answer to the caller
    """The token is missing, malformed, expired or not from the issuer."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token speaks for: the issuer's name and its name for the subject."""

    issuer: str
    subject: str


class Verifier:
    """Checks tokens of one issuer for one audience."""

    def __init__(self, issuer: str, audience: str, keys: Callable[[bool], KeySet]) -> None:
        self.issuer = issuer
        self._keys = keys
        self._latest = _Ring(KeySet([]))
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    def verify(self, token: str) -> Subject:
        """Return whom a token speaks for; raises InvalidToken, or what ``keys`` raises."""
        return Subject(self.issuer, str(self.claims(token)["sub"]))

    def claims(self, token: str) -> dict[str, Any]:
        """Return what a token claims, once it holds; raises InvalidToken."""
        if len(token) > LARGEST_TOKEN:
            raise InvalidToken("the token is too long")
        try:
            claims = {**self._decode(token)}  # what is remembered stays as it was signed
            self._claims.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise InvalidToken(_reason(error)) from error
        return claims

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            return _signed(self._ring(self._keys(False)), token)  # noqa: FBT003 - fetch afresh or not
        except (JoseError, ValueError):
            # The issuer may have new keys; ask once more, no oftener than the cooldown allows.
            return _signed(self._ring(self._keys(True)), token)  # noqa: FBT003 - as above

    def _ring(self, keys: KeySet) -> _Ring:
        if self._latest.keys is not keys:
            self._latest = _Ring(keys)
        return self._latest


@dataclass(frozen=True, slots=True, eq=False)
class _Ring:
    """An issuer's keys as they were fetched once; keys that were fetched again are others."""

    keys: KeySet


@lru_cache(maxsize=KNOWN_TOKENS)
def _signed(ring: _Ring, token: str) -> dict[str, Any]:
    """Return what a token says, once its signature holds.

    The same token comes with each request of its bearer. Only the signature is taken as known, and
    only under the keys it was checked with; the claims are held against the clock every time.
    """
    return jwt.decode(token, ring.keys, algorithms=ALGORITHMS).claims


def _reason(error: Exception) -> str:
    return getattr(error, "description", "") or "the token is not valid here"


class PublishedKeys:
    """An issuer's keys, fetched from where it publishes them and kept for a while.

    Whoever sends a token of an unknown key makes us look again, so nobody waits for that look who
    can be answered by the keys at hand, and an issuer that does not answer is left alone a while.
    """

    def __init__(self, discovery: Discovery, jwks: str | None) -> None:
        self._discovery = discovery
        self._address = jwks
        self._keys: KeySet | None = None
        self._looked = -COOLDOWN
        self._looking = Lock()

    def __call__(self, afresh: bool) -> KeySet:  # noqa: FBT001 - one question, yes or no
        """Return the keys; fetched anew when asked for, but not within the cooldown.

        Raises AuthorityUnavailable while there are none and the issuer does not answer.
        """
        known = self._keys
        if known is None:
            waiting_for("the issuer's keys")
            with self._looking:
                return self._keys or self._first()
        if not (afresh and self._since() > COOLDOWN):
            return known
        waiting_for("the issuer's keys")
        if not self._looking.acquire(blocking=False):
            return known
        try:
            self._keys = self._look()
        except AuthorityUnavailable as error:
            log.warning("%s: going on with the keys it had", error)
            return known
        finally:
            self._looking.release()
        return self._keys

    def _first(self) -> KeySet:
        if self._since() < PATIENCE:
            raise AuthorityUnavailable("the issuer's keys cannot be had")
        self._keys = self._look()
        return self._keys

    def _since(self) -> float:
        return monotonic() - self._looked

    def _look(self) -> KeySet:
        try:
            return KeySet.import_key_set(self._fetch())
        except (httpx.HTTPError, JoseError, ValueError, TypeError, LookupError) as error:
            raise AuthorityUnavailable("the issuer's keys cannot be had") from error
        finally:
            self._looked = monotonic()

    def _fetch(self) -> Any:
        address = self._address or self._discovery["jwks_uri"]
        with httpx.Client(timeout=PATIENCE, follow_redirects=False) as client:
            answer = client.get(address)
            answer.raise_for_status()
        return answer.json()
