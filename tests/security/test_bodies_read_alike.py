"""No body is taken that two readers could understand differently, whatever operation it is for.

Where a name stands twice, some readers keep the first value and some the last: a proxy that looks
into bodies, or whoever keeps a copy, would see another request than the one that is carried out.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final

import httpx
import pytest

from interfaces.http.problem_documents import MEDIA_TYPE
from interfaces.http.problems import LONGEST_PLACE
from isolation.ids import DOCUMENT
from served import application

BY_ITSELF: Final = frozenset({"handInMeasurements"})
"""Reads its body when it is known who sends it: `interfaces/measurements/test_formats.py`."""

BODIES: Final = {
    operation["operationId"]: (method, re.sub(r"\{[a-z]+\}", "x", path))
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if "requestBody" in operation
}


ROUTES: Final = httpx.ASGITransport(app=application())
"""With nothing behind them: a body is read before anything is looked up."""


def sent(name: str, body: bytes, media: str = "application/json") -> Any:
    """Send a body to an operation; return the problem that it answers."""
    method, path = BODIES[name]
    request = httpx.Request(
        method, f"http://parley.example{path}", content=body, headers={"Content-Type": media}
    )

    async def answered() -> httpx.Response:
        answer = await ROUTES.handle_async_request(request)
        await answer.aread()
        return answer

    answer = asyncio.run(answered())
    assert answer.status_code == 422
    assert answer.headers["content-type"] == MEDIA_TYPE
    return answer.json()


def test_there_are_operations_that_take_a_body() -> None:
    assert len(BODIES) > 80
    assert BODIES.keys() >= BY_ITSELF


@pytest.mark.parametrize("name", sorted(BODIES.keys() - BY_ITSELF))
def test_a_name_that_is_there_twice_is_refused_by_name_and_place(name: str) -> None:
    told = sent(name, b'{"a": [{"because": "x", "because": "y"}]}')
    assert told["rule"] == "bad-shape"
    assert told["place"] == "body/a/0/because"
    assert [finding["rule"] for finding in told["findings"]] == ["duplicate-key"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"\\ud800": 1, "\\ud800": 2}', "body/\\ud800"),
        (b'{"%b": {"a": 1, "a": 2}}' % (b"n" * 5000), "n" * (LONGEST_PLACE - 2) + "/a"),
    ],
    ids=["half a character", "endless"],
)
def test_a_name_that_cannot_be_said_is_refused_all_the_same(body: bytes, place: str) -> None:
    assert sent("registerParty", body)["place"] == place


@pytest.mark.parametrize("media", ["application/merge-patch+json", "application/json; charset=x"])
def test_it_is_refused_under_whatever_name_json_goes(media: str) -> None:
    told = sent("registerParty", b'{"a": 1, "a": 2}', media)
    assert told["findings"][0]["rule"] == "duplicate-key"


def test_a_body_that_is_not_utf_8_is_not_guessed_at() -> None:
    assert sent("registerParty", '{"a": 1}'.encode("utf-16"))["place"] == "body"
