"""A server on loopback that answers what is posted to it, as it likes, while it is lent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Callable[[bytes, BaseHTTPRequestHandler], None]
"""Told the body that was posted, and through what to answer."""


@contextmanager
def answering(answers: Answer) -> Iterator[str]:
    """Lend the address of such a server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answers(self.rfile.read(int(self.headers["Content-Length"])), self)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            del format, arguments

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
