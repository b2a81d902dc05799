"""Figures out of Prometheus: from a real one, and from servers that are down, slow or lie."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs

import httpx
import pytest

from agreements import simple_document
from attainments import MINUTE, at
from domain.attainment.records import Checks, Outages, Readings
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from interfaces.measurements.prometheus import (
    FIRST_PAUSE,
    MOST_POINTS,
    TRIES,
    Asked,
    Prometheus,
    PrometheusSilent,
    connected,
)
from interfaces.measurements.pulled import NotBound, pulled

STARTS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 5, tzinfo=UTC)
SLICES: Final = {"by": "time slices", "slice": "PT1M", "missing": "counts as down"}
FIRST: Final = at("2026-01-01T00:00") // 1_000_000

Page = dict[str, str]
Answer = Callable[[Page], httpx.Response]


def bound(measured: dict[str, Any] | None = None) -> Objective:
    """Return an objective that the terms bind to ``up``, unless told otherwise."""
    document = simple_document()
    query = {"up": 'up{job="shop"}'}
    objective = document["objectives"][0]
    objective |= {"measured": measured or {**SLICES, "query": query}, "remedy": None}
    return AgreementTerms.model_validate(document).objectives[0]


def matrix(*values: tuple[Any, str], **more: Any) -> httpx.Response:
    """Return what Prometheus answers to a range query."""
    result = [{"metric": {}, "values": [list(value) for value in values]}] if values else []
    data = {"resultType": "matrix", "result": result}
    return httpx.Response(200, json={"status": "success", "data": data, **more})


class Server:
    """A server that answers as it is told, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[Page] = []
        self.pauses: list[float] = []
        self._answer = answer
        transport = httpx.MockTransport(self._handle)
        self.prometheus = Prometheus(
            "http://user:secret@monitor.example:9090/",
            httpx.Client(transport=transport),
            self.pauses.append,
        )

    def _handle(self, request: httpx.Request) -> httpx.Response:
        page = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.asked.append(page)
        return self._answer(page)


def truthful(page: Page) -> httpx.Response:
    """Answer that it was up at every instant asked about."""
    first, last, step = (int(page[name]) for name in ("start", "end", "step"))
    return matrix(*((second, "1") for second in range(first, last + 1, step)))


def silence(answer: Answer) -> str:
    """Return why nothing is believed of what a server answers."""
    with pytest.raises(PrometheusSilent) as silent:
        pulled(Server(answer).prometheus, bound(), STARTS, ENDS)
    return str(silent.value)


def test_the_lowest_of_what_several_say_counts_and_a_zero_is_a_failed_check() -> None:
    server = Server(lambda _: matrix((FIRST, "1"), (FIRST + 60, "0"), (FIRST + 120, "NaN")))
    handed = pulled(server.prometheus, bound(), STARTS, ENDS)
    assert server.asked[0]["query"] == 'min(up{job="shop"})'
    assert (server.asked[0]["start"], server.asked[0]["end"]) == (str(FIRST), str(FIRST + 240))
    assert isinstance(handed.records, Checks)
    # What is not a number is no record, and neither is what was not answered.
    assert handed.records.at.tolist() == [FIRST * 1_000_000, FIRST * 1_000_000 + MINUTE]
    assert handed.records.failed.tolist() == [0, 1]


def test_a_batch_is_named_by_the_server_the_query_and_what_is_in_it() -> None:
    handed = pulled(Server(truthful).prometheus, bound(), STARTS, ENDS)
    again = pulled(Server(truthful).prometheus, bound(), STARTS, ENDS)
    other = pulled(Server(lambda _: matrix()).prometheus, bound(), STARTS, ENDS)
    assert handed.source == 'monitor.example:9090 min(up{job="shop"})'
    assert handed.batch == again.batch != other.batch
    assert (handed.starts, handed.ends) == (STARTS, ENDS)


def test_a_long_range_is_asked_for_page_by_page() -> None:
    server = Server(truthful)
    ends = STARTS + timedelta(minutes=2 * MOST_POINTS + 5)
    handed = pulled(server.prometheus, bound(), STARTS, ends)
    assert isinstance(handed.records, Checks)
    assert len(handed.records.at) == 2 * MOST_POINTS + 5
    assert len(server.asked) == 3
    pages = [Asked(*(int(page[one]) for one in ("start", "end", "step"))) for page in server.asked]
    assert [page.count for page in pages] == [MOST_POINTS, MOST_POINTS, 5]
    assert pages[1].first == pages[0].last + 60


def test_down_for_a_moment_is_asked_again_ever_more_slowly() -> None:
    answers = iter([httpx.Response(503), httpx.Response(500)])
    server = Server(lambda page: next(answers, None) or truthful(page))
    pulled(server.prometheus, bound(), STARTS, ENDS)
    assert server.pauses == [FIRST_PAUSE, 2 * FIRST_PAUSE]


def test_down_for_good_names_the_gap() -> None:
    def refuse(_: Page) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    server = Server(refuse)
    with pytest.raises(PrometheusSilent, match=f"does not answer for {FIRST} to {FIRST + 240}"):
        pulled(server.prometheus, bound(), STARTS, ENDS)
    assert len(server.asked) == TRIES


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([(FIRST - 60, "1")], "was not asked for"),
        ([(FIRST + 300, "1")], "was not asked for"),
        ([(FIRST + 1, "1")], "was not asked for"),
        ([(FIRST + 0.5, "1")], "was not asked for"),
        ([(FIRST + 60, "1"), (FIRST, "1")], "was not asked for"),
        ([(FIRST, "1"), (FIRST, "0")], "was not asked for"),
        ([(FIRST, "up")], "cannot be read"),
        ([("later", "1")], "cannot be read"),
    ],
)
def test_a_range_that_was_not_asked_for_is_not_believed(
    values: list[tuple[Any, str]], told: str
) -> None:
    assert told in silence(lambda _: matrix(*values))


def test_nothing_partial_and_nothing_else_is_believed() -> None:
    partial = {"warnings": ["store 3 timed out"]}
    assert "store 3 timed out" in silence(lambda _: matrix((FIRST, "1"), **partial))
    two = {"resultType": "matrix", "result": [{"values": []}, {"values": []}]}
    answer = httpx.Response(200, json={"status": "success", "data": two})
    assert "2 series" in silence(lambda _: answer)
    vector = {"resultType": "vector", "result": []}
    answered = httpx.Response(200, json={"status": "success", "data": vector})
    assert "no range" in silence(lambda _: answered)
    assert "not that of Prometheus" in silence(lambda _: httpx.Response(200, text="<html>"))
    bad = {"status": "error", "errorType": "bad_data", "error": "parse error: unexpected )"}
    assert "unexpected )" in silence(lambda _: httpx.Response(400, json=bad))


def test_an_answer_without_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.measurements.prometheus.LARGEST", 100)
    assert "more than 100 bytes" in silence(truthful)


def test_an_answer_that_trickles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.measurements.prometheus.TIMEOUT", -1.0)
    assert "does not answer" in silence(truthful)


def test_without_a_query_in_the_terms_there_is_nothing_to_ask() -> None:
    with pytest.raises(NotBound, match="hand them in"):
        pulled(Server(truthful).prometheus, bound(SLICES), STARTS, ENDS)


def test_shares_are_asked_for_hour_by_hour_as_whole_events() -> None:
    method = {
        "by": "event ratio",
        "good": "answered",
        "of": "asked",
        "query": {"good": "good_total", "of": "all_total"},
    }
    hour = FIRST + 3600
    server = Server(lambda page: matrix((hour, "99.6" if "good" in page["query"] else "100.4")))
    handed = pulled(server.prometheus, bound(method), STARTS, STARTS + timedelta(hours=1))
    assert server.asked[0]["query"] == "sum(avg_over_time((good_total)[3600000ms:])) * 3600"
    counts = handed.records
    assert [getattr(counts, one).tolist() for one in ("at", "events", "good", "unknown")] == [
        [FIRST * 1_000_000],
        [100],
        [100],
        [0],
    ]


def test_a_figure_of_ones_own_unit_is_kept_to_the_last_digit() -> None:
    method = {
        "by": "custom unit",
        "unit": "vehicles",
        "reads": "ready",
        "take": "lowest",
        "query": {"value": "vehicles"},
    }
    server = Server(lambda _: matrix((FIRST, "0.1")))
    handed = pulled(server.prometheus, bound(method), STARTS, STARTS + timedelta(hours=1))
    assert isinstance(handed.records, Readings)
    assert str(handed.records.readings[0].value) == "1/10"


# A real one ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Prometheus on a day of minutes, of which ten were down and five are missing."""
    home = tmp_path_factory.mktemp("prometheus")
    lines = ["# TYPE up gauge"]
    for minute in range(24 * 60):
        if not 600 <= minute < 605:
            up = int(not 300 <= minute < 310)
            lines.append(f'up{{job="shop"}} {up} {FIRST + 60 * minute}')
    (home / "figures.om").write_text("\n".join([*lines, "# EOF", ""]))
    data = home / "data"
    backfill = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
    run([*backfill, str(home / "figures.om"), str(data)])
    (home / "prometheus.yml").write_text("global: {scrape_interval: 1m}\n")
    port = free_port()
    server = subprocess.Popen(  # noqa: S603 - the system's own program
        [
            found("prometheus"),
            f"--config.file={home / 'prometheus.yml'}",
            f"--storage.tsdb.path={data}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield ready(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=20)


def found(program: str) -> str:
    path = shutil.which(program)
    assert path is not None, f"{program} is missing: make check installs it"
    return path


def run(command: list[str]) -> None:
    program, *rest = command
    subprocess.run([found(program), *rest], check=True, capture_output=True)  # noqa: S603 - ours


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ready(url: str) -> str:
    for _ in range(200):
        try:
            if httpx.get(f"{url}/-/ready").is_success:
                return url
        except httpx.TransportError:
            pass  # it is not listening yet: that is what is waited for
        time.sleep(0.1)
    raise AssertionError("Prometheus does not get ready")


DAY: Final = (STARTS, STARTS + timedelta(days=1))


def test_a_day_out_of_a_real_prometheus_in_slices(real: str) -> None:
    query = {"up": 'last_over_time(up{job="shop"}[59s])'}
    with connected(real) as server:
        handed = pulled(server, bound({**SLICES, "query": query}), *DAY)
    assert isinstance(handed.records, Checks)
    assert (len(handed.records.at), int(handed.records.failed.sum())) == (24 * 60 - 5, 10)


def test_the_same_day_as_outages(real: str) -> None:
    query = {"up": 'last_over_time(up{job="shop"}[59s])'}
    method = {"by": "elapsed time", "missing": "counts as down", "query": query}
    with connected(real) as server:
        handed = pulled(server, bound(method), *DAY)
    assert isinstance(handed.records, Outages)
    assert list(handed.records.down) == [(at("2026-01-01T05:00"), at("2026-01-01T05:10"))]
    assert handed.records.recorded.total == (24 * 60 - 5) * MINUTE


def test_a_query_that_is_none_is_told_in_the_servers_words(real: str) -> None:
    query = {"up": "up{"}
    with connected(real) as server, pytest.raises(PrometheusSilent, match="parse error"):
        pulled(server, bound({**SLICES, "query": query}), *DAY)
