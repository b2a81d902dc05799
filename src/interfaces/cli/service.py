"""Serving, and stopping what was left serving; loaded quickly, as everything waits for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Annotated, Final

import typer

from interfaces.cli.answers import USAGE, Said
from interfaces.logs import configure_logs
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.serving import supervisor
from interfaces.serving.lifetime import stop_when_told
from interfaces.serving.supervisor import Helper
from interfaces.settings import read_settings


def serve(
    host: Annotated[str | None, typer.Option(help="The address to serve on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to serve on.")] = None,
    web_processes: Annotated[int | None, typer.Option(help="How many web processes.")] = None,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run the worker too.")
    ] = True,
    with_signer: Annotated[
        bool, typer.Option("--signer/--no-signer", help="Run the signer too.")
    ] = True,
) -> None:
    """Serve the API, worker and signer with it, on the embedded database or the configured one."""
    told = {"PARLEY_HOST": host, "PARLEY_PORT": port, "PARLEY_WEB_PROCESSES": web_processes}
    given = {name: str(value) for name, value in told.items() if value is not None}
    os.environ.update(given)
    configure_logs()
    chosen = read_settings(os.environ)
    stop = stop_when_told()
    wanted = {"worker": with_worker, "signer": with_signer}
    supervisor.serve(chosen, stop, [HELPERS[name] for name, wants in wanted.items() if wants])


def _command(name: str) -> Callable[[], None]:
    """Return what calls a command of ours, as if somebody had typed it."""

    def call() -> None:
        from interfaces.cli.main import run  # noqa: PLC0415 - it is what led here

        run([name])

    return call


HELPERS: Final = {
    name: Helper(name, partial(import_module, f"interfaces.cli.{module}"), _command(name))
    for name, module in (("worker", "upkeep"), ("signer", "signer"))
}


def stop() -> None:
    """Stop the embedded database, for instance after `parley serve` was killed."""
    chosen = read_settings(os.environ)
    if chosen.database is not None:
        raise Said("the configured database (PARLEY_DATABASE) is not ours to stop", USAGE)
    EmbeddedPostgres(chosen.postgres_dir).stop()
    typer.echo("the embedded database is stopped")
