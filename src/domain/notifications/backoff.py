"""When something that could not be delivered is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=5)
FACTOR: Final = 4
LONGEST: Final = timedelta(hours=12)
ATTEMPTS: Final = 14
"""How often it is tried: about four days, the first hour of them with six attempts."""
PARTS: Final = 1000


def pause_after(attempts: int, jitter: int) -> timedelta | None:
    """Return how long to wait after so many attempts that failed; None when it is given up.

    ``jitter`` is a random whole number from 0 to 1000: the pause is that many thousandths longer
    than its half, so that what failed together does not come back together.
    """
    if attempts >= ATTEMPTS:
        return None
    whole = FIRST
    for _ in range(attempts - 1):
        whole = min(whole * FACTOR, LONGEST)
    return whole // 2 + whole * jitter // (2 * PARTS)
