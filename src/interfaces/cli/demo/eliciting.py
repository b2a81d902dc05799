"""The act before any offer: a catalogue, what the client wants, whether it can be provided."""

from __future__ import annotations

from typing import Any

from interfaces.cli.answers import Said
from interfaces.cli.client import Client, path_of
from interfaces.cli.demo.cast import Organisation
from interfaces.cli.demo.playing import Play


def requirements(this: Play) -> None:
    """Elicit a requirement, match it with a level, and find out whether it can be provided."""
    provider, client, stage = this.provider, this.client, this.stage
    offering = _catalogue(provider, this.first.currency)
    stage.tell(
        "The provider's catalogue: compute over two zones of 99.5 % each in parallel, behind a "
        "network of 99.999 %."
    )
    opened = client.as_("negotiator").send(
        f"{this.relationship}/requirements",
        {"title": "A region for the web shop", "need": "The shop sells around the clock."},
    )
    path = path_of(opened["id"])
    manager, engineer = provider.people["manager"], provider.people["engineer"]
    team = [
        {"person": manager, "function": "service level manager"},
        {"person": engineer, "function": "customer relationship"},
    ]
    provider.as_("manager").send(f"{path}/team", {"members": team}, method="PUT")
    provider.as_("manager").send(f"{path}/engineer", {"person": engineer}, method="PUT")
    stage.tell("The provider formed its SLA team and appointed the requirements engineer.")
    wanted = {
        "subject": "Web shop",
        "indicator": "availability",
        "wanted": "at least 99.99 % of every calendar month",
        "figure": {"bound": "at least", "value": "99.99", "unit": "%"},
        "window": "always",
        "priority": "must",
        "rationale": "An hour without the shop costs more than the region does in a month.",
    }
    stated = client.as_("negotiator").send(f"{path}/items", wanted)
    item = f"{path}/items/{stated['requirements'][0]['id']}"
    stage.tell(f"The client requires: {wanted['wanted']} (must).")
    levels = stage.wait_for("the catalogue for the client", lambda: _levels(client, offering))
    level = levels[0]["id"]
    engineers = provider.as_("engineer")
    found = stage.wait_for(
        "the assessment", lambda: _assessed(engineers, item, this.first.currency)
    )
    stage.tell(
        f"Feasibility, in the provider's own file: technically {found['technical']}, "
        f"commercially {found['commercial']}."
    )
    for finding in found["findings"]:
        stage.tell(f"  {finding}")
    engineers.send(f"{item}/match", {"offering": offering, "level": level}, method="PUT")
    engineers.send(f"{item}/feasibility", {})
    client.as_("negotiator").send(f"{path}/baseline", {})
    stage.tell("Matched to that level, told to the client as feasible, and baselined.")


def _levels(client: Organisation, offering: str) -> list[dict[str, Any]] | None:
    """Read the provider's levels; None until the views know that the two work together."""
    try:
        found: list[dict[str, Any]] = client.as_("negotiator").get(_offering_path(offering))[
            "levels"
        ]
    except Said as refused:
        if "not-found" not in str(refused):
            raise
        return None
    return found


def _assessed(engineer: Client, item: str, currency: str) -> dict[str, Any] | None:
    """Assess once the catalogue is known to the views; None while it is not."""
    ceiling = {"amount": "15000.00", "currency": currency, "every": "month"}
    found: dict[str, Any] = engineer.send(f"{item}/assessment", {"ceiling": ceiling})
    return found if found["technical"] != "infeasible" else None


def _catalogue(provider: Organisation, currency: str) -> str:
    """Offer compute, with what it rests on and one level; returns the offering's id."""
    manager = provider.as_("manager")
    service = {
        "code": "EC2-REGION",
        "name": "Compute, region level",
        "description": "Instances in two or more availability zones of one region.",
    }
    offered = manager.send(f"{provider.path}/offerings", service)
    path = _offering_path(str(offered["id"]))
    rests_on = (
        ("Availability zone a", "99.5", "zones"),
        ("Availability zone b", "99.5", "zones"),
        ("Regional network", "99.999", None),
    )
    for on, availability, group in rests_on:
        body: dict[str, Any] = {"on": on, "availability": availability}
        if group is not None:
            body["group"] = group
        manager.send(f"{path}/dependencies", body)
    level = {
        "name": "Two zones",
        "indicator": "availability",
        "promise": {"bound": "at least", "value": "99.99", "unit": "%"},
        "window": "always",
        "charge": {"amount": "12000.00", "currency": currency, "every": "month"},
    }
    manager.send(f"{path}/levels", level)
    return str(offered["id"])


def _offering_path(offering: str) -> str:
    party, own = offering.split("/")
    return f"/parties/{party}/offerings/{own}"
