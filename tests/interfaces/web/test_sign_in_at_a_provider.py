"""People sign in at an identity provider: the code flow with PKCE, and what it must refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey

from http_world import World, open_world
from identity_provider import CLIENT, SECRET, Provider, open_provider
from interfaces.identity.bearer import InvalidToken
from interfaces.identity.callers import identity
from interfaces.settings import Settings, SettingsError, read_settings
from web_world import ORIGIN, Visitor, WebWorld


@pytest.fixture
def provider() -> Iterator[Provider]:
    with open_provider() as lent:
        yield lent


@pytest.fixture
def pages(database: str, tmp_path: Path, provider: Provider) -> Iterator[WebWorld]:
    settings = Settings.model_validate(
        {
            "oidc_issuer": provider.issuer,
            "web_client_id": CLIENT,
            "web_client_secret": SECRET,
            "web_origin": ORIGIN,
        }
    )
    with open_world(database, tmp_path) as world:
        pages = WebWorld(_at_the_provider(world, settings))
        yield pages
        pages.close()


def _at_the_provider(world: World, settings: Settings) -> World:
    world.app.state.identity = identity(settings)
    return world


def _set_out(visitor: Visitor, back: str = "/relationships") -> str:
    """Go to the provider, and return where it sends the browser back to."""
    begun = visitor.raw("GET", f"/sign-in/begin?back={back}")
    assert begun.status_code == 303, begun.text
    answer = httpx.get(begun.headers["Location"])
    assert answer.status_code == 302
    return str(answer.headers["Location"]).removeprefix(ORIGIN)


def test_whoever_the_provider_vouches_for_is_signed_in_and_goes_on(pages: WebWorld) -> None:
    visitor = pages.stranger()
    assert "Sign in with your organisation" in visitor.get("/sign-in").links
    sheet = visitor.get(_set_out(visitor))
    assert (sheet.path, sheet.status) == ("/relationships", 200)


def test_the_same_person_is_the_same_by_token_and_by_page(
    pages: WebWorld, provider: Provider
) -> None:
    visitor = pages.stranger()
    visitor.get(_set_out(visitor))
    known = pages.app.state.identity.verifier.verify(provider.token("parley", None))
    assert (known.issuer, known.subject) == (provider.issuer, "ada")


def test_a_token_that_says_who_signed_in_lets_no_program_in(
    pages: WebWorld, provider: Provider
) -> None:
    with pytest.raises(InvalidToken):
        pages.app.state.identity.verifier.verify(provider.token(CLIENT, "any"))


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another sign-in"},
        {"aud": "another client"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_600_000_000},
        {"azp": "another client"},
        {"key": RSAKey.generate_key(2048)},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_token_that_does_not_hold_signs_nobody_in(
    pages: WebWorld, provider: Provider, lie: dict[str, Any]
) -> None:
    provider.lies = lie
    visitor = pages.stranger()
    sheet = visitor.get(_set_out(visitor))
    assert sheet.status == 403
    assert visitor.get("/").path == "/sign-in"


def test_an_answer_counts_once_and_only_in_the_browser_that_set_out(pages: WebWorld) -> None:
    victim, thief = pages.stranger(), pages.stranger()
    back = _set_out(victim)
    assert thief.get(back).status == 403, "the code was handed to another browser"
    assert victim.get(back).status == 200
    assert pages.stranger().get(back).status == 403
    again = pages.stranger()
    again.cookies["parley-sign-in"] = victim.cookies.get("parley-sign-in", "x")
    assert again.get(back).status == 403


def test_an_answer_that_took_too_long_or_names_another_issuer_is_refused(pages: WebWorld) -> None:
    slow, mixed = pages.stranger(), pages.stranger()
    back = _set_out(slow)
    pages.world.clock.time += timedelta(minutes=11)
    assert slow.get(back).status == 403
    elsewhere = _set_out(mixed).partition("&iss=")[0]
    assert mixed.get(f"{elsewhere}&iss=https://elsewhere.example").status == 403


def test_a_provider_that_is_away_or_says_no_is_said_to_be(
    pages: WebWorld, provider: Provider
) -> None:
    provider.away = True
    sheet = pages.stranger().get("/sign-in/begin")
    assert sheet.status == 403
    assert "does not answer" in sheet.text
    provider.away = False
    visitor = pages.stranger()
    state = _set_out(visitor).partition("state=")[2].partition("&")[0]
    sheet = visitor.get(f"/sign-in/return?state={state}&error=access_denied")
    assert "did not sign you in" in sheet.text


def test_there_is_no_one_click_where_there_is_a_provider(pages: WebWorld) -> None:
    sheet = pages.stranger().get("/sign-in")
    assert not sheet.forms
    for path in ("/sign-in/as", "/sign-in/example"):
        sent = {"form": "as", "form_key": "k", "subject": "provider-admin", "back": "/"}
        answer = pages.stranger().raw("POST", path, data=sent, headers={"Origin": ORIGIN})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        {"PARLEY_WEB_CLIENT_ID": CLIENT},
        {
            "PARLEY_WEB_CLIENT_ID": "parley",
            "PARLEY_OIDC_ISSUER": "https://issuer.example",
        },
    ],
)
def test_settings_that_do_not_fit_are_refused_by_name(told: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="PARLEY_WEB_CLIENT_ID"):
        read_settings(told)
