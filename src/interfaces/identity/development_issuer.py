"""An issuer for development: it gives anyone any token, so it serves loopback only.

The settings refuse it on any other address and in production. Its key is made at the first start
and kept in the installation's own folder.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

ISSUER: Final = "http://localhost/parley-development-issuer"
LIFETIME: Final = timedelta(hours=12)


class DevelopmentIssuer:
    """Signs tokens with a key of its own."""

    def __init__(self, home: Path, audience: str) -> None:
        self.home = home
        self._key = _key(home / "development-issuer.json")
        self._audience = audience
        self._keys = KeySet([self._key])

    def keys(self, afresh: bool = False) -> KeySet:  # noqa: ARG002, FBT001, FBT002 - the shape the verifier asks in
        """Return the key that tokens are checked with."""
        return self._keys

    def public_keys(self) -> dict[str, Any]:
        """Return the JSON Web Key Set that others may see."""
        return {"keys": [self._key.as_dict(private=False)]}

    def token(self, subject: str, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """Return a token that speaks for ``subject`` from now on."""
        claims = {
            "iss": ISSUER,
            "aud": self._audience,
            "sub": subject,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        header = {"alg": "Ed25519", "kid": self._key.kid, "typ": "at+jwt"}
        return jwt.encode(header, claims, self._key, algorithms=["Ed25519"])


def _key(path: Path) -> OKPKey:
    """Read the key, making it at the first start; of two that start at once, one is kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = OKPKey.generate_key("Ed25519", auto_kid=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(fresh.as_dict(private=True)))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return OKPKey.import_key(json.loads(path.read_text()))
