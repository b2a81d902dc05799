"""Figures that are not as received: their period is set aside, everything else goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from application.checking_figures import check_figures
from application.closing import results_of
from application.projections.base import Query
from application.projections.due_dates import DueDates, DueKind, DueRow
from charged import CONTRACT_ID, OBJECTIVE, Counter, charged_terms, counter, day
from domain.credits.account import NothingDue
from domain.credits.facts import CreditGranted, StatementIssued
from domain.performance.facts import (
    PeriodSetAside,
    PeriodTakenUp,
    ResultEstablished,
    ResultRestated,
)
from histories import CONCLUDED, positioned
from interfaces.memory.measurements import MemoryMeasurements
from interfaces.memory.views import MemoryViewStore
from tampering import NEW_YEAR, tampered_january

JANUARY = ("2026-01-01", "2026-02-01")
FEBRUARY = ("2026-02-01", "2026-03-01")
MARCH = ("2026-03-01", "2026-04-01")
TEN_HOURS = tuple(f"2026-01-10 {hour:02}:00" for hour in range(10))
WHY: Final = "figures of 2026-01 are not what was received"


def results(shop: Counter) -> list[Any]:
    """Return the facts of the results."""
    return [one.fact for one in shop.ledger.history(results_of(CONTRACT_ID, OBJECTIVE))]


def test_the_period_is_set_aside_and_the_policies_go_on() -> None:
    with counter(charged_terms()) as shop:
        with tampered_january():
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY)
            shop.month(*MARCH)
        # February begins in the state in which January ended, so it rests on January's figures.
        assert results(shop)[:2] == [
            PeriodSetAside(NEW_YEAR, WHY),
            PeriodSetAside(date(2026, 2, 1), WHY),
        ]
        assert [type(one) for one in shop.facts()] == [StatementIssued]
        assert shop.account.standing("availability/20260301") == NothingDue()


def test_a_period_is_taken_up_and_settled_when_its_figures_are_back() -> None:
    with counter(charged_terms()) as shop:
        with tampered_january():
            shop.month(*JANUARY, *TEN_HOURS)
            shop.closing.close(CONTRACT_ID, OBJECTIVE, day("2026-02-02"))
            assert results(shop) == [PeriodSetAside(NEW_YEAR, WHY)]
            (waits,) = shop.closing.open(CONTRACT_ID, OBJECTIVE, day("2026-02-02"))
            assert waits.because == WHY
        shop.closing.close(CONTRACT_ID, OBJECTIVE, day("2026-02-03"))
        _, established, taken = results(shop)
        assert isinstance(established, ResultEstablished)
        assert taken == PeriodTakenUp(NEW_YEAR)
        shop.follow()
        assert [type(one) for one in shop.facts()] == [StatementIssued, CreditGranted]


def test_a_result_on_record_stays_while_its_period_is_set_aside() -> None:
    with counter(charged_terms()) as shop:
        shop.month(*JANUARY)
        with tampered_january():
            shop.month(*JANUARY, *TEN_HOURS, batch="corrected", now="2026-02-20")
            established, aside = results(shop)
            assert isinstance(established, ResultEstablished)
            assert aside == PeriodSetAside(NEW_YEAR, WHY)
        shop.closing.close(CONTRACT_ID, OBJECTIVE, day("2026-02-21"))
        restated, taken = results(shop)[2:]
        assert isinstance(restated, ResultRestated)
        assert taken == PeriodTakenUp(NEW_YEAR)


def test_it_is_due_to_be_looked_into_for_as_long_as_it_is_aside() -> None:
    stream, store = results_of(CONTRACT_ID, OBJECTIVE), MemoryViewStore()
    aside, up = PeriodSetAside(NEW_YEAR, WHY), PeriodTakenUp(NEW_YEAR)
    store.advance(DueDates(), positioned([*CONCLUDED, (stream, aside)]))
    (row,) = [one for one in rows(store) if one.kind is DueKind.FIGURES_SPOILT]
    assert (row.stream, row.subject) == (CONTRACT_ID, f"availability 2026-01-01: {WHY}")
    assert row in store.next_due(DueDates(), day("2026-12-01"), 100)
    store.advance(DueDates(), positioned([*CONCLUDED, (stream, aside), (stream, up)]))
    assert not [one for one in rows(store) if one.kind is DueKind.FIGURES_SPOILT]


def rows(store: MemoryViewStore) -> list[DueRow]:
    """Return what is due."""
    return store.view(DueDates()).find(Query(limit=100, everybodys=True))


class TestFsck:
    def test_counts_the_batches_that_are_as_they_were_received(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY)
            checked = check_figures(shop.ledger, shop.measurements)
            assert (checked.batches, checked.faults) == (1, [])

    def test_names_a_batch_that_is_not(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY)
            with tampered_january():
                (fault,) = check_figures(shop.ledger, shop.measurements).faults
            assert fault.because == "its figures of 2026-01 are not what was received"
            assert fault.place.endswith("version 1: batch 2026-01-01 of probe")

    def test_names_a_batch_whose_figures_are_gone(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY)
            (fault,) = check_figures(shop.ledger, MemoryMeasurements()).faults
            assert fault.because == "its figures are gone, or are filed as others"

    def test_names_a_batch_that_is_filed_for_another_stretch(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY)
            named = shop.measurements.named
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(
                    shop.measurements,
                    "named",
                    lambda *asked: [replace(one, ends=one.starts) for one in named(*asked)],
                )
                (fault,) = check_figures(shop.ledger, shop.measurements).faults
            assert fault.because == "what it is filed as is not what was received"
