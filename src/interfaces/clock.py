"""The time, and ids that carry it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        return datetime.now(UTC)


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
