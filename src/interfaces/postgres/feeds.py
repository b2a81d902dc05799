"""The addresses of calendars in PostgreSQL: a digest and whose it is."""

from __future__ import annotations

from application.notices.agenda import Feed
from interfaces.postgres.views import Pool, fetch


class PostgresFeeds:
    """Keeps one address a person."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def keep(self, feed: Feed, digest: bytes) -> None:
        """Keep an address, in the place of the one before."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO calendar_feeds (person, party, digest, made_at)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (person) DO UPDATE"
                " SET party = EXCLUDED.party, digest = EXCLUDED.digest,"
                " made_at = EXCLUDED.made_at",
                (feed.person, feed.party, digest, feed.made_at),
            )

    def find(self, digest: bytes) -> Feed | None:
        """Return whose it is, or None."""
        found = fetch(
            self._pool,
            "SELECT person, party, made_at FROM calendar_feeds WHERE digest = %s",
            (digest,),
        )
        return Feed(*found[0]) if found else None

    def drop(self, person: str) -> bool:
        """Forget somebody's address; tell whether there was one."""
        with self._pool.connection() as connection:
            done = connection.execute("DELETE FROM calendar_feeds WHERE person = %s", (person,))
            return done.rowcount > 0
