"""How callers are known: the verifier, and the development issuer where there is no other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interfaces.identity.bearer import PublishedKeys, Verifier
from interfaces.identity.code_flow import CodeFlow
from interfaces.identity.development_issuer import ISSUER, DevelopmentIssuer
from interfaces.identity.discovery import Discovery
from interfaces.settings import Settings

RETURN_TO: Final = "/sign-in/return"
"""The page to which the provider sends people back."""


@dataclass(frozen=True)
class Identity:
    """Who checks tokens, and who makes them where nobody else does."""

    verifier: Verifier
    development: DevelopmentIssuer | None
    people: CodeFlow | None = None
    """How people sign in to the workspace at the provider; None where they cannot."""


def identity(settings: Settings) -> Identity:
    """Return the configured issuer's verifier, or the development issuer's on loopback."""
    audience = settings.oidc_audience
    if settings.oidc_issuer is not None:
        issuer = str(settings.oidc_issuer).rstrip("/")
        jwks = None if settings.oidc_jwks is None else str(settings.oidc_jwks)
        discovery = Discovery(issuer)
        keys = PublishedKeys(discovery, jwks)
        people = _code_flow(settings, discovery, keys)
        return Identity(Verifier(issuer, audience, keys), None, people)
    development = DevelopmentIssuer(settings.home, audience)
    return Identity(Verifier(ISSUER, audience, development.keys), development)


def _code_flow(settings: Settings, discovery: Discovery, keys: PublishedKeys) -> CodeFlow | None:
    """Return how people sign in, if the provider knows the workspace as a client of its."""
    client = settings.web_client_id
    if client is None:
        return None
    _, origin = settings.site
    verifier = Verifier(discovery.issuer, client, keys)
    secret = settings.web_client_secret
    return CodeFlow(discovery, verifier, client, secret, f"{origin}{RETURN_TO}")
