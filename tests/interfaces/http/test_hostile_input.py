"""What no well-meaning client sends is refused by its shape: never stored, never a crash."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any, Final

import pytest

from interfaces.http.problem_documents import MEDIA_TYPE
from isolation.cast import PROVIDER_PEOPLE
from isolation.hearing import Heard
from isolation.things import TERMS, Things, open_things

(NEGOTIATOR,) = (one for one in PROVIDER_PEOPLE if one.name == "provider-negotiator")
CURSOR_WITH_NULL: Final = urlsafe_b64encode(b"a\x00\nb").decode()

BODIES: Final = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"text": "\xff"}',
    "half a surrogate pair": b'{"text": "\\ud800"}',
    "half a surrogate pair as a name": b'{"text": "hello", "\\ud800": 1}',
    "a null character": b'{"text": "a\\u0000b"}',
    "blanks alone": b'{"text": "   "}',
    "a number": b'{"text": 1}',
    "an endless number": b'{"text": 1e999999}',
    "a very long number": b'{"text": ' + b"9" * 5000 + b"}",
    "not a number": b'{"text": NaN}',
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "deep objects": b'{"text": ' * 20_000,
    "an unknown field": b'{"text": "hello", "txet": "hello"}',
}
QUERIES: Final = {
    "a null character in a name": ("audit-trail", {"name": "a\x00b"}),
    "a null character in a stream": ("audit-trail", {"stream": "a\x00b"}),
    "a null character in a cursor": ("audit-trail", {"after": CURSOR_WITH_NULL}),
    "no cursor": ("audit-trail", {"after": "not one"}),
    "a cursor beyond ASCII": ("audit-trail", {"after": "é"}),
    "no rows": ("negotiations", {"limit": "0"}),
    "endlessly many rows": ("negotiations", {"limit": "9" * 400}),
    "a list of limits": ("negotiations", {"limit": "1,2"}),
}
INSTANTS: Final = (
    "0",
    "1767225600",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "\u0662\u0660\u0662\u0666-01-01T00:00:00Z",
    "now",
)
VERSIONS: Final = ("", "7", 'W/"7"', '"-1"', '"7", "8"', '"' + "9" * 40 + '"', '"\u0667"')
DRAFTS: Final = {
    "a binary fraction": b'{"document": {"fee": 1.5}}',
    "not a number": b'{"document": {"fee": NaN}}',
    "infinity": b'{"document": {"fee": Infinity}}',
    "half a surrogate pair": b'{"document": {"title": "\\ud800"}}',
    "half a surrogate pair as a name": b'{"document": {"\\ud800": "title"}}',
    "a null character": b'{"document": {"title": "a\\u0000b"}}',
    "a null character as a name": b'{"document": {"a\\u0000b": "title"}}',
    "deep": b'{"document": ' + b'{"a": ' * 40 + b"1" + b"}" * 41,
}


@pytest.fixture(scope="module")
def things(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    """Lend one service to all requests."""
    with open_things(module_database, tmp_path_factory.mktemp("home")) as lent:
        yield lent


def send(things: Things, method: str, path: str, **sent: Any) -> Heard:
    """Send a request of the provider's negotiator, below the relationship."""
    if method != "GET":
        headers = {"Idempotency-Key": things.stage.world.fresh_key(), "If-Match": "*"}
        sent["headers"] = {"Content-Type": "application/json", **headers, **sent.get("headers", {})}
    whole = f"/v1/relationships/{things.stage.relationship}/{path}"
    return things.stage.send(NEGOTIATOR, method, whole, **sent)


def refused_by_shape(heard: Heard) -> None:
    assert heard.status == 422, f"{heard.status} {heard.text[:500]}"
    assert heard.headers["content-type"] == MEDIA_TYPE


def below(stream: str) -> str:
    """Return where something in the relationship is found."""
    child = stream.split("/")[1]
    kind = child.split("-")[0]
    return f"{'requirements' if kind == 'requirements' else kind + 's'}/{child}"


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_of_no_shape_is_refused(things: Things, body: bytes) -> None:
    path = f"{below(things.shown.id)}/comments"
    before = things.house.ledger.head()
    refused_by_shape(send(things, "POST", path, content=body))
    assert things.house.ledger.head() == before


@pytest.mark.parametrize("body", DRAFTS.values(), ids=DRAFTS.keys())
def test_a_draft_that_cannot_be_kept_exactly_is_refused(things: Things, body: bytes) -> None:
    path = f"{below(things.shown.id)}/position/draft"
    refused_by_shape(send(things, "PUT", path, content=body))


@pytest.mark.parametrize(("path", "query"), QUERIES.values(), ids=QUERIES.keys())
def test_a_query_of_no_shape_is_refused(things: Things, path: str, query: dict[str, str]) -> None:
    refused_by_shape(send(things, "GET", path, params=query))


@pytest.mark.parametrize("instant", INSTANTS)
def test_what_is_no_instant_is_refused(things: Things, instant: str) -> None:
    path = f"{below(things.contract)}/terms"
    refused_by_shape(send(things, "GET", path, params={"as_of": instant}))
    offer = {"terms": TERMS.document(), "firmness": "indicative", "valid_until": instant}
    refused_by_shape(send(things, "POST", f"{below(things.shown.id)}/offers", json=offer))


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_no_version_is_refused(things: Things, version: str) -> None:
    path = f"{below(things.shown.id)}/breaking-off"
    headers = {"If-Match": version.encode()}
    refused_by_shape(send(things, "POST", path, json={"because": "we"}, headers=headers))


@pytest.mark.parametrize("path", ["negotiations/%00", "contracts/a%2Fb", "negotiations/%ff"])
def test_what_is_no_id_is_not_looked_for(things: Things, path: str) -> None:
    assert send(things, "GET", path).status in {404, 422}
    assert send(things, "DELETE", f"{below(things.shown.id)}/constraints/%00").status in {
        404,
        409,
        422,
    }


def test_a_method_that_does_not_serve_is_told_those_that_do(things: Things) -> None:
    heard = send(things, "PATCH", "negotiations")
    assert heard.status == 405
    assert heard.headers["allow"] == "GET, POST"
    assert heard.headers["content-type"] == MEDIA_TYPE


def test_the_greatest_body_is_a_mebibyte(things: Things) -> None:
    path = f"{below(things.shown.id)}/comments"
    heard = send(things, "POST", path, content=b" " * (1_048_576 + 1))
    assert heard.status == 413
    assert heard.headers["content-type"] == MEDIA_TYPE


def test_an_offer_is_not_called_accepted_when_the_negotiation_is_broken_off(
    things: Things,
) -> None:
    made = things.proposed()
    broken = send(things, "POST", f"{below(made.id)}/breaking-off", json={"because": "no budget"})
    (offer,) = json.loads(broken.text)["offers"]
    assert offer["fate"] == "broken-off"
