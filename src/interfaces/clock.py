"""The time, ids that carry it, and numbers used once."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return datetime.now(UTC)


def new_nonce() -> str:
    """Return 16 random bytes in base64url."""
    return urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode("ascii")


def new_uuid7() -> UUID:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits.

    The standard library of Python 3.11 has none yet.
    """
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    number = milliseconds << 80 | random
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=number)
