"""While the issuer does not answer, whoever can be answered by the keys at hand is, at once."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import httpx
import pytest
from joserfc.jwk import KeySet, OKPKey

from application.errors import AuthorityUnavailable
from interfaces.identity import bearer
from interfaces.identity.bearer import COOLDOWN, PublishedKeys
from interfaces.identity.discovery import Discovery

JWKS = "https://issuer.example/keys"


class Issuer:
    """What stands behind the address of the keys: it answers, is away, or keeps one waiting."""

    def __init__(self) -> None:
        self.keys = KeySet([OKPKey.generate_key("Ed25519")])
        self.away = False
        self.asked = 0
        self.hold = Event()
        self.hold.set()

    def fetch(self) -> Any:
        self.asked += 1
        self.hold.wait(30)
        if self.away:
            raise httpx.ConnectError("away")
        return self.keys.as_dict()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(bearer, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def published(issuer: Issuer, clock: list[float], monkeypatch: pytest.MonkeyPatch) -> PublishedKeys:
    assert clock
    keys = PublishedKeys(Discovery("https://issuer.example"), JWKS)
    monkeypatch.setattr(keys, "_fetch", issuer.fetch)
    return keys


def test_tokens_of_unknown_keys_do_not_have_it_asked_more_than_once_a_minute(
    issuer: Issuer, published: PublishedKeys, clock: list[float]
) -> None:
    for _ in range(50):
        published(True)  # noqa: FBT003 - afresh
    assert issuer.asked == 1
    clock[0] += COOLDOWN + 1
    for _ in range(50):
        published(True)  # noqa: FBT003 - afresh
    assert issuer.asked == 2


def test_it_is_left_alone_as_long_when_it_does_not_answer(
    issuer: Issuer, published: PublishedKeys, clock: list[float]
) -> None:
    known = published(False)  # noqa: FBT003 - not afresh
    issuer.away = True
    clock[0] += COOLDOWN + 1
    for _ in range(50):
        assert published(True) is known  # noqa: FBT003 - afresh
    assert issuer.asked == 2


def test_nobody_waits_for_it_who_can_go_on_with_the_keys_at_hand(
    issuer: Issuer, published: PublishedKeys, clock: list[float]
) -> None:
    known = published(False)  # noqa: FBT003 - not afresh
    issuer.hold.clear()
    clock[0] += COOLDOWN + 1
    waits = Thread(target=published, args=(True,))
    waits.start()
    while issuer.asked < 2:
        assert waits.is_alive()
    assert published(True) is known  # noqa: FBT003 - afresh
    assert published(False) is known  # noqa: FBT003 - not afresh
    issuer.hold.set()
    waits.join()


def test_without_any_keys_people_are_told_that_it_is_away_and_then_let_in(
    issuer: Issuer, published: PublishedKeys, clock: list[float]
) -> None:
    issuer.away = True
    for _ in range(5):
        with pytest.raises(AuthorityUnavailable):
            published(False)  # noqa: FBT003 - not afresh
    assert issuer.asked == 1
    issuer.away = False
    clock[0] += 10
    assert published(False).keys[0].thumbprint() == issuer.keys.keys[0].thumbprint()  # noqa: FBT003 - not afresh
