"""Batches of figures: received once, never changed under their name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.performance.facts import MeasurementsReceived
from domain.performance.measurements import MEASUREMENTS, ReceiveMeasurements
from domain.values.canonical import Digest
from domain.values.sides import Side
from scenario import Scenario

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BATCH = MeasurementsReceived(
    Side.PROVIDER,
    "probe-1",
    "b-1",
    "checks",
    Digest("sha256:" + "0" * 64),
    60,
    NOON - timedelta(hours=1),
    NOON,
)
RECEIVE = ReceiveMeasurements(BATCH, NOON)


def test_a_batch_is_received() -> None:
    Scenario(MEASUREMENTS).given().when(RECEIVE).then(BATCH)


def test_the_same_batch_again_is_nothing_new() -> None:
    Scenario(MEASUREMENTS).given(BATCH).when(RECEIVE).then()


def test_a_batch_with_other_figures_under_a_name_that_was_used_is_refused() -> None:
    other = replace(BATCH, digest=Digest("sha256:" + "1" * 64))
    Scenario(MEASUREMENTS).given(BATCH).when(ReceiveMeasurements(other, NOON)).refused(
        "batch-reused"
    )


def test_another_source_may_use_the_name() -> None:
    other = replace(BATCH, source="probe-2")
    Scenario(MEASUREMENTS).given(BATCH).when(ReceiveMeasurements(other, NOON)).then(other)


def test_a_batch_that_speaks_for_no_time_is_refused() -> None:
    empty = replace(BATCH, starts=NOON)
    Scenario(MEASUREMENTS).given().when(ReceiveMeasurements(empty, NOON)).refused(
        "batch-without-time"
    )


def test_a_batch_speaks_for_no_time_to_come_but_a_clock_may_be_a_little_ahead() -> None:
    ahead = replace(BATCH, ends=NOON + timedelta(minutes=5))
    Scenario(MEASUREMENTS).given().when(ReceiveMeasurements(ahead, NOON)).then(ahead)
    early = NOON - timedelta(microseconds=1)
    Scenario(MEASUREMENTS).given().when(ReceiveMeasurements(ahead, early)).refused(
        "measured-in-the-future"
    )
