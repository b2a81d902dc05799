"""The files of documents and the open signing rounds, in PostgreSQL."""

from __future__ import annotations

from typing import Any, Final, LiteralString

from psycopg.rows import TupleRow

from application.document_ports import Holed, Round
from domain.values.canonical import Digest
from domain.values.sides import Side
from interfaces.postgres.views import Pool

_KEEP: Final[LiteralString] = (
    "INSERT INTO document_revisions (document, digest, pdf) VALUES (%s, %s, %s)"
    " ON CONFLICT (document, digest) DO NOTHING"
)
_OPEN: Final[LiteralString] = (
    "INSERT INTO document_rounds (round, document, side, person, revision, chain, pdf,"
    " attributes, digest, hole_start, hole_end, expires_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (document, side) DO UPDATE SET round = EXCLUDED.round,"
    " person = EXCLUDED.person, revision = EXCLUDED.revision, chain = EXCLUDED.chain,"
    " pdf = EXCLUDED.pdf, attributes = EXCLUDED.attributes, digest = EXCLUDED.digest,"
    " hole_start = EXCLUDED.hole_start, hole_end = EXCLUDED.hole_end,"
    " expires_at = EXCLUDED.expires_at"
)
_ROUND: Final[LiteralString] = (
    "SELECT round, document, side, person, revision, chain, pdf, attributes, digest,"
    " hole_start, hole_end, expires_at FROM document_rounds WHERE document = %s AND round = %s"
)


class PostgresCabinet:
    """Keeps what the facts only name."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def keep(self, document: str, digest: Digest, pdf: bytes) -> None:
        """Keep a revision; keeping it again is the same."""
        self._run(_KEEP, (document, digest, pdf))

    def revision(self, document: str, digest: Digest) -> bytes | None:
        """Return a revision of a document, or None."""
        found = self._run(
            "SELECT pdf FROM document_revisions WHERE document = %s AND digest = %s",
            (document, digest),
        )
        return bytes(found[0][0]) if found else None

    def open(self, opened: Round) -> None:
        """Keep a round; it takes the place of the side's earlier one on the same document."""
        holed = opened.holed
        self._run(
            _OPEN,
            (
                opened.id,
                opened.document,
                str(opened.side),
                opened.person,
                opened.revision,
                list(opened.chain),
                holed.pdf,
                holed.attributes,
                holed.digest,
                *holed.hole,
                opened.expires_at,
            ),
        )

    def round(self, document: str, name: str) -> Round | None:
        """Return an open round of a document, or None."""
        found = self._run(_ROUND, (document, name))
        return _round(found[0]) if found else None

    def close(self, name: str) -> None:
        """Forget a round."""
        self._run("DELETE FROM document_rounds WHERE round = %s", (name,))

    def _run(self, statement: LiteralString, parameters: tuple[Any, ...]) -> list[TupleRow]:
        with self._pool.connection() as connection:
            done = connection.execute(statement, parameters)
            return done.fetchall() if done.description is not None else []


def _round(row: TupleRow) -> Round:
    name, document, side, person, revision, chain, *holed, start, end, expires_at = row
    pdf, attributes, digest = (bytes(part) for part in holed)
    return Round(
        name,
        document,
        Side(side),
        person,
        Digest(revision),
        tuple(bytes(one) for one in chain),
        Holed(pdf, attributes, digest, (start, end)),
        expires_at,
    )
