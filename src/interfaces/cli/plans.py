"""``parley plan``: improvement plans, what is done by them, and whether they helped."""

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

app = typer.Typer(help="Improvement plans: ask, propose, agree, carry out, judge.")

Plan = Annotated[str, typer.Argument(help="relationship-.../contract-.../plan-...")]
Edition = Annotated[int, typer.Option(help="The edition of the plan.")]
Cause = Annotated[str, typer.Option(help="Why the target was missed.")]
Target = Annotated[str, typer.Option(help="What is to be reached.")]
ReachBy = Annotated[str, typer.Option(help="By which day, such as 2026-06-30.")]
Measures = Annotated[
    list[str], typer.Option("--measure", help="'side:owner:2026-05-31:what', once for each.")
]
PARTS: Final = ("side", "owner", "due", "what")


@app.command("ask")
def ask_for_plan(
    contract: Contract,
    objective: Annotated[str, typer.Option(help="Which objective is to be reached again.")],
    because: Because,
    about: Annotated[str | None, typer.Option(help="The stream of the event.")] = None,
    about_version: Annotated[int | None, typer.Option(help="Its place there.")] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask for an improvement plan; either side may then propose one."""
    body: dict[str, Any] = {"objective": objective, "because": because}
    if about is not None:
        body |= {"about": about, "about_version": about_version}
    found = connect(url, who).send(f"{path_of(contract)}/plans", body, key=key)
    say(found, as_json=as_json, words=_words(found))


@app.command("list")
def list_plans(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List the improvement plans of a contract, and how each stands."""
    found = connect(url, who).get(f"{path_of(contract)}/plans")
    lines = [f"{row['id']}  {row['standing']}  {row['about']}" for row in found["items"]]
    say(found, as_json=as_json, words="\n".join(lines) or "no plan yet")


@app.command("show")
def show_plan(
    plan: Plan, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """Show a plan, its measures, and whether it helped."""
    found = connect(url, who).get(inside(plan, "plan"))
    say(found, as_json=as_json, words=_words(found))


@app.command("propose")
def propose_plan(
    plan: Plan,
    cause: Cause,
    target: Target,
    reach_by: ReachBy,
    measure: Measures,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Propose a plan where one was asked for, or another edition of it."""
    body = {
        "cause": cause,
        "target": target,
        "reach_by": reach_by,
        "measures": [_measure(one) for one in measure],
    }
    path = f"{inside(plan, 'plan')}/proposal"
    found = connect(url, who).send(path, body, method="PUT", key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("change")
def ask_for_changes(
    plan: Plan,
    edition: Edition,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Do not agree to the other side's edition, and say what you would have otherwise."""
    path, body = f"{inside(plan, 'plan')}/changes", {"edition": edition, "because": because}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("agree")
def agree_plan(
    plan: Plan,
    edition: Edition,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Agree to the other side's edition: its measures are owed from now on."""
    path = f"{inside(plan, 'plan')}/agreement"
    found = connect(url, who).send(path, {"edition": edition}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("progress")
def progress_measure(
    plan: Plan,
    measure: Annotated[str, typer.Argument(help="measure-...")],
    note: Annotated[str, typer.Option(help="How far it is.")] = "",
    done: Annotated[bool, typer.Option("--done", help="It is done.")] = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say how far a measure is that one owes, or that it is done."""
    path = f"{inside(plan, 'plan')}/measures/{measure}/progress"
    body = {"note": note, "done": done}
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("close")
def close_plan(
    plan: Plan,
    because: Because,
    period: Annotated[list[str], typer.Option(help="The first day of a period, once for each.")],
    effective: Annotated[
        bool, typer.Option("--effective/--not-effective", help="Whether it helped.")
    ],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say whether the plan helped, by the results of periods."""
    body = {"effective": effective, "because": because, "periods": period}
    path = f"{inside(plan, 'plan')}/closing"
    found = connect(url, who).send(path, body, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


@app.command("withdraw")
def withdraw_plan(
    plan: Plan,
    because: Because,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Do not ask for the plan any more; possible while nothing is agreed."""
    path = f"{inside(plan, 'plan')}/withdrawal"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=_words(found))


def _measure(text: str) -> dict[str, str]:
    parts = text.split(":", len(PARTS) - 1)
    if len(parts) != len(PARTS):
        raise Said(f"a measure looks like side:owner:2026-05-31:what, not {text!r}", USAGE)
    return dict(zip(PARTS, parts, strict=True))


def _words(found: dict[str, Any]) -> str:
    lines = [
        f"{found['id']}  {found['status']}",
        f"  the {found['by']} on {found['objective']}: {found['because']}",
    ]
    plan = found["plan"]
    if plan is not None:
        lines += [
            f"  edition {plan['edition']} by the {plan['by']}: {plan['cause']}",
            f"  to be reached by {plan['reach_by']}: {plan['target']}",
        ]
        lines += [f"  changes asked for: {plan['changes']}"] if plan["changes"] else []
    for one in found["measures"]:
        standing = one["standing"] or "proposed"
        late = ", overdue" if one["overdue"] else ""
        lines.append(
            f"  {one['measure']}  {standing}{late}  the {one['side']}, {one['owner']}, "
            f"by {one['due']}: {one['what']}" + (f" ({one['note']})" if one["note"] else "")
        )
    verdict = found["verdict"]
    if verdict is not None:
        word = "effective" if verdict["effective"] else "not effective"
        cited = ", ".join(
            f"{one['period']} {'missed' if one['missed'] else 'met'}" for one in verdict["cited"]
        )
        lines.append(f"  {word}: {verdict['because']} ({cited})")
    return "\n".join(lines)
