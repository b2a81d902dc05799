"""What could not be delivered is tried again, ever more rarely, and given up after some days."""

from __future__ import annotations

from datetime import timedelta

from domain.notifications.backoff import ATTEMPTS, LONGEST, pause_after


def test_pauses_grow_four_times_each_up_to_twelve_hours() -> None:
    assert pause_after(1, 1000) == timedelta(seconds=5)
    assert pause_after(2, 1000) == timedelta(seconds=20)
    assert pause_after(3, 1000) == timedelta(seconds=80)
    assert pause_after(ATTEMPTS - 1, 1000) == LONGEST


def test_chance_moves_a_pause_between_its_half_and_its_whole() -> None:
    assert pause_after(2, 0) == timedelta(seconds=10)
    assert pause_after(2, 500) == timedelta(seconds=15)


def test_after_the_last_attempt_it_is_given_up() -> None:
    assert pause_after(ATTEMPTS, 1000) is None
    whole = sum((pause_after(n, 1000) or timedelta() for n in range(1, ATTEMPTS)), timedelta())
    assert timedelta(days=3) < whole < timedelta(days=5)
