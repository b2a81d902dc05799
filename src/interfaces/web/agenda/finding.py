"""Finding things by their words: only what the visitor may see is ever looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from application.projections.base import Query
from application.projections.findable import FindableRow
from application.projections.paging import every
from application.projections.relationships import RelationshipRow
from domain.values.ids import kind_of
from interfaces.web.figures import words
from interfaces.web.navigation import address
from interfaces.web.places import RelationshipPlace, party_name, place
from interfaces.web.visits import Visit

MOST_RELATIONSHIPS: Final = 200
CHUNK: Final = 500
LONGEST: Final = 160


@dataclass(frozen=True)
class Found:
    """Something that was found: what it is, where, and the words it was found by."""

    kind: str
    title: str
    said: str
    to: str


def found(visit: Visit, asked: str) -> Iterator[Found]:
    """Yield what has all of the words that are asked for, as parts of its words or its id."""
    wanted = tuple(asked.casefold().split())
    if not wanted or visit.principal.party is None:
        return
    mine = visit.house.relating.mine(visit.asked, None, MOST_RELATIONSHIPS)
    yield from _parties(visit, mine, wanted)
    yield from _services(visit, mine, wanted)
    for row in reversed(mine):
        # Looking through what an auditor may see is put on record, as reading it is.
        yield from _within(visit, place(visit, row.relationship, "search"), wanted)


def _parties(visit: Visit, mine: list[RelationshipRow], wanted: tuple[str, ...]) -> Iterator[Found]:
    for row in mine:
        names = [party_name(visit, party) for party in (row.provider, row.client)]
        ids = (row.relationship, row.provider, row.client)
        if _has(wanted, *names, row.purpose, *ids):
            yield Found(
                "relationship", " · ".join(names), row.purpose, f"/relationships/{row.relationship}"
            )


def _services(
    visit: Visit, mine: list[RelationshipRow], wanted: tuple[str, ...]
) -> Iterator[Found]:
    others = (
        row.client if row.seat == "provider" else row.provider
        for row in mine
        if row.seat != "auditor" and row.status == "joined"
    )
    board = visit.house.projections.service_catalogue
    for party in dict.fromkeys((str(visit.principal.party), *others)):
        visit.house.offering.admit(visit.asked, party)
        for row in every(visit.house.shown.view(board), board, Query(stream=party, limit=CHUNK)):
            levels = " ".join(f"{level.name} {level.indicator}" for level in row.levels)
            if _has(wanted, row.name, row.code, row.description, levels, row.offering):
                said = f"{party_name(visit, party)} · {_short(row.description)}"
                yield Found("service", row.name, said, f"/services/{row.offering}")


def _within(visit: Visit, here: RelationshipPlace, wanted: tuple[str, ...]) -> Iterator[Found]:
    board = visit.house.projections.findable
    after: tuple[str, str] | None = None
    names = (here.provider, here.client)
    while True:
        query = Query(relationship=here.id, after=after, limit=CHUNK, descending=True)
        rows = visit.house.reading.page(board, here.seat, query)
        for row in rows:
            identifier = row.stream if "/" in "".join(wanted) else row.stream.rpartition("/")[2]
            own = (row.title, *row.words.values(), identifier)
            # A party's name narrows a search down; by itself it finds the relationship.
            if _has(wanted, *own, *names) and any(_has((one,), *own) for one in wanted):
                yield _found(row, here, wanted)
        if len(rows) < CHUNK:
            return
        after = (rows[-1].stream, rows[-1].stream)


def _found(row: FindableRow, here: RelationshipPlace, wanted: tuple[str, ...]) -> Found:
    fits = (text for text in row.words.values() if any(one in text.casefold() for one in wanted))
    said = next(fits, next(iter(row.words.values()), ""))
    return Found(
        words(kind_of(row.stream)),
        row.title,
        f"{here.name} · {_short(said)}" if said else here.name,
        address(row.stream),
    )


def _has(wanted: tuple[str, ...], *texts: str) -> bool:
    """Tell whether every word that is wanted is a part of some text."""
    said = "\n".join(texts).casefold()
    return all(one in said for one in wanted)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
