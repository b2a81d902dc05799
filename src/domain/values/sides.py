"""The two sides of a relationship."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    """Whose move it is: the one who provides the service or the one who receives it."""

    PROVIDER = "provider"
    CLIENT = "client"

    @property
    def other(self) -> Side:
        """The side across the table."""
        return Side.CLIENT if self is Side.PROVIDER else Side.PROVIDER
