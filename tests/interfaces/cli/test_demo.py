"""The demo, played: its month measured by a real Prometheus or by samples, to the same cent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from attainments import EXAMPLES
from faults.installation import ROOT, alive, command_of, group_of, until
from interfaces.cli.demo.acts import agree
from interfaces.cli.demo.monitor import Unwatched, watched
from interfaces.cli.demo.running import Month, measure
from interfaces.cli.demo.stage import raised
from interfaces.postgres.embedded import EmbeddedPostgres

pytestmark = pytest.mark.postgres

LONG = 600.0


@pytest.fixture
def output() -> Iterator[Path]:
    """Lend a folder that the database's account can pass through, when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="parley-demo-") as folder:
        output = Path(folder)
        output.chmod(0o711)
        yield output
        EmbeddedPostgres(output / "parley" / "postgres").discard()


@contextmanager
def demo(output: Path) -> Iterator[subprocess.Popen[str]]:
    """Run ``parley demo`` in a process group of its own; nothing of it outlives a failed test."""
    # In the background of a shell this is ignored, by us and by all that we start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PARLEY_")}
    arguments = ["demo", "--output", str(output), "--examples", str(EXAMPLES)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter, our own modules
        [sys.executable, "-m", "interfaces.cli.main", *arguments],
        env={**kept, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        cwd=ROOT,
    ) as played:
        try:
            yield played
        finally:
            if group(played.pid):
                os.killpg(played.pid, signal.SIGKILL)


def group(leader: int) -> list[str]:
    """Return what runs of a process group."""
    found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [command_of(pid) for pid in found if alive(pid) and group_of(pid) == leader]


def watching(leader: int) -> bool:
    """Tell whether a process group has a Prometheus."""
    return any("--storage.tsdb.path" in command for command in group(leader))


def priced(output: Path) -> list[str]:
    """Return the arithmetic of the statement: each line up to the event that it rests on."""
    statement: dict[str, Any] = json.loads((output / "statement.json").read_text())
    return [line["words"].split("; by ")[0] for line in statement["lines"]]


def arithmetic() -> list[str]:
    """31 of the month's minutes are missing, which is in the tier of 10 % of 12,000 USD."""
    first, end = Month.last().instants
    minutes = Decimal((end - first) // timedelta(minutes=1))
    reached = (100 * (minutes - 31) / minutes).quantize(Decimal("1E-12"), ROUND_FLOOR)
    span = f"from {first:%Y-%m-%d}T00:00:00Z until before {end:%Y-%m-%d}T00:00:00Z"
    return [
        f"charged: 12000 USD {span}, by an estimate that was not billed yet (12000 USD)",
        f"reached: about {reached}",
        "credit: 10 % of 12000 USD (1200 USD)",
    ]


def as_worked_out(lines: list[str]) -> bool:
    return len(lines) == len(arithmetic()) and all(
        line.startswith(begin) for line, begin in zip(lines, arithmetic(), strict=True)
    )


def without(programs: set[str], folder: Path) -> str:
    """Return a search path with everything on ours but these programs."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            if program.name not in programs and not (folder / program.name).is_symlink():
                (folder / program.name).symlink_to(program)
    return str(folder)


def test_the_whole_demo_measures_its_month_by_a_real_prometheus(output: Path) -> None:
    with demo(output) as played:
        said, _ = played.communicate(timeout=LONG)
        assert played.returncode == 0, said
        assert "Measured by a real Prometheus" in said
        assert "pushed" not in said
        assert "Done." in said
        assert as_worked_out(priced(output)), priced(output)
        assert group(played.pid) == []


def test_without_prometheus_it_pushes_samples_says_so_and_comes_to_the_same(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", without({"prometheus", "promtool"}, tmp_path / "programs"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    with redirect_stdout(StringIO()) as said, raised(output) as stage:
        this, contract = agree(stage, EXAMPLES)
        measure((this.provider, this.client), contract, Month.last())
    assert "pushed, not by Prometheus: prometheus is not installed" in said.getvalue()
    assert as_worked_out(priced(output)), priced(output)


@pytest.mark.parametrize("broken", ["prometheus", "promtool"])
def test_a_program_that_does_not_work_is_named_so_that_samples_can_be_pushed(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "programs"
    monkeypatch.setenv("PATH", without({broken}, programs))
    (programs / broken).write_text("#!/bin/sh\nexit 3\n")
    (programs / broken).chmod(0o755)
    month = Month.last().instants
    asked = watched(tmp_path / "prometheus", month, ("zone-a",), [])
    with pytest.raises(Unwatched, match=f"(?i){broken} (could|did) not"), asked:
        pass


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_while_prometheus_runs_it_leaves_nothing_running(
    output: Path, how: signal.Signals
) -> None:
    with demo(output) as played:
        until("Prometheus runs", lambda: watching(played.pid) or played.poll() is not None, LONG)
        if played.poll() is not None:
            pytest.fail(f"the demo ended by itself: {played.communicate()[0]}")
        os.kill(played.pid, how)
        said, _ = played.communicate(timeout=LONG)
        assert "A month with an incident" in said
        assert played.returncode not in {0, None}, said
        assert group(played.pid) == []
