"""Which peers there are: they are installed for the benchmarks alone, and may be missing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
MODULES: Final = HERE / "node_modules"
PYTHON: Final = HERE / "site-packages"
INSTALL: Final = "`make ready-to-bench` installs it"


class NotHere(Exception):  # noqa: N818 - it says what is not here
    """A part cannot be measured here, and why."""


def missing_node_package(package: str) -> str | None:
    """Say why a package of node's cannot be measured, or None when it can."""
    if not (MODULES / package / "package.json").is_file():
        return f"{package} is not installed ({INSTALL})"
    return None if shutil.which("node") else "node is not installed"


def missing_program(program: str) -> str | None:
    """Say that a program is not there, or None when it is."""
    return None if shutil.which(program) else f"no {program} here ({INSTALL})"


def missing_python(package: str) -> str | None:
    """Say that a package of Python's is not there, or None when it is."""
    there = (PYTHON / package).is_dir()
    return None if there else f"{package} is not installed ({INSTALL})"
