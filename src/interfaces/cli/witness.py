"""``parley witness``: check from one's own memory that history only grows, and cosign it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from domain.history.checkpoint import origin_of
from domain.history.note import WITNESS, BadNote, Note, NoteKey, cosign
from interfaces.cli.answers import USAGE, Said
from interfaces.cli.client import DEFAULT_ADDRESS, Address, Client, Who, connect
from interfaces.serving.lifetime import stop_when_told
from interfaces.signing_tool.own_key import KeyFileError, OwnKey, read_key
from interfaces.witness.memory import Held, NoMemory, keep, read_held
from interfaces.witness.watching import Contradicted, Pinned, look, pin

EVERY = 5.0


class OverHttp:
    """What the API shows of a relationship's history."""

    def __init__(self, client: Client, relationship: str) -> None:
        self._client = client
        self._log = f"/relationships/{relationship}"

    def checkpoint(self) -> str:
        """Return the latest checkpoint."""
        return self._client.text(f"{self._log}/checkpoint")

    def consistency(self, old: int, size: int) -> str:
        """Return the proof that a checkpoint continues an earlier one."""
        return self._client.text(f"{self._log}/checkpoint/consistency?old={old}&size={size}")

    def inclusion(self, size: int) -> str:
        """Return the proof that a checkpoint is a leaf of the service-wide log."""
        return self._client.text(f"{self._log}/checkpoint/inclusion?size={size}")

    def service_consistency(self, old: int, size: int) -> str:
        """Return the proof that the service-wide log continues its earlier checkpoint."""
        return self._client.text(f"/history/consistency?old={old}&size={size}")

    def cosign(self, note: str) -> None:
        """Put one's own line under a checkpoint."""
        self._client.tell(f"{self._log}/cosignatures", {"note": note})


def witness(
    relationship: Annotated[str, typer.Argument(help="relationship-...")],
    key: Annotated[Path, typer.Option(help="Your witness's private key, in PEM.")],
    memory: Annotated[Path, typer.Option(help="Where to remember what was seen.")],
    log_key: Annotated[
        str | None, typer.Option(help="The service's key, as you learnt it; once is enough.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on until told to stop.")] = False,
    url: Address = DEFAULT_ADDRESS,
    who: Who = None,
) -> None:
    """Check that a relationship's history continues what you saw, and cosign it.

    Exit 1 when it does not; 2 when it could not be checked.
    """
    client = connect(url, who)
    served = OverHttp(client, relationship)
    try:
        own, held = read_key(key, None), read_held(memory)
        pinned = pin(relationship, log_key, held)
    except (KeyFileError, NoMemory, BadNote) as unfit:
        raise Said(str(unfit), USAGE) from unfit
    name = origin_of(pinned.origin, client.get("/me")["party"] or "nobody")
    ours = NoteKey(name, WITNESS, own.private.public_key().public_bytes_raw())
    stop = stop_when_told()
    while True:
        held = _looked(served, pinned, held, memory)
        _cosign(served, own, ours, held)
        if not watch or stop.wait(EVERY):
            return


def _looked(served: OverHttp, pinned: Pinned, held: Held | None, memory: Path) -> Held:
    try:
        seen = look(served, pinned, held)
    except Said as unanswered:  # which may mean anything: not what was checked, but that it was not
        raise Said(f"not checked: {unanswered}", USAGE) from unanswered
    except Contradicted as contradicted:
        evidence = memory.with_name(f"{memory.name}.contradicted")
        evidence.write_text(contradicted.shown, encoding="utf-8")
        raise Said(
            f"refused: {contradicted}. What was shown is in {evidence}, what was held in {memory}"
        ) from contradicted
    keep(memory, seen)
    return seen


def _cosign(served: OverHttp, own: OwnKey, ours: NoteKey, held: Held) -> None:
    """Cosign what is held, unless the note shows that this was done."""
    note = Note.parse(held.note)
    try:
        if note.verified([ours]):
            return
    except BadNote as bad:
        raise Said(f"refused: somebody signs in your witness's name: {bad}") from bad
    line = cosign(note.text, ours, int(time.time()), own.private.sign)
    try:
        served.cosign(str(note.with_signatures([line])))
    except Said as refused:
        raise Said(f"checked, and not cosigned: {refused}", USAGE) from refused
    size = note.text.split("\n")[1]
    typer.echo(f"cosigned {size} leaves as {ours.name}")
