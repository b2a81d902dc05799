"""A month on the command line: figures from a file, a report, an exclusion, and how it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from domain.values.sides import Side
from http_cast import agree, offer, open_negotiation
from interfaces.cli import measurements, performance
from interfaces.cli.answers import Said
from interfaces.cli.client import problem_in_words
from interfaces.cli.main import app
from interfaces.measurements.prometheus import Prometheus
from measured import ELAPSED, Measured, measured, measured_terms, month_of_outages, outage

TEN_HOURS = outage("2026-01-10T00:00", "2026-01-10T10:00")
STORAGE = {"id": "storage", "reason": "storage", "kind": "planned maintenance"}


class Direct:
    """The client of the command line, on a service in this process."""

    def __init__(self, service: Measured, subject: str) -> None:
        self._world, self._subject = service.world, subject

    def get(self, path: str, **query: Any) -> Any:
        said = {name: value for name, value in query.items() if value is not None}
        return self._told(self._world.as_(self._subject).get(path, **said))

    def send(self, path: str, body: Any, *, method: str = "POST", **_: Any) -> Any:
        headers = {"Idempotency-Key": self._world.fresh_key(), "If-Match": "*"}
        return self._told(self._world.send(method, path, self._subject, json=body, headers=headers))

    def upload(self, path: str, content: bytes, media: str, **more: Any) -> Any:
        headers = {"Idempotency-Key": self._world.fresh_key(), "Content-Type": media}
        label = more["parameters"]
        return self._told(
            self._world.send(
                "POST", path, self._subject, content=content, headers=headers, params=label
            )
        )

    def _told(self, answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise Said(problem_in_words(answer))
        self._world.settle()
        return answer.json()


@pytest.fixture
def service(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Measured]:
    """Lend a measured contract, and commands that speak to it."""
    with measured(database, tmp_path, measured_terms(exclusions=[STORAGE])) as lent:
        lent.at("2026-02-01T08:00")
        for module in (measurements, performance):
            monkeypatch.setattr(
                module, "connect", lambda _, who: Direct(lent, who or "provider-service-manager")
            )
        yield lent


def parley(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def told(*arguments: str) -> str:
    """Return what a command says that does what it is asked."""
    done = parley(*arguments)
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.stdout


def test_a_month_is_handed_in_reported_missed_and_excused(
    service: Measured, tmp_path: Path
) -> None:
    contract = service.deal.contract
    place = ("--contract", contract, "--objective", "availability")
    file = tmp_path / "january.json"
    file.write_text(json.dumps(month_of_outages("2026-01", TEN_HOURS)))
    assert "2026-01 of probe: 1 row of outages" in told("measurements", "push", str(file), *place)
    assert "MISSED" in told("contract", "report", contract, "availability", "2026-01-01")
    shown = told("contract", "performance", contract)
    assert "version 1, always: 98.656 %, at least 99.5: MISSED" in shown
    asked = ("--from", TEN_HOURS["starts"], "--until", TEN_HOURS["ends"], "--because", "storage")
    said = told("exclusion", "request", contract, "storage", *asked)
    case = said.split()[0]
    client = ("--as", "client-service-manager")
    assert "granted" in told("exclusion", "grant", contract, case, *client)
    assert "MISSED" not in told("contract", "performance", contract)
    assert "withdrawn" in told("exclusion", "withdraw", contract, case)
    assert "withdrawn" in told("exclusion", "list", contract)


def test_a_file_of_rows_takes_its_label_from_the_command(service: Measured, tmp_path: Path) -> None:
    file = tmp_path / "first-week.csv"
    file.write_text("starts,ends\n2026-01-02T00:00:00Z,2026-01-02T01:00:00Z\n")
    place = ("--contract", service.deal.contract, "--objective", "availability")
    span = ("--from", "2026-01-01T00:00:00Z", "--until", "2026-01-08T00:00:00Z")
    said = told("measurements", "push", str(file), *place, "--source", "ops", *span)
    assert "first-week of ops: 1 row of outages" in said
    file.write_text("starts,ends\n2026-01-02T00:00:00,2026-01-02T01:00:00Z\n")
    refused = parley(
        "measurements", "push", str(file), *place, "--source", "ops", "--batch", "other", *span
    )
    assert isinstance(refused.exception, Said)
    assert "figures-no-offset at row 1, starts" in str(refused.exception) or (
        "row 1, starts: " in str(refused.exception)
    )


def test_what_is_no_file_of_figures_is_refused(service: Measured, tmp_path: Path) -> None:
    file = tmp_path / "figures.xml"
    file.write_text("<figures/>")
    place = ("--contract", service.deal.contract, "--objective", "availability")
    refused = parley("measurements", "push", str(file), *place)
    assert isinstance(refused.exception, Said)
    assert refused.exception.code == 2


def test_an_earlier_month_is_pulled_with_the_query_of_its_own_time(
    service: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for up, since in (("old", "2026-03-01"), ("new", "2026-05-01")):
        amend(service, {**ELAPSED, "query": {"up": up}}, f"{since}T00:00:00Z")
    service.at("2026-06-01T08:00")
    asked: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        form = dict(httpx.QueryParams(request.content.decode()))
        first = int(form["start"])
        asked.append((form["query"], f"{datetime.fromtimestamp(first, UTC):%Y-%m-%d}"))
        result = [{"metric": {}, "values": [[first, "1"]]}]
        data = {"resultType": "matrix", "result": result}
        return httpx.Response(200, json={"status": "success", "data": data})

    @contextmanager
    def monitor(server: str) -> Iterator[Prometheus]:
        with httpx.Client(transport=httpx.MockTransport(answer)) as client:
            yield Prometheus(server, client, lambda _: None)

    monkeypatch.setattr(measurements, "connected", monitor)
    place = ("--contract", service.deal.contract, "--objective", "availability")
    pull = ("measurements", "pull", *place, "--server", "http://monitor.example:9090")
    april = ("--from", "2026-04-01T00:00:00Z", "--until", "2026-04-02T00:00:00Z")
    assert "of monitor.example:9090 min(old): 0 rows of outages" in told(*pull, *april)
    both = ("--from", "2026-04-30T00:00:00Z", "--until", "2026-05-02T00:00:00Z")
    of_old, _, of_new, _ = told(*pull, *both).splitlines()
    assert "min(old)" in of_old
    assert "2026-04-30T00:00:00Z until before 2026-05-01T00:00:00Z" in of_old
    assert "min(new)" in of_new
    assert "2026-05-01T00:00:00Z until before 2026-05-02T00:00:00Z" in of_new
    assert asked == [
        ("min(old)", "2026-04-01"),
        ("min(old)", "2026-04-30"),
        ("min(new)", "2026-05-01"),
    ]
    before = ("--from", "2026-01-01T00:00:00Z", "--until", "2026-01-02T00:00:00Z")
    refused = parley(*pull, *before)
    assert "name no query" in str(refused.exception)
    never = ("--from", "2025-01-01T00:00:00Z", "--until", "2025-01-02T00:00:00Z")
    refused = parley(*pull, *never)
    assert "the terms of that time promise no objective 'availability'" in str(refused.exception)
    assert len(asked) == 3


def amend(service: Measured, measured_by: dict[str, Any], since: str) -> None:
    """Have both sides agree on another way to measure, from an instant on."""
    cast, terms = service.cast, measured_terms(measured=measured_by, exclusions=[STORAGE])
    talks = open_negotiation(cast, kind="amendment", contract=service.deal.contract)["id"]
    put = offer(cast, Side.CLIENT, talks, terms, effective_from=since)
    agree(cast, talks, put, terms, by=Side.PROVIDER)
    service.world.settle()


def test_nothing_is_pulled_where_the_terms_name_no_query(service: Measured) -> None:
    place = ("--contract", service.deal.contract, "--objective", "availability")
    span = ("--from", "2026-01-01T00:00:00Z", "--until", "2026-01-08T00:00:00Z")
    refused = parley("measurements", "pull", *place, "--server", "http://127.0.0.1:9", *span)
    assert isinstance(refused.exception, Said)
    assert "name no query" in str(refused.exception)
