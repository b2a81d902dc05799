"""Putting up and taking down the fences of one relationship, in one database."""

from __future__ import annotations

from typing import Literal

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from interfaces.partitions.opening import FENCED_TABLES

State = Literal["leaving", "departed", "arriving"]


def put_up(connection: Connection[TupleRow], relationship: str, state: State) -> None:
    """Take nothing of a relationship from now on.

    Whoever is writing finishes first: when this returns, all that was ever taken is there to see.
    """
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '30s'")
        for table in FENCED_TABLES:
            connection.execute(
                sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(
                    sql.Identifier("public", table)
                )
            )
        connection.execute(
            "INSERT INTO partition_fences (relationship, state) VALUES (%s, %s)"
            " ON CONFLICT (relationship) DO UPDATE SET state = excluded.state",
            (relationship, state),
        )


def take_down(connection: Connection[TupleRow], relationship: str) -> None:
    """Take what comes of a relationship again."""
    connection.execute("DELETE FROM partition_fences WHERE relationship = %s", (relationship,))
