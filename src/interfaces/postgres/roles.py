"""What each role in the database may do: the service adds facts, the signer reads hashes.

Neither may change or delete a fact, a key, a leaf or a checkpoint; that takes the owner of the
tables, under whom nothing runs but migrations. Every table and function is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from interfaces.postgres.migrate import MigrationError

READ: Final = "SELECT"
ADD: Final = "SELECT, INSERT"
KEEP: Final = "SELECT, INSERT, UPDATE"
WRITE: Final = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True, slots=True)
class Grants:
    """What a role may do with each table, with some columns alone, and which functions it calls."""

    tables: Mapping[str, str]
    columns: Mapping[str, str] = field(default_factory=dict)
    functions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """Roles of the server's own that it is a member of."""


SERVICE: Final = Grants(
    tables={
        "parley_migration": READ,
        "ledger_events": READ,
        "ledger_keys": READ,
        "history_logs": READ,
        "history_leaves": READ,
        "history_signers": READ,
        "history_checkpoints": READ,
        "history_nodes": READ,
        "history_alarms": READ,
        "history_cosignatures": KEEP,
        "document_revisions": ADD,
        "document_rounds": WRITE,
        "subject_keys": KEEP,
        "measurement_batches": WRITE,
        "measurement_figures": WRITE,
        "view_rows": WRITE,
        "view_tracking": WRITE,
        "web_sessions": WRITE,
        "web_sign_ins": WRITE,
        "notices": WRITE,
        "notice_readers": WRITE,
        "notice_deliveries": WRITE,
        "notice_wishes": WRITE,
        "calendar_feeds": WRITE,
        "partition_names": READ,
        "partition_routes": READ,
        "partition_moves": READ,
        "partition_fences": READ,
    },
    functions=("ledger_append", "measurement_month", "partition_claim"),
)
"""Web processes, worker, `parley fsck` and `parley rebuild`."""

SIGNER: Final = Grants(
    tables={
        "parley_migration": READ,
        "history_logs": READ,
        "history_leaves": READ,
        "history_signers": ADD,
        "history_checkpoints": ADD,
        "history_nodes": ADD,
        "history_alarms": WRITE,
        "partition_names": READ,
        "partition_routes": READ,
        "partition_moves": READ,
    },
    columns={"ledger_events": "SELECT (notification_id, originator_id)"},
    roles=("pg_read_all_stats",),  # it has to see how far synchronous standbys are
)
"""The signer, which reads hashes and no fact."""


def grant(dsn: str, role: str, *kinds: Grants) -> None:
    """Give a role exactly what these kinds of process need, of what is in the database.

    What else it held in the schema is taken from it, so that the same call puts right a role after
    an upgrade. Raises MigrationError for a role that could change facts all the same.
    """
    with psycopg.connect(dsn) as connection:
        _refuse_the_mighty(connection, role)
        name = sql.Identifier(role)
        for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            connection.execute(
                sql.SQL("REVOKE ALL ON ALL {} IN SCHEMA public FROM {}").format(sql.SQL(what), name)
            )
        _revoke_columns(connection, role)
        connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(name))
        for kind in kinds:
            _grant(connection, name, kind)
        if SERVICE in kinds:
            _let_rebuild(connection, name)


def _let_rebuild(connection: Connection[TupleRow], role: sql.Identifier) -> None:
    """Let a role have tables of its own: a rebuild writes into those. Mostly everybody may."""
    connection.execute(
        sql.SQL("GRANT TEMPORARY ON DATABASE {} TO {}").format(
            sql.Identifier(connection.info.dbname), role
        )
    )


def _grant(connection: Connection[TupleRow], role: sql.Identifier, kind: Grants) -> None:
    for table, rights in (*kind.tables.items(), *kind.columns.items()):
        if _there(connection, "to_regclass", table):
            _give(connection, rights, sql.Identifier("public", table), role)
    for function in kind.functions:
        if _there(connection, "to_regproc", function):
            _give(connection, "EXECUTE", sql.Identifier("public", function), role, "FUNCTION ")
    for member_of in kind.roles:
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(member_of), role))


def _give(
    connection: Connection[TupleRow],
    rights: str,
    what: sql.Identifier,
    role: sql.Identifier,
    kind: str = "",
) -> None:
    connection.execute(
        sql.SQL("GRANT {} ON {}{} TO {}").format(sql.SQL(rights), sql.SQL(kind), what, role)
    )


def _there(connection: Connection[TupleRow], look: str, name: str) -> bool:
    """Tell whether the database has a thing; one that keeps personal keys alone lacks the rest."""
    asked = sql.SQL("SELECT {}(%s) IS NOT NULL").format(sql.Identifier(look))
    found = connection.execute(asked, [f"public.{name}"]).fetchone()
    return found is not None and bool(found[0])


def _revoke_columns(connection: Connection[TupleRow], role: str) -> None:
    granted = connection.execute(
        "SELECT DISTINCT table_name, column_name, privilege_type FROM"
        " information_schema.column_privileges WHERE table_schema = 'public' AND grantee = %s",
        [role],
    ).fetchall()
    for table, column, right in granted:
        connection.execute(
            sql.SQL("REVOKE {} ({}) ON {} FROM {}").format(
                sql.SQL(right),
                sql.Identifier(column),
                sql.Identifier("public", table),
                sql.Identifier(role),
            )
        )


def _refuse_the_mighty(connection: Connection[TupleRow], role: str) -> None:
    """Refuse a role whose rights no grant can lessen."""
    found = connection.execute(
        "SELECT r.rolsuper, EXISTS (SELECT FROM pg_class c WHERE c.relnamespace ="
        " 'public'::regnamespace AND pg_has_role(r.oid, c.relowner, 'MEMBER'))"
        " FROM pg_roles r WHERE r.rolname = %s",
        [role],
    ).fetchone()
    if found is None:
        raise MigrationError(f"there is no role {role}: CREATE ROLE {role} LOGIN … first")
    superuser, owner = found
    if superuser or owner:
        what = "a superuser" if superuser else "an owner of the tables"
        raise MigrationError(f"{role} is {what}, whom nothing can be refused: name another role")
