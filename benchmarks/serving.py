"""A web process as the supervisor starts it, and somebody who calls it over one connection."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from interfaces.clock import SystemClock
from interfaces.identity.development_issuer import DevelopmentIssuer
from interfaces.serving.supervisor import BACKLOG, wait_until_ready
from interfaces.settings import Settings


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
    issuer = DevelopmentIssuer(home, Settings().oidc_audience)
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_")}
    told = {
        **inherited,
        "PARLEY_DATABASE": conninfo,
        "PARLEY_HOME": str(home),
        "PARLEY_RATE_LIMIT": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),  # the very code that runs here
    }
    with socket.socket() as listening, (home / "web.log").open("ab") as log:
        listening.bind(("127.0.0.1", 0))
        listening.listen(BACKLOG)
        host, port = listening.getsockname()
        descriptor = listening.fileno()
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", "interfaces.serving.web", str(descriptor)],
            env=told,
            pass_fds=(descriptor,),
            stderr=log,
        )
        try:
            if not wait_until_ready(f"http://{host}:{port}"):
                raise RuntimeError(f"no answer: {Path(log.name).read_text()[-2000:]}")
            connection = HTTPConnection(host, port)
            with closing(connection):
                yield Caller(connection, issuer.token(subject, SystemClock().now()))
        finally:
            process.terminate()
            process.wait()
