"""The published history in PostgreSQL, as readers and witnesses find it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from application.history import Cosigned, Leaf, Shown, SignerStanding, Subtree
from domain.history.checkpoint import SERVICE_LOG
from domain.history.merkle import Hash
from interfaces.postgres.views import Pool, fetch

_SHOWN: Final[LiteralString] = (
    "SELECT log, size, note, signed_at, service_index FROM history_checkpoints WHERE log = %s"
)
_COSIGNED: Final[LiteralString] = (
    "SELECT size, witness, key_id, line, cosigned_at FROM history_cosignatures WHERE log = %s"
)
_COSIGN: Final[LiteralString] = (
    "INSERT INTO history_cosignatures AS known (log, size, witness, key_id, line, cosigned_at)"
    " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (log, size, witness, key_id)"
    " DO UPDATE SET line = excluded.line, cosigned_at = excluded.cosigned_at"
    " WHERE known.cosigned_at < excluded.cosigned_at"
)
_LEAVES: Final[dict[bool, LiteralString]] = {
    False: "SELECT leaf_index, leaf_hash FROM history_leaves"
    " WHERE log = %s AND leaf_index = ANY(%s::bigint[])",
    True: "SELECT service_index, service_leaf FROM history_checkpoints"
    " WHERE %s <> '' AND service_index = ANY(%s::bigint[])",
}
# The limit keeps each look-up one of the primary key: joined, the planner reads the whole log.
_NODES: Final[LiteralString] = (
    "SELECT wanted.level, wanted.at, found.hash"
    " FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, at)"
    " CROSS JOIN LATERAL (SELECT hash FROM history_nodes AS node"
    " WHERE log = %s AND node.level = wanted.level AND node.at = wanted.at LIMIT 1) AS found"
)
_SIGNER: Final[LiteralString] = (
    "SELECT (SELECT signed_at FROM history_checkpoints WHERE log = 'service'"
    " ORDER BY size DESC LIMIT 1), (SELECT count(*) FROM history_alarms)"
)


class PostgresShelf:
    """Checkpoints, subtrees and leaves, each read by its key."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def signing_key(self) -> bytes | None:
        """Return the public key that checkpoints are signed with now, None before the first."""
        found = fetch(
            self._pool, "SELECT public FROM history_signers ORDER BY since DESC LIMIT 1", ()
        )
        return bytes(found[0][0]) if found else None

    def signer(self) -> SignerStanding:
        """Return how the signer stands."""
        return SignerStanding(*fetch(self._pool, _SIGNER, ())[0])

    def checkpoint(self, log: str, size: int | None = None) -> Shown | None:
        """Return a log's checkpoint at a size, or the latest."""
        if size is None:
            found = fetch(self._pool, _SHOWN + " ORDER BY size DESC LIMIT 1", (log,))
        else:
            found = fetch(self._pool, _SHOWN + " AND size = %s", (log, size))
        return Shown(*found[0]) if found else None

    def cosigned(self, log: str, size: int) -> list[Cosigned]:
        """Return what witnesses put under a checkpoint, by witness."""
        query = _COSIGNED + " AND size = %s ORDER BY witness, key_id"
        return [Cosigned(*row) for row in fetch(self._pool, query, (log, size))]

    def latest_cosigned(self, log: str, beyond: int, most: int) -> list[Cosigned]:
        """Return the cosignatures of checkpoints with more leaves than ``beyond``, latest first."""
        query = _COSIGNED + " AND size > %s ORDER BY size DESC, witness LIMIT %s"
        return [Cosigned(*row) for row in fetch(self._pool, query, (log, beyond, most))]

    def cosign(self, log: str, cosigned: Cosigned) -> None:
        """Put a witness's line under a checkpoint; a later one of the same key takes its place."""
        size, witness = cosigned.size, cosigned.witness
        row = (log, size, witness, cosigned.key_id, cosigned.line, cosigned.at)
        with self._pool.connection() as connection:
            connection.execute(_COSIGN, row)

    def leaf(self, stream: str, version: int) -> Leaf | None:
        """Return where a fact's leaf stands, None for a fact that was not recorded."""
        found = fetch(
            self._pool,
            "SELECT log, leaf_index, leaf_hash FROM history_leaves"
            " WHERE stream = %s AND version = %s",
            (stream, version),
        )
        return Leaf(*found[0]) if found else None

    def leaves(self, log: str, spans: Sequence[tuple[int, int]]) -> dict[int, Hash]:
        """Return the leaves of some spans, from and before, by index."""
        indexes = [index for start, stop in spans for index in range(start, stop)]
        return dict(fetch(self._pool, _LEAVES[log == SERVICE_LOG], (log, indexes)))

    def nodes(self, log: str, subtrees: Sequence[Subtree]) -> dict[Subtree, Hash]:
        """Return the roots of full subtrees of the stored levels."""
        levels, places = [level for level, _ in subtrees], [at for _, at in subtrees]
        rows = fetch(self._pool, _NODES, (levels, places, log))
        return {(level, at): node for level, at, node in rows}
