"""``parley contract``: what was promised, when, and how it came about."""

from __future__ import annotations

from typing import Annotated

import typer

from domain.terms.agreement import AgreementTerms
from domain.terms.words import in_words
from interfaces.cli.answers import AsJson, say
from interfaces.cli.client import (
    DEFAULT_ADDRESS,
    Address,
    Client,
    Contract,
    IfVersion,
    Key,
    Who,
    connect,
    path_of,
)
from interfaces.cli.negotiations import differences_in_words

app = typer.Typer(help="Contracts: current terms, versions, history, notice.", add_completion=False)


@app.command("list")
def list_all(
    relationship: Annotated[str, typer.Argument(help="relationship-...")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List a relationship's contracts."""
    rows = connect(url, who).get(f"/relationships/{relationship}/contracts")["items"]
    words = "\n".join(
        f"{row['contract']}  {row['status']}  version {row['version']}  {row['title']}"
        for row in rows
    )
    say(rows, as_json=as_json, words=words or "no contract yet")


@app.command()
def show(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """Show a contract as it stands, with its current terms in words."""
    client = connect(url, who)
    answer = client.get(path_of(contract))
    current = client.get(f"{path_of(contract)}/terms")
    terms = AgreementTerms.model_validate(current["terms"])
    head = (
        f"{answer['id']}\n{answer['status']}, version {answer['version']}, {answer['terms_digest']}"
    )
    say(
        {**answer, "terms": current["terms"]},
        as_json=as_json,
        words=f"{head}\n\n{_in_words(terms)}",
    )


@app.command("as-of")
def as_of(
    contract: Contract,
    at: Annotated[str, typer.Argument(help="The instant, such as 2026-03-31T10:00:00Z.")],
    known_at: Annotated[str | None, typer.Option(help="As known at this instant; now.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Show what was promised at an instant, as known at another."""
    answer = connect(url, who).get(f"{path_of(contract)}/terms", as_of=at, known_at=known_at)
    terms = AgreementTerms.model_validate(answer["terms"])
    head = (
        f"At {answer['as_of']}, as known at {answer['known_at']}: version {answer['version']} "
        f"({answer['binding']}), {answer['terms_digest']}"
    )
    say(answer, as_json=as_json, words=f"{head}\n\n{_in_words(terms)}")


@app.command()
def versions(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List the signed versions."""
    rows = connect(url, who).get(f"{path_of(contract)}/versions")["items"]
    words = "\n".join(
        f"{row['version']}  from {row['effective_from']}  recorded {row['recorded_at']}  "
        f"{row['terms_digest']}"
        for row in rows
    )
    say(rows, as_json=as_json, words=words)


@app.command()
def differences(
    contract: Contract,
    version: Annotated[int, typer.Argument(help="The version.")],
    since: Annotated[int | None, typer.Option(help="Compared with; the one before.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Show what a version changed: in words, downtime and money."""
    path = f"{path_of(contract)}/versions/{version}/differences"
    rows = connect(url, who).get(path, since=since)
    say(rows, as_json=as_json, words=differences_in_words(rows))


@app.command()
def history(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """Read every fact of a contract and of the negotiations that led to it."""
    client = connect(url, who)
    streams = [contract] + [row["negotiation"] for row in _versions(client, contract)]
    rows = sorted(
        (row for stream in dict.fromkeys(streams) for row in _trail(client, contract, stream)),
        key=lambda row: int(row["position"]),
    )
    words = "\n".join(
        f"{row['at']}  {row['name']:<28} {row['stream'].rsplit('/', 1)[-1]} v{row['version']}"
        for row in rows
    )
    say(rows, as_json=as_json, words=words)


@app.command("give-notice")
def give_notice(
    contract: Contract,
    because: Annotated[str, typer.Option(help="The reason.")],
    ground: Annotated[str, typer.Option(help="convenience, cause or chronic-failure.")],
    last_day: Annotated[str | None, typer.Option(help="The last day, 2026-12-31.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """End a contract early, as soon as the notice period allows or on a later day."""
    body = {"ground": ground, "because": because}
    if last_day is not None:
        body["last_day"] = last_day
    path = f"{path_of(contract)}/notices"
    answer = connect(url, who).send(path, body, key=key, version=if_version)
    ending = answer["ending"]
    say(answer, as_json=as_json, words=f"{ending['notice']}: the contract ends {ending['ends_at']}")


def _in_words(terms: AgreementTerms) -> str:
    return "\n".join(
        line
        for section in in_words(terms)
        for line in (section.heading, *(f"  {words}" for words in section.lines))
    )


def _versions(client: Client, contract: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = client.get(f"{path_of(contract)}/versions", limit=200)["items"]
    return found


def _trail(client: Client, contract: str, stream: str) -> list[dict[str, str]]:
    relationship = contract.split("/", 1)[0]
    rows: list[dict[str, str]] = []
    after: str | None = None
    while True:
        page = client.get(
            f"/relationships/{relationship}/audit-trail", stream=stream, limit=200, after=after
        )
        rows += page["items"]
        after = page["next"]
        if after is None:
            return rows
