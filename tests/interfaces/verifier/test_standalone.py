"""The verifier as one file says what ``parley verify`` says, with ``cryptography`` alone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from bench import Bench
from bundles import Bundle, bundle, pins_text
from interfaces.cli.main import app
from interfaces.verifier.command import answer, main
from interfaces.verifier.standalone import modules_of_the_verifier, standalone
from recorded_deals import deal
from verifier_attacks import TAMPERED

REQUIRED: Final = ("cryptography", "cffi", "pycparser", "_cffi_backend")
"""The one dependency, and what it is made of."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the file beside the only packages that it may import."""
    home = tmp_path_factory.mktemp("alone")
    packages = Path(sysconfig.get_path("platlib"))
    for found in packages.iterdir():
        if found.name.partition(".")[0] in REQUIRED:
            (home / found.name).symlink_to(found)
    (home / "parley_verify.py").write_text(standalone())
    return home


def run(alone: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the file with the standard library and what stands beside it, and nothing else."""
    program = (
        "import runpy, sys; home = sys.argv.pop(0); home = sys.argv.pop(0); "
        "sys.path = [one for one in sys.path if 'site-packages' not in one] + [home]; "
        "sys.argv.insert(0, 'parley_verify.py'); "
        "runpy.run_path(home + '/parley_verify.py', run_name='__main__')"
    )
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-I", "-S", "-c", program, alone, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )


def nothing(_: Bundle) -> None:
    return


ASKED: Final[dict[str, Callable[[Bundle], None]]] = {
    "nothing": nothing,
    **{attack: spoil for attack, (spoil, _) in TAMPERED.items()},
}


@pytest.mark.parametrize("attack", ASKED)
def test_it_says_the_same_byte_for_byte(attack: str, alone: Path, bench: Bench) -> None:
    made = bundle(deal())
    ASKED[attack](made)
    path, pins = made.write(bench.home / "bundle.zip"), bench.home / "pins"
    pins.write_text(pins_text())
    code, said = answer(path, pins, as_json=True)
    for options in (["--json"], []):
        _, words = answer(path, pins, as_json=bool(options))
        ran = run(alone, path, "--pin", pins, *options)
        assert (ran.returncode, ran.stdout, ran.stderr) == (code, f"{words}\n", "")
    invoked = CliRunner().invoke(app, ["verify", str(path), "--pin", str(pins), "--json"])
    assert (invoked.exit_code, invoked.output) == (code, f"{said}\n")


def test_nothing_of_ours_is_imported_by_it(alone: Path) -> None:
    text = (alone / "parley_verify.py").read_text()
    assert "from domain" not in text
    assert "from interfaces" not in text
    assert "pydantic" not in text
    assert run(alone, "--help").returncode == 0


def test_it_says_which_text_it_is() -> None:
    header, _, body = standalone().partition('"""\n')
    assert sha256(body.encode()).hexdigest() in header
    assert CliRunner().invoke(app, ["verifier"]).output == standalone()


def test_its_modules_rest_on_nothing_but_each_other() -> None:
    rooms = {name.rpartition(".")[0] for name in modules_of_the_verifier()}
    assert rooms == {
        "domain.history",
        "domain.signatures",
        "domain.values",
        "interfaces.verifier",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such.zip", "--pin", "pins"], "no-such.zip"),
        (["bundle.zip", "--pin", "no-such-pins"], "no-such-pins"),
        (["bundle.zip", "--pin", "bad"], "pins, line 1: not understood: lock me"),
        (["bundle.zip", "--pin", "empty"], "there is no log line"),
        (["bundle.zip", "--pin", "pins", "--at", "yesterday"], "--at is not an instant"),
        (["bundle.zip", "--pin", "pins", "--hold", "no-such-note"], "no-such-note"),
    ],
    ids=" ".join,
)
def test_a_question_that_makes_no_sense_is_answered_in_one_line(
    arguments: list[str],
    said: str,
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(bench.home)
    bundle(deal()).write(bench.home / "bundle.zip")
    Path("pins").write_text(pins_text())
    Path("bad").write_text("lock me\n")
    Path("empty").write_text("")
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    invoked = CliRunner().invoke(app, ["verify", *arguments])
    assert said in str(invoked.exception)
