"""How often somebody may ask, on a clock that the test sets."""

from __future__ import annotations

import httpx
import pytest
from anyio import run
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from interfaces.serving import rates
from interfaces.serving.rates import Rate, RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _ask(app: ASGIApp, path: str = "/v1/me", times: int = 1, **sent: str) -> list[httpx.Response]:
    async def asked() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app, client=(sent.pop("address", "10.0.0.1"), 1))
        method = sent.pop("method", "GET")
        async with httpx.AsyncClient(transport=transport, base_url="http://parley") as client:
            return [await client.request(method, path, headers=sent) for _ in range(times)]

    return run(asked)


def _limited(clock: Clock, per_second: int = 2) -> ASGIApp:
    return RateLimit(PlainTextResponse("here"), per_second, clock)


def test_so_many_at_once_and_then_so_many_a_second() -> None:
    rate = Rate(per_second=2, at_once=3)
    assert [rate.wait(b"a", 0.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert rate.wait(b"a", 0.5) == 0
    assert rate.wait(b"a", 0.5) == 0.5
    assert [rate.wait(b"a", 100.0) for _ in range(4)] == [0, 0, 0, 0.5], "never more than at once"


def test_one_caller_does_not_use_up_another_ones() -> None:
    app = _limited(Clock())
    greedy = _ask(app, times=21, authorization="Bearer one")
    assert [answer.status_code for answer in greedy] == [200] * 20 + [429]
    assert _ask(app, authorization="Bearer two")[0].status_code == 200


def test_a_fresh_credential_for_each_request_ends_at_the_address() -> None:
    app = _limited(Clock())
    answers = [_ask(app, authorization=f"Bearer {n}")[0].status_code for n in range(201)]
    assert answers == [200] * 200 + [429]
    assert _ask(app, address="10.0.0.2")[0].status_code == 200


def test_who_is_over_the_limit_is_told_when_to_come_again_and_then_may() -> None:
    clock = Clock()
    app = _limited(clock)
    refused = _ask(app, times=21, authorization="Bearer one")[-1]
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["rule"] == "too-many-requests"
    clock.now += 1
    assert _ask(app, authorization="Bearer one")[0].status_code == 200


def test_signing_in_has_a_small_bucket_of_its_own() -> None:
    app = _limited(Clock(), per_second=100)
    answers = _ask(app, "/sign-in/as", times=31, method="POST")
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert _ask(app, "/")[0].status_code == 200


def test_the_buckets_do_not_grow_with_who_ever_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_BUCKETS", 10)
    rate = Rate(1, 1)
    for name in range(100):
        rate.wait(str(name).encode(), 0.0)
    assert len(rate._buckets) == 10  # noqa: SLF001 - what it keeps is the point


def test_no_limit_is_no_limit() -> None:
    answers = _ask(_limited(Clock(), per_second=0), times=50, authorization="Bearer one")
    assert {answer.status_code for answer in answers} == {200}
