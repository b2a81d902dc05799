"""``parley credit``: statements, credits, claims and what becomes of them."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from interfaces.cli.answers import AsJson, say
from interfaces.cli.client import (
    DEFAULT_ADDRESS,
    Address,
    Because,
    Contract,
    IfVersion,
    Key,
    Who,
    connect,
    path_of,
)

app = typer.Typer(help="Credits: see what a miss costs, claim it, answer, deduct or pay.")

Credit = Annotated[str, typer.Argument(help="As statements name it: availability/20260301.")]
PARTS: Final = {"amount": "", "claim_until": "claim before", "answer_by": "answer by"}


@app.command("list")
def list_credits(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List every amount of a contract, and how each stands."""
    found = connect(url, who).get(f"{path_of(contract)}/credits")
    say(found, as_json=as_json, words=in_words(found) or "no statement yet")


@app.command("statements")
def list_statements(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List the statements of a contract."""
    found = connect(url, who).get(f"{path_of(contract)}/statements")
    say(found, as_json=as_json, words="\n".join(map(_statement, found)) or "no statement yet")


@app.command("show")
def show_statement(
    contract: Contract,
    statement: Annotated[int, typer.Argument(help="The number of the statement.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Show a statement's working: every line cites a term, its version, and an event."""
    found = connect(url, who).get(f"{path_of(contract)}/statements/{statement}")
    lines = [_statement(found), *(f"  {line['words']}" for line in found["lines"])]
    say(found, as_json=as_json, words="\n".join(lines))


@app.command("claim")
def claim_credit(
    contract: Contract,
    credit: Credit,
    evidence: Annotated[str, typer.Option(help="What shows that it is due.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Ask for a credit, in time."""
    path = f"{path_of(contract)}/credits/{credit}/claim"
    found = connect(url, who).send(path, {"evidence": evidence}, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, credit))


@app.command("withdraw")
def withdraw_claim(
    contract: Contract,
    credit: Credit,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Take back a claim that is not answered yet."""
    path = f"{path_of(contract)}/credits/{credit}/claim"
    found = connect(url, who).send(path, {}, method="DELETE", key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, credit))


@app.command("admit")
def admit_claim(
    contract: Contract,
    credit: Credit,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Agree that a claim is right, and grant it."""
    path = f"{path_of(contract)}/credits/{credit}/claim/admission"
    found = connect(url, who).send(path, {}, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, credit))


@app.command("reject")
def reject_claim(
    contract: Contract,
    credit: Credit,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say why a claim is not right."""
    path = f"{path_of(contract)}/credits/{credit}/claim/rejection"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, credit))


@app.command("grant")
def grant_credit(
    contract: Contract,
    credit: Credit,
    amount: Annotated[str, typer.Option(help="Such as 600.00; at most what was stated.")],
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Give a credit after all that lapsed or was rejected."""
    path = f"{path_of(contract)}/credits/{credit}/grant"
    body = {"amount": amount, "because": because}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, credit))


@app.command("apply")
def apply_credit(
    contract: Contract,
    credit: Credit,
    amount: Annotated[str, typer.Option(help="Negative takes back what was too much.")],
    reference: Annotated[str, typer.Option(help="Such as the number of the invoice.")],
    how: Annotated[str, typer.Option(help="deducted, paid, extension of the term.")] = "deducted",
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Record what was deducted, paid or given otherwise."""
    path = f"{path_of(contract)}/credits/{credit}/applications"
    body = {"amount": amount, "how": how, "reference": reference}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, credit))


def in_words(found: dict[str, Any], credit: str | None = None) -> str:
    """Return a line for each amount, or for the one that is meant."""
    return "\n".join(
        _line(one, found["currency"]) for one in found["credits"] if credit in (None, one["credit"])
    )


def _line(one: dict[str, Any], currency: str | None) -> str:
    words = [one["credit"], one["kind"], one["standing"]]
    if one["amount"] is not None:
        words.append(f"{one['amount']} {currency}")
    words += [f"{says} {one[name]}" for name, says in PARTS.items() if says and one[name]]
    if one["open"] is not None:
        words.append(f"open {one['open']}")
    if one["because"] is not None:
        words.append(one["because"])
    return "  ".join(words)


def _statement(one: dict[str, Any]) -> str:
    again = "" if one["restates"] is None else f", restates {one['restates']}: {one['because']}"
    return (
        f"statement {one['statement']}  {one['first']} to {one['last']}  "
        f"{one['credit']} {one['currency']}{again}"
    )
