"""An RFC 3161 timestamping authority on loopback, for development and tests: ``openssl ts``.

It answers with another program than the one that asks and checks.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from interfaces.documents.authority import Authority
from interfaces.documents.timestamps import NotStamped, Stamper

LOOPBACK: Final = "127.0.0.1"
LONGEST: Final = 10_000
"""Bytes of a request; a real one has a hundred."""
PATIENCE: Final = 10.0


class CannotStamp(Exception):  # noqa: N818 - it is an answer
    """The authority gave no timestamp; the message says why."""


def reply(authority: Authority, query: bytes) -> bytes:
    """Return the answer to a timestamp request; raises CannotStamp."""
    with tempfile.TemporaryDirectory() as scratch, authority.alone():
        asked, answered = Path(scratch) / "query", Path(scratch) / "reply"
        asked.write_bytes(query)
        told = ["-config", "tsa.cnf", "-section", "tsa", "-queryfile", str(asked)]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program and our own files
                ["openssl", "ts", "-reply", *told, "-out", str(answered)],  # noqa: S607 - PATH's
                cwd=authority.directory,
                capture_output=True,
                timeout=PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise CannotStamp(f"openssl did not run: {problem}") from problem
        if done.returncode != 0 or not answered.exists():
            raise CannotStamp(done.stderr.decode(errors="replace").strip())
        return answered.read_bytes()


class LocalStamper(Stamper):
    """Asks the authority in a directory itself, where there is no need for a server."""

    def __init__(self, authority: Authority) -> None:
        super().__init__("")
        self._authority = authority

    def ask(self, query: bytes) -> bytes:
        """Return the authority's answer; raises NotStamped."""
        try:
            return reply(self._authority, query)
        except CannotStamp as problem:
            raise NotStamped(str(problem)) from problem


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    authority: Authority

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST:
            self._answer(413, "text/plain", b"a timestamp request is short\n")
            return
        try:
            stamped = reply(self.authority, self.rfile.read(int(length)))
        except CannotStamp as problem:
            self._answer(500, "text/plain", f"{problem}\n".encode())
            return
        self._answer(200, "application/timestamp-reply", stamped)

    def do_GET(self) -> None:
        self._answer(200, "application/pkix-crl", self.authority.crl.read_bytes())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
        del format, arguments


def server(authority: Authority, port: int = 0) -> ThreadingHTTPServer:
    """Return a server that is not running yet; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"authority": authority})
    made = ThreadingHTTPServer((LOOPBACK, port), handler)
    made.daemon_threads = True
    return made


@contextmanager
def running(authority: Authority, port: int = 0) -> Iterator[str]:
    """Run the server in a thread; yields its address."""
    made = server(authority, port)
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{made.server_port}/"
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
