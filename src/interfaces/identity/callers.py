"""How callers are known: the verifier, and the development issuer where there is no other."""

from __future__ import annotations

from dataclasses import dataclass

from interfaces.identity.bearer import PublishedKeys, Verifier
from interfaces.identity.development_issuer import ISSUER, DevelopmentIssuer
from interfaces.settings import Settings


@dataclass(frozen=True)
class Identity:
    """Who checks tokens, and who makes them where nobody else does."""

    verifier: Verifier
    development: DevelopmentIssuer | None


def identity(settings: Settings) -> Identity:
    """Return the configured issuer's verifier, or the development issuer's on loopback."""
    audience = settings.oidc_audience
    if settings.oidc_issuer is not None:
        issuer = str(settings.oidc_issuer).rstrip("/")
        jwks = None if settings.oidc_jwks is None else str(settings.oidc_jwks)
        return Identity(Verifier(issuer, audience, PublishedKeys(issuer, jwks)), None)
    development = DevelopmentIssuer(settings.home, audience)
    return Identity(Verifier(ISSUER, audience, development.keys), development)
