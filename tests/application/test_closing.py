"""Closing periods in a ledger and a store of each kind: by deadline, by whom, over what, once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pytest
from psycopg_pool import ConnectionPool

from application.access import Principal
from application.desk import Request
from application.ledger import Ledger
from application.measuring import Handed
from attainments import HOUR, MINUTE, at
from domain.attainment.records import Case, Cases, Checks
from domain.performance.facts import (
    MeasurementsReceived,
    PeriodSetAside,
    ResultEstablished,
    ResultRestated,
)
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Period
from domain.values.sides import Side
from interfaces.memory.measurements import MemoryMeasurements
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.postgres.measurements import PostgresMeasurements
from interfaces.postgres.persistence import ledger_env
from measured import measured_terms
from offices import CONTRACT_ID, OBJECTIVE, Office, day

JANUARY: Final = date(2026, 1, 1)
NO_AGE: Final = timedelta(0)
CLIENT = Side.CLIENT
OPEN, WORST = "the period stays open", "counts as a miss of the lowest tier"
MET, OTHERS = "counts as met", "the other side's figures count"


@pytest.fixture(params=["memory", "postgres"])
def office(request: pytest.FixtureRequest) -> Iterator[Office]:
    """Lend an office on a store of each kind."""
    if request.param == "memory":
        with Ledger(MEMORY_ENV) as ledger:
            yield Office(ledger, MemoryMeasurements())
        return
    database = request.getfixturevalue("database")
    with (
        Ledger(ledger_env(database)) as ledger,
        ConnectionPool(database, min_size=1, max_size=4, open=True) as pool,
    ):
        yield Office(ledger, PostgresMeasurements(pool))


def reporting(missing_report: str) -> AgreementTerms:
    """Return terms under which the provider reports within five days."""
    rule = {"by": "provider", "within": "P5D", "missing_report": missing_report}
    return measured_terms(reporting=rule)


class TestADeadline:
    @pytest.mark.parametrize("rule", [OPEN, WORST, MET, OTHERS])
    def test_is_awaited_to_its_last_moment(self, office: Office, rule: str) -> None:
        office.sign(reporting(rule)).hand_in("2026-01-01", "2026-02-01", by=CLIENT)
        # Within five days of 31 January: 5 February is in time, so midnight of the 6th is late.
        assert (
            office.closing.close(
                CONTRACT_ID, OBJECTIVE, day("2026-02-06") - timedelta(microseconds=1)
            )
            == 0
        )
        assert office.close("2026-02-06") == (0 if rule == OPEN else 1)

    @pytest.mark.parametrize(
        ("rule", "basis"), [(WORST, "not reported: worst"), (MET, "not reported: met")]
    )
    def test_counts_by_the_agreed_rule_whatever_was_handed_in(
        self, office: Office, rule: str, basis: str
    ) -> None:
        office.sign(reporting(rule)).hand_in("2026-01-01", "2026-02-01")
        office.close("2026-02-06")
        [established] = office.results()
        assert (established.result.basis, established.result.missed) == (basis, rule == WORST)

    def test_counts_the_other_sides_figures_where_there_are_any(self, office: Office) -> None:
        office.sign(reporting(OTHERS)).hand_in("2026-01-01", "2026-02-01")
        assert office.close("2026-02-06") == 0
        [waiting] = office.closing.open(CONTRACT_ID, OBJECTIVE, day("2026-02-06"))
        assert waiting.because == "there are no figures of the client"
        ten = [f"2026-01-{number:02d}T10:00" for number in range(1, 11)]
        office.hand_in("2026-01-01", "2026-02-01", *ten, by=CLIENT)
        assert office.close("2026-02-07") == 1
        [established] = office.results()
        assert established.result.basis == "other side's figures"
        assert established.result.missed

    def test_is_closed_once_however_often_it_is_tried(self, office: Office) -> None:
        office.sign(reporting(WORST))
        assert [office.close("2026-02-06"), office.close("2026-02-06")] == [1, 0]
        assert office.close("2026-02-20") == 0

    def test_without_an_agreed_report_waits_until_figures_speak_for_all_of_it(
        self, office: Office
    ) -> None:
        office.sign(measured_terms(reporting=None)).hand_in("2026-01-01", "2026-01-20")
        office.hand_in("2026-01-21", "2026-02-01")
        assert office.close("2026-02-01") == 0
        [waiting] = office.closing.open(CONTRACT_ID, OBJECTIVE, day("2026-02-01"))
        assert waiting.because == (
            "the provider said nothing about 2026-01-20T00:00:00Z until before 2026-01-21T00:00:00Z"
        )
        office.hand_in("2026-01-20", "2026-01-21")
        assert office.close("2026-02-01") == 1

    def test_the_daily_sheet_leaves_an_open_period_alone_for_a_while(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None))
        assert office.closing.due(CONTRACT_ID, OBJECTIVE, day("2026-02-01")) == 0
        office.hand_in("2026-01-01", "2026-02-01")
        minutes = [timedelta(minutes=number) for number in (9, 10)]
        found = [
            office.closing.due(CONTRACT_ID, OBJECTIVE, day("2026-02-01") + later)
            for later in minutes
        ]
        assert found == [0, 1]


class TestPeriods:
    def test_that_roll_are_closed_day_by_day_each_over_its_own_days(self, office: Office) -> None:
        terms = measured_terms(reporting=None, objective={"period": "rolling 3 days"})
        office.sign(terms).hand_in("2026-01-01", "2026-01-06", "2026-01-02T10:00")
        office.close("2026-01-06")
        found = {one.result.period: one.result for one in office.results()}
        # The first two are cut by the first day of the term.
        assert sorted(found) == [date(2025, 12, 30) + timedelta(days=number) for number in range(5)]
        down = [
            next(line.amount for line in one.parts[0].targets[0].working if line.says == "down")
            for one in (found[key] for key in sorted(found))
        ]
        assert down == [0, HOUR, HOUR, HOUR, 0]

    def test_that_an_amendment_splits_are_measured_by_each_version(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None))
        strict = measured_terms(reporting=None, availability="99.95")
        office.amend(strict, datetime(2026, 1, 15, 12, tzinfo=UTC))
        office.hand_in("2026-01-01", "2026-02-01", "2026-01-10T10:00", "2026-01-20T10:00")
        office.close("2026-02-01")
        [established] = office.results()
        first, second = established.result.parts
        assert (first.version, second.version) == (1, 2)
        # An hour of 348 h is 99.71 %, an hour of 396 h 99.75 %: enough before, too little since.
        assert [first.targets[0].met, second.targets[0].met] == [True, False]
        assert first.ends == second.starts == datetime(2026, 1, 15, 12, tzinfo=UTC)

    def test_end_with_the_contract(self, office: Office) -> None:
        terms = measured_terms(reporting=None, term={"starts": "2026-01-10", "ends": "2026-02-20"})
        office.sign(terms).hand_in("2026-01-01", "2026-03-01")
        office.close("2026-12-01")
        assert [(one.result.starts, one.result.ends) for one in office.results()] == [
            (day("2026-01-10"), day("2026-02-01")),
            (day("2026-02-01"), day("2026-02-21")),
        ]


class TestTwoSides:
    def test_figures_add_up_where_both_measure(self, office: Office) -> None:
        both = {"by": "elapsed time", "missing": "counts as down", "by_whom": "both"}
        office.sign(measured_terms(measured=both, reporting=None))
        office.hand_in("2026-01-01", "2026-02-01", "2026-01-10T10:00")
        office.hand_in("2026-01-01", "2026-02-01", "2026-01-11T10:00", by=CLIENT)
        office.close("2026-02-01")
        [established] = office.results()
        working = established.result.parts[0].targets[0].working
        assert next(line.amount for line in working if line.says == "down") == 2 * HOUR

    def test_only_the_figures_of_who_measures_count(self, office: Office) -> None:
        theirs = {"by": "elapsed time", "missing": "counts as down", "by_whom": "client"}
        office.sign(measured_terms(measured=theirs, reporting=None))
        office.hand_in("2026-01-01", "2026-02-01", "2026-01-10T10:00")
        assert office.close("2026-02-01") == 0
        office.hand_in("2026-01-01", "2026-02-01", by=CLIENT)
        office.close("2026-02-01")
        [established] = office.results()
        assert established.result.parts[0].targets[0].value == "100"


class TestLateFigures:
    def test_restate_with_the_reason_and_leave_the_rest_alone(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None)).hand_in("2026-01-01", "2026-03-01")
        office.close("2026-03-01")
        late = office.hand_in("2026-01-01", "2026-02-01", "2026-01-10T10:00", batch="late")
        touched = Period(late.starts, late.ends)
        assert (
            office.closing.again(
                CONTRACT_ID, OBJECTIVE, touched, day("2026-03-05"), "batch late came in"
            )
            == 1
        )
        established, _, restated = office.results()
        assert isinstance(established, ResultEstablished)
        assert isinstance(restated, ResultRestated)
        assert (restated.result.period, restated.because) == (JANUARY, "batch late came in")


class TestFiguresAndTheirFact:
    def test_figures_without_a_fact_do_not_count_and_are_swept(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None))
        cut_off(office, "2026-01-01", "2026-02-01")
        assert office.close("2026-02-01") == 0
        assert office.measuring.sweep() == 0
        assert office.measuring.sweep(NO_AGE) == 1
        assert office.store.named(CONTRACT_ID, OBJECTIVE, "provider's", "2026-01-01") == []

    def test_what_was_cut_off_is_taken_in_when_it_is_sent_again(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None))
        cut_off(office, "2026-01-01", "2026-02-01")
        office.hand_in("2026-01-01", "2026-02-01")
        assert office.measuring.sweep(NO_AGE) == 0
        assert office.close("2026-02-01") == 1

    def test_other_figures_under_an_abandoned_name_are_the_ones_that_count(
        self, office: Office
    ) -> None:
        office.sign(measured_terms(reporting=None))
        cut_off(office, "2026-01-01", "2026-02-01")
        office.hand_in("2026-01-01", "2026-02-01", "2026-01-10T10:00")
        assert len(office.store.named(CONTRACT_ID, OBJECTIVE, "provider's", "2026-01-01")) == 2
        office.close("2026-02-01")
        [established] = office.results()
        assert established.result.parts[0].targets[0].value == str(Fraction(100 * 743, 744))

    @pytest.mark.parametrize("harm", ["changed", "gone"])
    def test_what_is_not_as_it_was_received_is_found_out(
        self, office: Office, harm: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.sign(measured_terms(reporting=None)).hand_in("2026-01-01", "2026-02-01")
        kept = office.store.read

        def read(*asked: Any) -> dict[Any, bytes]:
            whole = {} if harm == "gone" else kept(*asked)
            return {key: data[:-1] + b"?" for key, data in whole.items()}

        monkeypatch.setattr(office.store, "read", read)
        assert office.close("2026-02-01") == 1
        [aside] = office.results()
        assert isinstance(aside, PeriodSetAside)
        assert aside.because.startswith("figures of ")


def cut_off(office: Office, starts: str, ends: str) -> None:
    """Let whoever hands a batch in die after its figures were kept, before its fact is."""

    def die(*_: Any, **__: Any) -> None:
        raise RuntimeError("killed")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(office.ledger.recorder, "insert_events", die)
        with pytest.raises(RuntimeError, match="killed"):
            office.hand_in(starts, ends)
    assert office.store.overlapping(CONTRACT_ID, OBJECTIVE, day(starts), day(ends))


class TestARunningPeriod:
    def test_says_what_is_left_in_time_and_money(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None))
        office.hand_in("2026-01-01", "2026-01-11", "2026-01-05T10:00")
        standing = office.concern.standing(CONTRACT_ID, OBJECTIVE, day("2026-01-12"))
        assert standing is not None
        assert standing.until == day("2026-01-11")
        budget = standing.targets[0].budget
        assert budget is not None
        # 0.5 % of 31 days is 13,392 s; an hour is used. In 10 of 31 days: burnt at 100/72 x 5/6.
        assert budget.allowed == Fraction(13_392_000_000)
        assert budget.left == Fraction(9_792_000_000)
        assert budget.burn_rate == Fraction(5, 6)
        assert budget.used_up_at is None
        assert (str(standing.owed), str(standing.at_stake)) == ("0.00 EUR", "1200.00 EUR")

    def test_says_when_all_is_used_up_at_this_rate(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None))
        office.hand_in("2026-01-01", "2026-01-02", "2026-01-01T10:00")
        standing = office.concern.standing(CONTRACT_ID, OBJECTIVE, day("2026-01-02"))
        assert standing is not None
        target = standing.targets[0]
        assert target.budget is not None
        # An hour a day uses 13,392 s up in 3.72 days.
        assert target.budget.used_up_at == day("2026-01-01") + timedelta(days=3.72)
        assert (target.reached.met, target.forecast) == (False, False)

    def test_records_each_threshold_of_concern_once(self, office: Office) -> None:
        terms = measured_terms(
            reporting=None, objective={"kind": "proactive", "concern_at": ["25", "50", "75"]}
        )
        office.sign(terms).hand_in("2026-01-01", "2026-01-11", "2026-01-05T10:00")
        assert office.concern.look(CONTRACT_ID, OBJECTIVE, day("2026-01-12")) == 1
        office.hand_in("2026-01-11", "2026-01-13", "2026-01-12T10:00")
        assert office.concern.look(CONTRACT_ID, OBJECTIVE, day("2026-01-13")) == 1
        assert office.concern.look(CONTRACT_ID, OBJECTIVE, day("2026-01-13")) == 0
        # An hour is 26.9 % of 13,392 s, two are 53.8 %.
        assert [(one.percent, one.used) for one in office.results()] == [
            ("25", "26.9"),
            ("50", "53.8"),
        ]


class TestMuch:
    def test_a_year_of_minutes_is_handed_in_and_read(self, office: Office) -> None:
        slices = {"by": "time slices", "slice": "PT1M", "missing": "counts as down"}
        yearly = {"period": "calendar year"}
        office.sign(measured_terms(measured=slices, objective=yearly, reporting=None))
        minutes = np.arange(525_600, dtype=np.int64) * MINUTE + at("2026-01-01T00:00")
        failed = (np.arange(525_600) < 2628).astype(np.int64)  # half a percent
        year = Checks(minutes, np.ones_like(minutes), failed)
        handed = Handed("probe", "2026", day("2026-01-01"), day("2027-01-01"), year)
        request = Request(Principal("identity-1"), day("2027-01-01"), "year")
        office.measuring.receive_for(request, CONTRACT_ID, OBJECTIVE, handed, Side.PROVIDER)
        office.close("2027-01-01")
        [established] = office.results()
        target = established.result.parts[0].targets[0]
        assert (target.value, target.met) == ("199/2", True)

    def test_many_at_once_hand_in_and_close_once(self, office: Office) -> None:
        office.sign(measured_terms(reporting=None))

        def all_of_it(_: int) -> int:
            office.hand_in("2026-01-01", "2026-02-01", "2026-01-10T10:00")
            return office.close("2026-02-01")

        with ThreadPoolExecutor(8) as pool:
            closed = list(pool.map(all_of_it, range(16)))
        assert sum(closed) == len(office.results()) == 1
        stream = f"{CONTRACT_ID}/objective-{OBJECTIVE}/measurements-202612"
        assert len(office.ledger.history(stream)) == 1


class TestCases:
    def test_that_end_later_count_where_they_began(self, office: Office) -> None:
        """A ticket of January that is answered late in February changes January."""
        answered = {
            "by": "response time",
            "of": "tickets",
            "take": "every case",
            "missing": "left out",
        }
        limit = {"targets": [{"window": "always", "at_most": "PT4H"}], "remedy": None}
        office.sign(measured_terms(measured=answered, objective=limit, reporting=None))
        began = at("2026-01-20T10:00")

        def told(batch: str, starts: str, ends: str, case: Case) -> MeasurementsReceived:
            handed = Handed("desk", batch, day(starts), day(ends), Cases((case,)))
            request = Request(Principal("identity-1"), day("2026-12-01"), batch)
            _, fact = office.measuring.receive_for(
                request, CONTRACT_ID, OBJECTIVE, handed, Side.PROVIDER
            )
            return fact

        told("first", "2026-01-01", "2026-02-01", Case("T-1", began, began + HOUR))
        office.close("2026-02-01")
        late = told("late", "2026-02-01", "2026-03-01", Case("T-1", began, began + 5 * HOUR))
        stream = f"{CONTRACT_ID}/objective-{OBJECTIVE}/measurements-202612"
        since = office.measuring.touched(stream, late)
        assert since == datetime(2026, 1, 20, 10, tzinfo=UTC)
        touched = Period(since, late.ends)
        office.closing.again(CONTRACT_ID, OBJECTIVE, touched, day("2026-03-01"), "late")
        january = office.closing.results(CONTRACT_ID, OBJECTIVE).results[JANUARY]
        assert january.missed
