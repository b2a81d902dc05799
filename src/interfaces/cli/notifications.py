"""``parley notification``, ``escalation`` and ``calendar``: what concerns you, and who is at it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from interfaces.cli.answers import USAGE, AsJson, Said, say
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

notifications = typer.Typer(help="What you were told, and which of it by mail.")
escalations = typer.Typer(help="What was missed, who is told when, and that somebody is at it.")
calendars = typer.Typer(help="Your due dates in your calendar.")

Kind = Annotated[str, typer.Argument(help="Such as period.missed.")]


@notifications.command("list")
def list_notifications(
    unread: Annotated[bool, typer.Option("--unread", help="Only what you have not read.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List what you were told, the latest first."""
    asked = "true" if unread else None
    found = connect(url, who).get("/notifications", unread=asked, limit=limit)
    lines = [_line(one) for one in found["items"]]
    lines.append(f"{found['unread']} unread")
    say(found, as_json=as_json, words="\n".join(lines))


@notifications.command("read")
def read_notifications(
    notices: Annotated[list[str] | None, typer.Argument(help="notice-...")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Say that you have read these, or all."""
    if bool(notices) == everything:
        raise Said("say which: ids of notices, or --all", USAGE)
    body = {"notices": None if everything else notices}
    found = connect(url, who).send("/notifications/readings", body)
    words = f"{found['marked']} read, {found['unread']} unread"
    say(found, as_json=as_json, words=words)


@notifications.command("wishes")
def show_wishes(url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False) -> None:
    """Show which kinds go to you by mail."""
    found = connect(url, who).get("/notification-wishes")
    say(found, as_json=as_json, words=_wishes(found))


@notifications.command("wish")
def set_wish(
    kind: Kind,
    mail: Annotated[bool, typer.Option("--mail/--no-mail", help="By mail, or not.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Have one kind sent to you by mail, or not."""
    client = connect(url, who)
    wishes = client.get("/notification-wishes")["mail"] | {kind: mail}
    found = client.send("/notification-wishes", {"mail": wishes}, method="PUT")
    say(found, as_json=as_json, words=_wishes(found))


@escalations.command("list")
def list_escalations(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List what escalates in a contract."""
    found = connect(url, who).get(f"{path_of(contract)}/escalations")
    say(found, as_json=as_json, words=_escalations(found))


@escalations.command("acknowledge")
def acknowledge_escalation(
    contract: Contract,
    escalation: Annotated[int, typer.Argument(help="Its number.")],
    says: Annotated[str, typer.Option(help="Who is at it, and what is done.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say that somebody is at it, so that nobody further is told."""
    path = f"{path_of(contract)}/escalations/{escalation}/acknowledgement"
    found = connect(url, who).send(path, {"says": says}, key=key, version=if_version)
    say(found, as_json=as_json, words=_escalations(found))


@calendars.command("show")
def show_calendar(url: Address = DEFAULT_ADDRESS, who: Who = None) -> None:
    """Print your due dates as a calendar (RFC 5545)."""
    typer.echo(connect(url, who).text("/due-dates.ics"), nl=False)


@calendars.command("address")
def open_address(url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False) -> None:
    """Make an address for your calendar program; one made before leads nowhere then."""
    found = connect(url, who).send("/calendar-address", {}, method="PUT")
    say(found, as_json=as_json, words=found["address"])


@calendars.command("close")
def close_address(url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False) -> None:
    """Let the address of your calendar lead nowhere."""
    found = connect(url, who).send("/calendar-address", {}, method="DELETE")
    say(found, as_json=as_json, words="closed" if found["count"] else "there was none")


def _line(one: dict[str, Any]) -> str:
    mark = " " if one["read_at"] else "*"
    due = f"  due {one['due']}" if one["due"] else ""
    return f"{mark} {one['at']}  {one['notice']}  {one['kind']}{due}  {one['about']}"


def _wishes(found: dict[str, Any]) -> str:
    return "\n".join(f"{'mail' if on else '-':4}  {kind}" for kind, on in found["mail"].items())


def _escalations(found: dict[str, Any]) -> str:
    lines = []
    for one in found["items"]:
        what = one["threshold"] or "missed"
        lines.append(
            f"{one['escalation']}  {one['standing']}  {one['objective']} {one['period']}: {what}"
        )
        for level in one["path"]:
            side = "both sides" if level["side"] is None else f"the {level['side']}"
            told = "told" if level["told"] else f"told at {level['at']}"
            lines.append(f"   {level['level']}  {level['role']} ({side}), {told}")
    return "\n".join(lines) or "nothing has escalated"


def own_party(client: Client) -> str:
    """Return the path of the party that somebody represents; raises Said for nobody's."""
    party = client.get("/me")["party"]
    if party is None:
        raise Said("you represent no party")
    return f"/parties/{party}"
