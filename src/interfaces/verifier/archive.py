"""The zip around a bundle, read as what it is: a file from somebody who may mean ill.

Nothing is extracted. Members are read piece by piece, and what a member may be called, how large
it may be and how it may be packed is said here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from interfaces.verifier.findings import Unreadable

MANIFEST: Final = "manifest.json"
PIECE: Final = 1 << 20
MOST_MEMBERS: Final = 2000
LONGEST_LINE: Final = 16 << 20
LARGEST_MEMBER: Final = {
    "manifest.json": 4 << 20,
    "history": 32 << 30,
    "checkpoints": 1 << 20,
    "proofs": 1 << 20,
    "documents": 256 << 20,
}
"""Bytes, unpacked, by folder."""

_MEMBER: Final = re.compile(
    r"manifest\.json|history/[a-z0-9-]+\.(?:tsv|leaves)|checkpoints/[a-z0-9-]+\.txt"
    r"|proofs/[a-z0-9-]+\.tlog-proof|documents/[a-z0-9-]+\.[a-z0-9]+"
)
_ENCRYPTED: Final = 0x1
_BROKEN: Final = (
    BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
    OverflowError,
)
"""What the library raises over an archive that is none, or only in part."""


class Archive:
    """A bundle's members, each of which has to be read to its end to be believed."""

    def __init__(self, path: Path) -> None:
        self._read: dict[str, tuple[int, str]] = {}
        self._file = path.open("rb")
        try:
            self._zip = ZipFile(self._file)
        except _BROKEN as broken:
            self._file.close()
            raise Unreadable(path.name, f"not a readable zip: {_broken_by(broken)}") from broken
        listed = self._zip.infolist()
        self._members = {info.filename: info for info in listed}
        try:
            _refuse_unless_such_as_bundles_are(path, listed)
        except Unreadable:
            self._close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        self._zip.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def names(self) -> list[str]:
        """Return the members' names, sorted."""
        return sorted(self._members)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a member piece by piece; keeps its digest. Raises Unreadable."""
        if name not in self._members:
            raise Unreadable(name, "it is not in the bundle")
        digest, size, most = sha256(), 0, LARGEST_MEMBER[name.partition("/")[0]]
        try:
            with self._zip.open(self._members[name]) as member:
                while piece := member.read(PIECE):
                    size += len(piece)
                    if size > most:
                        raise Unreadable(name, f"larger than {most} bytes")
                    digest.update(piece)
                    yield piece
        except _BROKEN as broken:
            raise Unreadable(name, f"not readable: {_broken_by(broken)}") from broken
        self._read[name] = (size, digest.hexdigest())

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield a member's lines without their breaks; raises Unreadable."""
        rest = b""
        for piece in self.pieces(name):
            *lines, last = piece.split(b"\n")
            if lines:
                lines[0] = rest + lines[0]
                rest = last
                yield from lines
            else:
                rest += last
            if len(rest) > LONGEST_LINE:
                raise Unreadable(name, f"a line of more than {LONGEST_LINE} bytes")
        if rest:
            raise Unreadable(name, "the last line does not end")

    def whole(self, name: str) -> bytes:
        """Return a member at once; only for those that are small. Raises Unreadable."""
        return b"".join(self.pieces(name))

    def text(self, name: str) -> str:
        """Return a member that is text; raises Unreadable."""
        try:
            return self.whole(name).decode("utf-8")
        except UnicodeDecodeError as bad:
            raise Unreadable(name, "not UTF-8") from bad

    def measure(self, name: str) -> tuple[int, str]:
        """Return a member's size and SHA-256 in hex, reading it if nobody has."""
        if name not in self._read:
            for _ in self.pieces(name):
                continue
        return self._read[name]


def _refuse_unless_such_as_bundles_are(path: Path, listed: list[ZipInfo]) -> None:
    if len(listed) > MOST_MEMBERS:
        raise Unreadable(path.name, f"more than {MOST_MEMBERS} files")
    if len({info.filename for info in listed}) != len(listed):
        raise Unreadable(path.name, "two of its files have one name")
    for info in listed:
        _refuse_odd(info)


def _refuse_odd(info: ZipInfo) -> None:
    name = info.filename
    if not _MEMBER.fullmatch(name):
        raise Unreadable(repr(name[:100]), "a bundle has no file of such a name")
    if info.flag_bits & _ENCRYPTED or info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Unreadable(name, "it is encrypted, or packed in another way than a bundle is")
    if info.file_size > LARGEST_MEMBER[name.partition("/")[0]]:
        raise Unreadable(name, f"it says that it has {info.file_size} bytes, which is too many")


def _broken_by(broken: BaseException) -> str:
    return f"{str(broken)[:100] or type(broken).__name__}"
