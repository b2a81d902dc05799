"""Small acts on one side's private file, for tests that are about recording and not about rules."""

from __future__ import annotations

from datetime import UTC, datetime

from application.ledger import Act, Step
from domain.negotiation.position import POSITION, MakeNote, SaveDraft
from domain.values.sides import Side

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILE = "relationship-one/negotiation-one/position-client"
OTHER_FILE = "relationship-one/negotiation-two/position-client"


def act(key: str, *, by: str = "person-ada", fingerprint: str = "same") -> Act:
    """Return Ada's act under a key."""
    return Act(by, "party-northwind", AT, key, fingerprint)


def note(text: str, stream: str = FILE, expected: int | None = None) -> Step:
    """Return a step that records a note each time it is decided."""
    return Step(POSITION, stream, MakeNote(Side.CLIENT, f"note-{text}", text), expected)


def draft(text: str, stream: str = FILE, expected: int | None = None) -> Step:
    """Return a step that records nothing when the draft says so already."""
    return Step(POSITION, stream, SaveDraft(Side.CLIENT, {"title": text}), expected)
