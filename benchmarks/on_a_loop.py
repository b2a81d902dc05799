"""Many callers at once on one event loop, as the service has them: see ``callers.together``."""

from __future__ import annotations

import asyncio
import time

from benchmarks.callers import Operation, Slot, measured
from interfaces.http.at_hand import decided_or_waiting


def on_a_loop(operations: list[Operation], seconds: float) -> Slot:
    """Let each operation be repeated for a while, parked where it waits; raises what one raised."""
    return asyncio.run(_all(operations, seconds))


async def _all(operations: list[Operation], seconds: float) -> Slot:
    taken: list[float] = []
    clock = time.perf_counter
    began = clock()
    end = began + seconds

    async def repeat(operation: Operation) -> None:
        while (begun := clock()) < end:
            await decided_or_waiting(operation)
            taken.append(clock() - begun)

    await asyncio.gather(*map(repeat, operations))
    return measured(iter(taken), len(taken), clock() - began)
