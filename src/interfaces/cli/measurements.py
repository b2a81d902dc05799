"""``parley measurements``: hand figures in from a file, or have them from Prometheus."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.settlement.governing import Version
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from interfaces.cli.answers import USAGE, AsJson, Said, say
from interfaces.cli.client import DEFAULT_ADDRESS, Address, Client, Key, Who, connect, path_of
from interfaces.measurements.bound import stretches
from interfaces.measurements.formats import CSV, JSON, LINES, shape_for
from interfaces.measurements.prometheus import PrometheusSilent, connected
from interfaces.measurements.pulled import NotBound, pulled
from interfaces.measurements.writing import written

app = typer.Typer(help="Measurements: hand figures in, or pull them from Prometheus.")

Contract = Annotated[str, typer.Option("--contract", help="relationship-.../contract-...")]
Measured = Annotated[str, typer.Option("--objective", help="The objective's id in the terms.")]
PAGE = 200
FORMATS = {"json": JSON, "ndjson": LINES, "csv": CSV}


@app.command()
def push(
    file: Annotated[Path, typer.Argument(help="JSON, NDJSON or CSV, by its ending.")],
    contract: Contract,
    objective: Measured,
    source: Annotated[str | None, typer.Option(help="Where the figures come from.")] = None,
    batch: Annotated[str | None, typer.Option(help="The batch's name; the file's.")] = None,
    since: Annotated[str | None, typer.Option("--from", help="It speaks of time from.")] = None,
    until: Annotated[str | None, typer.Option(help="It speaks of time until before.")] = None,
    shape: Annotated[
        str | None, typer.Option(help="outages, checks, counts, cases or readings.")
    ] = None,
    written_as: Annotated[
        str | None, typer.Option("--format", help="json, ndjson or csv; by the ending.")
    ] = None,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a batch of figures; the same one again counts once, a bad row refuses it whole."""
    ending = written_as or file.suffix.lstrip(".").replace("jsonl", "ndjson")
    if ending not in FORMATS:
        raise Said(f"{file}: say --format json, ndjson or csv", USAGE)
    client = connect(url, who)
    label = {"source": source, "batch": batch, "from": since, "until": until, "shape": shape}
    if ending != "json":
        label["batch"] = batch or file.stem
        label["shape"] = shape or shape_for(_promised(client, contract, objective))
    answer = client.upload(
        _path(contract, objective),
        file.read_bytes(),
        FORMATS[ending],
        key=key,
        parameters={name: value for name, value in label.items() if value is not None},
    )
    say(answer, as_json=as_json, words=_in_words(answer))


@app.command()
def pull(
    contract: Contract,
    objective: Measured,
    server: Annotated[str, typer.Option(help="Prometheus, such as http://localhost:9090.")],
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%dT%H:%M:%S%z"])],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%dT%H:%M:%S%z"])],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Ask Prometheus what the terms of that time bind an objective to, and hand it in as a batch.

    Where an amendment within the range changed what is asked for, each part is a batch of its own.
    """
    client = connect(url, who)
    asked = stretches(_versions(client, contract), objective, None, since, until)
    if not asked:
        raise Said(f"the terms of that time promise no objective {objective!r}", USAGE)
    try:
        with connected(server) as prometheus:
            handed = [pulled(prometheus, one.promised, one.starts, one.ends) for one in asked]
    except (PrometheusSilent, NotBound, ValueError) as said:
        raise Said(str(said)) from said
    for number, batch in enumerate(handed, start=1):
        own = key if key is None or number == 1 else f"{key}-{number}"
        answer = client.send(_path(contract, objective), written(batch), key=own)
        say(answer, as_json=as_json, words=_in_words(answer))


def _versions(client: Client, contract: str) -> list[Version]:
    """Return the signed versions of a contract, the first one first."""
    path, found, after = f"{path_of(contract)}/versions", list[Version](), None
    while True:
        listed = client.get(path, limit=PAGE, after=after)
        for one in listed["items"]:
            terms = AgreementTerms.model_validate(client.get(f"{path}/{one['version']}")["terms"])
            since = datetime.fromisoformat(one["effective_from"])
            found.append(Version(one["version"], terms, since))
        after = listed["next"]
        if after is None:
            return found


def _promised(client: Client, contract: str, objective: str) -> Objective:
    current = client.get(f"{path_of(contract)}/terms")
    found = AgreementTerms.model_validate(current["terms"]).objective(objective)
    if found is None:
        raise Said(f"there is no objective {objective!r} in the terms", USAGE)
    return found


def _path(contract: str, objective: str) -> str:
    return f"{path_of(contract)}/objectives/{objective}/measurements"


def _in_words(answer: dict[str, Any]) -> str:
    rows = "1 row" if answer["rows"] == 1 else f"{answer['rows']} rows"
    return (
        f"{answer['batch']} of {answer['source']}: {rows} of {answer['shape']}, "
        f"{answer['starts']} until before {answer['ends']}\n{answer['digest']}"
    )
