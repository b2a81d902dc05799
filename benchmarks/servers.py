"""Servers and their options, by reading current terms over 32 connections from two processes.

Nothing here is held against an aim: it is what a server is chosen by. The floor shows what a server
and an encoding cost by themselves, the service what is left of the difference.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.applications import PREPARED
from benchmarks.over_http import MOST_ROUNDS, PROCESSES, Plans, percentiles
from benchmarks.peers.there import PYTHON, NotHere, missing_program, missing_python
from benchmarks.serving import HOST, SERVICE, environment, settings_of, web_processes
from benchmarks.table import BRACKETS, Sizes, Table, compared, in_turn
from benchmarks.worlds import open_world
from benchmarks.wrk import CONNECTIONS, Load, load
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.serving.supervisor import wait_until_ready

OPTIONS: Final = {
    "uvicorn, asyncio, h11": ("asyncio", "h11"),
    "uvicorn, asyncio, httptools": ("asyncio", "httptools"),
    "uvicorn, uvloop, httptools": ("uvloop", "httptools"),
}
QUICKEST: Final = ("uvloop", "httptools")
NOW: Final = "as the service is served now"
GRANIAN: Final = "granian"
ENCODINGS: Final = {
    "on threads, by the response model": "the_floor",
    "on the loop, by the response model": "on_the_loop",
    "on threads, written by the model at once": "written_by_the_model",
    "on the loop, written by the model at once": "written_on_the_loop",
}


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Yield a table for the floor, one for the service and one for the encodings."""
    if absent := missing_program("wrk") or missing_python("granian"):
        raise NotHere(absent)
    with ExitStack() as stack:
        world = stack.enter_context(open_world(server, "servers"))
        plans = Plans(world, home)
        plan = plans.reading()
        plans.prepare_countered()
        settings = {**settings_of(world.conninfo, home), PREPARED: str(home)}
        floor = ("benchmarks.floor",), (str(home),)
        for title, name, (program, told) in (
            ("The floor", "the_floor", floor),
            ("The service", "the_service", (SERVICE, ())),
        ):
            with ExitStack() as these:
                now = web_processes(settings, program, PROCESSES, *told)
                ports = {NOW: these.enter_context(now)}
                for said, options in OPTIONS.items():
                    ports[said] = these.enter_context(_uvicorn(settings, name, *options))
                ports[GRANIAN] = these.enter_context(_granian(settings, name))
                yield _table(f"{title} under each server", ports, home, plan, sizes)
        ports = {
            said: stack.enter_context(_uvicorn(settings, name, *QUICKEST))
            for said, name in ENCODINGS.items()
        }
        yield _table("The same answer, made and encoded in each way", ports, home, plan, sizes)


def _table(title: str, ports: Mapping[str, int], home: Path, plan: Path, sizes: Sizes) -> Table:
    rounds = min(sizes.rounds, MOST_ROUNDS)
    turns: dict[str, Callable[[], Load]] = {
        said: partial(load, home, "read", port, sizes.seconds, plan, CONNECTIONS)
        for said, port in ports.items()
    }
    for turn in turns.values():
        turn()  # a first time is not what is measured
    loads = in_turn(turns, rounds)
    speeds = {said: [one.slot.microseconds for one in each] for said, each in loads.items()}
    notes = [percentiles(said, each) for said, each in loads.items()]
    how = f"medians of {rounds} interleaved rounds of {max(sizes.seconds, 1):g} s; {BRACKETS}"
    return compared(f"{title}, requests a second", speeds, (*notes, how), rate=True)


def _uvicorn(
    settings: Mapping[str, str], name: str, loop: str, protocol: str
) -> AbstractContextManager[int]:
    program = ("benchmarks.applications",)
    return web_processes(settings, program, PROCESSES, name, loop, protocol, besides=[PYTHON])


@contextmanager
def _granian(settings: Mapping[str, str], name: str) -> Iterator[int]:
    """Run an application under granian, which opens its own socket."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-ws"),
        *("--workers", str(PROCESSES), "--host", HOST, "--port", str(port), "--no-log"),
        *("--loop", "uvloop", f"benchmarks.applications:{name}"),
    ]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command, env=environment(settings, PYTHON), stdout=log, stderr=log
        )
        try:
            if not wait_until_ready(f"http://{HOST}:{port}"):
                log.seek(0)
                raise RuntimeError(f"granian does not answer: {log.read().decode()[-2000:]}")
            yield port
        finally:
            process.terminate()
            process.wait()
