"""``redline``, ``summary`` and ``package``: what people take away, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlencode

import typer

from application.redlining import Edition, redline_between
from domain.terms.words.legible import legible
from interfaces.cli.answers import NO, USAGE, Said
from interfaces.cli.client import DEFAULT_ADDRESS, Address, Contract, Who, connect, path_of
from interfaces.files.terms import check_file
from interfaces.files.whole import write_whole
from interfaces.packages.summary import as_markdown, as_text, summarise
from interfaces.redlines.media import MEDIA

_SERVED: Final = ("json", *MEDIA)

Version = Annotated[int, typer.Argument(help="The version.", min=1)]
Out = Annotated[Path, typer.Option(help="The file; its suffix says the form: html, pdf, docx.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="Write Markdown.")]


def install(contracts: typer.Typer, negotiations: typer.Typer, terms: typer.Typer) -> None:
    """Add the commands to the groups they belong to."""
    contracts.command("redline")(redline_version)
    contracts.command("summary")(summarise_version)
    contracts.command("package")(package_version)
    negotiations.command("redline")(redline_offer)
    terms.command("redline")(redline_files)
    terms.command("summary")(summarise_file)


def redline_version(
    contract: Contract,
    version: Version,
    out: Out,
    since: Annotated[int | None, typer.Option(help="Compared with; the one before.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Write what a version changed into its whole text, with tracked changes for a .docx."""
    path = f"{path_of(contract)}/versions/{version}/redline"
    _download(path, out, since, url, who)


def redline_offer(
    negotiation: Annotated[str, typer.Argument(help="relationship-.../negotiation-...")],
    offer: Annotated[str, typer.Argument(help="offer-...")],
    out: Out,
    since: Annotated[str | None, typer.Option(help="Compared with; the one it answered.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Write what an offer changes into its whole text, with tracked changes for a .docx."""
    path = f"{path_of(negotiation)}/offers/{offer}/redline"
    _download(path, out, since, url, who)


def redline_files(
    before: Annotated[Path, typer.Argument(help="An agreement file, YAML or JSON.")],
    after: Annotated[Path, typer.Argument(help="Another one.")],
    out: Out,
) -> None:
    """Write what one file changes against another into the whole text. Needs no service."""
    medium = MEDIA[_form(out, tuple(MEDIA))]
    redline = redline_between(_edition(before), _edition(after))
    size = write_whole(out, [medium.render(redline)])
    changes = len(redline.document.differences)
    typer.echo(f"{out}: {changes} changed terms, {size} bytes")


def summarise_version(
    contract: Contract,
    version: Version,
    markdown: Markdown = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Say on one page what is promised, what it costs, what a miss leads to and how it ends."""
    form = "markdown" if markdown else "text"
    path = f"{path_of(contract)}/versions/{version}/summary?{urlencode({'format': form})}"
    typer.echo(connect(url, who).text(path), nl=False)


def summarise_file(
    file: Annotated[Path, typer.Argument(help="An agreement file, YAML or JSON.")],
    markdown: Markdown = False,
) -> None:
    """Say the same of an agreement file. Needs no service."""
    edition = _edition(file)
    summary = summarise(edition.terms, edition.name)
    typer.echo(as_markdown(summary) if markdown else as_text(summary), nl=False)


def package_version(
    contract: Contract,
    version: Version,
    out: Annotated[Path, typer.Option(help="Where to write the package, a zip.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Write what a law firm files for a version; the file is there whole or not at all."""
    path = f"{path_of(contract)}/versions/{version}/package"
    size = connect(url, who).download(path, out)
    typer.echo(f"{out}: {size} bytes; unpack it and check it with `sha256sum -c SHA256SUMS`")


def _download(path: str, out: Path, since: str | int | None, url: str, who: str | None) -> None:
    asked = {"format": _form(out, _SERVED)}
    if since is not None:
        asked["since"] = str(since)
    size = connect(url, who).download(f"{path}?{urlencode(asked)}", out)
    typer.echo(f"{out}: {size} bytes")


def _form(out: Path, known: tuple[str, ...]) -> str:
    form = out.suffix.removeprefix(".").lower()
    if form not in known:
        forms = ", ".join(f".{one}" for one in known)
        raise Said(f"{out.name}: the suffix says the form, one of {forms}", USAGE)
    return form


def _edition(path: Path) -> Edition:
    """Return the terms of a file whose shape is right; lint does not matter for reading them."""
    try:
        result = check_file(path)
    except OSError as error:
        raise Said(f"{path}: cannot be read: {error.strerror or error}", USAGE) from error
    if result.terms is None:
        raise Said("; ".join(str(problem) for problem in result.errors), NO)
    return Edition(legible(path.name), "", None, result.terms)
