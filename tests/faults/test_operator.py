"""Whoever runs the database rewrites what is in it: ``fsck`` names the place, and so do others.

The operator is superuser, and no trigger runs. Others are whoever verifies a bundle.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
import pytest

from application.checking import check_history
from application.faults import Fault
from domain.values.sides import Side
from faults.installation import Installation, until
from faults.pair import Pair, stream_of
from faults.trying import Trial
from faults.verdicts import bundle, contracts, pins, verdict
from interfaces.postgres.history import open_books

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

LEAF_AGAIN: Final = (
    "UPDATE history_leaves SET leaf_hash = history_leaf(stream, version, topic, state)"
    " FROM ledger_events WHERE originator_id = stream AND originator_version = version"
    " AND stream = %(stream)s AND version = %(version)s"
)
REWRITE: Final = (
    "UPDATE ledger_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
    " '12000.00', '92000.00'), 'UTF8')"
    " WHERE originator_id = %(stream)s AND originator_version = %(version)s"
)
DROP: Final = (
    "DELETE FROM ledger_events"
    " WHERE originator_id = %(stream)s AND originator_version = %(version)s"
)
DROP_LEAF: Final = "DELETE FROM history_leaves WHERE stream = %(stream)s AND version = %(version)s"
LIFT: Final = (
    "UPDATE ledger_events SET originator_version = -originator_version"
    " WHERE originator_id = %(stream)s AND originator_version IN (%(version)s, %(version)s - 1)"
)
LAY_DOWN: Final = (
    "UPDATE ledger_events SET originator_version = 2 * %(version)s - 1 + originator_version"
    " WHERE originator_id = %(stream)s AND originator_version < 0"
)


@dataclass(frozen=True)
class Deed:
    """What an operator does, and what ``fsck`` says of it."""

    name: str
    statements: tuple[str, ...]
    fsck: str


DEEDS: Final = (
    Deed("rewrite a fact", (REWRITE,), "not the one its leaf was made of"),
    Deed("rewrite it with its leaf", (REWRITE, LEAF_AGAIN), "root"),
    Deed("drop a fact", (DROP,), "the fact is gone"),
    Deed("drop it with its leaf", (DROP, DROP_LEAF), "should stand here"),
    Deed("exchange two facts", (LIFT, LAY_DOWN), "not the one its leaf was made of"),
)


def test_whatever_an_operator_rewrites_is_named_by_place(
    installation: Installation, pair: Pair
) -> None:
    trial = Trial("operator rewrites rows as superuser", installation, pair)
    assert trial.observer.key is None
    with trial.load():
        trial.until_acknowledged()
        contract = until("one is signed", lambda: contracts(installation, pair))[0]
        bundle(installation, pair, contract)
    installation.wrong()
    for deed in DEEDS:
        found_out(trial, contract, deed)
    with trial.load():
        trial.until_acknowledged(enough=5)
    trial.settle(trial.tally.note)


def found_out(trial: Trial, contract: str, deed: Deed) -> None:
    """Do it, look with both, and put it right again."""
    installation, pair = trial.installation, trial.pair
    stream, version = signed_offer(installation, contract)
    place = f"{stream} version {version}"
    key = trial.observer.key
    assert key is not None
    with rewritten(installation.dsn, deed, stream, version):
        faults = fsck(installation)
        assert any(
            deed.fsck in one.because and (stream in one.place or pair.relationship in one.place)
            for one in faults
        ), (deed.name, place, faults[:10])
        packed = exported(trial, contract)
        if packed is not None:
            said, against = verdict(installation.home, packed, pins(pair, key))
            assert (said, against != []) == ("refused", True), (deed.name, said)
        trial.tally.note += f"{deed.name}: {'no bundle' if packed is None else 'refused'}; "
    assert fsck(installation) == []


def exported(trial: Trial, contract: str) -> bytes | None:
    """Return a contract's bundle; None when the service says that it cannot make one any more."""
    connection = trial.installation.call(trial.pair.lead[Side.CLIENT])
    try:
        answered = connection.get(f"{contract}/audit")
    finally:
        connection.close()
    if answered.yes:
        return answered.body
    assert b"history-broken" in answered.body, answered
    return None


def signed_offer(installation: Installation, contract: str) -> tuple[str, int]:
    """Return where the offer stands that a contract came from."""
    with psycopg.connect(installation.dsn) as connection:
        found = connection.execute(
            "SELECT e.originator_id, e.originator_version FROM ledger_events e"
            " JOIN ledger_events c ON c.originator_id = %s AND c.originator_version = 1"
            " AND convert_from(c.state, 'UTF8')::jsonb #>> '{fact,negotiation}' = e.originator_id"
            " WHERE e.topic LIKE 'negotiation.ProposalMade/%%'"
            " AND convert_from(e.state, 'UTF8')::jsonb #>> '{fact,offer,id}'"
            " = convert_from(c.state, 'UTF8')::jsonb #>> '{fact,offer}'",
            (stream_of(contract).replace("/contracts/", "/"),),
        ).fetchone()
    assert found is not None
    return found


@contextmanager
def rewritten(dsn: str, deed: Deed, stream: str, version: int) -> Iterator[None]:
    """Do an operator's deed without any trigger, and undo it row by row."""
    tables = {"ledger_events": "originator_id", "history_leaves": "stream"}
    asked = {"stream": stream, "version": version}
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute("SET session_replication_role = replica")
        for table, name in tables.items():
            kept = f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table} WHERE {name} = "
            admin.execute(f"{kept} '{stream}'".encode())
        try:
            with admin.transaction():
                for statement in deed.statements:
                    assert admin.execute(statement.encode(), asked).rowcount > 0, deed.name
            yield
        finally:
            with admin.transaction():
                for table, name in tables.items():
                    admin.execute(f"DELETE FROM {table} WHERE {name} = '{stream}'".encode())
                    admin.execute(f"INSERT INTO {table} TABLE kept_{table}".encode())


def fsck(installation: Installation) -> list[Fault]:
    """Return what ``parley fsck`` names of the history."""
    with open_books(installation.dsn) as books:
        return list(check_history(books, installation.origins[-1]).faults)
