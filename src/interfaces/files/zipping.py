"""Bundles as zip files, written while they are sent: nothing of them is kept in memory."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from io import RawIOBase
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from application.bundling import Bundle, Member, Written

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The same history makes the same files, whenever they are packed."""
_READABLE: Final = 0o644 << 16
_UNIX: Final = 3


class _Outbox(RawIOBase):
    """What the zip writer wrote and nobody has taken yet; it cannot be wound back."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, written: object) -> int:
        piece = bytes(written)  # type: ignore[call-overload] # any buffer
        self._waiting.append(piece)
        return len(piece)

    def take(self) -> bytes:
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


def zipped(bundle: Bundle) -> Iterator[bytes]:
    """Yield a bundle's zip, piece by piece; the manifest is its last file."""
    outbox, written = _Outbox(), list[Written]()
    with ZipFile(outbox, "w", ZIP_STORED) as archive:
        for member in bundle.members:
            yield from _packed(archive, outbox, member, written)
        yield from _packed(archive, outbox, bundle.manifest(written), [])
    yield outbox.take()


def _packed(
    archive: ZipFile, outbox: _Outbox, member: Member, written: list[Written]
) -> Iterator[bytes]:
    info = ZipInfo(member.name, EPOCH)
    info.compress_type = ZIP_DEFLATED if member.packed else ZIP_STORED
    info.external_attr, info.create_system = _READABLE, _UNIX
    digest, size = sha256(), 0
    with archive.open(info, "w", force_zip64=True) as file:
        for piece in member.content:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
            if taken := outbox.take():
                yield taken
    written.append(Written(member.name, size, digest.hexdigest()))
    yield outbox.take()
