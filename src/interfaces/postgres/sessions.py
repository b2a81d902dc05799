"""Sessions of the workspace, in PostgreSQL."""

from __future__ import annotations

from datetime import datetime

from interfaces.postgres.views import Pool, fetch
from interfaces.web.sessions import IDLE, Kept, SignIn


class PostgresSessions:
    """Keeps sessions by the digest of their secret; see ``interfaces.web.sessions``."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def keep(self, digest: bytes, kept: Kept) -> None:
        """Keep a new session."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO web_sessions (digest, identity, began_at, seen_at, ends_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                (digest, kept.identity, kept.began_at, kept.seen_at, kept.ends_at),
            )

    def find(self, digest: bytes) -> Kept | None:
        """Return a session, or None."""
        found = fetch(
            self._pool,
            "SELECT identity, began_at, seen_at, ends_at FROM web_sessions WHERE digest = %s",
            (digest,),
        )
        return Kept(*found[0]) if found else None

    def saw(self, digest: bytes, at: datetime) -> None:
        """Note that a session's holder asked for something."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE web_sessions SET seen_at = %s WHERE digest = %s", (at, digest)
            )

    def drop(self, digest: bytes) -> None:
        """Forget a session."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM web_sessions WHERE digest = %s", (digest,))

    def drop_all(self, identity: str) -> None:
        """Forget every session of an identity."""
        with self._pool.connection() as connection:
            connection.execute("DELETE FROM web_sessions WHERE identity = %s", (identity,))

    def sweep(self, now: datetime) -> None:
        """Forget the sessions, and the sign-ins on their way, that are over."""
        with self._pool.connection() as connection:
            connection.execute(
                "DELETE FROM web_sessions WHERE ends_at <= %s OR seen_at <= %s", (now, now - IDLE)
            )
            connection.execute("DELETE FROM web_sign_ins WHERE ends_at <= %s", (now,))

    def open(self, digest: bytes, on_its_way: SignIn) -> None:
        """Keep a sign-in that is on its way."""
        one = on_its_way
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO web_sign_ins (digest, verifier, nonce, return_to, ends_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                (digest, one.verifier, one.nonce, one.back, one.ends_at),
            )

    def take(self, digest: bytes, now: datetime) -> SignIn | None:
        """Return a sign-in that is on its way, once."""
        with self._pool.connection() as connection:
            found = connection.execute(
                "DELETE FROM web_sign_ins WHERE digest = %s"
                " RETURNING verifier, nonce, return_to, ends_at",
                (digest,),
            ).fetchone()
        return SignIn(*found) if found is not None and now < found[3] else None
