"""``parley erase``: have a former representative's name and address erased."""

from __future__ import annotations

from typing import Annotated

import typer

from interfaces.cli.answers import USAGE, AsJson, Said, say
from interfaces.cli.client import DEFAULT_ADDRESS, Address, IfVersion, Key, Who, connect


def erase(
    person: Annotated[str, typer.Argument(help="person-..., of your own party.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be undone.")] = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    key: Key = None,
    if_version: IfVersion = None,
    as_json: AsJson = False,
) -> None:
    """Erase name and address of somebody who no longer represents your party, for good."""
    client = connect(url, who)
    party = client.get("/me")["party"]
    if party is None:
        raise Said("you represent no party here", USAGE)
    if not yes:
        typer.confirm(f"Erase the details of {person} for good?", abort=True, err=True)
    path = f"/parties/{party}/representatives/{person}/erasure"
    answer = client.send(path, {}, key=key, version=if_version)
    words = f"the details of {person} are erased; {party} is at version {answer['version']}"
    say(answer, as_json=as_json, words=words)
