"""``parley bill``: what was billed for which days, contested and corrected."""

from __future__ import annotations

from typing import Annotated, Any

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

app = typer.Typer(help="Bills: record what was billed, contest it, correct it.")

BillId = Annotated[str, typer.Argument(help="bill-...")]
Amount = Annotated[str, typer.Option(help="Such as 11500.00, before any credit.")]
Invoice = Annotated[str, typer.Option(help="The number of the invoice.")]


@app.command("list")
def list_bills(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List every bill of a contract, and how it stands."""
    found = connect(url, who).get(f"{path_of(contract)}/bills")
    say(found, as_json=as_json, words=in_words(found) or "no bill yet: the terms' charges count")


@app.command("record")
def record_bill(
    contract: Contract,
    charge: Annotated[str, typer.Argument(help="The charge's id in the terms.")],
    first: Annotated[str, typer.Option("--from", help="The first day it is for, 2026-03-01.")],
    last: Annotated[str, typer.Option("--to", help="The last day it is for, 2026-03-31.")],
    amount: Amount,
    currency: Annotated[str, typer.Option(help="That of the terms, such as EUR.")],
    invoice: Invoice,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say what was billed; statements on those days are restated by it."""
    body = {"charge": charge, "first": first, "last": last}
    body |= {"amount": amount, "currency": currency, "invoice": invoice}
    path = f"{path_of(contract)}/bills"
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found))


@app.command("contest")
def contest_bill(
    contract: Contract,
    bill: BillId,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Do not agree to what the other side recorded; it counts until it is corrected."""
    path = f"{path_of(contract)}/bills/{bill}/contest"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, bill))


@app.command("agree")
def withdraw_contest(
    contract: Contract,
    bill: BillId,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Agree to a bill after all that one contested."""
    path = f"{path_of(contract)}/bills/{bill}/contest"
    found = connect(url, who).send(path, {}, method="DELETE", key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, bill))


@app.command("correct")
def correct_bill(
    contract: Contract,
    bill: BillId,
    amount: Amount,
    invoice: Invoice,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say what one's own bill comes to after all; statements are restated by it."""
    path = f"{path_of(contract)}/bills/{bill}/corrections"
    body = {"amount": amount, "invoice": invoice, "because": because}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, bill))


@app.command("cancel")
def cancel_bill(
    contract: Contract,
    bill: BillId,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say that there is no such bill; for its days the terms count again."""
    path = f"{path_of(contract)}/bills/{bill}/cancellation"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=in_words(found, bill))


def in_words(found: dict[str, Any], bill: str | None = None) -> str:
    """Return a line for each bill, or for the one that is meant."""
    return "\n".join(_line(one) for one in found["bills"] if bill in (None, one["bill"]))


def _line(one: dict[str, Any]) -> str:
    words = [
        one["bill"],
        one["standing"],
        f"{one['amount']} {one['currency']}",
        f"{one['charge']} from {one['first']} to {one['last']}",
        f"invoice {one['invoice']}",
        f"recorded by the {one['by']}",
    ]
    return "  ".join(words if one["because"] is None else [*words, one["because"]])
