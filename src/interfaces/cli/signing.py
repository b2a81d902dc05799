"""``parley sign``: the signer's own machine shows what is signed, checks it, asks, and signs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from interfaces.cli.answers import USAGE, AsJson, Said, say
from interfaces.cli.client import DEFAULT_ADDRESS, Address, Client, Who, connect, path_of
from interfaces.clock import new_nonce
from interfaces.signing_tool.asking import Trust, ask
from interfaces.signing_tool.known_keys import read_known, write_known
from interfaces.signing_tool.own_key import KeyFileError, OwnKey, is_sealed, read_key
from interfaces.signing_tool.statements import Lie

PASSPHRASE = "PARLEY_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
KNOWN_KEYS = Path("~/.config/parley/known-keys")

KnownKeys = Annotated[
    Path, typer.Option("--known-keys", help="The keys that you know the parties by.")
]
Compared = Annotated[
    list[str] | None,
    typer.Option("--trust", help="The thumbprint of a new key that you compared yourself."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: with which key, knowing whom; ``yes`` is said beforehand, or asked for."""

    key: OwnKey
    known_keys: Path
    compared: tuple[str, ...] = ()
    yes: bool = False


def sign(
    negotiation: Annotated[str, typer.Argument(help="relationship-.../negotiation-...")],
    offer: Annotated[str, typer.Argument(help="offer-...")],
    key_file: Annotated[Path, typer.Option("--key", help="The file of your private key.")],
    known_keys: KnownKeys = KNOWN_KEYS,
    compared: Compared = None,
    yes: Yes = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
    as_json: AsJson = False,
) -> None:
    """Sign the accepted terms: shows them, derives every digest anew, asks, signs, submits."""
    client = connect(url, who)
    signer = Signer(own_key(key_file), known_keys, tuple(compared or ()), yes)
    about = {"action": "sign", "negotiation": negotiation, "offer": offer}
    body = signed_after_asking(client, about, signer)
    answer = client.send(f"{path_of(negotiation)}/offers/{offer}/signatures", body)
    signatures = " and the ".join(answer["signed"])
    words = f"signed with {signer.key.thumbprint}; signed by the {signatures}"
    say(answer, as_json=as_json, words=words)


def signed_after_asking(
    client: Client, about: Mapping[str, str], signer: Signer, *, show: bool = True
) -> dict[str, Any]:
    """Return the body that says yes, after its author has seen what it is about.

    Raises Said for a service that says something that does not hold, and for a no.
    """
    known_keys = signer.known_keys.expanduser()
    offer_path = f"{path_of(about['negotiation'])}/offers/{about['offer']}"
    intended = {**about, "key": signer.key.thumbprint}
    try:
        trust = Trust(read_known(known_keys), signer.compared)
        question = ask(client.get, offer_path, intended, trust)
    except Lie as lie:
        raise Said(f"not signed: {lie}") from lie
    for line in question.lines() if show else ():
        typer.echo(line, err=True)
    if not signer.yes and not typer.confirm(f"{about['action'].capitalize()} this?", err=True):
        raise Said("not signed: you said no")
    write_known(known_keys, question.known)
    return question.answered(signer.key, new_nonce(), datetime.now(UTC))


def own_key(file: Path) -> OwnKey:
    """Read a private key, asking for its passphrase if it takes one."""
    try:
        return read_key(file, asked_passphrase(file) if is_sealed(file) else None)
    except KeyFileError as error:
        raise Said(str(error), USAGE) from error


def asked_passphrase(file: Path, *, confirm: bool = False) -> str:
    """Return the passphrase of a key file, from the environment or the terminal."""
    told = os.environ.get(PASSPHRASE)
    if told:
        return told
    asked: str = typer.prompt(
        f"Passphrase of {file}", hide_input=True, confirmation_prompt=confirm, err=True
    )
    return asked
