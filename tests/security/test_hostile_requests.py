"""Figures that explode, names without end, paths that climb, endless streams: all are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest

from domain.values.sides import Side
from faults.installation import Installation, until
from faults.pair import Pair
from interfaces.followers import MOST_STREAMS
from interfaces.http.problems import MOST_ERRORS
from isolation.ask import REQUIREMENT
from isolation.asking import PATHS
from isolation.cast import CLIENT_PEOPLE
from isolation.hearing import Heard
from isolation.requests import REQUESTS
from isolation.things import Things, open_things
from security.raw import Raw, request

pytestmark = pytest.mark.postgres
(NEGOTIATOR,) = (one for one in CLIENT_PEOPLE if one.name == "client-negotiator")
FIGURES: Final = (
    *("1e999999999", "1E+999999999", "-1e-999999999", "9" * 5000, "0." + "0" * 5000 + "1"),
    *("NaN", "sNaN", "Infinity", "-Infinity", "0x10", "1_000", "٣", " 1", "1 ", "+1", ".5", ""),
)
BARE: Final = ("1e999999999", "1e400", "9" * 4000, "NaN", "-Infinity", "1.5", "1")
ALIASES: Final = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)


@pytest.fixture(scope="module")
def things(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    """Lend one service to all requests."""
    with open_things(module_database, tmp_path_factory.mktemp("home")) as lent:
        yield lent


def post(things: Things, path: str, **sent: Any) -> Heard:
    headers = {
        "Idempotency-Key": things.stage.world.fresh_key(),
        "If-Match": "*",
        "Content-Type": "application/json",
    }
    return things.stage.send(NEGOTIATOR, "POST", path, headers=headers, **sent)


def requirements(things: Things) -> str:
    _, path = PATHS["stateRequirement"]
    return path.format(**REQUESTS["stateRequirement"](things).path)


def stated(value: str) -> bytes:
    """Return a requirement whose figure is written so."""
    text = json.dumps(REQUIREMENT)
    assert '"99.5"' in text
    return text.replace('"99.5"', value).encode()


def test_the_requirement_itself_is_taken(things: Things) -> None:
    assert post(things, requirements(things), content=stated('"99.5"')).status == 201


@pytest.mark.parametrize("value", [*map(json.dumps, FIGURES), *BARE], ids=lambda value: value[:20])
def test_a_figure_that_explodes_or_is_none_is_refused(things: Things, value: str) -> None:
    path = requirements(things)
    before = things.house.ledger.head()
    heard = post(things, path, content=stated(value))
    assert heard.status == 422
    assert len(heard.text) < 10_000
    assert things.house.ledger.head() == before


def test_ten_thousands_of_names_are_refused_in_few_words(things: Things) -> None:
    names = {f"name-{number}": number for number in range(40_000)}
    heard = post(things, requirements(things), content=json.dumps(names).encode())
    assert heard.status == 422
    assert len(json.loads(heard.text)["findings"]) <= MOST_ERRORS


@pytest.mark.parametrize("language", ["table", "openslo"])
def test_aliases_are_not_followed(things: Things, language: str) -> None:
    body = {"language": language, "text": ALIASES}
    heard = post(things, "/v1/terms/imports", content=json.dumps(body).encode())
    assert heard.status in {200, 422}
    assert "anchors-refused" in heard.text
    assert len(heard.text) < 10_000


CLIMBING: Final = (
    "/v1/../metrics",
    "/v1/%2e%2e/health/ready",
    "/v1//relationships",
    "/v1/relationships/../../static/app.js",
    "/static/../settings.py",
    "/static/%2e%2e/%2e%2e/settings.py",
    "/static/..%2f..%2fsettings.py",
    "/static/%2fetc%2fpasswd",
    "/static//etc/passwd",
    "/static/\\..\\..\\settings.py",
    "/static/%00",
    "/v1/relationships/%2e%2e%2f%2e%2e",
    "/v1/relationships;a=b",
    "/V1/relationships",
    "http://127.0.0.1:1/v1/relationships",
    "*",
)


@pytest.mark.parametrize("path", CLIMBING)
def test_a_path_that_climbs_leads_nowhere(besieged: Installation, path: str) -> None:
    with Raw(besieged.port) as sent:
        sent.say(request("GET", path, Connection="close"))
        heard = b""
        while more := sent.heard():
            heard += more
    assert int(heard.split()[1]) in {303, 307, 400, 401, 404}
    assert b"root:" not in heard
    assert b"import" not in heard


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "HEAD", "OPTIONS", "GET"])
def test_a_command_takes_its_own_method_alone(things: Things, method: str) -> None:
    name = "breakOffNegotiation"
    _, path = PATHS[name]
    ask = REQUESTS[name](things)
    heard = things.stage.send(
        NEGOTIATOR,
        method,
        path.format(**ask.path),
        headers={"X-HTTP-Method-Override": "POST", "Idempotency-Key": "k", "If-Match": "*"},
        json=ask.body,
    )
    assert heard.status == 405


def test_one_person_follows_so_much_and_no_more_and_keeps_nobody_out(
    besieged: Installation, inhabitants: Pair
) -> None:
    path = f"/v1{inhabitants.path}/events"

    def following(side: Side) -> bytes:
        token = besieged.token(inhabitants.lead[side])
        return request("GET", path, Authorization=f"Bearer {token}")

    with ExitStack() as stack:
        streams = [stack.enter_context(Raw(besieged.port)) for _ in range(MOST_STREAMS)]
        for one in streams:
            one.say(following(Side.PROVIDER))
            assert one.status() == 200

        def asked(side: Side) -> int | None:
            with Raw(besieged.port) as sent:
                sent.say(following(side))
                return sent.status()

        assert asked(Side.PROVIDER) == 429
        assert asked(Side.CLIENT) == 200
        streams[0].__exit__()
        until("there is room for another", lambda: asked(Side.PROVIDER) == 200)
