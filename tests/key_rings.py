"""Key rings for tests that read what others sealed."""

from __future__ import annotations

from collections.abc import Mapping

from eventsourcing.persistence import JSONTranscoder

from application.mapper import FactMapper
from application.sealing import KEY_BYTES, Sealer


class OneKey:
    """Everybody's key is the same, so that what was sealed once can always be opened."""

    def key_for(self, subject: str) -> bytes:
        del subject
        return b"k" * KEY_BYTES

    def find(self, subject: str) -> bytes | None:
        return self.key_for(subject)

    def destroy(self, subject: str) -> None:
        raise AssertionError(f"nobody is to ask for this: {subject}")


class KeysRead:
    """Keys as they were read somewhere, to open what they sealed."""

    def __init__(self, keys: Mapping[str, bytes | None]) -> None:
        self._keys = keys

    def key_for(self, subject: str) -> bytes:
        raise AssertionError(f"nobody is to ask for this: {subject}")

    def find(self, subject: str) -> bytes | None:
        return self._keys.get(subject)

    def destroy(self, subject: str) -> None:
        raise AssertionError(f"nobody is to ask for this: {subject}")


def mapper_with(keys: OneKey | KeysRead, *, erased: bool = False) -> FactMapper:
    """Return a mapper without a ledger; ``erased`` is what streams say of a key that is gone."""
    mapper: FactMapper = FactMapper(transcoder=JSONTranscoder())
    mapper.sealer = Sealer(keys, lambda _stream, _check: erased)
    return mapper
