"""An OpenID provider on loopback: it checks PKCE to the letter, and lies where a test lets it."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT: Final = "parley-workspace"
SECRET: Final = "held-by-the-workspace"


@dataclass
class Provider:
    """Whom it vouches for, what it was asked, and how it lies: claims in others' place."""

    issuer: str = ""
    subject: str = "ada"
    key: RSAKey = field(default_factory=partial(RSAKey.generate_key, 2048, auto_kid=True))
    lies: dict[str, Any] = field(default_factory=dict)
    away: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, audience: str, nonce: str | None, **claims: Any) -> str:
        """Return a token of its own, or, with lies, one that should not hold."""
        now = int(time.time())
        said = {"iss": self.issuer, "aud": audience, "sub": self.subject, "iat": now}
        said |= {"exp": now + 300, **({} if nonce is None else {"nonce": nonce})}
        key = self.lies.get("key", self.key)
        told = {**said, **claims, **{k: v for k, v in self.lies.items() if k != "key"}}
        header = {"alg": "RS256", "kid": self.key.kid}
        return jwt.encode(header, told, key, algorithms=["RS256"])

    def authorise(self, asked: dict[str, str]) -> str:
        """Return where the browser is sent back to: the user is always willing."""
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def exchange(self, sent: dict[str, str], authorization: str | None) -> dict[str, str] | None:
        """Return the tokens for a code, once, to whoever holds its verifier and the secret."""
        asked = self.codes.pop(sent.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = base64.urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest())
        if (
            asked is None
            or authorization != f"Basic {known}"
            or sent["redirect_uri"] != asked["redirect_uri"]
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            return None
        token = self.token(CLIENT, asked["nonce"])
        return {"id_token": token, "access_token": "for others", "token_type": "Bearer"}


@contextmanager
def open_provider() -> Iterator[Provider]:
    """Run a provider on a free port."""
    provider = Provider()

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path)
            if provider.away:
                self._say(503, {})
            elif path.path == "/.well-known/openid-configuration":
                places = {"authorization_endpoint": "authorize", "token_endpoint": "token"}
                places |= {"jwks_uri": "jwks"}
                found = {name: f"{provider.issuer}/{place}" for name, place in places.items()}
                self._say(200, {"issuer": provider.issuer, **found})
            elif path.path == "/jwks":
                self._say(200, KeySet([provider.key]).as_dict(private=False))
            else:
                asked = {name: values[0] for name, values in parse_qs(path.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorise(asked))
                self.end_headers()

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(sent).items()}
            tokens = provider.exchange(fields, self.headers.get("Authorization"))
            if provider.away:
                self._say(503, {})
            elif tokens is None:
                self._say(400, {"error": "invalid_grant"})
            else:
                self._say(200, tokens)

        def _say(self, status: int, document: Any) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
