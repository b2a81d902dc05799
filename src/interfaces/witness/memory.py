"""What a witness saw last: a small file, on disk before anything is cosigned."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


class NoMemory(Exception):  # noqa: N818 - it is an answer: this cannot be gone on from
    """A memory that cannot be read, or is another's; the message says which."""


@dataclass(frozen=True, slots=True)
class Held:
    """The service's key, pinned, and the last notes seen: the relationship's and the service's."""

    log_key: str
    relationship: str
    note: str
    service_note: str


def read_held(path: Path) -> Held | None:
    """Return what was kept, None where nothing was; raises NoMemory for what is no memory."""
    if not path.exists():
        return None
    try:
        return Held(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as malformed:
        raise NoMemory(f"{path} is no witness's memory: {malformed}") from malformed


def keep(path: Path, held: Held) -> None:
    """Keep what was seen, whole or not at all; returns when it is on disk."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(held), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
