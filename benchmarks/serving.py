"""A web process as the supervisor starts it, and somebody who calls it over one connection."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

from interfaces.clock import SystemClock
from interfaces.identity.development_issuer import DevelopmentIssuer
from interfaces.serving.supervisor import BACKLOG, wait_until_ready
from interfaces.settings import Settings

HOST: Final = "127.0.0.1"
SERVICE: Final = ("interfaces.serving.web",)
"""The module that a web process of the service runs."""


@dataclass(frozen=True)
class Caller:
    """Somebody with a token and a connection that stays open.

    The standard library's client, because it costs little beside what is measured.
    """

    connection: HTTPConnection
    token: str

    def get(self, path: str) -> bytes:
        """Read something; raises RuntimeError when the answer is not yes."""
        return self._send("GET", path, None, {})

    def post(self, path: str, body: dict[str, Any], key: str) -> bytes:
        """Ask for something under a key, whatever the version; raises RuntimeError as ``get``."""
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "If-Match": "*",
        }
        return self._send("POST", path, json.dumps(body), headers)

    def page(self, path: str, cookie: str) -> bytes:
        """Open a page of the workspace, signed in by a cookie; raises RuntimeError as ``get``."""
        return self._ask("GET", path, None, {"Cookie": cookie})

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        authorised = {**headers, "Authorization": f"Bearer {self.token}"}
        return self._ask(method, path, body, authorised)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:  # noqa: PLR2004 - not a yes
            raise RuntimeError(f"{method} {path}: {answer.status} {content.decode()}")
        return content


@contextmanager
def web_process(conninfo: str, home: Path, subject: str) -> Iterator[Caller]:
    """Lend a caller of one web process on a database; ``home`` takes the issuer's key."""
    token = token_for(home, subject)
    with web_processes(settings_of(conninfo, home), SERVICE, 1) as port:
        connection = HTTPConnection(HOST, port)
        with closing(connection):
            yield Caller(connection, token)


def token_for(home: Path, subject: str) -> str:
    """Return a token of the development issuer, whose key is in ``home``."""
    issuer = DevelopmentIssuer(home, Settings().oidc_audience)
    return issuer.token(subject, SystemClock().now())


def settings_of(conninfo: str, home: Path) -> dict[str, str]:
    """Return what a web process on a database is told: the service without a rate limit."""
    return {"PARLEY_DATABASE": conninfo, "PARLEY_HOME": str(home), "PARLEY_RATE_LIMIT": "0"}


def environment(settings: Mapping[str, str], *besides: Path) -> dict[str, str]:
    """Return the environment of a process that runs the very code that runs here.

    ``besides`` are folders of packages that it finds as well, after its own.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_")}
    path = os.pathsep.join([*filter(None, sys.path), *map(str, besides)])
    return {**inherited, **settings, "PYTHONPATH": path}


@contextmanager
def web_processes(
    settings: Mapping[str, str],
    program: Sequence[str],
    number: int,
    *arguments: str,
    besides: Sequence[Path] = (),
) -> Iterator[int]:
    """Lend the port of some processes that serve on one socket, as the supervisor starts them."""
    with socket.socket() as listening, tempfile.TemporaryFile() as log, ExitStack() as stack:
        listening.bind((HOST, 0))
        listening.listen(BACKLOG)
        port = listening.getsockname()[1]
        descriptor = listening.fileno()
        for _ in range(number):
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
                [sys.executable, "-m", *program, str(descriptor), *arguments],
                env=environment(settings, *besides),
                pass_fds=(descriptor,),
                stderr=log,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        if not wait_until_ready(f"http://{HOST}:{port}"):
            log.seek(0)
            raise RuntimeError(f"no answer: {log.read().decode()[-2000:]}")
        yield port
