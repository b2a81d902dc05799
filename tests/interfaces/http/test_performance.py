"""Figures in, results out, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from http_answers import done, problem
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


class TestADeadline:
    def test_is_kept_by_the_daily_sheet(self, service: Measured) -> None:
        service.at("2026-02-01T08:00")
        path = f"{service.cast.path}/due-dates"
        dues = service.client.get(path).json()["items"]
        [due] = [one for one in dues if one["kind"] == "report-due"]
        assert (due["due"], due["awaits"]) == ("2026-02-06T00:00:00Z", "provider")
        service.at("2026-02-06T00:00")
        # The simple rule: a period whose report is missing stays open, and says so.
        [shown] = service.client.get(f"{service.deal.contract_path}/performance").json()
        assert shown["open"][0]["because"] == (
            "the report is not there, and the period stays open until it is"
        )
        service.hand_in(month_of_outages("2026-01", TEN_HOURS))
        assert service.report(JANUARY)["result"]["missed"] is True
        dues = service.client.get(path).json()["items"]
        [due] = [one for one in dues if one["kind"] == "report-due"]
        assert due["subject"] == "availability 2026-02-01"


class TestAnExclusion:
    def test_that_is_granted_later_restates_the_result(self, database: str, tmp_path: Path) -> None:
        storage = {"id": "storage", "reason": "storage", "kind": "planned maintenance"}
        with measured(database, tmp_path, measured_terms(exclusions=[storage])) as service:
            path = f"{service.deal.contract_path}/exclusions"
            service.at("2026-02-01T08:00")
            service.hand_in(month_of_outages("2026-01", TEN_HOURS))
            assert service.report(JANUARY)["result"]["missed"] is True
            asked = {
                "exclusion": "storage",
                "starts": TEN_HOURS["starts"],
                "ends": TEN_HOURS["ends"],
                "because": "announced on the telephone",
            }
            cases = done(service.provider.post(path, asked, if_match="*"), 201)["cases"]
            case = f"{path}/{cases[0]['case']}"
            problem(service.provider.post(f"{case}/grant", if_match="*"), 409, "own-case")
            service.world.settle()
            assert service.result(JANUARY)["missed"] is True
            done(service.client.post(f"{case}/grant", if_match="*"))
            row = service.rows()[0]
            assert (row["missed"], row["restated"]) == (False, 1)
            assert row["because"].endswith("is granted")
            refusal = {"because": "we looked again"}
            refused = service.client.post(f"{case}/refusal", refusal, if_match="*")
            problem(refused, 409, "exclusion-answered")
            done(service.provider.delete(case, if_match="*"))
            assert service.rows()[0]["missed"] is True


class TestFiles:
    def test_a_month_of_minutes_as_csv_is_read_and_counted(
        self, database: str, tmp_path: Path
    ) -> None:
        slices = {"by": "time slices", "slice": "PT1M", "missing": "counts as down"}
        with measured(database, tmp_path, measured_terms(measured=slices)) as service:
            service.at("2026-02-01T08:00")
            first = datetime(2026, 1, 1, tzinfo=UTC)
            lines = [
                f"{first + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ},{int(minute < 60)}"
                for minute in range(31 * 24 * 60)
            ]
            label = {
                "source": "probe",
                "batch": "january",
                "from": "2026-01-01T00:00:00Z",
                "until": "2026-02-01T00:00:00Z",
                "shape": "checks",
            }
            answer = service.world.send(
                "POST",
                f"{service.path}/measurements",
                "provider-service-manager",
                params=label,
                content="\n".join(["at,failed", *lines]).encode(),
                headers={"Content-Type": "text/csv", "Idempotency-Key": "january"},
            )
            assert done(answer, 201)["rows"] == 31 * 24 * 60
            target = service.report(JANUARY)["result"]["parts"][0]["targets"][0]
            assert (target["value"], target["met"]) == ("18575/186", True)

    def test_another_format_is_refused(self, service: Measured) -> None:
        answer = service.world.send(
            "POST",
            f"{service.path}/measurements",
            "provider-service-manager",
            content=b"<batch/>",
            headers={"Content-Type": "application/xml", "Idempotency-Key": "xml"},
        )
        problem(answer, 415, "other-format")


def test_a_running_period_says_what_is_left(service: Measured) -> None:
    service.at("2026-01-11T00:00")
    nothing = service.client.get(f"{service.path}/running")
    assert (nothing.status_code, nothing.json()) == (200, None)
    batch = {**month_of_outages("2026-01", ONE_HOUR), "until": "2026-01-11T00:00:00Z"}
    service.hand_in(batch)
    running = done(service.client.get(f"{service.path}/running"))
    [target] = running["targets"]
    assert (target["shown"], target["met"], target["forecast"]) == ("99.583 %", True, True)
    # 0.5 % of 31 days are 3 h 43 min 12 s, an hour of which is used.
    assert target["budget"]["left"] == "2 h 43 min 12 s"
    assert (running["owed"], running["at_stake"]) == ("0.00 EUR", "1200.00 EUR")
