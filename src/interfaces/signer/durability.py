"""Whether what was read will still be there after a crash, or after a failover.

A checkpoint that outruns what is kept would make an honest service contradict itself. So nothing
is signed on a standby, on a server that does not flush, or before the position in the write-ahead
log up to which was read is flushed here and, where there are synchronous standbys, on them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection

_ASKED: Final = """
SELECT pg_is_in_recovery(), current_setting('fsync') = 'on',
    current_setting('synchronous_commit'), current_setting('synchronous_standby_names')
"""
_FLUSHED: Final = """
SELECT pg_current_wal_flush_lsn() >= %(lsn)s::pg_lsn,
    (SELECT count(*) FROM pg_stat_replication
        WHERE sync_state IN ('sync', 'quorum') AND flush_lsn >= %(lsn)s::pg_lsn)
"""
_SEVERAL: Final = re.compile(r"^\s*(?:first|any)?\s*(\d+)\s*\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Server:
    """What a server says of how it keeps things."""

    in_recovery: bool
    fsync: bool
    synchronous_commit: str
    standby_names: str

    @property
    def standbys(self) -> int:
        """How many synchronous standbys have to confirm a commit."""
        if not self.standby_names.strip():
            return 0
        several = _SEVERAL.match(self.standby_names)
        return int(several[1]) if several else 1

    def objection(self) -> str | None:
        """Return why nothing of this server's may be signed, None if it may be."""
        if self.in_recovery:
            return "this server is a standby: the signer reads the primary"
        if not self.fsync:
            return "the server runs with fsync off: what it acknowledges may not last"
        if self.synchronous_commit == "off":
            return "synchronous_commit is off: what the server acknowledges may not last"
        return None


def ask_server(connection: Connection[Any]) -> Server:
    """Return what the server says of itself."""
    found = connection.execute(_ASKED).fetchone()
    if found is None:
        raise AssertionError("a SELECT without FROM has one row")
    return Server(*found)


def flush(connection: Connection[Any]) -> None:
    """Flush the write-ahead log here, as far as it was written: an own small commit takes it along.

    Without it, what was written last may lie unflushed until somebody else commits. The standbys
    are not waited for: ``kept`` asks after them.
    """
    with connection.transaction():
        connection.execute("SET LOCAL synchronous_commit = local")
        connection.execute("SELECT pg_logical_emit_message(true, 'parley signer', '')")


def kept(connection: Connection[Any], server: Server, lsn: str) -> str | None:
    """Return what is still to be waited for before ``lsn`` is kept, None when nothing is."""
    found = connection.execute(_FLUSHED, {"lsn": lsn}).fetchone()
    if found is None:
        raise AssertionError("a SELECT without FROM has one row")
    here, standbys = found
    if not here:
        return "the primary has not flushed what was read"
    if standbys < server.standbys:
        return f"{standbys} of {server.standbys} synchronous standbys have flushed what was read"
    return None
