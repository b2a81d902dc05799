"""What waits for a party in all of its relationships: each row once more in each side's own lists.

A view is read by relationship, and somebody's inbox is of them all. So a row that people wait for
has two copies, one in a list of the provider's and one in a list of the client's, in the order in
which they come due: a page of a list costs its own rows, however many contracts there are.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from application.projections.base import Place, Query, Row, Rows
from domain.relationships.facts import RelationshipInvited
from domain.values.sides import Side


class SideList(StrEnum):
    """A party's lists: what it may do itself, what others are to do, and what falls due."""

    YOURS = "yours"
    SIGN = "sign"
    RISK = "risk"
    EITHER = "either"
    THEIRS = "theirs"
    OWED = "owed"
    """What falls due and costs the party something, unless it acts before."""
    DUE = "due"
    """What else falls due."""


class Listing(BaseModel):
    """Whose list a copy stands in: which party's, on which side of the relationship it is."""

    model_config = ConfigDict(frozen=True)

    party: str
    side: Side
    list: SideList


class WaitingRow(Row):
    """A row of a view that has such copies.

    ``sides`` are a relationship's provider and client, in a row that the view keeps for itself;
    ``listing`` is None but for a copy.
    """

    stream: str
    relationship: str
    sides: tuple[str, str] | None = None
    listing: Listing | None = None


W = TypeVar("W", bound=WaitingRow)


def sides_in(fact: object) -> tuple[str, str] | None:
    """Return the provider and the client, if a fact says who they are."""
    if isinstance(fact, RelationshipInvited):
        return fact.provider, fact.client
    return None


def place_of_copy(key: str, sort: str, listing: Listing) -> Place:
    """Say where the copy of a row is found: by its party alone, and in no relationship."""
    stream = _list(listing.party, listing.list)
    return Place(_key(key, listing.side), sort, stream=stream, audience=listing.party)


def query_of(party: str, name: SideList, after: tuple[str, str] | None, limit: int) -> Query:
    """Return how a page of a party's list is asked for."""
    return Query(stream=_list(party, name), audiences=(party,), after=after, limit=limit)


class EachSide(Generic[W]):
    """A view's rows; what is written for the relationship is written for its two sides as well.

    ``kept`` names the row that keeps a relationship's sides; ``listed`` tells in which list of a
    side a row stands, None for a row that nobody waits for.
    """

    def __init__(
        self,
        rows: Rows[W],
        kept: Callable[[str], str],
        listed: Callable[[W, Side], SideList | None],
    ) -> None:
        self._rows = rows
        self._kept = kept
        self._listed = listed

    def get(self, key: str) -> W | None:
        """Return the relationship's row, or None."""
        return self._rows.get(key)

    def put(self, row: W) -> None:
        """Write a row and its copies."""
        self._rows.put(row)
        if self._listed(row, Side.PROVIDER) is None:
            return
        known = self._rows.get(self._kept(row.relationship))
        if known is None or known.sides is None:
            return
        for side, party in zip((Side.PROVIDER, Side.CLIENT), known.sides, strict=True):
            name = self._listed(row, side)
            if name is not None:
                listing = Listing(party=party, side=side, list=name)
                self._rows.put(row.model_copy(update={"listing": listing}))

    def write(self, place: Place, row: bytes) -> None:
        """Write a row that is JSON already; it has no copies."""
        self._rows.write(place, row)

    def delete(self, key: str) -> None:
        """Delete a row and its copies, if they are there."""
        self._rows.delete(key)
        for side in Side:
            self._rows.delete(_key(key, side))


def _key(key: str, side: Side) -> str:
    return f"{key}@{side}"


def _list(party: str, name: SideList) -> str:
    return f"{party}/{name}"
