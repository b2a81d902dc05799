"""The keys that webhooks are signed with: one for each, all made from one secret of the service.

A key of its own keeps what was signed for one receiver from being shown to another as if it were
meant for it. The public half is recorded as a fact and published to the party.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.notifications.webhooks import Webhook
from interfaces.passkeys import kept_secret

BYTES: Final = 32
FORM: Final = "parley/webhook-key/1"
PUBLIC: Final = "whpk_"


class KeyGone(Exception):  # noqa: N818 - it says what is so
    """The secret is not the one that the published key was made from."""


class WebhookKeys:
    """Makes each webhook's keys; the secret is read, or made, when it is first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._secret: bytes | None = None

    def public(self, webhook: str, generation: int) -> str:
        """Return the public half of a webhook's key; ``generation`` counts them from 0."""
        raw = self._key(webhook, generation).public_key().public_bytes_raw()
        return f"{PUBLIC}{b64encode(raw).decode()}"

    def headers(
        self, name: str, webhook: Webhook, message: str, at: datetime, body: bytes
    ) -> dict[str, str]:
        """Return the headers of a message to a webhook (Standard Webhooks, ``v1a``).

        While a rotated key still holds there are two signatures. Raises KeyGone.
        """
        seconds = str(int(at.timestamp()))
        signed = b".".join((message.encode(), seconds.encode(), body))
        signatures = [
            f"v1a,{b64encode(self._key(name, one).sign(signed)).decode()}"
            for one in webhook.generations(at)
            if self.public(name, one) == webhook.keys[one]
        ]
        if not signatures or self.public(name, len(webhook.keys) - 1) != webhook.keys[-1]:
            raise KeyGone("the secret of webhooks' keys is another one: rotate the webhook's key")
        return {
            "webhook-id": message,
            "webhook-timestamp": seconds,
            "webhook-signature": " ".join(signatures),
        }

    def _key(self, webhook: str, generation: int) -> Ed25519PrivateKey:
        info = f"{FORM}\n{webhook}\n{generation}\n".encode()
        seed = HKDF(SHA256(), BYTES, None, info).derive(self._read())
        return Ed25519PrivateKey.from_private_bytes(seed)

    def _read(self) -> bytes:
        if self._secret is None:
            self._secret = kept_secret(self._path)
        return self._secret
