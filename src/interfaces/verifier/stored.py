"""Facts as the log has them: one line a leaf, decoded only where a fact matters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn

from interfaces.verifier.findings import Malformed

CLOCKS_APART: Final = timedelta(minutes=2)
"""How far a signer's clock may be ahead of the service's."""


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A visible fact: its leaf, its place, and its bytes as they are stored."""

    log: str
    index: int
    stream: str
    version: int
    topic: str
    state: bytes
    leaf: bytes

    @property
    def name(self) -> str:
        """Its name in the catalogue, such as ``negotiation.OfferAccepted``."""
        return self.topic.partition("/")[0]

    @property
    def place(self) -> str:
        """Say where it stands, for whoever looks it up."""
        return (
            f"history/{self.log}.tsv leaf {self.index} "
            f"({self.stream} version {self.version}, {self.topic})"
        )


@dataclass(frozen=True, slots=True)
class Told:
    """A fact with what it says: when it was recorded by the service's clock, by and for whom."""

    stored: StoredFact
    at: datetime
    by: str
    party: str
    fact: dict[str, Any]


def told_by(stored: StoredFact) -> Told:
    """Decode a stored fact; raises Malformed."""
    body = strict_json(stored.state)
    party = body.get("for")
    return Told(
        stored,
        instant_of(body, "at"),
        text_of(body, "by"),
        party if isinstance(party, str) else "",
        object_of(body, "fact"),
    )


def strict_json(raw: bytes) -> dict[str, Any]:
    """Read a JSON object in which no key stands twice and no number is inexact."""
    try:
        read = json.loads(
            raw, object_pairs_hook=_each_once, parse_float=_inexact, parse_constant=_inexact
        )
        if b"\\u" in raw:
            json.dumps(read, ensure_ascii=False).encode()  # no half of a surrogate pair
    except (ValueError, RecursionError) as bad:
        raise Malformed(f"not the JSON that is stored here: {str(bad)[:100]}") from bad
    if not isinstance(read, dict):
        raise Malformed("not a JSON object")
    return read


def text_of(document: dict[str, Any], name: str) -> str:
    """Return a member that is text; raises Malformed."""
    value = document.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name} is not text")
    return value


def optional_text_of(document: dict[str, Any], name: str) -> str | None:
    """Return a member that is text or null; raises Malformed."""
    return None if document.get(name) is None else text_of(document, name)


def number_of(document: dict[str, Any], name: str) -> int:
    """Return a member that is a whole number; raises Malformed."""
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Malformed(f"{name} is not a whole number")
    return value


def object_of(document: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a member that is an object; raises Malformed."""
    value = document.get(name)
    if not isinstance(value, dict):
        raise Malformed(f"{name} is not an object")
    return value


def instant_of(document: dict[str, Any], name: str) -> datetime:
    """Return a member that is an instant; raises Malformed."""
    return instant_in(text_of(document, name), name)


def optional_instant_of(document: dict[str, Any], name: str) -> datetime | None:
    """Return a member that is an instant or null; raises Malformed."""
    return None if document.get(name) is None else instant_of(document, name)


def instant_in(text: str, name: str) -> datetime:
    """Read an instant in ISO 8601 with its offset, as UTC; raises Malformed."""
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # said below, as for an instant without an offset
    raise Malformed(f"{name} is not an instant in UTC: {text[:40]!r}")


def written_instant(at: datetime) -> str:
    """Write an instant as facts do."""
    return at.isoformat().replace("+00:00", "Z")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a key stands twice")
    return read


def _inexact(number: str) -> NoReturn:
    raise ValueError(f"{number[:20]} is not exact")
