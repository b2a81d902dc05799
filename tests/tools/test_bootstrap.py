"""The set-up program says in one line what is missing, and harms nothing on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOOTSTRAP = ROOT / "tools" / "bootstrap.py"


def bootstrap(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(BOOTSTRAP), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


def refused(*arguments: str, **environment: str) -> str:
    outcome = bootstrap(*arguments, **environment)
    assert outcome.returncode == 1
    assert len(outcome.stderr.strip().splitlines()) == 1
    return outcome.stderr


def ready_environment(directory: Path) -> Path:
    """Make what a finished environment looks like, without installing anything."""
    (directory / "bin").mkdir(parents=True)
    (directory / "bin" / "python").symlink_to(sys.executable)
    (directory / "pyvenv.cfg").write_text("")
    program = (
        "import runpy, sys, pathlib; "
        "print(runpy.run_path(sys.argv[1])['fingerprint'](pathlib.Path(sys.argv[2])), end='')"
    )
    stamp = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program, str(BOOTSTRAP), str(directory)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    (directory / ".parley-ready").write_text(stamp)
    return directory


def everything_in(directory: Path) -> dict[Path, int]:
    return {one: one.stat().st_mtime_ns for one in directory.rglob("*")}


def test_a_finished_environment_is_seen_in_a_moment(tmp_path: Path) -> None:
    venv = ready_environment(tmp_path / "venv")
    before = everything_in(venv)
    outcome = bootstrap(PARLEY_VENV=str(venv))
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")
    assert everything_in(venv) == before, "it was made anew"


def test_a_directory_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert "is not a virtual environment" in refused(PARLEY_VENV=str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_failed_installation_names_the_likely_cause_and_leaves_no_stamp(tmp_path: Path) -> None:
    programs, venv = tmp_path / "programs", tmp_path / "venv"
    programs.mkdir()
    uv = programs / "uv"
    uv.write_text("#!/bin/sh\nexit 2\n")
    uv.chmod(0o755)
    said = refused(PARLEY_VENV=str(venv), PATH=str(programs))
    assert "is a package index reachable from here" in said
    assert not (venv / ".parley-ready").exists()


def test_a_purpose_nobody_knows_is_refused() -> None:
    assert "'swimming' is no purpose" in refused("swimming")


def test_an_old_python_is_told_what_to_install() -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 9, 2); sys.argv = ['bootstrap.py']; "
        "runpy.run_path(sys.orig_argv[-1], run_name='__main__')"
    )
    outcome = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", program, str(BOOTSTRAP)],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": ""},
    )
    assert outcome.returncode == 1
    assert outcome.stderr == (
        "parley: this is Python 3.9.2, and 3.11 or later is needed: install python3.11\n"
    )
