"""``parley dispute``: disagree with something on record, and agree how it ends."""

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
    inside,
    path_of,
)

app = typer.Typer(help="Disputes: open, answer, propose how it ends, agree.")

Dispute = Annotated[str, typer.Argument(help="relationship-.../contract-.../dispute-...")]
Proposal = Annotated[str, typer.Argument(help="proposal-...")]


@app.command("open")
def open_dispute(
    contract: Contract,
    about: Annotated[str, typer.Option(help="The stream of the event.")],
    about_version: Annotated[int, typer.Option(help="Its version in the stream.")],
    because: Because,
    evidence: Annotated[str, typer.Option(help="What shows it.")] = "",
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Disagree with an event of the contract."""
    body = {"about": about, "about_version": about_version, "because": because}
    path = f"{path_of(contract)}/disputes"
    found = connect(url, who).send(path, {**body, "evidence": evidence}, key=key)
    say(found, as_json=as_json, words=_words(found))


@app.command("list")
def list_disputes(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List the disputes of a contract, and how each stands."""
    found = connect(url, who).get(f"{path_of(contract)}/disputes")
    lines = [f"{row['id']}  {row['standing']}  {row['about']}" for row in found["items"]]
    say(found, as_json=as_json, words="\n".join(lines) or "no dispute yet")


@app.command("show")
def show_dispute(
    dispute: Dispute, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """Show a dispute, its ladder and its open proposals."""
    found = connect(url, who).get(inside(dispute, "dispute"))
    say(found, as_json=as_json, words=_words(found))


@app.command("answer")
def answer_dispute(
    dispute: Dispute,
    says: Annotated[str, typer.Option(help="What you think.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say what one thinks."""
    path, body = f"{inside(dispute, 'dispute')}/answers", {"says": says}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("mediator")
def call_mediator(
    dispute: Dispute,
    mediator: Annotated[str, typer.Argument(help="Who is to be heard.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Propose, or agree to, somebody else to be heard."""
    path, body = f"{inside(dispute, 'dispute')}/mediators", {"mediator": mediator}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("propose")
def propose_settlement(
    dispute: Dispute,
    terms: Annotated[str, typer.Option(help="How to end it.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Propose how to end it."""
    path, body = f"{inside(dispute, 'dispute')}/proposals", {"terms": terms}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("accept")
def accept_settlement(
    dispute: Dispute,
    proposal: Proposal,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Agree to the other side's proposal: that is how it ends."""
    path = f"{inside(dispute, 'dispute')}/proposals/{proposal}/acceptance"
    found = connect(url, who).send(path, {}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("decline")
def decline_settlement(
    dispute: Dispute,
    proposal: Proposal,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Do not agree to the other side's proposal."""
    path = f"{inside(dispute, 'dispute')}/proposals/{proposal}/refusal"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("withdraw")
def withdraw_dispute(
    dispute: Dispute,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Take one's own dispute back."""
    path = f"{inside(dispute, 'dispute')}/withdrawal"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


def _words(found: dict[str, Any]) -> str:
    subject = f"{found['about']} version {found['about_version']}"
    lines = [
        f"{found['id']}  {found['status']}",
        f"  the {found['by']} on {subject}: {found['because']}",
        *map(_rung, found["ladder"]),
        *(f"  to hear {one['mediator']}: the {one['by']}" for one in found["mediators"]),
        *(f"  {one['proposal']} by the {one['by']}: {one['terms']}" for one in found["proposals"]),
    ]
    if found["settlement"] is not None:
        lines.append(f"  settled: {found['settlement']['terms']}")
    return "\n".join(lines)


def _rung(rung: dict[str, Any]) -> str:
    when = "reached" if rung["reached"] else f"from {rung['at']}"
    return f"  level {rung['level']}: {rung['role']}, {when}"
