"""``parley terms``: check, compare and read agreement files. Nothing is stored."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown

from domain.terms.agreement import AgreementTerms
from domain.terms.differences import Difference, differences
from domain.terms.redline import Change, Segment
from domain.terms.schema import json_schema
from domain.terms.words import in_words
from interfaces.files.terms import Checked, check_file

USAGE = 2
"""The exit code for a file that cannot be read at all."""

app = typer.Typer(
    name="terms",
    help="Check, compare and read agreement files. Nothing is stored.",
    no_args_is_help=True,
    add_completion=False,
)

Files = Annotated[list[Path], typer.Argument(help="Agreement files, YAML or JSON.")]
File = Annotated[Path, typer.Argument(help="An agreement file, YAML or JSON.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


@app.command()
def check(files: Files, *, as_json: AsJson = False) -> None:
    """Say whether files hold terms that could be offered; exit 1 when one does not."""
    results = [_read(path) for path in files]
    if as_json:
        _print_json([_checked_json(result) for result in results])
    else:
        for result in results:
            _print_checked(result)
    if any(result.errors for result in results):
        raise typer.Exit(1)


@app.command()
def diff(before: File, after: File, *, as_json: AsJson = False) -> None:
    """Say term by term what changed, and what that means in downtime and money."""
    old, new = _terms(before), _terms(after)
    found = differences(old, new)
    if as_json:
        _print_json(
            {
                "before": old.digest,
                "after": new.digest,
                "differences": [_difference_json(difference) for difference in found],
            }
        )
        return
    if not found:
        typer.echo("no differences")
    for difference in found:
        _print_difference(difference)


@app.command()
def render(
    file: File,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say the terms in words."""
    terms = _terms(file)
    sections = in_words(terms)
    if as_json:
        _print_json(
            {
                "digest": terms.digest,
                "sections": [
                    {"heading": section.heading, "lines": section.lines} for section in sections
                ],
            }
        )
        return
    if markdown or sys.stdout.isatty():
        text = as_markdown(terms)
        if sys.stdout.isatty() and not markdown:
            Console().print(Markdown(text))
        else:
            typer.echo(text, nl=False)
        return
    for section in sections:
        typer.echo(section.heading)
        for line in section.lines:
            typer.echo(f"  {line}")
    typer.echo(terms.digest)


@app.command()
def schema() -> None:
    """Print the JSON Schema of agreement terms."""
    _print_json(json_schema())


def as_markdown(terms: AgreementTerms) -> str:
    """Return the terms in words, as Markdown."""
    title, *sections = in_words(terms)
    parts = [f"# {title.heading}", *title.lines]
    for section in sections:
        parts.append(f"## {section.heading}")
        if len(section.lines) == 1:
            parts.append(section.lines[0])
        else:
            parts.append("\n".join(f"- {line}" for line in section.lines))
    return "\n\n".join([*parts, f"`{terms.digest}`"]) + "\n"


def _read(path: Path) -> Checked:
    try:
        return check_file(path)
    except OSError as error:
        typer.echo(f"{path}: cannot be read: {error.strerror or error}", err=True)
        raise typer.Exit(USAGE) from error


def _terms(path: Path) -> AgreementTerms:
    """Return the terms of a file whose shape is right; lint does not matter for reading them."""
    result = _read(path)
    if result.terms is None:
        for problem in result.errors:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1)
    return result.terms


def _print_checked(result: Checked) -> None:
    for problem in (*result.errors, *result.warnings):
        typer.echo(str(problem))
    if result.terms is not None and not result.errors:
        warnings = f", {len(result.warnings)} to look at" if result.warnings else ""
        typer.echo(f"{result.file}: fine{warnings}: {result.terms.title} ({result.terms.digest})")


def _checked_json(result: Checked) -> dict[str, Any]:
    return {
        "file": result.file,
        "fine": not result.errors,
        "digest": result.terms.digest if result.terms is not None else None,
        "problems": [problem.as_json() for problem in result.problems],
    }


def _print_difference(difference: Difference) -> None:
    if difference.redline:
        typer.echo(f"{difference.label}:")
        typer.echo("  " + "".join(_marked(segment) for segment in difference.redline))
        return
    before, after = difference.before or "nothing", difference.after or "nothing"
    typer.echo(f"{difference.label}: {before} → {after}")
    for part in (difference.meaning or "").split("; "):
        if part:
            typer.echo(f"  {part}")


def _marked(segment: Segment) -> str:
    """Mark a change the way it is read in a pipe; on a terminal it has a colour as well."""
    if segment.change is Change.SAME:
        return segment.text
    if segment.change is Change.REMOVED:
        return typer.style(f"[-{segment.text}-]", fg="red")
    return typer.style(f"{{+{segment.text}+}}", fg="green")


def _difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "path": difference.path,
        "kind": difference.kind,
        "label": difference.label,
        "before": difference.before,
        "after": difference.after,
        "meaning": difference.meaning,
        "redline": [{"change": part.change, "text": part.text} for part in difference.redline],
    }


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
