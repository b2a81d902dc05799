"""What a party carries away holds no secret, and no sign-in tells the workspace's own.

The service is told passwords, people bring their tokens and keys; then audit bundles and pins are
exported by everybody who may, and people sign in at a provider that is right, wrong and away.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest
from joserfc.jwk import RSAKey

from domain.parties.facts import Role
from http_world import World, open_world
from identity_provider import CLIENT, SECRET, Provider, open_provider
from interfaces.identity.callers import identity
from interfaces.settings import Settings
from isolation.hearing import unpacked
from security.test_secrets import DATABASE_PASSWORD, SMTP_PASSWORD, stored
from web_world import ORIGIN, Visitor, WebWorld

pytestmark = pytest.mark.postgres

CLIENT_SECRET: Final = "planted-client-secret-51e0"
TOLD: Final[dict[str, Any]] = {
    "smtp_host": "127.0.0.1",
    "smtp_port": 1,
    "smtp_security": "none",
    "smtp_user": "mailer",
    "smtp_password": SMTP_PASSWORD,
    "smtp_from": "parley@parley.example",
    "oidc_issuer": "http://127.0.0.1:1",
    "web_client_id": CLIENT,
    "web_client_secret": CLIENT_SECRET,
}


def in_any_form(secret: bytes) -> set[str]:
    """Return a secret as it might be written out."""
    plain = secret.decode("ascii", "ignore").strip()
    coded = base64.b64encode(secret).decode()
    return {secret.hex(), coded, base64.urlsafe_b64encode(secret).decode().rstrip("="), plain}


def keys_in(home: Path) -> set[str]:
    """Return what the keys in a home look like: those in PEM by their lines, and all others."""
    found = {str(json.loads((home / "development-issuer.json").read_text())["d"])}
    for path in home.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if b"PRIVATE KEY" in content:
            found |= {line for line in content.decode().splitlines() if "-----" not in line}
        elif path.suffix == ".key":
            found |= in_any_form(content)
    return {one for one in found if len(one) > 20}


def subjects_keys(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        keys = connection.execute("SELECT key FROM subject_keys WHERE key IS NOT NULL").fetchall()
    return {form for (key,) in keys for form in in_any_form(bytes(key)) if len(form) > 20}


def carried_away(world: World) -> str:
    """Return everything in the bundles and pins that a deal's readers export."""
    cast = world.cast()
    deal = world.strike_a_deal(cast, in_force=False)
    world.sign()
    found = []
    for reader in (cast.provider[Role.LEGAL], cast.client[Role.LEGAL], cast.auditor[Role.AUDITOR]):
        bundle = reader.get(f"{deal.contract_path}/audit")
        assert bundle.status_code == 200, bundle.text
        found += [unpacked(bundle.content), reader.get(f"{cast.path}/pins").text]
    assert deal.contract in found[0]
    return "\n".join(found)


def test_what_is_carried_away_holds_no_secret(database: str, tmp_path: Path) -> None:
    with open_world(f"{database} password={DATABASE_PASSWORD}", tmp_path, **TOLD) as world:
        away = carried_away(world)
        tokens = {world.token(f"{side}-legal") for side in ("provider", "client")}
    secrets = {DATABASE_PASSWORD, SMTP_PASSWORD, CLIENT_SECRET, *tokens}
    private, subjects = keys_in(tmp_path), subjects_keys(database)
    assert len(private) > 2
    assert subjects
    assert {one[:24] for one in secrets | private | subjects if one in away} == set()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with open_provider() as lent:
        yield lent


@pytest.fixture
def pages(database: str, tmp_path: Path, provider: Provider) -> Iterator[WebWorld]:
    """Lend the workspace as a client of the provider that knows its secret."""
    told = {"web_client_id": CLIENT, "web_client_secret": SECRET, "web_origin": ORIGIN}
    settings = Settings.model_validate({"oidc_issuer": provider.issuer, **told})
    with open_world(database, tmp_path) as world:
        world.app.state.identity = identity(settings)
        pages = WebWorld(world)
        yield pages
        pages.close()


def returned(visitor: Visitor) -> httpx.Response:
    """Go to the provider and come back."""
    there = httpx.get(visitor.raw("GET", "/sign-in/begin?back=/").headers["Location"])
    return visitor.raw("GET", str(there.headers["Location"]).removeprefix(ORIGIN))


def test_no_sign_in_tells_the_secret_of_the_workspace(
    pages: WebWorld, provider: Provider, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # which an installation keeps quiet
    answers = [returned(pages.stranger())]
    assert answers[0].status_code == 303
    visitor = pages.stranger()
    begun = visitor.raw("GET", "/sign-in/begin?back=/")
    there = httpx.get(begun.headers["Location"]).headers["Location"]
    provider.codes.clear()
    answers += [begun, visitor.raw("GET", there.removeprefix(ORIGIN))]
    provider.lies = {"key": RSAKey.generate_key(2048, auto_kid=True)}
    answers.append(returned(pages.stranger()))
    provider.lies = {}
    visitor = pages.stranger()
    there = httpx.get(visitor.raw("GET", "/sign-in/begin?back=/").headers["Location"])
    provider.away = True
    answers.append(visitor.raw("GET", there.headers["Location"].removeprefix(ORIGIN)))
    assert [one.status_code >= 400 for one in answers] == [False, False, True, True, True]
    places = {
        "the log": caplog.text,
        "an answer": "\n".join(f"{one.headers} {one.text}" for one in answers),
        **stored(database),
    }
    secrets = {SECRET, base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()}
    found = {place for place, text in places.items() for secret in secrets if secret in text}
    assert found == set()
    assert caplog.text
