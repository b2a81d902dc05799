"""Whether a stranger with pinned keys believes a history: its bundle, checked offline.

The keys come from where they were made, never from the service.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from domain.history.checkpoint import SERVICE_LOG, origin_of
from domain.history.note import NoteKey
from domain.values.sides import Side
from faults.books import until_clear
from faults.calling import Answer
from faults.installation import Installation, until
from faults.pair import Pair
from interfaces.verifier.command import answer
from signing import own_key

MOST_HELD = 20


def pins(pair: Pair, key: NoteKey, *more: str) -> str:
    """Return the pins of somebody who compared every key by another way."""
    lines = [log_line(pair, key)]
    lines += [f"key {side} {own_key(side).thumbprint}" for side in Side]
    return "\n".join([*lines, *more, "quorum none", ""])


def log_line(pair: Pair, key: NoteKey) -> str:
    """Return the line that pins the key of the pair's log, which is that of the service's."""
    origin = key.name.removesuffix(f"/{SERVICE_LOG}")
    return f"log {key.named(origin_of(origin, pair.relationship))}"


def contracts(installation: Installation, pair: Pair, status: str = "") -> list[str]:
    """Return the paths of the contracts that came about, of this status or of any."""
    connection = installation.call(pair.lead[Side.CLIENT])
    found: list[str] = []
    after = ""
    try:
        while True:
            path = f"{pair.path}/contracts?limit=200{after}"
            page = until_clear(lambda path=path: connection.get(path)).document  # type: ignore[misc]
            found += [
                f"/relationships/{row['contract']}".replace("/contract-", "/contracts/contract-")
                for row in page["items"]
                if status in {"", row["status"]}
            ]
            if not page.get("next"):
                return found
            after = f"&after={page['next']}"
    finally:
        connection.close()


def bundle(installation: Installation, pair: Pair, contract: str) -> bytes:
    """Export a contract's bundle, once the signer has signed all of it."""
    connection = installation.call(pair.lead[Side.CLIENT])

    def exported() -> Answer | None:
        told = until_clear(lambda: connection.get(f"{contract}/audit"))
        return told if told.yes else None

    try:
        told = until(f"the bundle of {contract} is there", exported)
        assert told is not None
        return told.body
    finally:
        connection.close()


def verdict(
    home: Path, packed: bytes, pinned: str, held: Sequence[str] = ()
) -> tuple[str, list[dict[str, Any]]]:
    """Check a bundle as ``parley verify`` does; return the verdict and what is wrong where."""
    path, pin = home / "bundle.zip", home / "pins"
    path.write_bytes(packed)
    pin.write_text(pinned)
    holding = []
    for number, note in enumerate(held):
        holding.append(home / f"held-{number}")
        holding[-1].write_text(note)
    _, said = answer(path, pin, held=tuple(holding), as_json=True)
    document = json.loads(said)
    return str(document["verdict"]), list(document["faults"])


def unverifiable(
    installation: Installation,
    pair: Pair,
    pinned: str,
    held: Sequence[str],
    paths: Iterable[str],
) -> list[str]:
    """Return what a stranger holds against the histories of these contracts; nothing is good."""
    found = []
    for path in paths:
        packed = bundle(installation, pair, path)
        said, faults = verdict(installation.home, packed, pinned, _some(held))
        if said != "holds":
            found.append(f"unverifiable: {path} {said}: {faults}")
    return found


def _some(held: Sequence[str]) -> Sequence[str]:
    """Return the first checkpoints, the last ones, and some between."""
    step = max(1, len(held) // MOST_HELD)
    return [*held[::step], *held[-1:]]
