"""The most memory that a process of its own took."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.serving import environment

_MEASURED: Final = """
import runpy, sys
kind, name = sys.argv[1:3]
del sys.argv[:2]
try:
    run = runpy.run_path if kind == "path" else runpy.run_module
    run(name, run_name="__main__")
finally:
    with open("/proc/self/status") as status:
        (line,) = (one for one in status if one.startswith("VmHWM:"))
    sys.stderr.write("\\n" + line.split()[1])
"""
"""The peak is the process's own: what ``wait`` tells of a child counts the parent's at the fork."""


def peak_of_file(program: Path, *arguments: object) -> float:
    """Return the most memory that a program in a file took, in MiB, as Linux counts it."""
    return _peak("path", str(program), *map(str, arguments))


def peak_of_module(module: str, *arguments: object) -> float:
    """Return the most memory that one of our modules took, in MiB, as Linux counts it."""
    return _peak("module", module, *map(str, arguments))


def _peak(*arguments: str) -> float:
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own programs
        [sys.executable, "-c", _MEASURED, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=environment({}),
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return int(ran.stderr.splitlines()[-1]) / 1024
