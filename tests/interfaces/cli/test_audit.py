"""``parley contract audit`` and ``parley pins``: what arrives, and what is left if it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from typer.testing import CliRunner, Result

from domain.parties.facts import Role
from http_world import open_world
from interfaces.cli import bundles
from interfaces.cli.answers import NO, Said
from interfaces.cli.client import Client
from interfaces.cli.main import app

CONTRACT = f"relationship-{'0' * 26}/contract-{'0' * 26}"
PROBLEM = {"rule": "checkpoint-behind", "detail": "the signer has not signed it yet"}

Answering = Callable[[httpx.Request], httpx.Response]


class Broken(httpx.SyncByteStream):
    """An answer that breaks off in the middle."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"PK half of it"
        raise httpx.RemoteProtocolError("peer closed connection")


def run(monkeypatch: pytest.MonkeyPatch, answering: Answering, *arguments: str) -> Result:
    def connect(address: str, who: str | None) -> Client:
        assert who is None
        client = Client(address, "a token")
        client.__dict__["_http"].close()
        client.__dict__["_http"] = httpx.Client(
            transport=httpx.MockTransport(answering), base_url=f"{address}/v1"
        )
        return client

    monkeypatch.setattr(bundles, "connect", connect)
    return CliRunner().invoke(app, arguments)


def test_the_bundle_is_written_where_it_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(200, content=b"PK and so on")

    out = tmp_path / "contract.zip"
    said = run(monkeypatch, answering, "contract", "audit", CONTRACT, "--out", str(out))
    relationship, contract = CONTRACT.split("/")
    assert asked == [f"/v1/relationships/{relationship}/contracts/{contract}/audit"]
    assert out.read_bytes() == b"PK and so on"
    assert "12 bytes" in said.output
    assert [path.name for path in tmp_path.iterdir()] == ["contract.zip"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(409, json=PROBLEM), "checkpoint-behind: the signer has not signed it yet"),
        (httpx.Response(200, stream=Broken()), "peer closed connection"),
    ],
    ids=["refused", "broken off"],
)
def test_what_did_not_arrive_whole_takes_the_place_of_nothing(
    answer: httpx.Response, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "contract.zip"
    out.write_bytes(b"the one from last month")
    arguments = ("contract", "audit", CONTRACT, "--out", str(out))
    ran = run(monkeypatch, lambda _: answer, *arguments)
    assert isinstance(ran.exception, Said)
    assert said in str(ran.exception)
    assert out.read_bytes() == b"the one from last month"
    assert [path.name for path in tmp_path.iterdir()] == ["contract.zip"]


def test_a_fact_that_is_gone_is_said_in_one_line_and_fsck_tells_where(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    out = tmp_path / "contract.zip"
    with open_world(database, tmp_path) as world:
        cast = world.cast()
        deal = world.strike_a_deal(cast)
        world.sign()
        with psycopg.connect(database) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "DELETE FROM ledger_events WHERE originator_id = %s AND originator_version = 2",
                (deal.negotiation,),
            )

        def answering(request: httpx.Request) -> httpx.Response:
            answer = cast.client[Role.LEGAL].get(request.url.path.removeprefix("/v1"))
            return httpx.Response(answer.status_code, content=answer.content)

        arguments = ("contract", "audit", deal.contract, "--out", str(out))
        ran = run(monkeypatch, answering, *arguments)
    assert isinstance(ran.exception, Said)
    assert ran.exception.code == NO
    (line,) = str(ran.exception).splitlines()
    assert line.startswith("history-broken: the recorded history of relationship-")
    assert line.endswith("`parley fsck` tells where")
    assert not out.exists()

    monkeypatch.setenv("PARLEY_DATABASE", database)
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path))
    checked = CliRunner().invoke(app, ["fsck"])
    assert checked.exit_code == NO
    assert f"{deal.negotiation} version 2" in checked.output


def test_the_draft_of_the_pins_is_printed_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    drafted = "# A draft\nquorum none\n"
    answer = httpx.Response(200, text=drafted)
    assert run(monkeypatch, lambda _: answer, "pins", "relationship-1").output == drafted
