"""What can be asked of the verifiable history, and told to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from domain.values.sides import Side
from isolation.ask import Ask, Asking, here, within
from isolation.things import Things
from witnesses import cosigned


def _receipt(things: Things) -> Ask:
    stream = things.shown.id
    return replace(here(things), query={"stream": stream, "version": 1}, inside=stream)


def _cosign(things: Things) -> Ask:
    """Ask with a line of each side's witness: each may bring its own party's."""
    shown = things.house.shelf.checkpoint(things.stage.relationship)
    assert shown is not None
    note, now = shown.note, int(things.stage.world.clock.now().timestamp())
    for side in Side:
        note = cosigned(note, things.stage.parties[side].id, now)
    return here(things, {"note": note})


def _since_the_first(things: Things) -> Ask:
    return replace(here(things), query={"old": 1})


def _covered(things: Things) -> Ask:
    """Ask for a contract of which every fact is under a checkpoint."""
    things.stage.world.sign()
    return within(things.contract)


HISTORY: Final[dict[str, Asking]] = {
    "getHistoryKey": lambda _: Ask({}),
    "getServiceCheckpoint": lambda _: Ask({}),
    "proveServiceConsistency": lambda _: Ask({}, query={"old": 1}),
    "getCheckpoint": here,
    "proveConsistency": _since_the_first,
    "proveCheckpoint": here,
    "proveLeaf": lambda things: here(things, index="0"),
    "getReceipt": _receipt,
    "exportBundle": _covered,
    "draftPins": here,
    "cosignCheckpoint": _cosign,
}
