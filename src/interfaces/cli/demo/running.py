"""The acts while the agreement runs: a month measured, missed, priced, claimed and talked over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from domain.values.durations import add_months
from interfaces.cli.client import path_of
from interfaces.cli.demo.cast import Organisation
from interfaces.cli.demo.stage import now

OBJECTIVE: Final = "availability"
INCIDENT: Final = timedelta(days=13, hours=9)
LASTED: Final = timedelta(minutes=31)


@dataclass(frozen=True)
class Month:
    """The last whole month: its first day, and the day after its last."""

    first: date
    end: date

    @classmethod
    def last(cls) -> Month:
        """Return the month before this one."""
        end = now().date().replace(day=1)
        return cls(add_months(end, -1), end)


def run(sides: tuple[Organisation, Organisation], contract: str) -> None:
    """Play all of it."""
    stage = sides[0].stage
    stage.act("A month with an incident, measured and priced")
    _measure(sides, contract, Month.last())
    stage.act("The credit, claimed and granted")
    _claim(sides, contract)
    stage.act("A service review")
    _review(sides, contract)


def _measure(sides: tuple[Organisation, Organisation], contract: str, month: Month) -> None:
    provider, client = sides
    stage = provider.stage
    starts = datetime(month.first.year, month.first.month, 1, tzinfo=UTC) + INCIDENT
    ends = starts + LASTED
    file = stage.keep(
        "outages.csv", f"starts,ends,reason\n{_written(starts)},{_written(ends)},both zones\n"
    )
    label = ("--source", "probes", "--shape", "outages")
    span = ("--from", f"{month.first}T00:00:00Z", "--until", f"{month.end}T00:00:00Z")
    about = ("--contract", contract, "--objective", OBJECTIVE)
    manager = client.subject("manager")
    stage.run("measurements", "push", str(file), *about, *label, *span, subject=manager)
    managers = provider.subject("manager")
    stage.run("contract", "report", contract, OBJECTIVE, str(month.first), subject=managers)
    statement = stage.wait_for("the statement", lambda: _statement(client, contract))
    stage.keep("statement.json", statement)
    stage.tell("The statement, line by line, each resting on a term, its version and an event:")
    for line in statement["lines"]:
        stage.tell(f"{line['words']}  [{line['place']}, version {line['version']}]")


def _statement(side: Organisation, contract: str) -> dict[str, Any] | None:
    path = f"{path_of(contract)}/statements"
    known = side.as_("finance").get(path)
    if not known:
        return None
    found: dict[str, Any] = side.as_("finance").get(f"{path}/{known[0]['statement']}")
    return found


def _claim(sides: tuple[Organisation, Organisation], contract: str) -> None:
    provider, client = sides
    path = f"{path_of(contract)}/credits"
    credit = str(client.as_("finance").get(path)["credits"][0]["credit"])
    evidence = {"evidence": "probe logs of both zones, 31 minutes"}
    claimed = client.as_("finance").send(f"{path}/{credit}/claim", evidence)
    granted = provider.as_("finance").send(f"{path}/{credit}/claim/admission", {})
    for answer in (claimed, granted):
        one = answer["credits"][0]
        provider.stage.tell(
            f"{one['credit']}: {one['amount']} {answer['currency']} {one['standing']}"
        )


def _review(sides: tuple[Organisation, Organisation], contract: str) -> None:
    provider, client = sides
    stage, path = provider.stage, f"{path_of(contract)}/reviews"
    called = client.as_("manager").send(
        path, {"at": now().isoformat(), "agenda": "The outage, and what follows from it"}
    )
    review = f"{path}/{called['id'].rsplit('/', 1)[-1]}"
    plan = {
        "what": "A second probe in every zone, and a target of 99.999 %",
        "side": "provider",
        "owner": "head of operations",
        "due": str(add_months(now().date(), 1)),
        "improves": OBJECTIVE,
    }
    minutes = {
        "text": "The failover took too long. Both want a stricter target.",
        "actions": [plan],
    }
    provider.as_("manager").send(f"{review}/minutes", minutes, method="PUT")
    agreed = client.as_("manager").send(f"{review}/minutes/approval", {"edition": 1})
    action = agreed["actions"][0]
    stage.tell(f"Minutes written by the provider, approved by the client. {action['standing']}:")
    stage.tell(f"{action['what']}, by the {action['side']}'s {action['owner']}, {action['due']}")


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
