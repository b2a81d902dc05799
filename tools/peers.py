"""Install what the benchmarks measure against, into the benchmarks' own folder.

Nothing here is needed by the service or its tests: what cannot be had is said, and the benchmarks
do without it. Every package is pinned and checked against its hash. Done again only when a lock
changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

from bootstrap import CannotSetUp, need_system_package

ROOT: Final = Path(__file__).resolve().parent.parent
PEERS: Final = ROOT / "benchmarks" / "peers"
LOCK: Final = ROOT / "requirements" / "peers.txt"
PROGRAMS: Final = (
    ("wrk", "wrk", "to ask many things at once over HTTP"),
    ("node", "nodejs", "to measure Emmett"),
    ("npm", "npm", "to install Emmett and Message DB"),
)


def main() -> int:
    """Install each, or say why not; always ends well."""
    for program, package, purpose in PROGRAMS:
        if not shutil.which(program):
            attempt(lambda package=package, purpose=purpose: need_system_package(package, purpose))
    if shutil.which("npm"):
        attempt(lambda: install(PEERS / "package-lock.json", PEERS / "node_modules", npm()))
    target = PEERS / "site-packages"
    attempt(lambda: install(LOCK, target, python(target)))
    return 0


def attempt(installing: Callable[[], None]) -> None:
    """Install something, or say what stood in the way."""
    try:
        installing()
    except CannotSetUp as problem:
        print(f"parley: the benchmarks go without: {problem}", file=sys.stderr)


def install(lock: Path, target: Path, command: list[str]) -> None:
    """Install what a lock pins, unless that very lock is installed."""
    stamp, wanted = target / ".parley-ready", sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print(f"parley: installing what {lock.relative_to(ROOT)} pins", flush=True)
    shutil.rmtree(target, ignore_errors=True)
    environment = dict(os.environ, PIP_NO_INPUT="1")
    if subprocess.call(command, cwd=PEERS, env=environment):  # noqa: S603 - pip's, uv's, npm's own
        raise CannotSetUp(f"{command[0]} could not install what {lock.relative_to(ROOT)} pins")
    stamp.write_text(wanted)


def npm() -> list[str]:
    """Return the command that installs node's packages."""
    return ["npm", "ci", "--ignore-scripts", "--loglevel=error"]


def python(target: Path) -> list[str]:
    """Return the command that installs Python's packages."""
    uv = shutil.which("uv")
    if uv:
        first = [uv, "pip", "install", "--quiet", "--python", sys.executable]
    else:
        first = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        first += ["--only-binary=:all:"]
    pinned = ["--require-hashes", "--no-deps", "--requirement", str(LOCK)]
    return [*first, "--target", str(target), *pinned]


if __name__ == "__main__":
    sys.exit(main())
