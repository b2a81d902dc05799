"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def write_whole(out: Path, pieces: Iterable[bytes]) -> int:
    """Write a file beside its place and move it there when it is on disk; return its size.

    What stood there before stays until then, and if the pieces break off.
    """
    size = 0
    descriptor, beside = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                size += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(out)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(beside).unlink()
        raise
    return size
