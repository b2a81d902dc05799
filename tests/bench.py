"""A bench to lay bundles on: write one, ask about it, read the answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bundles import Bundle, pins_text
from interfaces.verifier.command import answer


@dataclass
class Bench:
    """Where bundles and pins are written, and asked about as the command asks."""

    home: Path

    def ask(
        self,
        bundle: Bundle | Path,
        pins: str | None = None,
        *,
        held: tuple[str, ...] = (),
        event: int | None = None,
        at: str | None = None,
    ) -> dict[str, Any]:
        """Return the answer as JSON."""
        path = bundle if isinstance(bundle, Path) else bundle.write(self.home / "bundle.zip")
        pinned = self.home / "pins"
        pinned.write_text(pins_text() if pins is None else pins)
        holding = []
        for number, note in enumerate(held):
            holding.append(self.home / f"held-{number}")
            holding[-1].write_text(note)
        code, said = answer(path, pinned, held=tuple(holding), event=event, at=at, as_json=True)
        found: dict[str, Any] = json.loads(said)
        assert code == (0 if found["verdict"] == "holds" else 1)
        return found


def faults_of(answered: dict[str, Any]) -> str:
    """Return every fault with its place, one a line."""
    return "\n".join(f"{one['place']}: {one['because']}" for one in answered["faults"])
