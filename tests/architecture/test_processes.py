"""Decision 0016: children leave with their supervisor."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
CHILD = """
import os, sys
from threading import Event
from interfaces.serving.lifetime import leave_with_supervisor
leave_with_supervisor(lambda: os._exit(0))
print(os.getpid(), flush=True)
Event().wait(60)
"""
PARENT = """
import os, subprocess, sys
from interfaces.serving.lifetime import LIFELINE
read, write = os.pipe()
told = {**os.environ, LIFELINE: str(read)}
subprocess.Popen([sys.executable, "-c", sys.argv[1]], env=told, pass_fds=(read,)).wait()
"""


def test_a_process_leaves_when_its_supervisor_is_killed() -> None:
    parent = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PARENT, CHILD],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        end = time.monotonic() + 10
        while alive(child) and time.monotonic() < end:
            time.sleep(0.05)
        assert not alive(child)


def alive(process: int) -> bool:
    """Tell whether a process runs; one that nobody has reaped yet does not."""
    with suppress(OSError):
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z"
    return False
