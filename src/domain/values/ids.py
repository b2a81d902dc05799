"""Readable, sortable ids: a word, a hyphen, and a UUIDv7 in Crockford's base 32 (TypeID form).

A stream of something two parties share is named after their relationship first, so that everything
of one relationship sorts, routes and locks together:
``relationship-01jd.../negotiation-01jd...``.
"""

from __future__ import annotations

import re
from typing import NewType
from uuid import UUID

StreamId = NewType("StreamId", str)
PartyId = NewType("PartyId", str)
PersonId = NewType("PersonId", str)
RelationshipId = NewType("RelationshipId", str)
NegotiationId = NewType("NegotiationId", str)
RequirementsId = NewType("RequirementsId", str)
ContractId = NewType("ContractId", str)
OfferingId = NewType("OfferingId", str)
OfferId = NewType("OfferId", str)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SUFFIX_LENGTH = 26
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_SHIFTS = range(5 * (SUFFIX_LENGTH - 2), -1, -10)
SUFFIX_PATTERN = f"[0-7][{ALPHABET}]{{{SUFFIX_LENGTH - 1}}}"


def id_pattern(kind: str) -> str:
    """Return the anchored regular expression that an id of this kind matches."""
    return f"^{kind}-{SUFFIX_PATTERN}$"


def typed_id(kind: str, uuid: UUID) -> str:
    """Write a UUID as an id of the given kind, e.g. ``party-01jdqk8w3qe5x8h4j0c0m4s9ff``.

    >>> typed_id("party", UUID(int=0))
    'party-00000000000000000000000000'
    """
    number = uuid.int
    pairs = [_PAIRS[number >> shift & 0x3FF] for shift in _SHIFTS]
    return f"{kind}-{''.join(pairs)}"


def uuid_of(typed: str) -> UUID:
    """Read the UUID back out of the last part of an id.

    Raises ValueError when the last part is not 26 digits of Crockford's base 32.
    """
    suffix = suffix_of(typed)
    if not re.fullmatch(SUFFIX_PATTERN, suffix):
        raise ValueError(f"not an id: {typed!r}")
    number = 0
    for digit in suffix:
        number = number * 32 + ALPHABET.index(digit)
    return UUID(int=number)


def suffix_of(typed: str) -> str:
    """Return the base-32 part of an id's last segment."""
    return typed.rsplit("-", 1)[-1]


def kind_of(stream: str) -> str:
    """Return the word the last segment of a stream id begins with."""
    return stream.rsplit("/", 1)[-1].rsplit("-", 1)[0]


def within(parent: str, child: str) -> StreamId:
    """Name a stream inside another: ``relationship-01.../negotiation-01...``."""
    return StreamId(f"{parent}/{child}")


def relationship_of(stream: str) -> RelationshipId | None:
    """Return the relationship a stream belongs to, or None for what no two parties share."""
    first = stream.split("/", 1)[0]
    return RelationshipId(first) if first.startswith("relationship-") else None


def private_side(stream: str) -> str | None:
    """Return the side whose private file a stream is, or None for what may be shared.

    A private file's last segment is ``position-provider`` or ``position-client``.
    """
    kind, _, side = stream.rsplit("/", 1)[-1].partition("-")
    return side if kind == "position" else None
