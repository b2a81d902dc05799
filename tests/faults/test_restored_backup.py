"""The database is set back to a copy: what is gone is named, nothing is signed over it.

All as the runbook has it: the copy, the restore, what the signer says, the new name.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest

from application.ledger import Ledger
from faults.calling import Connection
from faults.checker import check
from faults.installation import Installation, until
from faults.servers import copied, put_back
from faults.trying import ENOUGH, Trial
from faults.verdicts import bundle, contracts, pins, verdict
from faults.workload import Workload
from interfaces.postgres.persistence import ledger_env

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

PUBLISHED: Final = (
    "history_checkpoints, history_cosignatures, history_nodes, history_signers, history_alarms"
)


@pytest.fixture
def own() -> Iterator[Installation]:
    """Lend an installation with an embedded server of its own, to be set back."""
    with tempfile.TemporaryDirectory(prefix="parley-restored-") as home:
        server = Installation(Path(home), web_processes=1)
        yield server.start()
        server.discard()


def test_a_database_that_is_set_back_is_found_out_and_goes_on_under_another_name(
    own: Installation,
) -> None:
    with own.pair() as pair:
        trial = Trial("backup restored to an earlier point", own, pair)
        with trial.load():
            trial.until_acknowledged(enough=ENOUGH // 2)
            signed = until("one is in force", lambda: contracts(own, pair, "in-force"))[0]
            bundle(own, pair, signed)
            before = {move.key for move, _ in trial.books.acknowledged}
            copy = copied(own.postgres, own.home / "copy")
            trial.until_acknowledged(enough=ENOUGH // 2)
        own.wrong()
        trial.observer.look()
        own.stop()
        put_back(own.postgres, copy)
        own.start()

        said_by_signer(own, pair.relationship)
        lost = said_by_checker(trial, before)
        said_by_verifier(trial, signed)
        retried(trial, lost)
        under_another_name(trial)


def said_by_signer(own: Installation, relationship: str) -> None:
    """The signer refuses, alarms, and says why."""

    def alarms() -> dict[str, str]:
        with psycopg.connect(own.dsn) as connection:
            return dict(connection.execute("SELECT log, because FROM history_alarms").fetchall())

    found = until("the signer alarms", alarms)
    assert set(found) & {"service", relationship}, found
    assert "refusing to sign" in own.said() or own.logged("refusing to sign")
    ready = Connection(own.port)
    shown = json.loads(ready.send("GET", "/health/ready").body)
    ready.close()
    assert shown["signer"]["refused"] == len(found)


def said_by_checker(trial: Trial, before: set[str]) -> list[str]:
    """What is lost is named, all of it and nothing else; return the keys."""
    own, books = trial.installation, trial.books
    findings = check(own.dsn, books.for_the_checker(), trial.seen)
    with psycopg.connect(own.dsn) as connection:
        there = {key for (key,) in connection.execute("SELECT key FROM ledger_keys")}
    lost = [move.key for move, _ in books.acknowledged if move.key not in there]
    assert lost, "nothing was lost"
    assert not before & set(lost), "what was there before the copy is there after it"
    named = [one for one in findings if one.startswith("acknowledged and lost")]
    assert len(named) == len(lost)
    assert any(one.startswith("checkpoint taken back") for one in findings)
    return lost


def said_by_verifier(trial: Trial, contract: str) -> None:
    """Who holds a checkpoint finds the tail missing."""
    own, pair, observer = trial.installation, trial.pair, trial.observer
    assert observer.key is not None
    held = observer.held(pair.relationship)[-1:]
    packed = bundle(own, pair, contract)
    said, faults = verdict(own.home, packed, pins(pair, observer.key), held)
    assert said == "refused"
    assert any("by the checkpoint held" in fault["because"] for fault in faults), faults


def retried(trial: Trial, lost: list[str]) -> None:
    """Clients send again what was lost: each gets a clear answer, and that one is kept."""
    own, books = trial.installation, trial.books
    answers = {}
    for move in [move for move, _ in books.acknowledged if move.key in lost]:
        answers[move.key] = (move, Workload.ask_again(own, move))
    kept = [(move, answer) for move, answer in answers.values() if answer.yes]
    assert kept, "nothing could be recorded anew"
    books.acknowledged = [one for one in books.acknowledged if one[0].key not in lost] + kept
    for move, answer in kept:
        assert Workload.ask_again(own, move) == answer
    trial.tally.note = (
        f"{len(lost)} lost with the database and named; of those {len(kept)} recorded anew under "
        f"the same key, {len(lost) - len(kept)} refused because what they were about is gone"
    )
    with psycopg.connect(own.dsn) as connection:
        assert connection.execute("SELECT count(*) FROM history_alarms").fetchone() != (0,)


def under_another_name(trial: Trial) -> None:
    """What was published is put aside; from then on all is signed under a second name."""
    own = trial.installation
    own.stop()
    own.postgres.start()
    with psycopg.connect(own.dsn) as connection:
        connection.execute(f"TRUNCATE {PUBLISHED}".encode())
    own.postgres.stop()
    own.more |= {"PARLEY_ORIGIN": "parley.localhost/2", "PARLEY_SIGNER_HOME": str(own.home / "s2")}
    own.start()
    trial.rename("parley.localhost/2")
    with Ledger(ledger_env(own.dsn)) as ledger:
        trial.pair.ledger = ledger  # the one from before knows what is gone
        with trial.load():
            trial.until_acknowledged(enough=ENOUGH // 4)
    trial.settle(trial.tally.note)
