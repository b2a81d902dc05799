"""``export`` and ``import``: agreements in other tools' languages, and theirs in ours."""

from __future__ import annotations

import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.terms.lint import Finding, Severity
from interfaces.bridges.draft import Draft, Given
from interfaces.bridges.languages import EXPORTS, read_draft
from interfaces.bridges.telling import Unsaid
from interfaces.bridges.writing import as_yaml
from interfaces.cli.answers import NO, USAGE, AsJson, Said
from interfaces.cli.client import DEFAULT_ADDRESS, Address, Who, connect, path_of
from interfaces.clock import SystemClock
from interfaces.files.terms import check_file
from interfaces.files.whole import write_whole


class Language(StrEnum):
    """What terms can be written as."""

    PROMETHEUS = "prometheus"
    OPENSLO = "openslo"


class Resource(StrEnum):
    """What a contract can be written as."""

    PROMETHEUS = "prometheus"
    OPENSLO = "openslo"
    TMF651 = "tmf651"


class Source(StrEnum):
    """What drafts are made from."""

    OPENSLO = "openslo"
    TABLE = "table"


Out = Annotated[Path | None, typer.Option(help="The file to write; standard output without it.")]
File = Annotated[Path, typer.Argument(help="The file to read.")]


def install(contracts: typer.Typer, terms: typer.Typer) -> None:
    """Add the commands to the groups they belong to."""
    terms.command("export")(export_terms)
    terms.command("import")(import_terms)
    contracts.command("export")(export_contract)


def export_terms(
    file: File,
    to: Annotated[Language, typer.Option(help="The language.")],
    out: Out = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Write an agreement file in another language, and say what that does not say."""
    checked = check_file(file)
    if checked.terms is None:
        raise Said("\n".join(str(problem) for problem in checked.errors))
    translation = EXPORTS[to](checked.terms, None)
    unsaid = [_unsaid(item) for item in translation.unsaid]
    _hand_over(translation.yaml, unsaid, out, as_json=as_json)


def export_contract(
    contract: Annotated[str, typer.Argument(help="relationship-.../contract-...")],
    to: Annotated[Resource, typer.Option(help="The language.")],
    out: Out = None,
    as_of: Annotated[str | None, typer.Option(help="The instant asked about; now.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Write the version in force in another language, and say what that does not say."""
    answer = connect(url, who).get(f"{path_of(contract)}/export", to=to.value, as_of=as_of)
    _hand_over(answer["text"], answer["unsaid"], out, as_json=as_json)


def import_terms(
    file: File,
    source: Annotated[Source, typer.Option("--from", help="The language.")] = Source.TABLE,
    out: Out = None,
    only: Annotated[str | None, typer.Option(help="Which table of several, by its id.")] = None,
    provider: Annotated[str | None, typer.Option(help="The provider.")] = None,
    client: Annotated[str | None, typer.Option(help="The client.")] = None,
    currency: Annotated[str | None, typer.Option(help="The currency, such as EUR.")] = None,
    starts: Annotated[str | None, typer.Option(help="The first day; today.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the draft of an agreement file of another tool's document."""
    given = Given(_day(starts), provider, client, currency)
    draft = read_draft(source.value, file.read_bytes(), str(file), given, only)
    if as_json:
        typer.echo(json.dumps(_draft(draft), indent=2, ensure_ascii=False))
    if draft.terms is None:
        if as_json:
            raise typer.Exit(NO)
        raise Said("\n".join(str(problem) for problem in draft.problems))
    text = as_yaml(draft.terms.document())
    if out is not None:
        write_whole(out, [text.encode()])
    elif not as_json:
        sys.stdout.write(text)
    if not as_json:
        _say_left_open(draft)
    if any(finding.severity is Severity.ERROR for finding in draft.findings):
        raise typer.Exit(NO)


def _day(text: str | None) -> date:
    if text is None:
        return SystemClock().now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Said(f"a day is written like 2026-01-31, not {text!r}", USAGE) from error


def _say_left_open(draft: Draft) -> None:
    for finding in draft.findings:
        places = f"{', '.join(finding.places)}: " if any(finding.places) else ""
        typer.echo(f"{finding.severity} {places}{finding.rule}: {finding.because}", err=True)
    for item in draft.unsaid:
        typer.echo(f"not taken {item.place}: {item.because}", err=True)


def _hand_over(text: str, unsaid: list[dict[str, str]], out: Path | None, *, as_json: bool) -> None:
    if out is not None:
        write_whole(out, [text.encode()])
    if as_json:
        document = {"unsaid": unsaid} if out is not None else {"text": text, "unsaid": unsaid}
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
        return
    if out is None:
        sys.stdout.write(text)
    for item in unsaid:
        typer.echo(f"not said {item['place']}: {item['because']}", err=True)


def _unsaid(item: Unsaid) -> dict[str, str]:
    return {"place": item.place, "because": item.because}


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "terms": draft.terms.document() if draft.terms is not None else None,
        "findings": [_finding(finding) for finding in draft.findings],
        "unsaid": [_unsaid(item) for item in draft.unsaid],
        "problems": [problem.as_json() for problem in draft.problems],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "places": list(finding.places),
        "because": finding.because,
    }
