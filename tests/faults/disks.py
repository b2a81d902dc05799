"""A disk that fills up and is emptied again, under an embedded server.

Where we may mount one it is a small file system with nothing left on it. Everywhere else it is a
limit on how large a file of the server's may become, which the kernel keeps for any user's
processes: writing then fails as it does on a full disk, with another error number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

from faults.installation import Installation, children_of
from faults.programs import run, tried
from faults.servers import cluster_of

SIZE: Final = 400
"""Megabytes of the small file system; an empty server takes about sixty."""
LARGEST: Final = 64 * 1024
"""Bytes that a file may have under the limit: not even one segment of the log."""
PIECE: Final = 1024 * 1024


@dataclass(frozen=True)
class Disk:
    """A disk to fill and to free."""

    how: str
    fill: Callable[[], None]
    free: Callable[[], None]


def may_mount() -> bool:
    """Tell whether this account may mount a file system here, by trying."""
    done = tried("unshare", "-m", "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt")
    return done.returncode == 0


@contextmanager
def small_file_system(installation: Installation) -> Iterator[Disk]:
    """Have the embedded server's directory on a file system of its own."""
    place = installation.postgres.data_dir
    place.mkdir()
    options = f"size={SIZE}m,mode=0755"
    run("mount", "-t", "tmpfs", "-o", options, "none", place)
    ballast = place / "ballast"

    def fill() -> None:
        with ballast.open("wb", buffering=0) as file:
            for size in (PIECE, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue  # nothing as large as this fits any more

    try:
        yield Disk("a full file system", fill, lambda: ballast.unlink(missing_ok=True))
    finally:
        run("umount", "--lazy", place)


@contextmanager
def limited_files(installation: Installation) -> Iterator[Disk]:
    """Have the kernel keep the server's files small, for as long as the disk is full."""
    full, over = Event(), Event()

    def keep_limited() -> None:
        while not over.wait(0.1):
            if full.is_set():
                _limit(installation, str(LARGEST))

    def free() -> None:
        full.clear()
        _limit(installation, "unlimited")

    keeping = Thread(target=keep_limited, daemon=True)
    keeping.start()
    try:
        yield Disk("a limit on the size of files", full.set, free)
    finally:
        over.set()
        keeping.join()


def _servers(installation: Installation) -> list[int]:
    """Return the server's processes: whichever runs now, and its children."""
    pidfile = installation.postgres.data_dir / "data" / "postmaster.pid"
    try:
        postmaster = int(pidfile.read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return []
    return [postmaster, *children_of(postmaster)]


def _limit(installation: Installation, size: str) -> None:
    """Tell the kernel as the server's own account, which even root may have to be for it."""
    account = cluster_of(installation.postgres).account
    for pid in _servers(installation):
        account.run("prlimit", f"--pid={pid}", f"--fsize={size}:")  # it may have just ended


WAYS: Final = (*([small_file_system] if os.geteuid() == 0 and may_mount() else []), limited_files)
"""How a disk can be full here, the truest first."""
