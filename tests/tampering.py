"""Figures that somebody changed where they are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, Final

import pytest

from interfaces.memory.measurements import MemoryMeasurements

NEW_YEAR: Final = date(2026, 1, 1)


@contextmanager
def tampered_january() -> Iterator[None]:
    """Change what is kept of January for a while."""
    kept = MemoryMeasurements.read

    def read(store: Any, ids: Any, first: date, last: date) -> Mapping[tuple[int, date], bytes]:
        found = kept(store, ids, first, last)
        return {at: raw[:-1] + b"?" if at[1] == NEW_YEAR else raw for at, raw in found.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemoryMeasurements, "read", read)
        yield
