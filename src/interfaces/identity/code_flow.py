"""Signing people in at the identity provider: the authorisation-code flow with PKCE.

Three steps: the browser is sent to the provider with a state, a nonce and a challenge; it comes
back with a code; the code is exchanged, with the verifier, for a token that has to hold the nonce.
Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9207 (who answered); RFC 9700.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from application.errors import AuthorityUnavailable
from interfaces.identity.bearer import InvalidToken, Subject, Verifier
from interfaces.identity.discovery import PATIENCE, Discovery

SCOPE: Final = "openid"
"""Who it is, and nothing about them: names and addresses are what the party itself says."""


class SignInFailed(Exception):  # noqa: N818 - it is an answer to the visitor
    """The provider did not vouch for anybody; the message says why, in words for people."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way: what has to match when the browser comes back."""

    state: str
    verifier: str
    nonce: str

    @classmethod
    def fresh(cls) -> Begun:
        """Begin one; nobody can guess any of it."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Returned:
    """What a browser comes back with."""

    code: str | None
    error: str | None = None
    issuer: str | None = None


class CodeFlow:
    """The flow with one provider, for one client of its."""

    def __init__(
        self,
        discovery: Discovery,
        verifier: Verifier,
        client_id: str,
        client_secret: str | None,
        return_to: str,
    ) -> None:
        self._discovery = discovery
        self._verifier = verifier
        self._client_id = client_id
        self._client_secret = client_secret
        self._return_to = return_to

    def address(self, begun: Begun) -> str:
        """Return where to send the browser; raises SignInFailed while the provider is away."""
        challenge = urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).decode()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._return_to,
            "scope": SCOPE,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge.rstrip("="),
            "code_challenge_method": "S256",
        }
        endpoint = self._published("authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def finish(self, begun: Begun, returned: Returned) -> Subject:
        """Return who signed in; raises SignInFailed."""
        if returned.issuer is not None and returned.issuer.rstrip("/") != self._discovery.issuer:
            raise SignInFailed("the answer comes from another identity provider")
        if returned.error is not None or returned.code is None:
            raise SignInFailed("the identity provider did not sign you in")
        token = self._exchange(returned.code, begun.verifier)
        try:
            claims = self._verifier.claims(token)
        except InvalidToken as error:
            raise SignInFailed(f"the identity provider's token does not hold: {error}") from error
        except AuthorityUnavailable as error:
            raise SignInFailed("the identity provider does not answer: try again") from error
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), begun.nonce.encode()):
            raise SignInFailed("the identity provider's token was made for another sign-in")
        if claims.get("azp", self._client_id) != self._client_id:
            raise SignInFailed("the identity provider's token was made for another client")
        return Subject(self._verifier.issuer, str(claims["sub"]))

    def _exchange(self, code: str, verifier: str) -> str:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._return_to,
            "code_verifier": verifier,
            "client_id": self._client_id,
        }
        secret = self._client_secret
        auth: dict[str, Any] = {} if secret is None else {"auth": (self._client_id, secret)}
        endpoint = self._published("token_endpoint")
        try:
            with httpx.Client(timeout=PATIENCE, follow_redirects=False) as client:
                answer = client.post(endpoint, data=sent, **auth)
            token = answer.json().get("id_token") if answer.is_success else None
        except (httpx.HTTPError, ValueError, AttributeError) as error:
            raise SignInFailed("the identity provider does not answer: try again") from error
        if not isinstance(token, str):
            raise SignInFailed("the identity provider did not take the code: sign in again")
        return token

    def _published(self, name: str) -> str:
        try:
            return self._discovery[name]
        except (httpx.HTTPError, ValueError, LookupError) as error:
            raise SignInFailed("the identity provider does not answer: try again") from error
