"""What can be asked of figures, results and exclusions."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from application.excluding import Absence
from domain.terms.agreement import AgreementTerms
from isolation.ask import BECAUSE, Ask, Asking, within
from isolation.things import Things
from measured import measured_terms, month_of_outages

AUGUST: Final = "2025-08-01"
EXCLUSION: Final = {"id": "maintenance", "reason": "storage", "kind": "planned maintenance"}
NIGHT: Final = ("2025-09-20T22:00:00+00:00", "2025-09-21T01:00:00+00:00")


def terms() -> AgreementTerms:
    """Return terms that began before anything on the stage did, so that periods are over."""
    return measured_terms(term={"starts": AUGUST, "ends": "2026-07-31"}, exclusions=[EXCLUSION])


def _contract(things: Things) -> str:
    """Return the one measured contract on a stage, made at first use."""
    if things.measured is None:
        things.measured = things.concluded(terms())
    return things.measured


def _at(things: Things, body: object = None, **path: str) -> Ask:
    return within(_contract(things), body, objective="availability", **path)


def _closed(things: Things) -> Ask:
    """Ask for August, closed with figures and a report."""
    things.house.measuring.report(
        things.stage.ask("provider-service-manager"),
        _contract(things),
        "availability",
        datetime.fromisoformat(AUGUST).date(),
        "",
    )
    return _at(things, period=AUGUST)


def _case(things: Things) -> str:
    """Let the provider ask for an exclusion; return the case."""
    starts, ends = map(datetime.fromisoformat, NIGHT)
    things.cases += 1
    wanted = Absence("maintenance", starts, ends, f"night {things.cases}", "")
    asked = things.house.excluding.request(
        things.stage.ask("provider-negotiator"), _contract(things), wanted
    )
    return str(list(asked.stream.state.cases)[-1])


def _about_a_case(body: object = None) -> Asking:
    return lambda things: within(_contract(things), body, case=_case(things))


def _wanted(things: Things) -> Ask:
    body = {"exclusion": "maintenance", "starts": NIGHT[0], "ends": NIGHT[1], **BECAUSE}
    return within(_contract(things), body)


PERFORMANCE: Final[dict[str, Asking]] = {
    "handInMeasurements": lambda t: _at(t, month_of_outages("2025-09")),
    "listMeasurements": _at,
    "reportPeriod": lambda t: _at(t, {"period": "2025-09-01"}),
    "listResults": _at,
    "getResult": _closed,
    "getRunningResult": _at,
    "getPerformance": lambda t: within(_contract(t)),
    "listExclusions": lambda t: within(_contract(t)),
    "requestExclusion": _wanted,
    "grantExclusion": _about_a_case(),
    "refuseExclusion": _about_a_case(BECAUSE),
    "withdrawExclusion": _about_a_case(),
}
