"""An instant as commands take it: aware, and in UTC whatever zone it was written in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an instant needs its offset, such as 2026-01-31T12:00:00Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("in UTC, an instant lies within the years 1 to 9999") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""An instant in UTC; one without an offset is refused, since nobody knows when it was."""
