"""Text as commands take it: trimmed, not empty, not endless.

Facts hold plain strings: what was recorded loads for ever, however these limits move.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""One line that names something."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""A few sentences."""

Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s.]+$"
    ),
]
"""An address that mail could be sent to; whether it arrives is not a question of shape."""
