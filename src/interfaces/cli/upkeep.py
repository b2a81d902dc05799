"""Commands that look after the service: worker, migrate, rebuild, fsck, token, openapi, events."""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from application.checking import check_history
from application.checking_figures import FiguresChecked, check_figures
from application.checking_published import check_witnesses
from application.erasing import check_seals
from application.event_catalogue import CATALOGUE
from application.faults import Fault
from interfaces.cli.answers import NO, USAGE, AsJson, Said, say
from interfaces.clock import SystemClock
from interfaces.collecting import collect_seldom
from interfaces.composition import House, open_house
from interfaces.identity.callers import identity
from interfaces.logs import configure_logs
from interfaces.partitions.books import open_all_books
from interfaces.postgres.migrate import migrate as apply_migrations
from interfaces.postgres.migrate import require_current
from interfaces.postgres.roles import SERVICE, SIGNER, Grants
from interfaces.postgres.roles import grant as give
from interfaces.serving import supervisor
from interfaces.serving.lifetime import leave_with_supervisor, stop_when_told
from interfaces.settings import Settings, read_settings
from interfaces.worker import work

log = logging.getLogger(__name__)


def settings() -> Settings:
    """Read the settings from the environment."""
    return read_settings(os.environ)


@contextmanager
def _opened(chosen: Settings) -> Iterator[tuple[House, str]]:
    """Lend the application with its settings, and the database it is on."""
    with (
        supervisor.database(chosen) as (conninfo, _),
        open_house(conninfo, settings=chosen) as house,
    ):
        yield house, conninfo


def worker(
    partition: Annotated[
        str | None, typer.Option(metavar="NAME", help="Follow one partition alone.")
    ] = None,
) -> None:
    """Bring views up to date, let policies act, and record what falls due; one at a time."""
    configure_logs()
    collect_seldom()
    stop = stop_when_told()
    leave_with_supervisor(lambda: os.kill(os.getpid(), signal.SIGTERM))
    chosen = settings()
    with _opened(chosen) as (house, conninfo):
        conninfos = (conninfo, *chosen.partition_conninfos.values())
        desks = [
            (one, where)
            for one, where in zip(house.everywhere, conninfos, strict=True)
            if partition in {None, one.partition}
        ]
        if not desks:
            raise Said(f"there is no partition {partition!r}", USAGE)
        work(desks, stop)


def migrate(
    check: Annotated[bool, typer.Option(help="Change nothing; fail if something is due.")] = False,
    grant: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Give a role what web and worker need.")
    ] = None,
    grant_signer: Annotated[
        str | None, typer.Option(metavar="ROLE", help="Give a role what the signer needs.")
    ] = None,
) -> None:
    """Bring the database's tables to this version of the code, and roles to what they need."""
    chosen = settings()
    if check and chosen.database is not None:
        for one in (chosen.database, *chosen.partition_conninfos.values()):
            require_current(one)
        typer.echo("the database is current")
        return
    with supervisor.database(chosen) as (conninfo, _):
        for one in (conninfo, *chosen.partition_conninfos.values()):
            apply_migrations(one)  # for those that were away just now to be missed by name
        _grant(chosen, conninfo, {grant: SERVICE}, {grant_signer: SIGNER})
    typer.echo("the database is current")


def _grant(chosen: Settings, conninfo: str, *wanted: dict[str | None, Grants]) -> None:
    """Give roles what they need; one role may be both, and needs the keys' own database too."""
    roles: dict[str, list[Grants]] = {}
    for role, kind in (one for each in wanted for one in each.items()):
        if role is not None:
            roles.setdefault(role, []).append(kind)
    for role, kinds in roles.items():
        for one in (conninfo, *chosen.partition_conninfos.values()):
            give(one, role, *kinds)
        if chosen.subject_keys is not None and SERVICE in kinds:
            give(chosen.subject_keys, role, SERVICE)
        typer.echo(f"{role} may do what it needs, and change no fact")


def rebuild(
    view: Annotated[str, typer.Argument(help="The view's name, or `all`.")],
) -> None:
    """Replay a view from the first event; readers see the old rows until it is done."""
    collect_seldom()
    with _opened(settings()) as (house, _):
        found = house.projections.named(view)
        names = ", ".join(projection.name for projection in house.projections.all())
        chosen = house.projections.all() if view == "all" else (found,)
        rebuilt = [projection for projection in chosen if projection is not None]
        if not rebuilt:
            raise Said(f"there is no view {view!r}; there are: {names}", USAGE)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            applied = sum(
                one.follower.rebuild(rebuilt, _report(progress, view)) for one in house.everywhere
            )
        for projection in rebuilt:
            typer.echo(f"{projection.name}: {applied} events replayed")


def fsck(as_json: AsJson = False) -> None:
    """Derive leaves, roots and views anew, check figures; exit 1 when something does not fit."""
    chosen = settings()
    collect_seldom()
    with _opened(chosen) as (house, conninfo):
        with open_all_books(conninfo, chosen.partition_conninfos) as books:
            findings = check_history(books, chosen.origin)
            witnessed = list(check_witnesses(books, house.witnessing.keys_ever))
        seals = [fault for one in house.everywhere for fault in check_seals(one.ledger)]
        figures = FiguresChecked()
        for one in house.everywhere:
            checked = check_figures(one.ledger, one.measurements)
            figures.batches += checked.batches
            figures.faults += checked.faults
        # A view cannot be derived from facts of which one cannot be read.
        stale = [] if seals else list(_stale_views(house))
    faults = [*findings.faults, *witnessed, *seals, *figures.faults, *stale]
    document = {
        "facts": findings.facts,
        "logs": {
            log: {"size": size, "root": root.hex()} for log, (size, root) in findings.roots.items()
        },
        "checkpoints": findings.checkpoints,
        "batches": figures.batches,
        "faults": [{"place": fault.place, "because": fault.because} for fault in faults],
    }
    counted = (
        f"{findings.facts} facts in {len(findings.roots)} logs, {findings.checkpoints} checkpoints"
    )
    said = (
        f"{counted}: every leaf, root, checkpoint and view is what the facts lead to; "
        f"{figures.batches} batches of figures are as they were received"
    )
    say(document, as_json=as_json, words="\n".join(map(str, faults)) or said)
    if faults:
        raise typer.Exit(NO)


def _stale_views(house: House) -> Iterator[Fault]:
    """Compare every view with a fold of the whole ledger; the worker may be at work meanwhile."""
    for one in house.everywhere:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            views = one.projections.all()
            stale = one.follower.stale_rows(views, _report(progress, "views"))
        for name, keys in stale.items():
            for key in keys:
                yield Fault(f"view {name} row {key}", "it is not what the facts lead to")


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
