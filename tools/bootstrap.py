"""Make the project's virtual environment, or see in a moment that it is already made.

Needs Python 3.11 or later and nothing else; run by any older Python 3 it looks for a newer one.
Installs what the lock file pins, every file checked against its hash, with ``uv`` where there is
one and ``pip`` otherwise, and then the project itself, editable. ``PARLEY_VENV`` names another
place than ``.venv``. A purpose as argument (``test``) sees to the system's programs it needs, too.

This file keeps to the grammar of Python 3.7, so that an old one can still read what is wrong.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "dev.txt"
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
PROGRAMS = {
    "demo": [
        ("openssl", "openssl", "for the demo to have timestamps made"),
    ],
    "bench": [
        ("openssl", "openssl", "for the benchmarks to have timestamps made"),
    ],
    "screenshots": [
        ("openssl", "openssl", "for the demo to have timestamps made"),
        ("chromium", "chromium", "to open the workspace in a browser"),
    ],
    "test": [
        ("git", "git", "for the tests to list the repository's files"),
        ("openssl", "openssl", "for the tests to have timestamps made"),
        ("pdfsig", "poppler-utils", "for the tests to look at documents as a viewer does"),
        ("qpdf", "qpdf", "for the tests to check the syntax of documents"),
        ("promtool", "prometheus", "for the tests to check rules for Prometheus and ask one"),
        ("chromium", "chromium", "for the tests to open the workspace in a browser"),
        ("wrk", "wrk", "for the tests to try the benchmarks' load"),
        ("etcd", "etcd-server", "for the tests to run three database servers"),
        ("patroni", "patroni python3-idna", "for the tests to run three database servers"),
        ("faketime", "faketime", "for the tests to set the clocks of processes"),
        ("ip", "iproute2", "for the tests to part a network"),
    ],
}
"""Programs of the system that a purpose needs: what to look for, its packages, and what for."""
NO_INTERNET = "is a package index reachable from here (a proxy or a mirror is set in {})?"


class CannotSetUp(Exception):  # noqa: N818 - read by people as a sentence
    """What is missing and what would help, in one line."""


def main() -> int:
    """Set up, and say in one line what came of it; nothing when there was nothing to do."""
    try:
        find_newer_python()
        for purpose in sys.argv[1:]:
            see_to_programs(purpose)
        began = time.monotonic()
        venv = Path(os.environ.get("PARLEY_VENV") or ROOT / ".venv").absolute()
        if set_up(venv):
            print(f"parley: ready in {venv} ({time.monotonic() - began:.1f} s)", flush=True)
    except CannotSetUp as problem:
        print(f"parley: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"parley: {problem.strerror}: {problem.filename}", file=sys.stderr)
        return 1
    return 0


def find_newer_python() -> None:
    """Go on under a newer Python when this one is too old."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in NEWER:
        newer = shutil.which(name)
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606 - no shell wanted
    found = ".".join(map(str, sys.version_info[:3]))
    raise CannotSetUp(f"this is Python {found}, and 3.11 or later is needed: install python3.11")


def set_up(venv: Path) -> bool:
    """Bring the environment up to date; say whether there was anything to do."""
    stamp, wanted = venv / ".parley-ready", fingerprint(venv)
    if stamp.is_file() and stamp.read_text() == wanted and python_of(venv).exists():
        return False
    refuse_foreign_directory(venv)
    venv.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(venv):
        if stamp.is_file() and stamp.read_text() == wanted and python_of(venv).exists():
            return False  # another process has just done it
        stamp.unlink(missing_ok=True)
        uv = shutil.which("uv")
        make_environment(venv, with_pip=not uv)
        install(venv, uv)
        stamp.write_text(wanted)
    return True


def fingerprint(venv: Path) -> str:
    """Digest all that decides what is in the environment, its own place and ours included."""
    import hashlib  # noqa: PLC0415 - a tenth of the time of a run that has nothing to do

    digest = hashlib.sha256(f"{sys.version}\n{venv}\n{ROOT}\n".encode())
    for path in (LOCK, ROOT / "pyproject.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def refuse_foreign_directory(venv: Path) -> None:
    """Never build in, or clear, a directory that is not a virtual environment."""
    if not venv.exists() or (venv / "pyvenv.cfg").is_file():
        return
    if not venv.is_dir() or any(path.name != ".parley-lock" for path in venv.iterdir()):
        raise CannotSetUp(f"{venv} is not a virtual environment: set PARLEY_VENV, or move it")


class one_at_a_time:  # noqa: N801 - reads as what it does
    """Hold the environment's lock, so that two ``make`` do not build into each other."""

    def __init__(self, venv: Path) -> None:
        self.path = venv / ".parley-lock"

    def __enter__(self) -> None:
        import fcntl  # noqa: PLC0415 - not needed when there is nothing to do

        self.file = self.path.open("w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


def python_of(venv: Path) -> Path:
    """Return the environment's interpreter."""
    return venv / "bin" / "python"


def make_environment(venv: Path, *, with_pip: bool) -> None:
    """Make the environment afresh, unless one of this very Python stands there."""
    if not is_of_this_python(venv):
        for path in venv.iterdir():
            if path.name != ".parley-lock":
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        without_pip = [sys.executable, "-m", "venv", "--without-pip", str(venv)]
        run(without_pip, f"Python's venv module could not make {venv}")
    if with_pip and not (venv / "bin" / "pip").exists():
        require_ensurepip()
        add_pip = [str(python_of(venv)), "-m", "ensurepip", "--default-pip"]
        run(add_pip, f"ensurepip could not put pip into {venv}", silent=True)


def is_of_this_python(venv: Path) -> bool:
    """Say whether the environment works and has our own version."""
    if not python_of(venv).exists():
        return False
    asked = subprocess.run(  # noqa: S603 - the environment's interpreter
        [str(python_of(venv)), "-c", "import sys; print(sys.version)"],
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    return asked.stdout.strip() == sys.version.strip()


def see_to_programs(purpose: str) -> None:
    """Have the programs that a purpose needs."""
    if purpose not in PROGRAMS:
        raise CannotSetUp(f"{purpose!r} is no purpose; there is {', '.join(PROGRAMS)}")
    for program, package, what_for in PROGRAMS[purpose]:
        if not shutil.which(program):
            need_system_package(package, what_for)


def require_ensurepip() -> None:
    """Debian keeps what ``venv`` needs to install pip in a package of its own."""
    probe = [sys.executable, "-c", "import venv, ensurepip"]
    if subprocess.call(probe, stderr=subprocess.DEVNULL) != 0:  # noqa: S603 - this interpreter
        major, minor = sys.version_info[:2]
        need_system_package(f"python{major}.{minor}-venv", "to make virtual environments")
        if subprocess.call(probe) != 0:  # noqa: S603 - this interpreter
            raise CannotSetUp(f"{sys.executable} has no ensurepip: use another Python, or uv")


def need_system_package(package: str, purpose: str) -> None:
    """Install packages of the system's where we may, else say which to install."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or not apt:
        how = f"`sudo apt-get install {package}`" if apt else f"the counterpart of {package}"
        raise CannotSetUp(f"{package} is needed {purpose}: {how}")
    print(f"parley: installing {package} {purpose}", flush=True)
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    tried = f"apt-get could not install {package}: {NO_INTERNET.format('apt')}"
    run([apt, "-qq", "update"], tried, quiet)
    install = [apt, "-qq", "install", "--yes", "--no-install-recommends", *package.split()]
    run(install, tried, quiet)


def install(venv: Path, uv: str | None) -> None:
    """Install the pinned requirements by hash, then the project, which fetches nothing."""
    project = ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)]
    if uv:
        target = ["--quiet", "--compile-bytecode", "--python", str(python_of(venv))]  # as pip does
        first = [uv, "pip", "sync", *target, "--require-hashes", str(LOCK)]
        then = [uv, "pip", "install", *target, "--offline", *project]
    else:
        pip = [str(python_of(venv)), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        hashed = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement"]
        first = [*pip, "install", "--root-user-action=ignore", *hashed, str(LOCK)]
        then = [*pip, "install", "--root-user-action=ignore", "--no-index", *project]
    program = uv or "pip"
    print(f"parley: installing the pinned requirements with {program}", flush=True)
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", PIP_NO_INPUT="1")
    settings = "UV_INDEX_URL" if uv else "PIP_INDEX_URL or pip.conf"
    run(
        first,
        f"{program} could not install {LOCK}: {NO_INTERNET.format(settings)}",
        environment,
    )
    run(then, f"{program} could not install the project from {ROOT}", environment)


def run(
    command: list[str],
    otherwise: str,
    environment: dict[str, str] | None = None,
    *,
    silent: bool = False,
) -> None:
    """Run a program, heard unless silent; raises CannotSetUp when it fails."""
    heard = subprocess.DEVNULL if silent else None
    if subprocess.call(command, env=environment, cwd=str(ROOT), stdout=heard) != 0:  # noqa: S603
        raise CannotSetUp(otherwise)


if __name__ == "__main__":
    sys.exit(main())
