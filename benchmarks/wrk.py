"""The load over HTTP: wrk, which costs little beside what it asks, with our scripts."""

from __future__ import annotations

import json
import resource
import subprocess
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from benchmarks.callers import Slot
from benchmarks.serving import HOST

CONNECTIONS: Final = 32
SCRIPTS: Final = Path(__file__).parent / "load"


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a while of requests, and what asking cost itself (microseconds a request)."""

    slot: Slot
    own: float


def load(home: Path, script: str, port: int, seconds: float, *arguments: object) -> Load:
    """Ask over 32 connections, each in a thread that knows its own; raises RuntimeError for any no.

    wrk takes whole seconds. A request that the end cuts off counts for nothing.
    """
    whole = home / f"{script}.lua"
    parts = (SCRIPTS / f"{name}.lua" for name in ("common", script))
    whole.write_text("\n".join(part.read_text() for part in parts))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(  # noqa: S603 - a program of the system, our own scripts
        [
            *("wrk", f"--threads={CONNECTIONS}", f"--connections={CONNECTIONS}"),
            *(f"--duration={ceil(seconds)}s", "--timeout=30s", f"--script={whole}"),
            *(f"http://{HOST}:{port}", "--", *map(str, arguments)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        raise RuntimeError(f"wrk: {ran.stdout}{ran.stderr}")
    told = json.loads(ran.stdout.splitlines()[-1])
    if told.pop("ran_out") or told.pop("errors") or not told["operations"]:
        raise RuntimeError(f"not every answer was yes: {ran.stdout}{ran.stderr}")
    used = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return Load(Slot(**told), used / told["operations"] * 1_000_000)
