"""Instants that a page is asked about in its address: ``2026-03-31T17:00``, read as UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

EXAMPLE = "Give a day and a time, UTC, such as 2026-03-31T17:00."


@dataclass(frozen=True, slots=True)
class Asked:
    """An instant as it was asked for: what was given, what it is (UTC), what is wrong with it."""

    given: str | None = None
    value: datetime | None = None
    wrong: str | None = None


def asked_instant(given: str | None) -> Asked:
    """Read an instant; nothing was asked where nothing was given."""
    if given is None or not given.strip():
        return Asked()
    try:
        value = datetime.fromisoformat(given.strip())
        in_utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        return Asked(given, None, EXAMPLE)
    return Asked(given, in_utc)


def asked_day(given: str | None) -> date | None:
    """Read a day; None for nothing and for what is no day."""
    try:
        return date.fromisoformat((given or "").strip())
    except ValueError:
        return None
