"""What an issuer publishes about itself (OpenID Connect Discovery 1.0), read when needed."""

from __future__ import annotations

from threading import Lock
from typing import Any, Final

import httpx

PATIENCE: Final = 5.0
LARGEST: Final = 1_048_576


class NotTheIssuer(ValueError):  # noqa: N818 - it says what was found
    """The document that was found speaks for another issuer, or is none."""


class Discovery:
    """An issuer's own description, kept once it was read."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer.rstrip("/")
        self._document: dict[str, Any] | None = None
        self._lock = Lock()

    def __getitem__(self, name: str) -> str:
        """Return an address out of it; raises NotTheIssuer, or httpx.HTTPError while it is away."""
        with self._lock:
            if self._document is None:
                self._document = self._fetch()
            address = self._document.get(name)
        if not isinstance(address, str):
            raise NotTheIssuer(f"{self.issuer} publishes no {name}")
        return address

    def _fetch(self) -> dict[str, Any]:
        address = f"{self.issuer}/.well-known/openid-configuration"
        with httpx.Client(timeout=PATIENCE, follow_redirects=False) as client:
            found = client.get(address)
            found.raise_for_status()
        if len(found.content) > LARGEST:
            raise NotTheIssuer(f"what {address} says is too long")
        document = found.json()
        if not isinstance(document, dict) or str(document.get("issuer")).rstrip("/") != self.issuer:
            raise NotTheIssuer(f"{address} speaks for another issuer")
        return document
