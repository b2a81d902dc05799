"""Programs of the system, run to their end."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from faults.installation import PATIENCE


def tried(
    *command: str | Path,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it said; 127 is its code when there is no such program."""
    try:
        return subprocess.run(  # noqa: S603 - the tests' own words, and no shell
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=environment,
            cwd=directory,
        )
    except FileNotFoundError as missing:
        return subprocess.CompletedProcess(command, 127, "", str(missing))


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a program that has to succeed; return what it said."""
    done = tried(*command, environment=environment)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout
