"""The key ring on PostgreSQL: a table, in the ledger's database or in one of its own.

No key is kept in the process. What is destroyed is so gone everywhere at once, at the price of one
look-up for each personal field that is read.
"""

from __future__ import annotations

from secrets import token_bytes
from typing import cast

import psycopg
from eventsourcing.postgres import PostgresDatastore

from application.errors import KeyDestroyed
from application.sealing import KEY_BYTES
from interfaces.postgres.datastore import patiently
from interfaces.postgres.migrate import MigrationError, known_migrations, migrate


class PostgresKeyRing:
    """Keys in the table ``subject_keys``."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        self._datastore = datastore

    @patiently
    def key_for(self, subject: str) -> bytes:
        """Return a person's key, made and committed now if there was none; raises KeyDestroyed.

        Raises what the database raises when it does not answer, OutcomeUnknown when it could not
        confirm that the key is durable.
        """
        with self._datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "INSERT INTO public.subject_keys (subject, key) VALUES (%s, %s)"
                " ON CONFLICT (subject) DO NOTHING",
                (subject, token_bytes(KEY_BYTES)),
            )
        key: bytes | None = self.find(subject)
        if key is None:
            raise KeyDestroyed(f"the key of {subject} was destroyed; nothing is sealed for them")
        return key

    @patiently
    def find(self, subject: str) -> bytes | None:
        """Return a person's key, or None when there is none or it was destroyed."""
        with self._datastore.cursor() as cursor:
            cursor.execute(
                "SELECT key FROM public.subject_keys WHERE subject = %s", (subject,), prepare=True
            )
            found = cursor.fetchone()
        return None if found is None else cast("bytes | None", found["key"])

    @patiently
    def destroy(self, subject: str) -> None:
        """Destroy a person's key, for good: none is made in its place."""
        with self._datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "INSERT INTO public.subject_keys AS known (subject, destroyed_at)"
                " VALUES (%s, now()) ON CONFLICT (subject)"
                " DO UPDATE SET key = NULL, destroyed_at = now() WHERE known.key IS NOT NULL",
                (subject,),
            )


def prepare_keys(dsn: str) -> None:
    """Bring a database that is the keys' own to where the code expects it.

    Raises MigrationError as ``migrate`` does, and when it holds the ledger too.
    """
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT to_regclass('public.ledger_events')").fetchone()
    if found is not None and found[0] is not None:
        raise MigrationError(
            "PARLEY_SUBJECT_KEYS names the database of the ledger: name one of its own, or leave "
            "it out"
        )
    migrate(dsn, [step for step in known_migrations() if "subject_keys" in step.name])
