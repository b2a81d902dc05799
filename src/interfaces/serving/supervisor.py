"""The supervisor: keeps the database, the web processes, the worker and the signer running."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Final

from interfaces.postgres.embedded import EmbeddedPostgres, EmbeddedPostgresError
from interfaces.postgres.migrate import migrate
from interfaces.serving.lifetime import LIFELINE
from interfaces.settings import Settings

log = logging.getLogger(__name__)

LOOK: Final = 0.2
LOOK_AT_DATABASE: Final = 1.0
"""Looking costs a process of its own."""

SOON: Final = 10.0
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
PATIENCE: Final = 10.0
BACKLOG: Final = 512


@dataclass
class Child:
    """A process to keep running: how it is started, and the one that runs now."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    began: float = 0.0
    pause: float = 0.0
    again_at: float | None = None

    def keep_running(self) -> None:
        """Start the process, or start it again when it has ended.

        One that keeps ending soon after its start is given longer and longer pauses.
        """
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None and self.again_at is None:
            soon = now - self.began < SOON
            self.pause = _longer(self.pause) if soon else 0.0
            self.again_at = now + self.pause
            log.warning(
                "%s ended with %s; starting it again in %.0f s",
                self.name,
                self.process.returncode,
                self.pause,
            )
        if self.again_at is None or now >= self.again_at:
            self._start(now)

    def _start(self, now: float) -> None:
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own modules
                self.command, env=dict(self.environment), pass_fds=self.descriptors
            )
        except OSError as error:  # no memory, no process, no descriptor is left just now
            self.pause = _longer(self.pause)
            self.again_at = now + self.pause
            log.error("cannot start %s: %s; trying again in %.0f s", self.name, error, self.pause)  # noqa: TRY400 - the trace says nothing
            return
        self.starts += 1
        self.began, self.again_at = now, None

    def end(self) -> None:
        """Tell the process to stop, and make it stop if it does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class KeptDatabase:
    """The embedded database to keep running: one that cannot start now may do so later."""

    server: EmbeddedPostgres
    look_at: float = 0.0
    pause: float = 0.0

    def keep_running(self) -> None:
        """Start the database again when it does not answer.

        What keeps it from starting, such as a full disk, ends nothing else: the web processes say
        that it is away, and it is tried again after longer and longer pauses.
        """
        now = time.monotonic()
        if now < self.look_at:
            return
        try:
            if not self.server.is_ready():
                log.warning("the embedded database does not answer; starting it again")
                self.server.start()
        except (EmbeddedPostgresError, OSError) as error:
            self.pause = _longer(self.pause)
            self.look_at = time.monotonic() + self.pause
            log.error("%s; trying again in %.0f s", error, self.pause)  # noqa: TRY400 - the trace says nothing
        else:
            self.pause, self.look_at = 0.0, time.monotonic() + LOOK_AT_DATABASE


def _longer(pause: float) -> float:
    return min(max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE)


@contextmanager
def database(settings: Settings) -> Iterator[tuple[str, EmbeddedPostgres | None]]:
    """Lend the configured database, or the embedded one, migrated; stops what it started."""
    if settings.database is not None:
        _migrate(settings, settings.database)
        yield settings.database, None
        return
    with EmbeddedPostgres(settings.postgres_dir) as server:
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


def serve(settings: Settings, stop: Event, *, worker: bool = True, signer: bool = True) -> None:
    """Serve until told to stop; raises OSError when the address is taken."""
    with ExitStack() as stack:
        listening = stack.enter_context(_listen(settings))
        log.info("serving the API on http://%s:%s/v1", settings.host, settings.port)
        log.info("serving the workspace on %s", settings.site[1])
        conninfo, server = stack.enter_context(database(settings))
        if server is not None:
            stack.callback(server.stop)  # also one that outlived a supervisor that was killed
        lifeline = stack.enter_context(_lifeline())
        told = _told(settings, conninfo, lifeline)
        children = list(_web_processes(settings, told, listening, lifeline))
        helpers = (("worker", worker), ("signer", signer))
        children += [_helper(name, told, lifeline) for name, wanted in helpers if wanted]
        for child in children:
            stack.callback(child.end)
        kept: list[KeptDatabase | Child] = [*children]
        if server is not None:
            kept.insert(0, KeptDatabase(server))
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


@contextmanager
def _lifeline() -> Iterator[int]:
    """Lend the end of a pipe whose other end is open for as long as this process lives."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(reading)
        os.close(writing)


def _told(settings: Settings, conninfo: str, lifeline: int) -> dict[str, str]:
    """Return the environment of a child: ours, the database that is served, and the lifeline."""
    return {
        **os.environ,
        "PARLEY_DATABASE": conninfo,
        "PARLEY_HOME": str(settings.home.absolute()),
        LIFELINE: str(lifeline),
    }


def _web_processes(
    settings: Settings, told: Mapping[str, str], listening: socket.socket, lifeline: int
) -> Iterator[Child]:
    descriptor = listening.fileno()
    for number in range(1, settings.web_processes + 1):
        command = [sys.executable, "-m", "interfaces.serving.web", str(descriptor)]
        yield Child(f"web process {number}", command, told, (descriptor, lifeline))


def _helper(name: str, told: Mapping[str, str], lifeline: int) -> Child:
    command = [sys.executable, "-m", "interfaces.cli.main", name]
    return Child(f"the {name}", command, told, (lifeline,))


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
