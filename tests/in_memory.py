"""What an object holds on to, however deep: whoever looks for words in a process looks here."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import CodeType, FrameType, FunctionType, ModuleType

OF_THE_PROGRAM = (type, ModuleType, FunctionType, CodeType, FrameType)
"""What leads from an object to the whole program, and holds nothing of what it was told."""


def words_in(thing: object) -> Iterator[str]:
    """Return every text that can be reached from a thing."""
    met, waiting = {id(thing)}, [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        for found in gc.get_referents(one):
            if id(found) not in met and not isinstance(found, OF_THE_PROGRAM):
                met.add(id(found))
                waiting.append(found)


def held(words: str, thing: object) -> bool:
    """Tell whether a text with these words can be reached from a thing."""
    return any(words in one for one in words_in(thing))
