"""Secrets are where they have to be and nowhere else: planted, used, and then looked for.

A whole installation is given recognisable secrets and people with recognisable names. They are used
rightly and wrongly; then everything that it wrote or answered is searched: what its processes
logged, what it answered to anybody, what it recorded, its views, its notices.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from psycopg import sql

from application.directory import Directory, identity_stream
from domain.parties.commands import AppointRepresentative, AssignRole
from domain.parties.facts import Role
from domain.parties.identity import IDENTITY, BindIdentity
from domain.parties.party import PARTY
from domain.values.ids import PersonId
from domain.values.sides import Side
from faults.calling import Connection, Move
from faults.installation import Installation, until
from faults.pair import Pair, fresh, offer_body
from interfaces.identity.development_issuer import ISSUER
from security.raw import Raw, request

pytestmark = pytest.mark.postgres

SMTP_PASSWORD: Final = "planted-smtp-password-8f1c"
DATABASE_PASSWORD: Final = "planted-database-password-3c77"
GARBAGE: Final = "planted-garbage-token-d41d"
COOKIE: Final = "planted-cookie-90b2"
NAME: Final = "Planted-Name-Gwendolyn"
EMAIL: Final = "planted-mail-gwendolyn@parley.example"
TABLES_OF_SECRETS: Final = frozenset({"subject_keys"})
"""Where the keys themselves are kept, and what they are kept for."""


@pytest.fixture(scope="module")
def planted() -> Iterator[tuple[Installation, Pair]]:
    """Lend an installation that was told secrets, and a pair in it.

    It is told its database by a connection string with a password, as in production.
    """
    told = {
        "PARLEY_SMTP_HOST": "127.0.0.1",
        "PARLEY_SMTP_PORT": "1",
        "PARLEY_SMTP_SECURITY": "none",
        "PARLEY_SMTP_USER": "mailer",
        "PARLEY_SMTP_PASSWORD": SMTP_PASSWORD,
        "PARLEY_SMTP_FROM": "parley@parley.example",
        "PARLEY_WEBHOOK_LOOPBACK": "true",
    }
    with tempfile.TemporaryDirectory(prefix="parley-planted-") as home:
        installation = Installation(Path(home), web_processes=1, more=told)
        server = installation.postgres.start()
        installation.database = f"{server.ensure_database()} password={DATABASE_PASSWORD}"
        try:
            with installation.start().pair() as pair:
                yield installation, pair
        finally:
            installation.discard()


def appointed(pair: Pair) -> str:
    """Let somebody with an unmistakable name join the provider; return whom they sign in as."""
    subject = fresh("gwen")
    directory = Directory(pair.ledger)
    lead = directory.resolve(ISSUER, pair.lead[Side.PROVIDER])
    assert lead.party is not None
    assert lead.person is not None
    person = PersonId(fresh("person"))
    identity = identity_stream(ISSUER, subject)
    appoint = AppointRepresentative(lead.person, person, NAME, EMAIL, "negotiates", identity)
    pair.record(PARTY, lead.party, appoint)
    pair.record(IDENTITY, identity, BindIdentity(lead.party, person))
    for role in (Role.NEGOTIATOR, Role.ADMINISTRATOR):
        pair.record(PARTY, lead.party, AssignRole(lead.person, person, role))
    return subject


def used(installation: Installation, pair: Pair) -> tuple[list[bytes], list[str]]:
    """Use every secret, rightly and wrongly; return what was answered, and the secrets used."""
    subject = appointed(pair)
    token, forged = installation.token(subject), f"{installation.token(subject)[:-8]}AAAAAAAA"
    party = Directory(pair.ledger).resolve(ISSUER, subject).party
    answers: list[bytes] = []
    path = pair.negotiation()
    moves = (
        (f"{path}/comments", {"text": "good morning"}),
        (f"{path}/offers", offer_body("indicative")),
        (f"{path}/breaking-off", {"because": ""}),
        (f"{path}/comments", {"text": 1}),
        (f"/parties/{party}/webhooks", {"url": "https://127.0.0.1:1/in"}),
    )
    places = (path, f"{path}/nothing", "/me", f"{pair.path}/audit-trail", pair.path)
    for bearer in (token, forged, GARBAGE):
        connection = Connection(installation.port, bearer)
        answers += [connection.move(Move(subject, where, body)).body for where, body in moves]
        if bearer == token:
            until(
                "the record tells what was said",
                lambda there=connection: (
                    b"good morning" in there.get(f"{pair.path}/audit-trail").body
                ),
            )
        answers += [connection.get(where).body for where in places]
        connection.close()
    for words in (
        request("GET", "/", Cookie=f"parley-session={COOKIE}", Connection="close"),
        request("POST", "/sign-in/as", f"subject={COOKIE}".encode(), Connection="close"),
        request("GET", f"/v1/me?token={GARBAGE}", Connection="close"),
        request("GET", f"/v1/calendars/{GARBAGE}", Authorization=f"Basic {GARBAGE}"),
    ):
        with Raw(installation.port) as sent:
            sent.say(words)
            answers.append(sent.heard())
    return answers, [token, forged, GARBAGE, COOKIE]


def broken(installation: Installation, token: str) -> list[bytes]:
    """Have every process log trouble: its database gone for a moment, and itself killed.

    Return what was answered while the database was away.
    """
    for kind in ("worker", "signer"):
        os.kill(installation.helper(kind), signal.SIGKILL)
    os.kill(installation.postmaster(), signal.SIGKILL)
    answers: list[bytes] = []

    def told() -> bool:
        for bearer in (token, GARBAGE):
            connection = Connection(installation.port, bearer, 60)
            places = (
                "/v1/me",
                "/v1/relationships",
                "/health/ready",
                "/v1/calendars/of-nobody",
                "/",
            )
            found = [
                connection.send("GET", place, headers={"Cookie": f"parley-session={COOKIE}"})
                for place in places
            ]
            answers.extend(one.body for one in found)
            connection.close()
        return any(b"urn:parley:problem:unavailable" in one for one in answers)

    until("somebody is told that the database is away", told)
    installation.postgres.start()
    until("the installation answers again", installation.answers)
    until("the worker is back", lambda: installation.at_work() is not None)
    return answers


def stored(dsn: str, *but: str) -> dict[str, str]:
    """Return everything that the database holds, as text, by table."""
    found = {}
    with psycopg.connect(dsn) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r'"
        ).fetchall()
        for (table,) in tables:
            if table in but:
                continue
            rows = connection.execute(
                sql.SQL("SELECT to_jsonb(t)::text FROM {} t").format(sql.Identifier(table))
            ).fetchall()
            found[table] = "\n".join(row for (row,) in rows) + _read_out(connection, table)
    return found


def _read_out(connection: psycopg.Connection[Any], table: str) -> str:
    """Return what the facts say, whose bytes a JSON row shows as hexadecimal digits."""
    if table != "ledger_events":
        return ""
    states = connection.execute("SELECT convert_from(state, 'UTF8') FROM ledger_events").fetchall()
    return "\n".join(state for (state,) in states)


def test_no_secret_is_told_to_a_log_an_answer_a_fact_or_a_view(
    planted: tuple[Installation, Pair],
) -> None:
    installation, pair = planted
    answers, tokens = used(installation, pair)
    away = broken(installation, tokens[0])
    with installation.pair() as others:  # the first pair's connections went with the database
        more, tokens_of_others = used(installation, others)
    installation.wrong()
    secrets = {*tokens, *tokens_of_others, SMTP_PASSWORD, DATABASE_PASSWORD}
    secrets |= {*keys_of(installation)}
    places = {
        "the log": (installation.home / "log").read_text(errors="replace"),
        "the database's log": server_log(installation),
        "an answer": "\n".join(one.decode("utf-8", "replace") for one in (*answers, *more)),
        "an answer without a database": "\n".join(one.decode("utf-8", "replace") for one in away),
        **stored(installation.dsn, *TABLES_OF_SECRETS),
    }
    assert "good morning" in places["an answer"]
    assert "good morning" in places["ledger_events"]
    assert len(places["the log"]) > 1000
    found = {
        (place, secret[:24])
        for place, text in places.items()
        for secret in secrets
        if secret in text
    }
    assert found == set()


def test_names_are_sealed_where_they_are_kept_and_logged_nowhere(
    planted: tuple[Installation, Pair],
) -> None:
    installation, _ = planted
    with installation.pair() as pair:
        answers, _ = used(installation, pair)
    installation.wrong()
    places = {
        "the log": (installation.home / "log").read_text(errors="replace"),
        **stored(installation.dsn),
    }
    found = {place for place, text in places.items() if NAME in text or EMAIL in text}
    assert found == set()
    assert answers


def server_log(installation: Installation) -> str:
    """Return what the database's own log says."""
    (log,) = installation.postgres.data_dir.rglob("server.log")
    return log.read_text(errors="replace")


def keys_of(installation: Installation) -> list[str]:
    """Return what the keys in the home look like, in whatever way they might be written out."""
    issuer = json.loads((installation.home / "development-issuer.json").read_text())
    signer = (installation.home / "signer" / "key.pem").read_text().splitlines()[1]
    webhooks = (installation.home / "webhooks.key").read_bytes()
    found = [str(issuer["d"]) if "d" in issuer else "", signer, webhooks.hex()]
    with psycopg.connect(installation.dsn) as connection:
        keys = connection.execute("SELECT key FROM subject_keys WHERE key IS NOT NULL").fetchall()
    found += [bytes(key).hex() for (key,) in keys]
    return [one for one in found if len(one) > 16]
