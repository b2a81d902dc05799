"""The command itself: set the stage, play, and say how to go on."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Never

import typer

from interfaces.cli.answers import USAGE, Said
from interfaces.cli.demo.acts import play
from interfaces.cli.demo.stage import raised
from interfaces.settings import read_settings

EXAMPLES = Path(__file__).resolve().parents[4] / "examples"


def demo(
    output: Annotated[
        Path, typer.Option(help="Where the demo leaves its files; its database is made anew.")
    ] = Path("demo-output"),
    examples: Annotated[Path, typer.Option(help="The agreement files to play with.")] = EXAMPLES,
) -> None:
    """Take a real agreement from requirements to an amended contract, in words."""
    if not examples.is_dir():
        raise Said(f"there are no agreement files in {examples}; name them with --examples", USAGE)
    signal.signal(signal.SIGTERM, _leave)
    with raised(output.absolute()) as stage:
        contract = play(stage, examples)
    kept = ", ".join(sorted(path.name for path in output.iterdir() if path.is_file()))
    typer.echo(f"\nDone. In {output}: {kept}")
    home = f"PARLEY_HOME={output / 'parley'}"
    parley = os.path.relpath(sys.argv[0])
    typer.echo("To go on with the same data, in two terminals:")
    typer.echo(f"   {home} {parley} serve")
    typer.echo(f"   {home} {parley} contract show {contract} --as client-legal")
    typer.echo(f"Then open {read_settings({}).site[1]} and sign in with one click,")
    typer.echo(
        "for instance as client-negotiator; `make screenshots` takes a picture of every page."
    )


def _leave(signum: int, _: FrameType | None) -> Never:
    """Leave as Ctrl-C does, so that what was started is ended on the way out."""
    sys.exit(128 + signum)
