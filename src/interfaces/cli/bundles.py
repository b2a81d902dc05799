"""``parley verify``, ``verifier``, ``pins`` and ``contract audit``: history, checked offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interfaces.cli.answers import USAGE, Said
from interfaces.cli.client import DEFAULT_ADDRESS, Address, Who, connect, path_of
from interfaces.verifier.command import WrongUse, answer
from interfaces.verifier.standalone import standalone

Bundle = Annotated[Path, typer.Argument(help="The bundle, a zip.")]
Pins = Annotated[Path, typer.Option("--pin", help="The keys you pinned; never from a bundle.")]


def install(contracts: typer.Typer) -> None:
    """Add the export to the group it belongs to."""
    contracts.command()(audit)


def verify(
    bundle: Bundle,
    pin: Pins,
    hold: Annotated[
        list[Path] | None,
        typer.Option(help="A checkpoint from before, which the bundle has to continue."),
    ] = None,
    event: Annotated[int | None, typer.Option(help="Replay up to this leaf.")] = None,
    at: Annotated[
        str | None, typer.Option(help="Replay up to this instant, such as 2026-03-31T10:00:00Z.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Check an audit bundle offline; exit 0 if it holds, 1 if it does not or is not proven."""
    try:
        code, said = answer(
            bundle, pin, held=tuple(hold or ()), event=event, at=at, as_json=as_json
        )
    except WrongUse as wrong:
        raise Said(str(wrong), USAGE) from wrong
    typer.echo(said)
    if code:
        raise typer.Exit(code)


def verifier() -> None:
    """Print the verifier as one Python file, which needs only the package `cryptography`."""
    typer.echo(standalone(), nl=False)


def pins(
    relationship: Annotated[str, typer.Argument(help="relationship-...")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Draft the pins of a relationship, to compare line by line before they are worth anything."""
    typer.echo(connect(url, who).text(f"/relationships/{relationship}/pins"), nl=False)


def audit(
    contract: Annotated[str, typer.Argument(help="relationship-.../contract-...")],
    out: Annotated[Path, typer.Option(help="Where to write the bundle.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Export a contract's audit bundle as you may see it; the file is there whole or not at all."""
    size = connect(url, who).download(f"{path_of(contract)}/audit", out)
    typer.echo(f"{out}: {size} bytes; check it with `parley verify {out} --pin PINS`")
