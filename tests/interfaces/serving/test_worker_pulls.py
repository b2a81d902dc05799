"""A worker that runs has figures out of a real Prometheus, and has none where it is in trouble."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

import httpx
import pytest

from application.closing import results_of
from application.ledger import Ledger
from contracts import concluding
from domain.contract.contract import CONTRACT
from domain.performance.facts import ResultEstablished
from domain.values.ids import within
from domain.values.periods import Period
from faults.installation import PATIENCE, Installation, until
from faults.pair import Pair, fresh
from interfaces.cli.demo.monitor import QUERY, Down, watched
from interfaces.postgres.persistence import ledger_env
from measured import measured_terms

pytestmark = pytest.mark.postgres

SLICES: Final = {
    "by": "time slices",
    "slice": "PT1M",
    "missing": "counts as down",
    "query": {"up": QUERY},
}
OBJECTIVE: Final = "availability"
ZONES: Final = ("zone-a", "zone-b")
Answer = Callable[[bytes], tuple[int, bytes]]


@cache
def last_week() -> Period:
    """The last week that has been over for an hour, from Monday to Monday; the same all along."""
    today = (datetime.now(UTC) - timedelta(hours=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    monday = today - timedelta(days=today.weekday())
    return Period(monday - timedelta(days=7), monday)


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Prometheus that saw both zones down for two hours of the week, and one for a day."""
    week = last_week()
    noon = week.starts + timedelta(days=2, hours=12)
    both = [Down(zone, noon, noon + timedelta(hours=2)) for zone in ZONES]
    alone = Down(ZONES[0], noon + timedelta(days=1), noon + timedelta(days=2))
    folder = tmp_path_factory.mktemp("monitor") / "prometheus"
    with watched(folder, (week.starts, week.ends), ZONES, [*both, alone]) as address:
        yield address


@contextmanager
def front(answer: Answer) -> Iterator[str]:
    """Lend the address of a server that answers ranges as it is told."""

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = answer(body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            """Say nothing of what is asked."""

    with HTTPServer(("127.0.0.1", 0), Asked) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(PATIENCE)


class Watching:
    """An installation whose worker pulls one objective of one contract, a week long."""

    def __init__(self, database: str, home: Path) -> None:
        self.house = Installation(home, database=database)
        self.contract = ""

    def sign(self) -> None:
        """Conclude a contract over last week: 99 % of it, and no report."""
        week = last_week()
        term = {
            "starts": f"{week.starts:%Y-%m-%d}",
            "ends": f"{week.ends - timedelta(days=1):%Y-%m-%d}",
        }
        terms = measured_terms(
            measured=SLICES, term=term, objective={"period": "calendar week"}, reporting=None
        )
        with Ledger(ledger_env(self.house.dsn)) as ledger:
            pair = Pair(ledger).enter()
            self.contract = within(pair.relationship, fresh("contract"))
            pair.record(CONTRACT, self.contract, concluding(terms))

    @contextmanager
    def worker(self, server: str) -> Iterator[None]:
        """Run a worker that is told to pull from a server."""
        pulls = self.house.home / "pulls.json"
        told = {
            "contract": self.contract,
            "objective": OBJECTIVE,
            "server": server,
            "side": "provider",
        }
        pulls.write_text(json.dumps([told]))
        self.house.more = {"PARLEY_PULLS": str(pulls)}
        (self.house.home / "log").unlink(missing_ok=True)
        process = self.house.run("worker")
        try:
            yield
        finally:
            process.kill()
            process.wait(PATIENCE)

    def results(self) -> list[Any]:
        """Return the facts of results."""
        with Ledger(ledger_env(self.house.dsn)) as ledger:
            stream = results_of(self.contract, OBJECTIVE)
            return [event.fact for event in ledger.history(stream)]

    def comes_to(self) -> list[tuple[str, bool]]:
        """Return what the week came to, and whether that is a miss, once there is a result."""
        facts = until("the week is closed", self.results)
        return [
            (fact.result.parts[0].targets[0].value, fact.result.missed)
            for fact in facts
            if isinstance(fact, ResultEstablished)
        ]

    def is_not_pulled(self, because: str) -> None:
        """Wait until the worker says why it has no figures, and see that it made none up."""
        until(f"the log says: {because}", lambda: self.house.logged(because))
        assert self.house.logged(f"{OBJECTIVE} of {self.contract} is not pulled")
        assert self.results() == []


@pytest.fixture
def watching(database: str) -> Iterator[Watching]:
    """Lend a contract to be watched, on the tests' own database."""
    with tempfile.TemporaryDirectory(prefix="parley-pulls-") as home:
        lent = Watching(database, Path(home))
        lent.sign()
        yield lent


# 120 of 10,080 minutes are 1/84 of the week: 83/84 are 98.8 %, and 99.5 % was promised.
WEEK: Final = [("2075/21", True)]


def test_it_measures_the_week_day_by_day_until_it_is_closed(
    watching: Watching, prometheus: str
) -> None:
    with watching.worker(prometheus):
        assert watching.comes_to() == WEEK


def test_while_prometheus_is_down_the_week_stays_open_and_is_measured_when_it_is_back(
    watching: Watching, prometheus: str
) -> None:
    monday = int(last_week().starts.timestamp())
    with front(lambda _: (503, b"")) as address, watching.worker(address):
        watching.is_not_pulled(f"does not answer for {monday} to {monday + 86_340}")
    with watching.worker(prometheus):
        assert watching.comes_to() == WEEK


def test_what_prometheus_was_not_asked_for_is_not_believed(
    watching: Watching, prometheus: str
) -> None:
    def shifted(body: bytes) -> tuple[int, bytes]:
        """Answer for the minutes after half past, as one that rounds ranges would."""
        asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked["start"] = str(int(asked["start"]) + 30)
        answer = httpx.post(f"{prometheus}/api/v1/query_range", data=asked)
        return answer.status_code, answer.content

    with front(shifted) as address, watching.worker(address):
        watching.is_not_pulled("which was not asked for")


def test_a_partial_answer_is_not_believed(watching: Watching, prometheus: str) -> None:
    def partial(body: bytes) -> tuple[int, bytes]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{prometheus}/api/v1/query_range"
        document = httpx.post(url, content=body, headers=form).json()
        return 200, json.dumps({**document, "warnings": ["a store is away"]}).encode()

    with front(partial) as address, watching.worker(address):
        watching.is_not_pulled("a partial answer: ['a store is away']")
