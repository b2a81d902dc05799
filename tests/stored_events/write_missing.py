"""Writes a sample of each stored event that has none yet; never touches one that is there.

Run it after adding a line to the catalogue, look at what it wrote, and commit it; from then on that
shape has to load for ever: ``PYTHONPATH=src:tests python tests/stored_events/write_missing.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from agreements import simple_terms
from application.event_catalogue import CATALOGUE, EventType
from application.recorded import Recorded
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.ids import StreamId, typed_id
from key_rings import OneKey, mapper_with

SAMPLES = Path(__file__).parent / "samples"
AT = datetime(2026, 3, 1, 12, 30, 15, 250000, tzinfo=UTC)
STREAM = typed_id("relationship", UUID(int=1))
WORDS = {
    "country": "DE",
    "currency": "EUR",
    "unit": "%",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "y": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "zone": "Europe/Berlin",
}
"""Fields of text that has to look like something."""
MAPPER = mapper_with(OneKey())


def samples_of(kind: EventType) -> Iterator[tuple[str, bytes]]:
    """Yield file names and stored bytes: with every field filled, and with none that may be."""
    whole = stored(made(kind.fact, bare=False))
    yield f"{kind.name}.{kind.version}.json", whole
    bare = stored(made(kind.fact, bare=True), party=None)
    yield f"{kind.name}.{kind.version}.bare.json", bare


def stored(fact: Any, party: str | None = typed_id("party", UUID(int=2))) -> bytes:
    """Return a fact as it is stored."""
    person = typed_id("person", UUID(int=3))
    return MAPPER.to_stored_event(Recorded(STREAM, 1, AT, person, party, "key-1", fact)).state


def made(kind: Any, name: str = "", *, bare: bool) -> Any:  # noqa: PLR0911 - a line for each kind of type
    """Make a value of a type; ``bare`` leaves out whatever may be left out."""
    origin, inner = get_origin(kind), get_args(kind)
    if kind is AgreementTerms:
        return simple_terms()
    if kind is Digest:
        return simple_terms().digest
    if origin is Annotated:
        return made(inner[0], name, bare=bare)
    if origin is Literal:
        return inner[0]
    if origin in (Union, UnionType):
        return None if bare and NoneType in inner else made(inner[0], name, bare=bare)
    if origin is tuple:
        return () if bare else (made(inner[0], name, bare=bare),)
    if kind == dict[str, tuple[str, ...]]:
        return {"provider": ("p",), "client": ("c",)}
    if origin is dict:
        return {} if bare else {"charges/monthly-fee/amount": "12000.00"}
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind, include_extras=True)
        parts = {one.name: made(hints[one.name], one.name, bare=bare) for one in fields(kind)}
        return kind(**parts)
    return plain(kind, name)


def plain(kind: Any, name: str) -> Any:
    """Make a value of a type that holds no other."""
    if isinstance(kind, NewType):
        word = (kind.__name__ or "").removesuffix("Id").lower()
        return STREAM if kind is StreamId else typed_id(word, UUID(int=4))
    if issubclass(kind, Enum):
        return next(iter(kind))
    known: dict[type, Any] = {
        str: WORDS.get(name, name.replace("_", " ")),
        int: 2,
        bool: True,
        Decimal: Decimal("99.50"),
        datetime: AT,
        date: AT.date(),
    }
    return known[kind]


def main() -> None:
    """Write what is missing."""
    SAMPLES.mkdir(exist_ok=True)
    for kind in CATALOGUE.types:
        for name, state in samples_of(kind):
            if not (SAMPLES / name).exists():
                (SAMPLES / name).write_bytes(state + b"\n")


if __name__ == "__main__":
    main()
