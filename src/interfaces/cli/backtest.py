"""``parley backtest``: hold terms against what is on record, before anybody offers them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from domain.attainment.records import WrongRecords
from domain.backtest.outcome import Backtest
from domain.backtest.replay import NothingToReplay, backtest
from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Severity
from interfaces.backtest.picture import as_picture
from interfaces.backtest.sources import Asked, NoPast, Source, read_excuses, read_past
from interfaces.backtest.table import as_table
from interfaces.cli.answers import USAGE, AsJson, Said, say
from interfaces.files.terms import check_file
from interfaces.files.whole import write_whole


def replay(
    terms: Annotated[Path, typer.Argument(help="The agreement file: YAML or JSON.")],
    against: Annotated[
        list[str],
        typer.Option(
            help="FILE or OBJECTIVE=FILE: figures in CSV, NDJSON or JSON; again for more."
        ),
    ],
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="The first day the figures speak for."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], help="The last day they speak for."),
    ] = None,
    excusing: Annotated[
        Path | None,
        typer.Option(help="Cases of exclusions: a CSV of exclusion, starts, ends, announced."),
    ] = None,
    k: Annotated[
        int | None,
        typer.Option("--k", min=1, help="In how many periods the best target is met; in all."),
    ] = None,
    shape: Annotated[
        str | None, typer.Option(help="outages, checks, counts, cases, readings; by the columns.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw it, into this SVG file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Replay a past against terms: misses, credits, the best target that would have been met."""
    agreed = _terms(terms)
    asked = Asked(_day(first), _day(last), shape)
    if asked.first is not None and asked.last is not None and asked.last < asked.first:
        raise Said(f"--to {asked.last} is before --from {asked.first}", USAGE)
    excuses = None if excusing is None else _file(excusing)
    found = _found(agreed, [_source(agreed, text) for text in against], excuses, asked, k)
    if picture is not None:
        write_whole(picture, [as_picture(agreed, found).encode()])
    say(found.document(), as_json=as_json, words=as_table(agreed, found))


def _terms(file: Path) -> AgreementTerms:
    checked = check_file(file)
    if checked.terms is None:
        raise Said("\n".join(str(problem) for problem in checked.errors))
    for problem in checked.problems:
        if problem.severity == Severity.ERROR:
            typer.echo(str(problem), err=True)
    return checked.terms


def _source(terms: AgreementTerms, text: str) -> Source:
    name, equals, rest = text.partition("=")
    named = bool(equals) and terms.objective(name) is not None
    return _file(Path(rest), name) if named else _file(Path(text))


def _day(text: datetime | None) -> date | None:
    return None if text is None else text.date()


def _file(path: Path, objective: str | None = None) -> Source:
    return Source(str(path), path.suffix.lower(), path.read_bytes(), objective)


def _found(
    terms: AgreementTerms,
    sources: list[Source],
    excusing: Source | None,
    asked: Asked,
    k: int | None,
) -> Backtest:
    try:
        past = read_past(terms, sources, asked)
        if excusing is not None:
            past = replace(past, excuses=read_excuses(terms, excusing))
        return backtest(terms, past, k)
    except (NoPast, NothingToReplay, WrongRecords) as said:
        raise Said(str(said)) from said
