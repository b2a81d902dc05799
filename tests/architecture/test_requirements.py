"""Requirements are pinned, hashed, address-free, and agree with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
LOCKS = ["runtime.txt", "dev.txt"]
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9a-z.]+)(?: ; (?P<marker>.+))?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(lock: str) -> dict[str, tuple[str, list[str]]]:
    """Read a lock file as name -> (version, hashes); raises ValueError on any other line."""
    text = (REQUIREMENTS / lock).read_text().replace("\\\n", "\n")
    found: dict[str, tuple[str, list[str]]] = {}
    name = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if pin := PIN.fullmatch(line):
            name = pin["name"]
            found[name] = (pin["version"], [])
        elif HASH.fullmatch(line):
            found[name][1].append(line)
        elif not line.startswith("#"):
            raise ValueError(f"{lock}: neither a pin nor a hash: {line}")
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    found = pins(lock)
    assert len(found) > 20
    assert [name for name, (_, hashes) in found.items() if not hashes] == []


@pytest.mark.parametrize("file", [*LOCKS, "build.in", "dev.in"])
def test_no_address_is_named(file: str) -> None:
    text = (REQUIREMENTS / file).read_text()
    assert "://" not in text
    assert "index-url" not in text


def test_the_locks_satisfy_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [Requirement(each) for each in project["dependencies"]]
    lines = [(REQUIREMENTS / file).read_text().splitlines() for file in ("build.in", "dev.in")]
    tools = [Requirement(line) for each in lines for line in each if not line.startswith("#")]
    for lock, wanted in (("runtime.txt", asked), ("dev.txt", asked + tools)):
        found = pins(lock)
        for requirement in wanted:
            version, _ = found.get(canonicalize_name(requirement.name), ("0", []))
            assert requirement.specifier.contains(version), f"{lock} lacks {requirement}: make lock"


def test_development_runs_on_the_versions_that_are_deployed() -> None:
    development = pins("dev.txt")
    for name, pinned in pins("runtime.txt").items():
        assert development[name] == pinned
