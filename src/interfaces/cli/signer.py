"""``parley signer``: the process that signs checkpoints."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from interfaces.cli.answers import NO, Said
from interfaces.logs import configure_logs
from interfaces.postgres.migrate import require_current
from interfaces.serving import supervisor
from interfaces.serving.lifetime import leave_with_supervisor, stop_when_told
from interfaces.settings import Settings, read_settings
from interfaces.signer.errors import SignerRefuses
from interfaces.signer.process import sign


def signer(
    once: Annotated[
        bool, typer.Option("--once", help="Sign what there is and end; exit 1 if refused.")
    ] = False,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt", help="The memory is lost: take what is published for what was signed."
        ),
    ] = False,
) -> None:
    """Sign every log as it grows, remembering what was signed; one at a time."""
    configure_logs()
    settings = read_settings(os.environ)
    stop = stop_when_told()
    leave_with_supervisor(lambda: os.kill(os.getpid(), signal.SIGTERM))
    with _database(settings) as conninfo:
        try:
            report = sign(conninfo, settings, stop, once=once, adopt=adopt)
        except SignerRefuses as refusal:
            raise Said(str(refusal)) from refusal
    if not once:
        return
    for log, because in sorted(report.refused.items()):
        typer.echo(f"refused {log}: {because}")
    if report.waiting:
        typer.echo(f"not yet: {report.waiting}")
    typer.echo(f"{report.signed} logs signed")
    if report.refused or report.waiting:
        raise typer.Exit(NO)


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Lend the database; a configured one is not migrated, for which this may lack the rights."""
    if settings.database is not None:
        require_current(settings.database)
        yield settings.database
        return
    with supervisor.database(settings) as (conninfo, _):
        yield conninfo
