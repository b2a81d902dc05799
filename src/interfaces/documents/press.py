"""The press: typst in a process of its own, which is ended when a document takes too long.

The process stays for the next document. It reads inputs from its standard input, each after its
length, and leaves when that is closed, as it is when the process that started it goes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from struct import Struct
from threading import Lock, Timer
from typing import IO, Final

from application.document_inputs import DocumentInputs, read_inputs
from interfaces.documents.not_set import NotSet

PATIENCE: Final = 20.0
"""Seconds for one document; a usual one takes a tenth of one."""
_LENGTH: Final = Struct(">?I")
"""Whether it went well (always true for inputs), and how many bytes follow."""


class Press:
    """Sets one document at a time."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def set(self, inputs: DocumentInputs) -> bytes:
        """Return the document; raises NotSet when it cannot be set, or not in time."""
        with self._lock:
            process = self._running()
            end = Timer(self._patience, process.kill)
            end.start()
            try:
                return _asked(process, inputs.canonical())
            except (OSError, EOFError) as lost:
                self._end()
                seconds = f"{self._patience:g} seconds"
                raise NotSet(f"the document was not set within {seconds}") from lost
            finally:
                end.cancel()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "interfaces.documents.press"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.__exit__(None, None, None)


def _asked(process: subprocess.Popen[bytes], inputs: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    _write(process.stdin, inputs, good=True)
    good, body = _read(process.stdout)
    if not good:
        raise NotSet(body.decode())
    return body


def _write(stream: IO[bytes], body: bytes, *, good: bool) -> None:
    stream.write(_LENGTH.pack(good, len(body)) + body)
    stream.flush()


def _read(stream: IO[bytes]) -> tuple[bool, bytes]:
    """Read one message; raises EOFError at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    good, length = _LENGTH.unpack(head)
    body = stream.read(length)
    if len(body) < length:
        raise EOFError
    return good, body


def _serve(asked: IO[bytes], answered: IO[bytes]) -> None:
    from interfaces.documents.rendering import render  # noqa: PLC0415 - only this process sets

    while True:
        try:
            _, inputs = _read(asked)
        except EOFError:
            return
        try:
            _write(answered, render(read_inputs(inputs)), good=True)
        except NotSet as problem:
            _write(answered, str(problem).encode(), good=False)


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
