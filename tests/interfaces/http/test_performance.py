"""Figures in, results out, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_answers import problem
from measured import Measured, measured, measured_terms, month_of_outages, outage

JANUARY = "2026-01-01"
TEN_HOURS = outage("2026-01-10T00:00", "2026-01-10T10:00")
ONE_HOUR = outage("2026-01-10T00:00", "2026-01-10T01:00")


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Measured]:
    """Lend a contract measured by outages, 99.5 % a month, reported within five days."""
    with measured(database, tmp_path, measured_terms()) as lent:
        yield lent


class TestAMonth:
    def test_is_measured_reported_and_missed(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        service.hand_in(month_of_outages("2026-01", TEN_HOURS))
        closed = service.report(JANUARY)
        # 10 h of 744 h: 100 * 734 / 744 = 9175/93, about 98.656 %.
        target = closed["result"]["parts"][0]["targets"][0]
        assert (closed["result"]["missed"], closed["result"]["basis"]) == (True, "reported")
        assert (target["value"], target["shown"], target["met"]) == ("9175/93", "98.656 %", False)
        assert {one["says"]: one["amount"] for one in target["working"]}["down"] == 36_000_000_000

    def test_is_met_by_exactly_what_is_allowed_and_missed_by_a_microsecond_more(
        self, service: Measured
    ) -> None:
        service.at("2026-03-01T08:00")
        # 0.5 % of January is 3 h 43 min 12 s.
        exactly = outage("2026-01-10T00:00:00", "2026-01-10T03:43:12")
        service.hand_in(month_of_outages("2026-01", exactly))
        service.report(JANUARY)
        assert service.target(JANUARY)["shown"] == "99.5 %"
        more = outage("2026-01-10T00:00:00", "2026-01-10T03:43:12.000001")
        service.hand_in(month_of_outages("2026-01", more, batch="again"))
        assert service.target(JANUARY)["met"] is False
        assert service.target(JANUARY)["shown"] == "99.49999999996 %"

    def test_is_restated_when_late_figures_change_it_and_the_first_word_stays_on_record(
        self, service: Measured
    ) -> None:
        service.at("2026-02-01T08:00")
        service.hand_in(month_of_outages("2026-01", ONE_HOUR))
        assert service.report(JANUARY)["result"]["missed"] is False
        service.at("2026-02-20T08:00")
        service.hand_in(month_of_outages("2026-01", TEN_HOURS, batch="corrected"))
        row = service.rows()[0]
        assert (row["missed"], row["restated"]) == (True, 1)
        assert row["because"] == "batch corrected of probe came in"
        results = service.world.house.ledger.history(
            f"{service.deal.contract}/objective-availability/results"
        )
        assert [type(event.fact).__name__ for event in results] == [
            "PeriodReported",
            "ResultEstablished",
            "ResultRestated",
        ]

    def test_is_not_restated_by_figures_that_say_the_same(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        service.hand_in(month_of_outages("2026-01", ONE_HOUR))
        service.report(JANUARY)
        service.hand_in(month_of_outages("2026-01", ONE_HOUR, batch="once more"))
        assert service.rows()[0]["restated"] == 0

    def test_cannot_be_reported_before_it_is_over(self, service: Measured) -> None:
        service.at("2026-01-20T08:00")
        asked = service.provider.post(f"{service.path}/reports", {"period": JANUARY}, if_match="*")
        problem(asked, 409, "unknown-period")

    def test_is_reported_by_whom_the_terms_name(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        asked = service.client.post(f"{service.path}/reports", {"period": JANUARY}, if_match="*")
        problem(asked, 409, "not-yours-to-report")


class TestABatch:
    def test_that_is_sent_twice_counts_once(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        first = service.hand_in(month_of_outages("2026-01", TEN_HOURS))
        again = service.hand_in(month_of_outages("2026-01", TEN_HOURS))
        assert first == again
        assert service.listed() == [first]

    def test_that_is_sent_again_in_another_month_counts_once(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        service.hand_in(month_of_outages("2026-01", TEN_HOURS))
        service.at("2026-04-02T08:00")
        service.hand_in(month_of_outages("2026-01", TEN_HOURS))
        assert len(service.listed()) == 1

    def test_of_a_name_that_was_used_for_other_figures_is_refused(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        service.hand_in(month_of_outages("2026-01", TEN_HOURS))
        service.at("2026-03-01T08:00")
        refused = service.hand_in(month_of_outages("2026-01", ONE_HOUR), expect=409)
        assert refused["rule"] == "batch-reused"
        service.report(JANUARY)
        assert service.target(JANUARY)["value"] == "9175/93"

    def test_of_time_to_come_is_refused(self, service: Measured) -> None:
        service.at("2026-01-20T08:00")
        refused = service.hand_in(month_of_outages("2026-01"), expect=409)
        assert refused["rule"] == "measured-in-the-future"

    def test_of_another_shape_than_the_method_takes_is_refused(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        batch = month_of_outages("2026-01")
        del batch["outages"]
        batch["checks"] = [{"at": "2026-01-01T00:00:00Z"}]
        assert service.hand_in(batch, expect=409)["rule"] == "other-shape"

    def test_of_the_side_that_does_not_measure_is_kept_and_does_not_count(
        self, service: Measured
    ) -> None:
        service.at("2026-02-01T08:00")
        service.hand_in(month_of_outages("2026-01"))
        service.hand_in(month_of_outages("2026-01", TEN_HOURS, source="ours"), by="client")
        assert service.report(JANUARY)["result"]["missed"] is False


def test_a_bad_row_refuses_the_whole_batch_and_is_named(service: Measured) -> None:
    service.at("2026-02-01T08:00")
    bad = {**TEN_HOURS, "starts": "2026-01-10T10:00:00"}
    refused = service.hand_in(month_of_outages("2026-01", ONE_HOUR, bad), expect=422)
    assert (refused["rule"], refused["place"]) == ("figures-no-offset", "row 2, starts")
    assert service.listed() == []
