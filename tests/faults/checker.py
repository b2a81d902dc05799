"""What must hold of a ledger after any fault, looked up in the database itself.

- No acknowledged request is missing: its key stands for facts that are there.
- No request was recorded twice: a key's facts are one unbroken run in each stream they are in.
- Every stream counts 1..n without a gap.
- No offer was both accepted and withdrawn.
- Every fact has its leaf, leaves are dense and in the order of commits, and what was published is
  what they lead to.
- Every checkpoint that a client saw is one of a prefix of what is there.
- Every signed acceptance, and every signature, is the signer's over exactly what was on the table.
- Every view holds exactly the rows that a replay from nothing leads to.

Where relationships live in several databases, what holds holds of all of them together: a fact or a
key that is in two of them is there twice. Each has the views of its own facts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg.rows import dict_row

from application.checking import check_history
from application.history import Leaf
from application.mapper import FactMapper
from application.ports import KeyRecord
from application.projections.base import Projection
from application.recorded import Positioned, Recorded
from domain.history.merkle import Hash
from domain.negotiation.facts import OfferAccepted, OfferWithdrawn
from faults.checker_of_history import Leaves, taken_back
from faults.checker_of_signatures import unsigned_yes
from faults.told import Acknowledged
from interfaces.composition import projections
from interfaces.memory.views import MemoryViewStore
from interfaces.partitions.books import open_all_books
from key_rings import KeysRead, mapper_with
from signers import ORIGIN

__all__ = ["Acknowledged", "check"]

Rows = dict[str, tuple[Any, ...]]
NONE: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Books:
    """Everything the database holds, read once."""

    events: tuple[Positioned, ...]
    keys: tuple[KeyRecord, ...]
    views: dict[str, Rows]
    leaves: Leaves
    """Where each fact's leaf stands, and what it is, by stream and version."""
    service_leaves: tuple[Hash, ...]


def check(
    dsn: str,
    acknowledged: Iterable[Acknowledged] = (),
    seen: Iterable[str] = (),
    *,
    origins: Sequence[str] = (ORIGIN,),
    partitions: Mapping[str, str] = NONE,
) -> list[str]:
    """Return what does not hold, one sentence each; nothing when all is well.

    ``seen`` are the notes of checkpoints that clients were shown, at any time before. ``origins``
    are the names that the service signed under, the present one last. ``partitions`` are the
    databases besides the first one, by name. Each finding begins with its kind and a colon.
    """
    told = tuple(acknowledged)
    parts = [read(one, keys_in=dsn) for one in (dsn, *partitions.values())]
    books = together(parts)
    with open_all_books(dsn, partitions) as opened:
        faults = check_history(opened, origins[-1]).faults
    return [
        *missing(books, told),
        *doubled(books),
        *gaps(books),
        *contradictions(books),
        *(f"history: {fault}" for fault in faults),
        *taken_back(seen, books.leaves, books.service_leaves, origins[-1]),
        *unsigned_yes(books.events, books.leaves, told, origins),
        *(fault for part in parts for fault in stale(part)),
    ]


def together(parts: Sequence[Books]) -> Books:
    """Return the books of all partitions as one, home's first; without views, which each has.

    A key that is only claimed at home says nothing by itself: what it stands for is elsewhere.
    """
    return Books(
        tuple(event for part in parts for event in part.events),
        tuple(key for part in parts for key in part.keys),
        {},
        {place: leaf for part in parts for place, leaf in part.leaves.items()},
        parts[0].service_leaves,
    )


def read(dsn: str, *, keys_in: str | None = None) -> Books:
    """Read the ledger, its keys and the views in one snapshot.

    ``keys_in`` is the database of the key ring, if that is another one.
    """
    with psycopg.connect(dsn, row_factory=dict_row) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        stored = connection.execute(
            "SELECT originator_id, originator_version, topic, state, notification_id"
            " FROM ledger_events ORDER BY notification_id"
        ).fetchall()
        keys = connection.execute(
            "SELECT principal, key, fingerprint, stream, first_version, last_version"
            " FROM ledger_keys WHERE first_version IS NOT NULL"
        ).fetchall()
        leaves = connection.execute(
            "SELECT stream, version, log, leaf_index, leaf_hash FROM history_leaves"
        ).fetchall()
        service = connection.execute(
            "SELECT service_leaf FROM history_checkpoints WHERE service_index IS NOT NULL"
            " ORDER BY service_index"
        ).fetchall()
        rows = connection.execute(
            "SELECT view, key, relationship, stream, audience, sort, due, row FROM view_rows"
        ).fetchall()
    with psycopg.connect(keys_in or dsn) as connection:
        sealed_with = connection.execute("SELECT subject, key FROM subject_keys").fetchall()
    mapper = mapper_with(KeysRead(dict(sealed_with)))
    events = tuple(Positioned(row.pop("notification_id"), _event(mapper, row)) for row in stored)
    views: dict[str, Rows] = defaultdict(dict)
    for row in rows:
        view, key, *rest = row.values()
        views[view][key] = tuple(rest)
    return Books(
        events,
        tuple(KeyRecord(**row) for row in keys),
        dict(views),
        {
            (row["stream"], row["version"]): Leaf(row["log"], row["leaf_index"], row["leaf_hash"])
            for row in leaves
        },
        tuple(row["service_leaf"] for row in service),
    )


def missing(books: Books, acknowledged: Iterable[Acknowledged]) -> Iterator[str]:
    """Name the acknowledged requests that the ledger does not hold as they were answered."""
    known = {record.key: record for record in books.keys}
    for one in acknowledged:
        record = known.get(one.key)
        if record is None:
            yield f"acknowledged and lost: nothing is recorded under key {one.key}"
        elif one.stream is not None and (one.stream, one.version) != (
            record.stream,
            record.last_version,
        ):
            yield (
                f"answered otherwise than recorded: key {one.key} led to {record.stream} version "
                f"{record.last_version}, the answer said {one.stream} version {one.version}"
            )
    versions = {(event.event.stream, event.event.version) for event in books.events}
    for record in books.keys:
        for version in range(record.first_version, record.last_version + 1):
            if (record.stream, version) not in versions:
                yield f"lost event: key {record.key} led to {record.stream} version {version}"


def doubled(books: Books) -> Iterator[str]:
    """Name the requests whose facts are there more than once, or under no known key."""
    records = {(record.principal, record.key): record for record in books.keys}
    if len(records) < len(books.keys):
        every = Counter((record.principal, record.key) for record in books.keys)
        for (by, key), times in every.items():
            if times > 1:
                yield f"doubled key: {key} of {by} is recorded in {times} databases"
    found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for event in (positioned.event for positioned in books.events):
        found[event.by, event.key, event.stream].append(event.version)
    for (by, key, stream), versions in found.items():
        record = records.get((by, key))
        first, last = min(versions), max(versions)
        if record is None:
            yield f"unaccounted for: key {key} of {by} is not known, but led to {stream}"
        elif record.stream == stream:
            first, last = record.first_version, record.last_version
        if sorted(versions) != list(range(first, last + 1)):
            yield f"doubled key: {key} led to versions {versions} of {stream}"


def gaps(books: Books) -> Iterator[str]:
    """Name the streams whose versions are not 1..n in the order in which they were recorded."""
    streams: dict[str, list[int]] = defaultdict(list)
    for positioned in books.events:
        streams[positioned.event.stream].append(positioned.event.version)
    for stream, versions in streams.items():
        if versions != list(range(1, len(versions) + 1)):
            yield f"gap: {stream} has versions {versions}"


def contradictions(books: Books) -> Iterator[str]:
    """Name the offers that were both accepted and withdrawn."""
    facts = [(one.event.stream, one.event.fact) for one in books.events]
    accepted = {(stream, fact.offer) for stream, fact in facts if isinstance(fact, OfferAccepted)}
    withdrawn = {(stream, fact.offer) for stream, fact in facts if isinstance(fact, OfferWithdrawn)}
    for stream, offer in sorted(accepted & withdrawn):
        yield f"both accepted and withdrawn: {offer} in {stream}"


def stale(books: Books) -> Iterator[str]:
    """Name the view rows that a replay from nothing would not lead to, or not so."""
    for projection in projections().all():
        fresh, kept = replayed(projection, books), books.views.get(projection.name, {})
        for key in sorted(fresh.keys() | kept.keys()):
            if fresh.get(key) != kept.get(key):
                yield (
                    f"stale view: row {key} of {projection.name} is {kept.get(key)}, "
                    f"replayed it is {fresh.get(key)}"
                )


def replayed(projection: Projection[Any], books: Books) -> Rows:
    """Return the rows that the ledger leads to, as the database would hold them."""
    store = MemoryViewStore()
    store.advance(projection, books.events)
    rows: Rows = {}
    for row in store._rows(projection).rows.values():  # noqa: SLF001 - all of them, in no order
        place = projection.place(row)
        rows[place.key] = (
            place.relationship,
            place.stream,
            place.audience,
            place.sort,
            place.due,
            row.model_dump(mode="json"),
        )
    return rows


def _event(mapper: FactMapper, row: dict[str, Any]) -> Recorded:
    return mapper.to_domain_event(StoredEvent(*row.values()))
