"""``parley partition``: which partitions there are, and moving a relationship to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import psycopg
import typer

from interfaces.cli.answers import USAGE, AsJson, Said, say
from interfaces.cli.upkeep import settings
from interfaces.composition import open_house
from interfaces.partitions.moving import CannotMove, Mover, open_mover
from interfaces.partitions.routes import HOME
from interfaces.serving import supervisor
from interfaces.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Partitions of the ledger, and moving relationships between them."
)

COUNTS = (
    "SELECT (SELECT count(*) FROM history_logs WHERE log LIKE 'relationship-%'),"
    " (SELECT coalesce(sum(size), 0)::bigint FROM history_logs)"
)
MOVES = (
    "SELECT relationship, source, target, step FROM partition_moves WHERE ended_at IS NULL"
    " ORDER BY number"
)


@app.command("list")
def list_partitions(as_json: AsJson = False) -> None:
    """List the partitions: how many relationships and facts each has, and what is on its way."""
    chosen = settings()
    with supervisor.database(chosen) as (home, _):
        partitions: list[dict[str, Any]] = []
        for name, conninfo in {HOME: home, **chosen.partition_conninfos}.items():
            relationships, facts = _counted(conninfo)
            partitions.append({"name": name, "relationships": relationships, "facts": facts})
        with psycopg.connect(home) as connection:
            rows = connection.execute(MOVES).fetchall()
    moves = [dict(zip(("relationship", "from", "to", "step"), row, strict=True)) for row in rows]
    lines = [
        f"{p['name']}: does not answer"
        if p["facts"] is None
        else f"{p['name']}: {p['relationships']} relationships, {p['facts']} facts"
        for p in partitions
    ]
    lines += [f"{m['relationship']} from {m['from']} to {m['to']}: {m['step']}" for m in moves]
    say({"partitions": partitions, "moves": moves}, as_json=as_json, words="\n".join(lines))


def _counted(conninfo: str) -> tuple[int | None, int | None]:
    """Return how many relationships and facts a partition has, nothing if it does not answer."""
    try:
        with psycopg.connect(conninfo) as connection:
            relationships, facts = connection.execute(COUNTS).fetchall()[0]
    except psycopg.OperationalError:
        return None, None
    return relationships, facts


@app.command("move")
def move(
    relationship: Annotated[str, typer.Argument(help="The relationship's id.")],
    to: Annotated[str, typer.Option(metavar="NAME", help="Where it is to live.")],
    plan: Annotated[
        bool, typer.Option("--plan", help="Say what would move, and do nothing.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Undo a move that is not switched.")] = False,
    as_json: AsJson = False,
) -> None:
    """Move a relationship to another partition, or go on where a move was interrupted.

    Runs as the owner of the tables, as `parley migrate` does.
    """
    if plan and undo:
        raise Said("--plan and --undo do not go together", USAGE)
    steps: list[str] = []

    def told(step: str) -> None:
        steps.append(step)
        typer.echo(f"{relationship}: {step}", err=True)

    with _mover(settings()) as mover:
        try:
            planned = None if undo else mover.plan(relationship, to)
            if undo:
                mover.undo(relationship)
            elif not plan:
                mover.move(relationship, to, told)
        except CannotMove as no:
            raise Said(str(no)) from no
        except psycopg.OperationalError as lost:
            # Each step may be done again, and which one it was has been told.
            said = str(lost).partition("\n")[0]
            raise Said(f"interrupted ({said}): run the same command again") from lost
    if planned is None:
        say({"undone": True}, as_json=as_json, words=f"{relationship} stays where it was")
        return
    what = f"{planned.facts} facts, {planned.files} files, {planned.batches} batches of figures"
    words = f"from {planned.source} to {planned.target}: {what}"
    document = {**asdict(planned), "steps": steps}
    say(document, as_json=as_json, words=f"would go {words}" if plan else f"went {words}")


@contextmanager
def _mover(chosen: Settings) -> Iterator[Mover]:
    others = chosen.partition_conninfos
    if not others:
        raise Said("there is one partition: PARLEY_PARTITIONS names no other", USAGE)
    with (
        supervisor.database(chosen) as (home, _),
        open_house(home, settings=chosen) as house,
    ):
        try:
            with open_mover({HOME: home, **others}, house) as mover:
                yield mover
        except CannotMove as no:
            raise Said(str(no)) from no
