"""Facts in a few words, for the timeline and the line that is read out when something moves."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")


def deed(name: str) -> str:
    """Say what a fact is, by its name: ``CounterOfferMade`` is ``Counter offer made``."""
    return " ".join(_WORDS.findall(name)).lower().capitalize()
