"""Whatever is installed with the service may be used with it: every licence is one we looked at."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PIN: Final = re.compile(r"^([a-z0-9-]+)==", re.MULTILINE)

PERMISSIVE: Final = frozenset(
    {
        *("MIT", "MIT-0", "MIT License", "ISC License (ISCL)"),
        *("Apache-2.0", "Apache Software License", "BSD License"),
        *("BSD-2-Clause", "BSD-3-Clause", "0BSD", "Zlib", "CC0-1.0"),
        *("PSF-2.0", "Python Software Foundation License"),
    }
)
"""Ask for their text to be kept, and nothing of what they are used in."""

FILE_BY_FILE: Final = frozenset({"MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)"})
"""Ask for changes of their own files alone; we change none."""

EACH_FOR_ITSELF: Final = {
    "psycopg": "LGPL-3.0-only: a library that we import and do not change",
    "psycopg-binary": "LGPL-3.0-only: the same",
    "psycopg-pool": "LGPL-3.0-only: the same",
}
FOR_TESTS_ALONE: Final = {
    "pymerkle": "GPLv3+: a second opinion on our trees; nothing of it is handed on",
    "atheris": "says nothing in its metadata; Apache-2.0 by the file beside it",
    "axe-playwright-python": "says nothing of itself; MIT by its own file, and axe-core is MPL-2.0",
}


def licences(name: str) -> list[str] | None:
    """Return what an installed package says of its licences; None where it is not installed."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return None
    expression = said.get("License-Expression")
    if expression is not None:
        return [one for one in re.split(r" (?:AND|OR) |[()]", expression) if one]
    classified = [one.split(" :: ")[-1] for one in said.get_all("Classifier") or ()]
    named = [one for one in classified if "License" in one]
    return named or [str(said.get("License") or "none")]


def locked(lock: str) -> list[str]:
    return PIN.findall((ROOT / "requirements" / lock).read_text())


@pytest.mark.parametrize(
    ("lock", "besides"),
    [("runtime.txt", EACH_FOR_ITSELF), ("dev.txt", {**EACH_FOR_ITSELF, **FOR_TESTS_ALONE})],
)
def test_every_licence_is_one_that_was_looked_at(lock: str, besides: dict[str, str]) -> None:
    found = {name: said for name in locked(lock) if (said := licences(name)) is not None}
    assert len(found) > 30, "hardly anything of it is installed"
    unknown = {
        name: said
        for name, said in found.items()
        if name not in besides and not set(said) <= PERMISSIVE | FILE_BY_FILE
    }
    assert unknown == {}


def test_no_exception_outlives_what_it_is_for() -> None:
    assert EACH_FOR_ITSELF.keys() <= set(locked("runtime.txt"))
    assert FOR_TESTS_ALONE.keys() <= set(locked("dev.txt")) - set(locked("runtime.txt"))
