"""Connections that notice when nobody is at the other end any more.

A network that is parted tells nobody. Left to itself, the kernel here waits for a quarter of an
hour for what was sent, and for ever for what is awaited; and the server keeps what a connection
holds, such as the lock by which there is one worker, for two hours. So both ends are told to ask.
"""

from __future__ import annotations

from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

SECONDS: Final = 20
"""After so long a silence a connection is given up, by either end."""

OURS: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": f"{SECONDS * 1000}",
}
THEIRS: Final = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": f"{SECONDS * 1000}",
}
"""What the server is asked to do on its end; over a Unix socket it does nothing."""


def noticing_silence(conninfo: str) -> str:
    """Return a connection string by which both ends notice silence; what it says already stays."""
    given = conninfo_to_dict(conninfo)
    options = str(given.get("options") or "")
    asked = " ".join(f"-c {name}={value}" for name, value in THEIRS.items() if name not in options)
    return make_conninfo(conninfo, **{**OURS, **given, "options": f"{options} {asked}".strip()})
