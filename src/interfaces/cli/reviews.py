"""``parley review``: meetings of both sides, their minutes, and what is to be done."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from interfaces.cli.answers import USAGE, AsJson, Said, say
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

app = typer.Typer(help="Service reviews: call, minute, approve, see actions through.")

Review = Annotated[str, typer.Argument(help="relationship-.../contract-.../review-...")]
Action = Annotated[str, typer.Argument(help="action-...")]
At = Annotated[str, typer.Option(help="Such as 2026-04-07T09:00:00Z.")]
Edition = Annotated[int, typer.Option(help="The edition of the minutes.")]
PARTS: Final = ("side", "owner", "due", "what")


@app.command("call")
def call_review(
    contract: Contract,
    at: At,
    agenda: Annotated[str, typer.Option(help="What it is about.")],
    attended_by: Annotated[
        list[str] | None, typer.Option(help="Who is to be there, once for each.")
    ] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Call a meeting of both sides."""
    body = {"at": at, "agenda": agenda, "attended_by": attended_by or []}
    found = connect(url, who).send(f"{path_of(contract)}/reviews", body, key=key)
    say(found, as_json=as_json, words=_words(found))


@app.command("list")
def list_reviews(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List the reviews of a contract, and how each stands."""
    found = connect(url, who).get(f"{path_of(contract)}/reviews")
    lines = [f"{row['id']}  {row['standing']}  {row['about']}" for row in found["items"]]
    say(found, as_json=as_json, words="\n".join(lines) or "no review yet")


@app.command("show")
def show_review(
    review: Review, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """Show a review, its minutes and its actions."""
    found = connect(url, who).get(inside(review, "review"))
    say(found, as_json=as_json, words=_words(found))


@app.command("move")
def move_review(
    review: Review,
    at: At,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Move the meeting to another time."""
    path = f"{inside(review, 'review')}/move"
    found = connect(url, who).send(path, {"at": at}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("cancel")
def cancel_review(
    review: Review,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Call the meeting off."""
    path = f"{inside(review, 'review')}/cancellation"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("minutes")
def write_minutes(
    review: Review,
    text: Annotated[str, typer.Option(help="What was said.")],
    action: Annotated[
        list[str] | None, typer.Option(help="'side:owner:2026-04-30:what', once for each.")
    ] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Write the minutes, with what is to be done."""
    body = {"text": text, "actions": [_plan(one) for one in action or []]}
    path = f"{inside(review, 'review')}/minutes"
    found = connect(url, who).send(path, body, method="PUT", key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("approve")
def approve_minutes(
    review: Review,
    edition: Edition,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Approve the other side's minutes, and with them what is to be done."""
    path = f"{inside(review, 'review')}/minutes/approval"
    found = connect(url, who).send(path, {"edition": edition}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("object")
def object_to_minutes(
    review: Review,
    edition: Edition,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Do not approve the other side's minutes."""
    path, body = f"{inside(review, 'review')}/minutes/objection", {"because": because}
    found = connect(url, who).send(path, {**body, "edition": edition}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("done")
def complete_action(
    review: Review,
    action: Action,
    note: Annotated[str, typer.Option(help="How it was done.")] = "",
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say that an action one owes is done."""
    path = f"{inside(review, 'review')}/actions/{action}/completion"
    found = connect(url, who).send(path, {"note": note}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("accept")
def accept_action(
    review: Review,
    action: Action,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Agree that the other side's action is done."""
    path = f"{inside(review, 'review')}/actions/{action}/acceptance"
    found = connect(url, who).send(path, {}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("reopen")
def reopen_action(
    review: Review,
    action: Action,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Do not agree that it is done."""
    path = f"{inside(review, 'review')}/actions/{action}/reopening"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


def _plan(text: str) -> dict[str, str]:
    parts = text.split(":", len(PARTS) - 1)
    if len(parts) != len(PARTS):
        raise Said(f"an action looks like side:owner:2026-04-30:what, not {text!r}", USAGE)
    return dict(zip(PARTS, parts, strict=True))


def _words(found: dict[str, Any]) -> str:
    lines = [f"{found['id']}  {found['status']}  {found['at']}", f"  {found['agenda']}"]
    if found["attended_by"]:
        lines.append(f"  attended by {', '.join(found['attended_by'])}")
    if found["because"]:
        lines.append(f"  called off: {found['because']}")
    minutes = found["minutes"]
    if minutes is not None:
        verdict = "approved" if minutes["approved"] else "not approved"
        lines.append(f"  minutes {minutes['edition']} by the {minutes['by']}, {verdict}")
        lines.append(f"    {minutes['text']}")
    for one in found["actions"]:
        standing = one["standing"] or "proposed"
        late = ", overdue" if one["overdue"] else ""
        lines.append(
            f"  {one['action']}  {standing}{late}  the {one['side']}, {one['owner']}, "
            f"by {one['due']}: {one['what']}"
        )
    return "\n".join(lines)
