"""A child does what it is for in a process of its own; one that keeps ending is given pauses."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from faults.installation import alive, until
from interfaces.serving import children
from interfaces.serving.children import FIRST_PAUSE, LONGEST_PAUSE, SOON, Child


def nothing() -> None:
    """Do nothing, and end."""


def child_that(
    does: Callable[[], None],
    environment: Mapping[str, str] | None = None,
    without: tuple[int, ...] = (),
) -> Child:
    return Child("the child", does, environment or {}, without)


def ended(child: Child) -> int | None:
    assert child.process is not None
    child.process.join()
    return child.process.exitcode


def runs(child: Child) -> int:
    assert child.process is not None
    assert child.process.pid is not None
    return child.process.pid


def test_pauses_grow_while_it_keeps_ending_and_are_over_once_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(children.time, "monotonic", lambda: now)
    child = child_that(nothing)
    child.keep_running()
    pauses = []
    for _ in range(7):
        ended(child)
        starts = child.starts
        child.keep_running()
        assert child.starts == starts, "it is not started again before its pause is over"
        pauses.append(child.pause)
        now += child.pause
        child.keep_running()
        assert child.starts == starts + 1
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    ended(child)
    now += SOON
    child.keep_running()
    assert (child.pause, child.starts) == (0.0, 9)
    assert ended(child) == 0


def test_a_child_that_cannot_be_started_just_now_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1000.0
    monkeypatch.setattr(children.time, "monotonic", lambda: now)

    def no_process_left() -> int:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    child = child_that(nothing)
    with monkeypatch.context() as short:
        short.setattr(os, "fork", no_process_left)
        for pause in (FIRST_PAUSE, 2 * FIRST_PAUSE):
            child.keep_running()
            assert "cannot start the child" in caplog.text
            caplog.clear()
            now += pause - 0.1
            child.keep_running()
            assert caplog.text == "", "it is not tried again before its pause is over"
            now += 0.1
    child.keep_running()
    assert child.starts == 1
    assert ended(child) == 0


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


def test_it_has_the_environment_it_was_given_and_its_own_name_and_not_what_is_ours(
    tmp_path: Path,
) -> None:
    told = tmp_path / "told"
    with pipe() as (_, ours):

        def tell() -> None:
            name = Path("/proc/self/cmdline").read_bytes().rstrip(b"\0").decode()
            held = Path(f"/proc/self/fd/{ours}").exists()
            told.write_text(f"{dict(os.environ)} {name} {held}")

        child = child_that(tell, {"PARLEY_HOME": "elsewhere"}, (ours,))
        child.keep_running()
        assert ended(child) == 0
        os.write(ours, b"still ours")
    assert told.read_text() == "{'PARLEY_HOME': 'elsewhere'} parley: the child False"


def test_told_to_stop_in_its_first_moment_it_stops() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        for _ in range(20):
            child = child_that(lambda: time.sleep(60))
            child.keep_running()
            child.end()
            assert ended(child) == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == []


def test_one_that_does_not_stop_is_made_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(children, "PATIENCE", 0.1)
    deaf = tmp_path / "deaf"

    def stay() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        deaf.touch()
        time.sleep(60)

    child = child_that(stay)
    child.keep_running()
    until("it does not listen", deaf.exists)
    child.end()
    assert ended(child) == -signal.SIGKILL
    assert not alive(runs(child))


def test_what_it_fails_with_is_told_and_its_exit_code_is_no_yes(
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail() -> None:
        raise RuntimeError("it has no house")

    child = child_that(fail)
    child.keep_running()
    assert ended(child) == 1
    assert "it has no house" in capfd.readouterr().err
