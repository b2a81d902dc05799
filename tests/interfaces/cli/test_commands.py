"""The command line as a whole: every command is there, and none loads what only others need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from interfaces.cli.main import Parley, app

SOURCE = Path(__file__).parents[3] / "src"
HEAVY = ("fastapi", "eventsourcing", "pyhanko", "typst", "docx", "numpy", "webauthn")


@pytest.mark.parametrize("name", Parley.entries)
def test_every_command_in_the_list_is_there_and_says_what_it_does(name: str) -> None:
    command = get_command(Parley.entries[name].load())
    assert command.help
    answer = CliRunner().invoke(app, [name, "--help"])
    assert answer.exit_code == 0
    assert name in answer.output


def test_the_list_of_all_names_each_with_a_word_on_it() -> None:
    answer = CliRunner().invoke(app, ["--help"])
    for name, entry in Parley.entries.items():
        assert name in answer.output
        assert entry.says.split()[0] in answer.output


def test_an_unknown_command_is_refused() -> None:
    answer = CliRunner().invoke(app, ["verfy"])
    assert answer.exit_code == 2
    assert "verfy" in answer.output


@pytest.mark.parametrize("command", ["", "verify", "witness", "serve"])
def test_what_only_others_need_is_not_loaded(command: str) -> None:
    program = (
        "import sys\n"
        "from interfaces.cli.main import app\n"
        f"try: app({[*command.split(), '--help']!r})\n"
        "except SystemExit: pass\n"
        f"print([one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
