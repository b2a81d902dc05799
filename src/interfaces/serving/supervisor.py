"""The supervisor: keeps the database, the web processes, the worker and the signer running."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.migrate import migrate
from interfaces.serving.awaiting import once_it_answers
from interfaces.serving.children import Child, prepare
from interfaces.serving.kept_database import KEPT, KeptDatabase, kept_database
from interfaces.serving.lifetime import LIFELINE
from interfaces.settings import Settings
from interfaces.stopping import Stop

log = logging.getLogger(__name__)

LOOK: Final = 0.2
BACKLOG: Final = 512


@contextmanager
def database(settings: Settings) -> Iterator[tuple[str, EmbeddedPostgres | None]]:
    """Lend the configured database, or the embedded one, migrated; stops what it started."""
    if settings.database is not None:
        _migrate(settings, settings.database)
        yield settings.database, None
        return
    with EmbeddedPostgres(settings.postgres_dir, settings=KEPT) as server:
        conninfo = server.ensure_database()
        _migrate(settings, conninfo)
        yield conninfo, server


def _migrate(settings: Settings, conninfo: str) -> None:
    migrate(conninfo)
    if settings.partition_conninfos:
        from interfaces.partitions.opening import prepare_partitions  # noqa: PLC0415 - the same

        prepare_partitions(conninfo, settings.partition_conninfos)
    if settings.subject_keys is not None:
        from interfaces.postgres.key_ring import prepare_keys  # noqa: PLC0415 - seldom needed

        prepare_keys(settings.subject_keys)


@dataclass(frozen=True, slots=True)
class Helper:
    """A process besides the web processes: what it does, and what loads what it needs for that."""

    name: str
    load: Callable[[], object]
    does: Callable[[], None]


def serve(settings: Settings, stop: Stop, helpers: Sequence[Helper]) -> None:
    """Serve until told to stop; raises OSError when the address is taken."""
    with ExitStack() as stack:
        listening = stack.enter_context(_listen(settings))
        log.info("serving the API on http://%s:%s/v1", settings.host, settings.port)
        log.info("serving the workspace on %s", settings.site[1])
        conninfo, server = stack.enter_context(database(settings))
        if server is not None:
            stack.callback(server.stop)  # also one that outlived a supervisor that was killed
        prepare([_load_web, *(helper.load for helper in helpers)])
        lifeline = stack.enter_context(_lifeline())
        told = _told(settings, conninfo, lifeline)
        kept: list[KeptDatabase | Child] = []
        if server is not None:
            kept.append(kept_database(server, told, (listening.fileno(), lifeline.writing)))
        kept += _children(settings, told, listening, lifeline, helpers)
        for one in kept:
            stack.callback(one.end)
        while not stop.is_set():
            for one in kept:
                one.keep_running()
            stop.wait(LOOK)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        address = f"{settings.host}:{settings.port}"
        raise OSError(f"cannot serve on {address}: {error.strerror}") from error
    return listening


@dataclass(frozen=True, slots=True)
class Lifeline:
    """A pipe of which nobody but this process holds the writing end: it closes with us."""

    reading: int
    writing: int


@contextmanager
def _lifeline() -> Iterator[Lifeline]:
    """Lend the pipe."""
    reading, writing = os.pipe()
    try:
        yield Lifeline(reading, writing)
    finally:
        os.close(reading)
        os.close(writing)


def _told(settings: Settings, conninfo: str, lifeline: Lifeline) -> dict[str, str]:
    """Return the environment of a child: ours, the database that is served, and the lifeline."""
    return {
        **os.environ,
        "PARLEY_DATABASE": conninfo,
        "PARLEY_HOME": str(settings.home.absolute()),
        LIFELINE: str(lifeline.reading),
    }


def _children(
    settings: Settings,
    told: Mapping[str, str],
    listening: socket.socket,
    lifeline: Lifeline,
    helpers: Sequence[Helper],
) -> Iterator[Child]:
    """Yield what is to run: the processes that listen, and then those that do not."""
    conninfo = told["PARLEY_DATABASE"]
    serving = once_it_answers(conninfo, partial(_serve_web, listening.fileno()))
    for number in range(1, settings.web_processes + 1):
        yield Child(f"web process {number}", serving, told, (lifeline.writing,))
    for helper in helpers:
        does = once_it_answers(conninfo, helper.does)
        yield Child(f"the {helper.name}", does, told, (listening.fileno(), lifeline.writing))


def _load_web() -> None:
    from interfaces.serving import web  # noqa: PLC0415 - it takes long, and the port is bound first

    web.load()


def _serve_web(descriptor: int) -> None:
    from interfaces.serving import web  # noqa: PLC0415 - loaded by now

    web.main(descriptor)


def wait_until_ready(address: str, seconds: float = 120.0) -> bool:
    """Wait until a server answers that it is ready; False when it does not in time."""
    import httpx  # noqa: PLC0415 - only the commands that wait for a server need a client

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if httpx.get(f"{address}/health/ready", timeout=5.0).is_success:
                return True
        except httpx.TransportError:
            pass
        time.sleep(LOOK)
    return False
