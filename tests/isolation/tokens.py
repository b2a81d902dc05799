"""Tokens of every kind, good and bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import OKPKey

from http_world import AUDIENCE, World
from interfaces.identity.development_issuer import DevelopmentIssuer
from isolation.cast import Persona, Token

LONG_AGO = timedelta(days=2)


class Tokens:
    """Makes the token that somebody holds up."""

    def __init__(self, world: World, home: Path) -> None:
        self._world = world
        self._key = home / "development-issuer.json"
        self._ours = DevelopmentIssuer(home, AUDIENCE)
        self._elsewhere = DevelopmentIssuer(home, "another-service")
        self._forger = DevelopmentIssuer(home / "forger", AUDIENCE)

    def of(self, persona: Persona) -> str | None:
        """Return the token, or None for somebody who sends none."""
        now, subject = datetime.now(UTC), _subject(persona)
        made: dict[Token, Callable[[], str | None]] = {
            Token.VALID: lambda: self._world.token(subject),
            Token.EXPIRED: lambda: self._ours.token(subject, now - LONG_AGO),
            Token.FORGED: lambda: self._forger.token(subject, now),
            Token.ELSEWHERE: lambda: self._elsewhere.token(subject, now),
            Token.CLAIMED: lambda: self._claiming("https://issuer.example", subject, now),
            Token.GARBAGE: lambda: "not.a.token",
            Token.NONE: lambda: None,
        }
        return made[persona.token]()

    def _claiming(self, issuer: str, subject: str, now: datetime) -> str:
        """Sign a token with the right key that claims to be another issuer's."""
        key = OKPKey.import_key(json.loads(self._key.read_text()))
        claims = {"iss": issuer, "aud": AUDIENCE, "sub": subject, "exp": int(now.timestamp()) + 60}
        return jwt.encode({"alg": "Ed25519", "kid": key.kid}, claims, key, algorithms=["Ed25519"])


def _subject(persona: Persona) -> str:
    """Return the name somebody signs in under; whatever stands after a comma is ours."""
    return "other-tenant" if persona.mixes else persona.name.split(",")[0]
