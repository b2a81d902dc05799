"""How often the interpreter looks for what nothing refers to any more, in a process of ours."""

from __future__ import annotations

import gc
from typing import Final

THRESHOLDS: Final = (50_000, 20, 50)


def collect_seldom() -> None:
    """Have the garbage collector look seldom, and never at what was there from the beginning.

    Facts and rows refer to nothing that refers back to them, so they are gone as soon as nobody
    holds them. By default the collector still walks all of them, time and again, while many are
    read at once: that was half of a rebuild, and a sixth of a counter-offer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
