"""The acts while the agreement runs: a month measured, missed, priced, claimed and talked over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from domain.values.durations import add_months
from domain.values.periods import midnight
from interfaces.cli.client import path_of
from interfaces.cli.demo.cast import Organisation
from interfaces.cli.demo.monitor import MINUTE, QUERY, Down, Unwatched, watched
from interfaces.cli.demo.stage import now

OBJECTIVE: Final = "availability"
INCIDENT: Final = timedelta(days=13, hours=9)
LASTED: Final = timedelta(minutes=31)
ALONE_AFTER: Final = timedelta(days=1)
ALONE: Final = timedelta(hours=2)
ZONES: Final = ("zone-a", "zone-b")


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

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """Its first instant, and the one it is over at."""
        return midnight(self.first, "UTC"), midnight(self.end, "UTC")

    @property
    def span(self) -> tuple[str, ...]:
        """The month as options of the command line."""
        first, end = self.instants
        return "--from", _written(first), "--until", _written(end)


def run(sides: tuple[Organisation, Organisation], contract: str) -> None:
    """Play all of it."""
    stage = sides[0].stage
    stage.act("A month with an incident, measured and priced")
    measure(sides, contract, Month.last())
    stage.act("The credit, claimed and granted")
    _claim(sides, contract)
    stage.act("A service review")
    _review(sides, contract)


def measure(sides: tuple[Organisation, Organisation], contract: str, month: Month) -> None:
    """Have the month's figures, out of Prometheus where it is installed, report and price it."""
    provider, client = sides
    stage = provider.stage
    outages = _incident(month)
    stage.tell(
        f"Both zones were down from {_written(outages[0].starts)} until before "
        f"{_written(outages[0].ends)}; the day after, {ZONES[0]} was alone for two hours."
    )
    about = ("--contract", contract, "--objective", OBJECTIVE, *month.span)
    manager = client.subject("manager")
    try:
        with watched(stage.output / "prometheus", month.instants, ZONES, outages) as server:
            stage.tell(
                f"Measured by a real Prometheus, which the demo started at {server} with a probe "
                f"of each zone every minute. The terms say what it is asked: {QUERY}"
            )
            stage.run("measurements", "pull", *about, "--server", server, subject=manager)
    except Unwatched as why:
        stage.tell(f"Measured by samples that are pushed, not by Prometheus: {why}.")
        file = stage.keep("samples.csv", _samples(month, outages))
        label = ("--source", "probes", "--shape", "checks")
        stage.run("measurements", "push", str(file), *about, *label, subject=manager)
    managers = provider.subject("manager")
    stage.run("contract", "report", contract, OBJECTIVE, str(month.first), subject=managers)
    statement = stage.wait_for("the statement", lambda: _statement(client, contract))
    stage.keep("statement.json", statement)
    stage.tell("The statement, line by line, each resting on a term, its version and an event:")
    for line in statement["lines"]:
        stage.tell(f"{line['words']}  [{line['place']}, version {line['version']}]")


def _incident(month: Month) -> list[Down]:
    """Return when which zone was down; only what both were is an outage of the region."""
    starts = month.instants[0] + INCIDENT
    both = [Down(zone, starts, starts + LASTED) for zone in ZONES]
    return [*both, Down(ZONES[1], starts + ALONE_AFTER, starts + ALONE_AFTER + ALONE)]


def _samples(month: Month, outages: list[Down]) -> str:
    """Return a check of the region for each minute: failed where no zone was up."""
    at, ends = month.instants
    lines = ["at,failed"]
    while at < ends:
        down = {one.zone for one in outages if one.starts <= at < one.ends}
        lines.append(f"{_written(at)},{int(len(down) == len(ZONES))}")
        at += MINUTE
    return "\n".join(lines)


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
