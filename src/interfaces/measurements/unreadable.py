"""Why a batch of figures is refused, whole: where it is wrong, and by which rule."""

from __future__ import annotations


class UnreadableFigures(Exception):  # noqa: N818 - it is an answer: these figures are refused
    """A batch that cannot be read without guessing.

    ``row`` counts from 1, a header not counted; None is the batch itself. ``column`` names a field.
    """

    def __init__(
        self, rule: str, because: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        super().__init__(because)
        self.rule = rule
        self.because = because
        self.row = row
        self.column = column

    @property
    def place(self) -> str | None:
        """Where it is wrong, as ``row 17, at``."""
        parts = [f"row {self.row}" if self.row is not None else "", self.column or ""]
        return ", ".join(part for part in parts if part) or None
