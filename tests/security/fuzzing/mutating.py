"""Bytes made wrong, always the same ones: what a quick look tries where a long one is guided."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

WORDS: Final = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xef\xbb\xbf", b"\r\n", b"\x1a"),
    *(b"NaN", b"-Infinity", b"1e999999999", b"-1", b"0", b"9" * 400, b"1_000", b".5", b"0x1F"),
    *(b"\\ud800", b"\\u0000", b'"\\ud83d"', b"null", b"true", b"[]", b"{}", b'""'),
    *(b"&a ", b"*a", b"<<: *a", b"!!python/object:os.system ", b"--- ", b"%YAML 9.9\n", b"? "),
    *(b"[" * 200, b"{" * 200, b"- " * 200, b'{"a":' * 200, b"<<" * 200, b"(" * 200),
    *(b"P9999Y", b"PT", b"2026-02-30", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00"),
    *("\u0661\u0662".encode(), "\u202e".encode(), "\ufeff".encode(), b" " * 300, b"a" * 5000),
    *(b"/Parent 1 0 R", b"1 0 R", b"/Kids [1 0 R]", b"/Length 99999999999", b"startxref\n0\n%%EOF"),
)


def mutations(seeds: list[bytes], how_many: int, seed: int) -> Iterator[bytes]:
    """Yield so many changed seeds: bytes flipped, cut out, doubled, words put in, seeds mixed."""
    chance = Random(seed)  # noqa: S311 - the same every time is the point
    for _ in range(how_many):
        made = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 4, 8))):
            _change(made, seeds, chance)
        yield bytes(made)


def _change(made: bytearray, seeds: list[bytes], chance: Random) -> None:
    at = chance.randrange(len(made) + 1)
    until = min(len(made), at + chance.choice((1, 2, 8, 64, 1024)))
    match chance.randrange(6):
        case 0:
            made[at:until] = bytes(byte ^ (1 << chance.randrange(8)) for byte in made[at:until])
        case 1:
            del made[at:until]
        case 2:
            made[at:at] = made[at:until]
        case 3:
            made[at:at] = chance.choice(WORDS)
        case 4:
            made[at:until] = chance.choice(WORDS)
        case _:
            other = chance.choice(seeds)
            begin = chance.randrange(len(other) + 1)
            made[at:until] = other[begin : begin + chance.choice((1, 16, 256))]
