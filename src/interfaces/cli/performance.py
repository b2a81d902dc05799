"""``parley contract performance`` and ``report``, ``parley exclusion``: how it is lived up to."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from interfaces.cli.answers import AsJson, say
from interfaces.cli.client import (
    DEFAULT_ADDRESS,
    Address,
    Contract,
    IfVersion,
    Key,
    Who,
    connect,
    path_of,
)

app = typer.Typer(help="Exclusions: ask for time to be left out, and answer.")

Case = Annotated[str, typer.Argument(help="exclusion-...")]
VERDICTS = {True: "met", False: "MISSED", None: "not judged"}


def install(contracts: typer.Typer) -> None:
    """Put the commands of a contract where they belong."""
    contracts.command()(performance)
    contracts.command()(report)


def performance(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """Show how each objective stands: what runs, what waits, and the latest results."""
    rows = connect(url, who).get(f"{path_of(contract)}/performance")
    words = "\n\n".join("\n".join(_objective(row)) for row in rows)
    say(rows, as_json=as_json, words=words)


def report(
    contract: Contract,
    objective: Annotated[str, typer.Argument(help="The objective's id in the terms.")],
    period: Annotated[str, typer.Argument(help="The period's first day, 2026-03-01.")],
    note: Annotated[str, typer.Option(help="Anything the other side should know.")] = "",
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Say that the figures of a period are complete; it is closed with what there is."""
    path = f"{path_of(contract)}/objectives/{objective}/reports"
    body = {"period": period, "note": note}
    answer = connect(url, who).send(path, body, key=key, version=if_version)
    result = answer["result"]
    words = f"{period} is reported, and still open" if result is None else _result(result)
    say(answer, as_json=as_json, words=words)


@app.command("request")
def request_exclusion(
    contract: Contract,
    exclusion: Annotated[str, typer.Argument(help="The exclusion's id in the terms.")],
    since: Annotated[str, typer.Option("--from", help="Such as 2026-03-21T22:00:00Z.")],
    until: Annotated[str, typer.Option(help="Until before this instant.")],
    because: Annotated[str, typer.Option(help="The reason.")],
    evidence: Annotated[str, typer.Option(help="What shows it.")] = "",
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Announce or ask for a stretch of time to be left out."""
    body = {"exclusion": exclusion, "starts": since, "ends": until, "because": because}
    path = f"{path_of(contract)}/exclusions"
    asked = connect(url, who).send(
        path, {**body, "evidence": evidence}, key=key, version=if_version
    )
    say(asked, as_json=as_json, words=_cases(asked))


@app.command("list")
def list_exclusions(
    contract: Contract, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """List every case, and how it stands."""
    found = connect(url, who).get(f"{path_of(contract)}/exclusions")
    say(found, as_json=as_json, words=_cases(found) or "no case yet")


@app.command("grant")
def grant_exclusion(
    contract: Contract,
    case: Case,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Agree to the other side's case."""
    path = f"{path_of(contract)}/exclusions/{case}/grant"
    found = connect(url, who).send(path, {}, key=key, version=if_version)
    say(found, as_json=as_json, words=_cases(found))


@app.command("refuse")
def refuse_exclusion(
    contract: Contract,
    case: Case,
    because: Annotated[str, typer.Option(help="The reason.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Do not agree to the other side's case; the time counts."""
    path = f"{path_of(contract)}/exclusions/{case}/refusal"
    found = connect(url, who).send(path, {"because": because}, key=key, version=if_version)
    say(found, as_json=as_json, words=_cases(found))


@app.command("withdraw")
def withdraw_exclusion(
    contract: Contract,
    case: Case,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Take one's own case back; the time counts."""
    path = f"{path_of(contract)}/exclusions/{case}"
    found = connect(url, who).send(path, {}, method="DELETE", key=key, version=if_version)
    say(found, as_json=as_json, words=_cases(found))


def _objective(row: dict[str, Any]) -> list[str]:
    lines = [f"{row['objective']}: {row['title']}"]
    if row["running"] is not None:
        lines += _running(row["running"])
    for waiting in row["open"]:
        lines.append(f"  {waiting['period']}  open: {waiting['because']}")
    for result in row["results"]:
        lines += [f"  {line}" for line in _result(result).splitlines()]
    return lines


def _running(running: dict[str, Any]) -> list[str]:
    lines = [f"  {running['period']}  running, told until {running['told_until']}"]
    for target in running["targets"]:
        lines.append(f"    {target['window']}: {target['shown']} so far, {target['bound']}")
        budget = target["budget"]
        if budget is not None:
            left = "" if budget["left"] is None else f"{budget['left']} left, "
            lines.append(
                f"      {left}{budget['share_used']} % of the budget used, burn rate "
                f"{budget['burn_rate']}"
                + ("" if budget["used_up_at"] is None else f", used up {budget['used_up_at']}")
            )
    if running["owed"] is not None:
        lines.append(f"    owed if it ended now: {running['owed']}; at stake {running['at_stake']}")
    return lines


def _result(result: dict[str, Any]) -> str:
    lines = [
        f"{result['period']}  {VERDICTS[not result['missed']]}  by {result['basis']}",
        *(
            f"  version {part['version']}, {target['window']}: {target['shown']}, "
            f"{target['bound']}: {VERDICTS[target['met']]}"
            for part in result["parts"]
            for target in part["targets"]
        ),
    ]
    return "\n".join(lines)


def _cases(found: dict[str, Any]) -> str:
    return "\n".join(
        f"{one['case']}  {one['standing']}  {one['exclusion']}  {one['starts']} to {one['ends']}"
        for one in found["cases"]
    )
