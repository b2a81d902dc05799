"""Pulling by itself: once each hour, behind the clock, from where figures end; and named gaps."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import HttpUrl

from application.ledger import Ledger
from domain.values.sides import Side
from interfaces.measurements.prometheus import Prometheus
from interfaces.measurements.pulling import BEHIND, Binding, Pulling, read_bindings
from interfaces.memory.measurements import MemoryMeasurements
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.settings import SettingsError
from measured import measured_terms
from offices import CONTRACT_ID, OBJECTIVE, Office, day

MEASURED = {"by": "elapsed time", "missing": "counts as down", "query": {"up": "up"}}


class Monitor:
    """A Prometheus that is up, answering that the service was up too, or down."""

    def __init__(self) -> None:
        self.down = False
        self.asked: list[tuple[str, datetime]] = []
        """Every query, and the first instant that it was about."""

    @contextmanager
    def connect(self, server: str) -> Iterator[Prometheus]:
        with httpx.Client(transport=httpx.MockTransport(self._answer)) as client:
            yield Prometheus(server, client, lambda _: None)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            return httpx.Response(503)
        asked = dict(httpx.QueryParams(request.content.decode()))
        first, last, step = (int(asked[name]) for name in ("start", "end", "step"))
        self.asked.append((asked["query"], datetime.fromtimestamp(first, UTC)))
        values: list[Any] = [[second, "1"] for second in range(first, last + 1, step)]
        data = {"resultType": "matrix", "result": [{"values": values}]}
        return httpx.Response(200, json={"status": "success", "data": data})


@pytest.fixture
def office() -> Iterator[Office]:
    """Lend an office whose contract binds availability to a query and has no report."""
    with Ledger(MEMORY_ENV) as ledger:
        lent = Office(ledger, MemoryMeasurements())
        yield lent.sign(measured_terms(measured=MEASURED, reporting=None))


def pulling(office: Office, monitor: Monitor) -> Pulling:
    """Pull the objective on the provider's behalf."""
    server = HttpUrl("http://monitor.example:9090")
    binding = Binding.model_construct(
        contract=CONTRACT_ID, objective=OBJECTIVE, server=server, side=Side.PROVIDER
    )
    return Pulling([binding], office.agreed, office.figures, office.measuring, monitor.connect)


def told(office: Office) -> list[tuple[Any, Any]]:
    """Return the stretches that figures speak for."""
    facts = office.measuring.received(CONTRACT_ID, OBJECTIVE, day("2026-01-01"), day("2027-01-01"))
    return [(one.starts, one.ends) for one in facts]


def test_goes_on_where_figures_end_a_day_at_a_time_when_there_is_much(office: Office) -> None:
    pulls, now = pulling(office, Monitor()), day("2026-01-03") + BEHIND
    assert [pulls.round(now) for _ in range(3)] == [1, 1, 0]
    assert told(office) == [
        (day("2026-01-01"), day("2026-01-02")),
        (day("2026-01-02"), day("2026-01-03")),
    ]
    assert pulls.round(now + timedelta(minutes=59)) == 0
    assert pulls.round(now + timedelta(minutes=60)) == 1


def test_an_amendment_counts_for_its_own_time_however_late_that_is_caught_up_with(
    office: Office,
) -> None:
    monitor = Monitor()
    pulls, now = pulling(office, monitor), day("2026-01-05") + BEHIND
    assert pulls.round(day("2026-01-02") + BEHIND) == 1
    other = {**MEASURED, "query": {"up": "other"}}
    office.amend(measured_terms(measured=other, reporting=None), day("2026-01-03"))
    office.amend(measured_terms(measured=MEASURED, reporting=None), day("2026-01-20"))
    assert [pulls.round(now) for _ in range(4)] == [1, 1, 1, 0]
    assert monitor.asked == [
        ("min(up)", day("2026-01-01")),
        ("min(up)", day("2026-01-02")),
        ("min(other)", day("2026-01-03")),
        ("min(other)", day("2026-01-04")),
    ]


def test_what_was_handed_in_before_a_query_was_agreed_is_left_alone(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    by_hand = {name: said for name, said in MEASURED.items() if name != "query"}
    monitor = Monitor()
    pulls = pulling(office, monitor)
    office.amend(measured_terms(measured=by_hand, reporting=None), day("2026-01-02"))
    office.amend(measured_terms(measured=MEASURED, reporting=None), day("2026-01-04"))
    with caplog.at_level(logging.WARNING):
        assert [pulls.round(day("2026-01-03") + BEHIND) for _ in range(2)] == [1, 0]
        assert "hand them in instead" in caplog.text
    assert [pulls.round(day("2026-01-05") + BEHIND) for _ in range(2)] == [1, 0]
    assert monitor.asked == [("min(up)", day("2026-01-01")), ("min(up)", day("2026-01-04"))]


def test_an_end_in_the_middle_of_a_step_is_an_end(office: Office) -> None:
    query = {"good": "good_total", "of": "all_total"}
    hourly = {"by": "event ratio", "good": "answered", "of": "asked", "query": query}
    term = {"starts": "2026-01-01", "ends": "2026-01-02"}
    ends = measured_terms(measured=hourly, reporting=None, term=term, zone="Asia/Kolkata")
    office.amend(ends, day("2026-01-02"))
    pulls = pulling(office, Monitor())
    assert [pulls.round(day("2026-01-04")) for _ in range(3)] == [1, 1, 0]
    assert told(office)[-1] == (day("2026-01-02"), day("2026-01-02T18:00"))


def test_while_it_is_down_the_period_stays_open_and_the_gap_is_named(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    monitor = Monitor()
    pulls = pulling(office, monitor)
    for number in range(1, 31):
        pulls.round(day("2026-01-01") + timedelta(days=number) + BEHIND)
    monitor.down = True
    with caplog.at_level(logging.WARNING):
        assert pulls.round(day("2026-02-01") + BEHIND) == 0
    assert "monitor.example:9090 does not answer for 1769817600 to 1769903940" in caplog.text
    assert office.close("2026-02-02") == 0
    [waiting] = office.closing.open(CONTRACT_ID, OBJECTIVE, day("2026-02-02"))
    assert waiting.because == (
        "the provider said nothing about 2026-01-31T00:00:00Z until before 2026-02-01T00:00:00Z"
    )
    monitor.down = False
    assert pulls.round(day("2026-02-01") + BEHIND) == 1
    assert office.close("2026-02-02") == 1


def test_is_told_by_a_file_that_is_read_strictly(tmp_path: Path) -> None:
    path = tmp_path / "pulls.json"
    path.write_text('[{"contract": "c", "objective": "o", "server": "ftp://x", "side": "ours"}]')
    with pytest.raises(SettingsError, match="PARLEY_PULLS"):
        read_bindings(path)
    assert read_bindings(None) == ()
