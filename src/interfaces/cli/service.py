"""Commands that run the service: serve, worker, migrate, rebuild, token, openapi, events."""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from application.event_catalogue import CATALOGUE
from interfaces.cli.answers import USAGE, AsJson, Said, say
from interfaces.clock import SystemClock
from interfaces.composition import identity, open_house
from interfaces.logs import configure_logs
from interfaces.postgres.migrate import migrate as apply_migrations
from interfaces.postgres.migrate import require_current
from interfaces.serving import supervisor
from interfaces.serving.lifetime import leave_with_supervisor, stop_event
from interfaces.settings import Settings, read_settings
from interfaces.worker import work

log = logging.getLogger(__name__)


def install(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (serve, worker, migrate, rebuild, token, openapi, events):
        app.command()(command)


def settings() -> Settings:
    """Read the settings from the environment."""
    return read_settings(os.environ)


def serve(
    host: Annotated[str | None, typer.Option(help="The address to serve on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to serve on.")] = None,
    web_processes: Annotated[int | None, typer.Option(help="How many web processes.")] = None,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run the worker too.")
    ] = True,
) -> None:
    """Serve the API, with the worker, on the embedded database or the configured one."""
    told = {"PARLEY_HOST": host, "PARLEY_PORT": port, "PARLEY_WEB_PROCESSES": web_processes}
    given = {name: str(value) for name, value in told.items() if value is not None}
    os.environ.update(given)
    configure_logs()
    chosen = settings()
    stop = stop_event()
    supervisor.serve(chosen, stop, worker=with_worker)


def worker() -> None:
    """Bring views up to date, let policies act, and record what falls due; one at a time."""
    configure_logs()
    stop = stop_event()
    leave_with_supervisor(lambda: os.kill(os.getpid(), signal.SIGTERM))
    with supervisor.database(settings()) as (conninfo, _), open_house(conninfo) as house:
        work(house, conninfo, stop)


def migrate(
    check: Annotated[bool, typer.Option(help="Change nothing; fail if something is due.")] = False,
) -> None:
    """Bring the database's tables to this version of the code."""
    chosen = settings()
    if check and chosen.database is not None:
        require_current(chosen.database)
        typer.echo("the database is current")
        return
    with supervisor.database(chosen) as (conninfo, _):
        apply_migrations(conninfo)
    typer.echo("the database is current")


def rebuild(
    view: Annotated[str, typer.Argument(help="The view's name, or `all`.")],
) -> None:
    """Replay a view from the first event; readers see the old rows until it is done."""
    with supervisor.database(settings()) as (conninfo, _), open_house(conninfo) as house:
        found = house.projections.named(view)
        chosen = house.projections.all() if view == "all" else (found,)
        names = ", ".join(projection.name for projection in house.projections.all())
        for projection in chosen:
            if projection is None:
                raise Said(f"there is no view {view!r}; there are: {names}", USAGE)
            with Progress(console=Console(stderr=True), transient=True) as progress:
                report = _report(progress, projection.name)
                applied = house.follower.rebuild(projection, report)
            typer.echo(f"{projection.name}: {applied} events replayed")


def _report(progress: Progress, name: str) -> Callable[[int, int], None]:
    task = progress.add_task(name, total=None)

    def report(position: int, head: int) -> None:
        progress.update(task, completed=position, total=head)

    return report


def token(
    subject: Annotated[str, typer.Argument(help="Whom the token speaks for.")],
) -> None:
    """Make a bearer token of the development issuer."""
    chosen = settings()
    development = identity(chosen).development
    if development is None:
        raise Said("tokens come from the configured issuer (PARLEY_OIDC_ISSUER)", USAGE)
    typer.echo(development.token(subject, SystemClock().now()))


def openapi() -> None:
    """Print the OpenAPI document."""
    from interfaces.http.app import described  # noqa: PLC0415 - only this command needs it

    typer.echo(json.dumps(described(), indent=2))


def events(as_json: AsJson = False) -> None:
    """List the event catalogue: every stored name and version."""
    rows = [
        {"name": kind.name, "version": kind.version, "says": _first_line(kind.fact)}
        for kind in CATALOGUE.types
    ]
    width = max(len(str(row["name"])) for row in rows)
    words = "\n".join(f"{row['name']:<{width}}  {row['version']}  {row['says']}" for row in rows)
    say(rows, as_json=as_json, words=words)


def _first_line(fact: type) -> str:
    return (fact.__doc__ or "").strip().splitlines()[0]
