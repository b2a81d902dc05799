"""What a client may rely on once it was told yes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Acknowledged:
    """A request that was answered with a yes: its key, the stream it changed and to which version.

    ``stream`` and ``version`` None: the answer was not about one stream. ``signed`` is the
    signature that was sent with it, if there was one.
    """

    key: str
    stream: str | None = None
    version: int | None = None
    signed: str | None = None
