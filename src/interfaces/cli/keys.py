"""``parley key``: keys that are made and kept on their owner's machine."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from interfaces.cli.answers import USAGE, AsJson, Said, say
from interfaces.cli.client import DEFAULT_ADDRESS, Address, Client, Who, connect
from interfaces.cli.signing import PASSPHRASE, asked_passphrase, own_key
from interfaces.clock import new_nonce
from interfaces.signing_tool.asking import rotate
from interfaces.signing_tool.own_key import KeyFileError, OwnKey, write_key

KeyFile = Annotated[Path, typer.Argument(help="The file of the private key.")]

app = typer.Typer(help="Your own keys: made here, kept here, never sent.", add_completion=False)


@app.command("new")
def new_key(
    file: KeyFile,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help=f"Seal it: asks, or takes {PASSPHRASE}.")
    ] = False,
) -> None:
    """Make a key in a new file that only you can read."""
    key = OwnKey.fresh()
    sealing = asked_passphrase(file, confirm=True) if passphrase else os.environ.get(PASSPHRASE)
    try:
        write_key(file, key, sealing)
    except KeyFileError as error:
        raise Said(str(error), USAGE) from error
    typer.echo(f"{key.thumbprint}  {file}")


@app.command("show")
def show_key(file: KeyFile, as_json: AsJson = False) -> None:
    """Show a key's thumbprint and its public half."""
    key = own_key(file)
    document = {"thumbprint": key.thumbprint, **key.jwk}
    say(document, as_json=as_json, words=f"{key.thumbprint}  {key.jwk['x']}")


@app.command("pin")
def pin_key(
    file: KeyFile, url: Address = DEFAULT_ADDRESS, who: Who = None, as_json: AsJson = False
) -> None:
    """Declare a key your own: statements that it signs count as yours."""
    client, key = connect(url, who), own_key(file)
    answer = client.send(f"{_party(client)}/keys", key.jwk)
    say(answer, as_json=as_json, words=f"{key.thumbprint} is pinned")


@app.command("rotate")
def rotate_key(
    file: KeyFile,
    successor: Annotated[Path, typer.Argument(help="The file of the key to take its place.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Put another key of yours in the place of one, which signs that it is so."""
    client, retired, key = connect(url, who), own_key(file), own_key(successor)
    body = rotate(client.get, retired, key, new_nonce(), datetime.now(UTC))
    answer = client.send(f"{_party(client)}/keys/{retired.thumbprint}/rotation", body)
    words = f"{key.thumbprint} takes the place of {retired.thumbprint}"
    say(answer, as_json=as_json, words=words)


@app.command("revoke")
def revoke_key(
    thumbprint: Annotated[str, typer.Argument(help="The key's thumbprint.")],
    because: Annotated[str, typer.Option("--because", help="The reason.")],
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """End a key: what it signs from now on does not count."""
    client = connect(url, who)
    path = f"{_party(client)}/keys/{thumbprint}/revocation"
    answer = client.send(path, {"because": because})
    say(answer, as_json=as_json, words=f"{thumbprint} is revoked")


def _party(client: Client) -> str:
    """Return the path of one's own party."""
    party = client.get("/me")["party"]
    if party is None:
        raise Said("you represent no party here", USAGE)
    return f"/parties/{party}"
