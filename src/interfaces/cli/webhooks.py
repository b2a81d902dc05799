"""``parley webhook``: where your party has itself told of things."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from interfaces.cli.answers import AsJson, say
from interfaces.cli.client import DEFAULT_ADDRESS, Address, IfVersion, Key, Who, connect
from interfaces.cli.notifications import own_party

app = typer.Typer(help="Webhooks: add, test, rotate keys, see and repeat deliveries.")

Webhook = Annotated[str, typer.Argument(help="webhook-...")]
Kinds = Annotated[
    list[str] | None, typer.Option("--kind", help="A kind that goes there; none: all.")
]


@app.command("add")
def add_webhook(
    to: Annotated[str, typer.Argument(help="https://...")],
    kind: Kinds = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Have your party told at an address of yours."""
    client = connect(url, who)
    body = {"url": to, "kinds": kind or []}
    found = client.send(f"{own_party(client)}/webhooks", body, key=key)
    say(found, as_json=as_json, words=_one(found))


@app.command("list")
def list_webhooks(url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False) -> None:
    """List your party's webhooks and the keys they are signed with."""
    client = connect(url, who)
    found = client.get(f"{own_party(client)}/webhooks")
    say(found, as_json=as_json, words=_all(found))


@app.command("test")
def send_test(
    webhook: Webhook,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Send a test there; see what became of it with `deliveries`."""
    client = connect(url, who)
    found = client.send(f"{own_party(client)}/webhooks/{webhook}/test", {}, key=key)
    say(found, as_json=as_json, words="on its way")


@app.command("subscribe")
def subscribe_webhook(
    webhook: Webhook,
    kind: Kinds = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Have other kinds sent there; none: all."""
    client = connect(url, who)
    path = f"{own_party(client)}/webhooks/{webhook}/kinds"
    body = {"kinds": kind or []}
    found = client.send(path, body, method="PUT", key=key, version=if_version)
    say(found, as_json=as_json, words=_all(found))


@app.command("rotate")
def rotate_key(
    webhook: Webhook,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Have it signed with a fresh key; the one before signs too for seven days."""
    client = connect(url, who)
    path = f"{own_party(client)}/webhooks/{webhook}/key"
    found = client.send(path, {}, key=key, version=if_version)
    say(found, as_json=as_json, words=_all(found))


@app.command("enable")
def enable_webhook(
    webhook: Webhook,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Have it sent to again after it was disabled."""
    client = connect(url, who)
    path = f"{own_party(client)}/webhooks/{webhook}/enabling"
    found = client.send(path, {}, key=key, version=if_version)
    say(found, as_json=as_json, words=_all(found))


@app.command("remove")
def remove_webhook(
    webhook: Webhook,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Have nothing sent there any more."""
    client = connect(url, who)
    path = f"{own_party(client)}/webhooks/{webhook}"
    found = client.send(path, {}, method="DELETE", key=key, version=if_version)
    say(found, as_json=as_json, words=_all(found))


@app.command("deliveries")
def list_deliveries(
    webhook: Webhook,
    state: Annotated[
        str | None, typer.Option(help="waiting, sent, dead (given up) or dropped.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """List what was, or is to be, sent there, the latest first."""
    client = connect(url, who)
    path = f"{own_party(client)}/webhooks/{webhook}/deliveries"
    found = client.get(path, state=state, limit=limit)
    lines = [_delivery(one) for one in found["items"]]
    say(found, as_json=as_json, words="\n".join(lines) or "nothing was sent there")


@app.command("redeliver")
def redeliver(
    webhook: Webhook,
    delivery: Annotated[int | None, typer.Argument(help="Its number; none: all.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Send again what was given up, under the same ids."""
    client = connect(url, who)
    path = f"{own_party(client)}/webhooks/{webhook}/redelivery"
    found = client.send(path, {"delivery": delivery})
    say(found, as_json=as_json, words=f"{found['count']} on their way again")


def _all(found: dict[str, Any]) -> str:
    return "\n".join(_one(one) for one in found["items"]) or "no webhook"


def _one(one: dict[str, Any]) -> str:
    kinds = ", ".join(one["kinds"]) or "everything"
    state = f"  disabled: {one['disabled']}" if one["disabled"] else ""
    return f"{one['webhook']}  {one['url']}  {kinds}  {one['key']}{state}"


def _delivery(one: dict[str, Any]) -> str:
    error = f"  {one['error']}" if one["error"] else ""
    tries = f"{one['attempts']} attempts" if one["attempts"] != 1 else "1 attempt"
    return f"{one['delivery']}  {one['state']}  {one['at']}  {one['kind']}  {tries}{error}"
