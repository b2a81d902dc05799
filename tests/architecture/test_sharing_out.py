"""Tests that share a world are run by one worker, and the longest are begun first."""

from __future__ import annotations

import ast
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sharing_out import (
    BESIEGED,
    BROWSERS,
    INSTALLATION,
    LONGEST,
    ByWorld,
    longest_first,
    where_time_went,
)

ROOT = Path(__file__).parents[2]


def scope_of(nodeid: str) -> str:
    return ByWorld._split_scope(cast("Any", None), nodeid)  # noqa: SLF001 - what xdist calls


def test_a_file_stays_whole_and_files_that_share_a_world_stay_together() -> None:
    assert scope_of("tests/story/test_it.py::test_a[b::c]") == "tests/story/test_it.py"
    assert {scope_of(f"{file}::test") for file in BROWSERS} == {"browsers"}
    assert {scope_of(f"{file}::test") for file in INSTALLATION} == {"a running installation"}
    assert {scope_of(f"{file}::test") for file in BESIEGED} == {"a besieged installation"}


def test_every_file_that_needs_the_browsers_is_with_them() -> None:
    found = {str(path.relative_to(ROOT)) for path in (ROOT / "tests/browser").glob("test_*.py")}
    assert found == set(BROWSERS)


def asking_for(*fixtures: str) -> set[str]:
    """Return the files whose tests or fixtures ask for one of these, unless it is their own."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text()
        if not any(fixture in text for fixture in fixtures):
            continue
        functions = [one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.FunctionDef)]
        lent = {one.name for one in functions if one.decorator_list}
        asked = {
            argument.arg
            for one in functions
            if one.name.startswith("test_") or one.name in lent
            for argument in one.args.args
        }
        if (asked - lent) & {*fixtures}:
            found.add(str(path.relative_to(ROOT)))
    return found


def test_every_file_that_needs_the_installation_is_with_those_that_do() -> None:
    assert asking_for("installation", "pair") == set(INSTALLATION)


def test_every_file_that_besieges_one_is_with_those_that_do() -> None:
    assert asking_for("besieged", "inhabitants") == set(BESIEGED)


def test_every_file_that_is_named_is_there() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []


def test_the_longest_begin_and_all_others_keep_their_order() -> None:
    files = ["tests/b.py", LONGEST[1], "tests/a.py", LONGEST[0], LONGEST[1]]
    items = [SimpleNamespace(path=ROOT / file, number=at) for at, file in enumerate(files)]
    longest_first(ROOT, cast("list[pytest.Item]", items))
    assert [item.number for item in items] == [3, 1, 4, 0, 2]


def test_it_is_told_which_worlds_took_longest_setting_up_included() -> None:
    took = [("tests/a.py::test_one", 1.0), ("tests/a.py::test_two", 1.5), (BROWSERS[0], 1.0)]
    took.append((f"{BROWSERS[1]}::test", 2.0))
    reports = [SimpleNamespace(nodeid=nodeid, duration=seconds) for nodeid, seconds in took]
    lines = where_time_went(cast("list[pytest.TestReport]", reports))
    assert [line.split() for line in lines] == [
        ["3.0", "s", "browsers"],
        ["2.5", "s", "tests/a.py"],
    ]
