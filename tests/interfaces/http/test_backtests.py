"""Back-tests over HTTP: of figures on record, of figures sent along, and for one's own side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from http_answers import done, problem
from http_cast import open_negotiation, path_of
from http_world import Caller
from measured import Measured, measured, measured_terms, month_of_outages, outage

# 99.9 % where 99.5 % is in force
STRICTER = measured_terms(availability="99.9")
ONE_HOUR = outage("2026-01-10T00:00", "2026-01-10T01:00")
DATA = [{"objective": "availability", **month_of_outages("2026-01", ONE_HOUR)}]


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Measured]:
    """Lend a contract measured by outages, 99.5 % a month."""
    with measured(database, tmp_path, measured_terms()) as lent:
        yield lent


class Table:
    """A negotiation on which the provider has a draft."""

    def __init__(self, service: Measured) -> None:
        self.engineer: Caller = service.cast.provider["requirements-engineer"]
        self.client: Caller = service.cast.client["requirements-engineer"]
        self.path = f"{path_of(open_negotiation(service.cast)['id'])}/position"
        draft = {"document": STRICTER.document()}
        done(service.cast.provider["negotiator"].put(f"{self.path}/draft", draft, if_match=0))

    def backtest(self, **body: Any) -> Any:
        asked = {"terms_digest": STRICTER.digest, **body}
        return self.engineer.post(f"{self.path}/backtests", asked, if_match="*")


def test_terms_are_held_against_the_figures_of_a_running_contract(service: Measured) -> None:
    service.at("2026-03-01T08:00")
    service.hand_in(month_of_outages("2026-01", ONE_HOUR))
    service.hand_in(month_of_outages("2026-02"))
    table = Table(service)
    contract = service.deal.contract.rpartition("/")[2]
    recorded = {"contract": contract, "first": "2026-01-01", "last": "2026-02-28"}
    outcome = done(table.backtest(recorded=recorded), 201)["outcome"]
    # One hour of 744 is more than 0.1 %, and less than the 0.5 % in force: a credit of 10 %.
    assert (outcome["periods"], outcome["misses"], outcome["credit"]) == (2, 1, "1200.00")
    assert outcome["objectives"][0]["best"][0]["value"] == "18575/186"  # 743 of 744 hours
    # what no batch speaks for is not held against anybody
    longer = {**recorded, "last": "2026-04-30"}
    assert done(table.backtest(recorded=longer), 201)["outcome"]["periods"] == 2


def test_what_came_of_it_is_on_ones_own_file_once_and_on_nobody_elses(service: Measured) -> None:
    table = Table(service)
    first = done(table.backtest(data=DATA, k=1), 201)
    again = done(table.backtest(data=DATA, k=1), 201)
    assert again == first
    shown = done(table.engineer.get(table.path))["backtests"]
    assert [(one["first"], one["last"]) for one in shown] == [("2026-01-01", "2026-01-31")]
    (target,) = shown[0]["objectives"][0]["targets"]
    assert (target["promised"], target["best"], target["met_in"], target["of"]) == (
        "at least 99.9",
        "99.865591",
        1,
        1,
    )
    assert done(table.client.get(table.path))["backtests"] == []
    service.world.settle()
    trail = f"{service.cast.path}/audit-trail"
    theirs = service.cast.client["administrator"].get(trail, limit=200, name="BacktestRecorded")
    assert "99.865591" not in theirs.text


def test_the_other_side_cannot_find_out_by_the_digest_which_terms_are_drafted(
    service: Measured,
) -> None:
    table = Table(service)
    asked = {"terms_digest": STRICTER.digest, "data": DATA}
    refused = table.client.post(f"{table.path}/backtests", asked, if_match="*")
    problem(refused, 409, "unknown-terms")


def test_a_past_that_says_too_little_or_is_wrong_is_refused_with_its_place(
    service: Measured,
) -> None:
    table = Table(service)
    half = {**DATA[0], "until": "2026-01-20T00:00:00Z"}
    problem(table.backtest(data=[half]), 409, "nothing-to-replay")
    backwards = {**DATA[0], "outages": [outage("2026-01-10T02:00", "2026-01-10T01:00")]}
    wrong = problem(table.backtest(data=[backwards]), 422, "figures-no-time")
    assert wrong["place"] == "row 1, ends"
    unknown = {**DATA[0], "objective": "latency"}
    problem(table.backtest(data=[unknown]), 422, "figures-no-past")
    assert table.backtest().status_code == 422
    others = {"contract": f"contract-{'0' * 26}", "first": "2026-01-01", "last": "2026-01-31"}
    assert table.backtest(recorded=others).status_code == 404
