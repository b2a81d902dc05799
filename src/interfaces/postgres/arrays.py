"""Lists as PostgreSQL's binary arrays, written at once.

The driver finds out the type of a list anew at each statement, element by element, and that came
to a quarter of an append. Ours know what they hold. Form: PostgreSQL's ``array_recv``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any, ClassVar, Final, Generic, TypeVar

import psycopg
from psycopg import postgres
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

T = TypeVar("T")

_HEADER: Final = Struct("!iiIii")
_LENGTH: Final = Struct("!i")
_BIGINT: Final = Struct("!iq")
_NULL: Final = _LENGTH.pack(-1)


class Array(Generic[T]):
    """A list made for one statement; what is none in it is written as null."""

    __slots__ = ("items",)
    element: ClassVar[str]

    def __init__(self, items: Sequence[T | None]) -> None:
        self.items = items


class BigInts(Array[int]):
    """A ``bigint[]``."""

    element = "int8"


class Texts(Array[str]):
    """A ``text[]``."""

    element = "text"


class ByteStrings(Array[bytes]):
    """A ``bytea[]``."""

    element = "bytea"


def _bigint(number: int) -> bytes:
    return _BIGINT.pack(8, number)


def _text(text: str) -> bytes:
    return _bytes(text.encode())


def _bytes(content: bytes) -> bytes:
    return _LENGTH.pack(len(content)) + content


def _dumper(kind: type[Array[Any]], written: Callable[[Any], bytes]) -> type[Dumper]:
    info = postgres.types[kind.element]

    class ArrayDumper(Dumper):
        format = Format.BINARY
        oid = info.array_oid

        def dump(self, obj: Array[Any]) -> Buffer | None:
            has_null = None in obj.items
            header = _HEADER.pack(1, has_null, info.oid, len(obj.items), 1)
            written_items = [_NULL if item is None else written(item) for item in obj.items]
            return b"".join([header, *written_items])

    return ArrayDumper


psycopg.adapters.register_dumper(BigInts, _dumper(BigInts, _bigint))
psycopg.adapters.register_dumper(Texts, _dumper(Texts, _text))
psycopg.adapters.register_dumper(ByteStrings, _dumper(ByteStrings, _bytes))
