"""PostgreSQL's own benchmark program, on tables and functions that are made for it here.

*Bare* is the limit: rows as the ledger's (a stream, a version, a topic, 600 bytes, a position),
with the same two indexes, and no order among writers, no key, no leaf, nothing decided. *Message
DB* is the functions of that store, called in one statement each.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks.callers import Slot
from interfaces.postgres.server_binaries import TREE, installed_wheel

EVENTS: Final = 10
HERE: Final = Path(__file__).parent
MESSAGE_DB: Final = HERE / "node_modules" / "@eventide" / "message-db" / "database"
FUNCTIONS: Final = (
    "schema/message-store",
    "tables/messages",
    "types/message",
    "functions/message-store-version",
    "functions/hash-64",
    "functions/acquire-lock",
    "functions/category",
    "functions/is-category",
    "functions/id",
    "functions/cardinal-id",
    "functions/stream-version",
    "functions/write-message",
    "functions/get-stream-messages",
    "indexes/messages-id",
    "indexes/messages-stream",
    "indexes/messages-category",
)
"""What its own installer runs, in that order, without its role and the extension for UUIDs, which
PostgreSQL has had built in since."""

BARE: Final = """
CREATE TABLE bare (
    stream uuid NOT NULL, version bigint NOT NULL, topic text, state bytea, position bigserial,
    PRIMARY KEY (stream, version)
);
CREATE UNIQUE INDEX ON bare (position);
INSERT INTO bare (stream, version, topic, state)
    SELECT md5(one::text)::uuid, version, 'negotiation.CommentMade/1',
        decode(repeat('6e', 600), 'hex')
    FROM generate_series(1, %(streams)s) one, generate_series(1, %(events)s) version;
"""
SEED: Final = """
SELECT count(write_message(gen_random_uuid()::varchar, 'agreement-' || one, 'OfferMade',
    jsonb_build_object('note', repeat('n', 520))))
FROM generate_series(1, %(streams)s) one, generate_series(1, %(events)s);
"""

COMMENT: Final = "'negotiation.CommentMade/1', '\\x" + "6e" * 600 + "'::bytea"
OFFER: Final = "'OfferMade'::varchar, '" + '{"note": "' + "n" * 520 + '"}' + "'::jsonb"
SCRIPTS: Final = {
    "bare append": r"""
\set version :version + 1
INSERT INTO bare (stream, version, topic, state) VALUES (
    md5(:turn::text || ' ' || :client_id::text)::uuid, :version, @COMMENT@);
""",
    "bare cold": r"""
\set one random(1, :streams)
\set version random(1000, 1000000000000000)
SELECT version, topic, state FROM bare
    WHERE stream = md5(:one::text)::uuid ORDER BY version LIMIT 10;
INSERT INTO bare (stream, version, topic, state) VALUES (
    md5(:one::text)::uuid, :version, @COMMENT@);
""",
    "message-db append": r"""
\set version :version + 1
SELECT write_message(gen_random_uuid()::varchar,
    'appended-' || :turn::text || '_' || :client_id::text, @OFFER@, NULL, :version - 2);
""",
    "message-db cold": r"""
\set one random(1, :streams)
SELECT * FROM get_stream_messages('agreement-' || :one::text, 0, 10);
SELECT write_message(gen_random_uuid()::varchar, 'agreement-' || :one::text, @OFFER@);
""",
}
"""What a client does, again and again. Message DB judges an append by the version it expects; after
a load it is not asked to, which only spares it work."""


@dataclass
class Pgbench:
    """Runs one kind of script against a database."""

    name: str
    conninfo: str
    home: Path
    streams: int
    rates: dict[tuple[str, int], float] = field(default_factory=dict)
    turns: count[int] = field(default_factory=lambda: count(1))

    def slot(self, operation: str, callers: int, seconds: float) -> Slot:
        """Run a script for about as long; by a number of transactions, for that can be short."""
        rate = self.rates.get((operation, callers), 0.0)
        transactions = max(int(rate * seconds / callers), 10)
        if not rate:
            self._run(operation, callers, 10)
        slot = self._run(operation, callers, transactions)
        self.rates[operation, callers] = slot.operations / slot.seconds
        return slot if rate else self.slot(operation, callers, seconds)

    def _run(self, operation: str, callers: int, transactions: int) -> Slot:
        script = self.home / f"{self.name} {operation}.sql"
        said = SCRIPTS[f"{self.name} {operation}"]
        script.write_text(said.replace("@COMMENT@", COMMENT).replace("@OFFER@", OFFER))
        told = conninfo_to_dict(self.conninfo)
        known = {"version": 0, "turn": next(self.turns), "streams": self.streams}
        ran = subprocess.run(  # noqa: S603 - the embedded server's own program
            [
                *(installed_wheel() / TREE / "bin" / "pgbench", "--no-vacuum"),
                *("--protocol=prepared", f"--client={callers}", f"--jobs={min(callers, 2)}"),
                *(f"--transactions={transactions}", f"--file={script}"),
                *(f"--define={name}={value}" for name, value in known.items()),
                str(told["dbname"]),
            ],
            env={
                **os.environ,
                "PGHOST": str(told["host"]),
                "PGPORT": str(told["port"]),
                "PGUSER": str(told["user"]),
                "PGOPTIONS": "-c search_path=message_store,public",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"^tps = ([0-9.]+)", ran.stdout, re.MULTILINE)
        if ran.returncode or not found:
            raise RuntimeError(f"pgbench: {ran.stdout}{ran.stderr}")
        done = callers * transactions
        return Slot(done, done / float(found[1]))


def bare(conninfo: str, home: Path, streams: int) -> Pgbench:
    """Make the bare table with its streams of ten rows."""
    _seed(conninfo, BARE, streams)
    return Pgbench("bare", conninfo, home, streams)


def message_db(conninfo: str, home: Path, streams: int) -> Pgbench:
    """Install Message DB's functions and make its streams of ten messages."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA message_store")
        connection.execute("SET search_path = message_store, public")
        for name in FUNCTIONS:
            connection.execute((MESSAGE_DB / f"{name}.sql").read_bytes())
    _seed(conninfo, f"SET search_path = message_store, public; {SEED}", streams)
    return Pgbench("message-db", conninfo, home, streams)


def _seed(conninfo: str, script: str, streams: int) -> None:
    with (
        psycopg.connect(conninfo, autocommit=True) as connection,
        psycopg.ClientCursor(connection) as cursor,
    ):
        cursor.execute(script.encode(), {"streams": streams, "events": EVENTS})
        cursor.execute("VACUUM ANALYZE")
