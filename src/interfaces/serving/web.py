"""One web process: serves on a listening socket that it was handed by the supervisor."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

import interfaces.http.app as api
import interfaces.web.app as pages
from interfaces.collecting import collect_seldom
from interfaces.logs import configure_logs
from interfaces.serving.application import served
from interfaces.serving.lifetime import leave_with_supervisor
from interfaces.serving.patience import (
    BUSY,
    allow_descriptors,
    patient,
)
from interfaces.settings import read_settings


def load() -> None:
    """Make what is the same for every web process, and takes longest, to be had by forking."""
    api.routed()
    pages.routed()


def main(descriptor: int, application: Callable[[], ASGIApp] = served) -> None:
    """Serve until told to stop: the service, or what else is to run just as it does."""
    configure_logs()
    most = read_settings(os.environ).connections
    allow_descriptors(most)
    leave_with_supervisor(lambda: os.kill(os.getpid(), signal.SIGTERM))
    app = application()
    collect_seldom()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
        limit_concurrency=most + BUSY,
        http=patient(most),
        ws="none",
    )
    with socket.socket(fileno=descriptor) as listening:
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(int(sys.argv[1]))
