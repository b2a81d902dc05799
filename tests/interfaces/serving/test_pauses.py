"""A child that keeps ending soon after its start is given longer and longer pauses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from interfaces.serving import supervisor
from interfaces.serving.supervisor import FIRST_PAUSE, LONGEST_PAUSE, SOON, Child


def ended(child: Child) -> None:
    assert child.process is not None
    child.process.wait()


def test_pauses_grow_while_it_keeps_ending_and_are_over_once_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now)
    child = Child("the child", [sys.executable, "-c", ""], {})
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
    ended(child)
    assert isinstance(child.process, subprocess.Popen)


def test_a_child_that_cannot_be_started_just_now_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1000.0
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: now)
    program = tmp_path / "program"
    child = Child("the child", [str(program)], {})
    for pause in (FIRST_PAUSE, 2 * FIRST_PAUSE):
        child.keep_running()
        assert "cannot start the child" in caplog.text
        caplog.clear()
        now += pause - 0.1
        child.keep_running()
        assert caplog.text == "", "it is not tried again before its pause is over"
        now += 0.1
    program.symlink_to("/bin/true")
    child.keep_running()
    assert child.starts == 1
    ended(child)
