"""The embedded database, kept running by the supervisor without ever waiting for it.

To start it may take minutes, for PostgreSQL recovers first what it had not written down. So a child
does that, and ends; meanwhile the others are looked after, and told to stop when we are.
"""

from __future__ import annotations

import logging
import math
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Final

from interfaces.postgres.embedded import EmbeddedPostgres, EmbeddedPostgresError
from interfaces.serving.children import Child
from interfaces.serving.lifetime import leave_with_supervisor

log = logging.getLogger(__name__)

LOOK_AT_DATABASE: Final = 1.0
"""Looking costs a process of its own."""

KEPT: Final = {"restart_after_crash": "off"}
"""The server ends when one of its processes crashes, and is started by us.

Left to itself it recovers on the spot, ten times a second on a full disk, and may then not notice
that its checkpointer crashed once more: it recovers for ever, and does not even stop when told to.
"""


@dataclass
class KeptDatabase:
    """The embedded database to keep running: one that cannot start now may do so later.

    What keeps it from starting, such as a full disk, ends nothing else: the web processes say that
    it is away, and it is tried again after longer and longer pauses.
    """

    server: EmbeddedPostgres
    starting: Child
    look_at: float = 0.0

    def keep_running(self) -> None:
        """Have the database started again when it does not answer."""
        if time.monotonic() < self.look_at:
            return
        if self._answers():
            self.starting.rest()
            self.look_at = time.monotonic() + LOOK_AT_DATABASE
        else:
            self.starting.keep_running()

    def end(self) -> None:
        """Have no start under way any more."""
        self.starting.end()

    def _answers(self) -> bool:
        try:
            return self.server.is_ready()
        except (EmbeddedPostgresError, OSError):
            return False  # whoever starts it finds the same, and says so


def kept_database(
    server: EmbeddedPostgres, environment: Mapping[str, str], without: tuple[int, ...]
) -> KeptDatabase:
    """Return what keeps a database running; whoever starts it holds none of some descriptors."""

    def start() -> None:
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, _finish_first)
        leave_with_supervisor(partial(os._exit, 1))
        log.warning("the embedded database does not answer; starting it again")
        try:
            server.start()
        except (EmbeddedPostgresError, OSError) as error:
            log.error("%s", error)  # noqa: TRY400 - the trace says nothing
            sys.exit(1)

    child = Child("the start of the database", start, environment, without, soon=math.inf)
    return KeptDatabase(server, child)


def _finish_first(_: int, __: FrameType | None) -> None:
    """Go on: a server that came up can be stopped as any other, half a start cannot.

    Whoever takes longer than a child may take to end is killed. It is no ignored signal, for those
    are handed down to the server.
    """
