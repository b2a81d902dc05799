"""What fsck finds when what was published is not what the leaves lead to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.checking import Findings, check_history
from application.checking_published import check_witnesses
from application.ledger import Act, Ledger, Step
from domain.history.checkpoint import Checkpoint, origin_of, signed_checkpoint
from domain.history.merkle import EMPTY_ROOT
from domain.history.note import Note
from domain.negotiation.commands import Comment, OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from http_world import BEGINNING
from interfaces.postgres.history import open_books
from interfaces.postgres.persistence import ledger_env
from signers import KEY, ORIGIN, SECRET, sign_all
from witnesses import cosigned, witness_key

ONE, OTHER = "relationship-a", "relationship-b"


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with Ledger(ledger_env(database)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def signed(database: str, ledger: Ledger, tmp_path: Path) -> None:
    """Have two logs signed, one of them several times, with subtrees of several levels."""
    for log, sizes in ((ONE, (20, 37, 70)), (OTHER, (3,))):
        for size in sizes:
            say(ledger, log, size)
            sign_all(database, tmp_path)


def say(ledger: Ledger, log: str, size: int) -> None:
    stream = f"{log}/negotiation-x"
    before = ledger.load(NEGOTIATION, stream).version
    for number in range(before, size):
        opening = OpenNegotiation(NewAgreement(), Side.CLIENT, "Orders")
        move = Comment(f"comment-{number}", Side.CLIENT, "hello") if number else opening
        act = Act("p", None, BEGINNING, f"{stream} {number}")
        ledger.perform(act, Step(NEGOTIATION, stream, move))


def checked(database: str) -> Findings:
    with open_books(database) as books:
        return check_history(books, ORIGIN)


def after(database: str, *statements: str) -> list[str]:
    """Do something as the operator could, and return what the check says of it."""
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)
    return [str(fault) for fault in checked(database).faults]


def forged(size: int, log: str = ONE, secret: Ed25519PrivateKey = SECRET) -> str:
    """Return a note over another root, signed."""
    checkpoint = Checkpoint(origin_of(ORIGIN, log), size, EMPTY_ROOT)
    return str(signed_checkpoint(checkpoint, KEY, secret.sign).note)


def test_what_was_signed_is_what_is_found(database: str) -> None:
    findings = checked(database)
    assert (findings.faults, findings.checkpoints) == ([], 4)


def test_a_fact_rewritten_with_its_leaf_is_not_what_was_signed(database: str) -> None:
    faults = after(
        database,
        "UPDATE ledger_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
        " 'hello', 'hallo'), 'UTF8') WHERE originator_version = 30",
        "UPDATE history_leaves SET leaf_hash = history_leaf(stream, version, topic, state)"
        " FROM ledger_events WHERE originator_id = stream AND originator_version = version",
    )
    assert faults == [
        f"{ONE} subtree 4/1: its stored root is not that of its leaves",
        f"{ONE} subtree 5/0: its stored root is not that of its leaves",
        f"{ONE} checkpoint 37: its root is not that of the leaves",
        f"{ONE} subtree 6/0: its stored root is not that of its leaves",
        f"{ONE} checkpoint 70: its root is not that of the leaves",
    ]


def test_a_log_cut_off_does_not_reach_its_checkpoint(database: str) -> None:
    faults = after(
        database,
        f"DELETE FROM ledger_events WHERE originator_version > 62 AND originator_id LIKE '{ONE}%'",
        f"DELETE FROM history_leaves WHERE leaf_index > 61 AND log = '{ONE}'",
        f"UPDATE history_logs SET size = 62 WHERE log = '{ONE}'",
    )
    assert sorted(faults) == [
        f"{ONE} checkpoint 70: the log does not have so many leaves",
        f"{ONE} subtree 4/3: the log has no such leaves",
        f"{ONE} subtree 5/1: the log has no such leaves",
        f"{ONE} subtree 6/0: the log has no such leaves",
    ]


def test_a_checkpoint_of_a_log_that_is_not_there_is_found(database: str) -> None:
    faults = after(
        database,
        f"DELETE FROM ledger_events WHERE originator_id LIKE '{OTHER}%'",
        f"DELETE FROM history_leaves WHERE log = '{OTHER}'",
        f"DELETE FROM history_logs WHERE log = '{OTHER}'",
    )
    assert faults == [f"{OTHER} checkpoint 3: the log does not have so many leaves"]


def test_a_note_that_is_not_the_checkpoint_s_is_found(database: str) -> None:
    where = f"WHERE log = '{ONE}' AND size = 37"
    faults = after(database, f"UPDATE history_checkpoints SET note = '{forged(37)}' {where}")
    assert faults == [f"{ONE} checkpoint 37: its note is about another size or root"]
    other = forged(37, secret=Ed25519PrivateKey.from_private_bytes(bytes(32)))
    faults = after(database, f"UPDATE history_checkpoints SET note = '{other}' {where}")
    assert [fault for fault in faults if "not over this text" in fault] == faults
    assert len(faults) == 1


def test_a_checkpoint_changed_with_its_note_is_found_twice(database: str) -> None:
    where = f"WHERE log = '{ONE}' AND size = 37"
    faults = after(
        database,
        f"UPDATE history_checkpoints SET note = '{forged(37)}', root = '\\x{EMPTY_ROOT.hex()}'"
        f" {where}",
    )
    assert faults == [
        f"{ONE} checkpoint 37: its root is not that of the leaves",
        f"{ONE} checkpoint 37: its leaf in the service-wide log is not its own",
    ]


def test_a_checkpoint_taken_away_is_found_in_the_service_wide_log(database: str) -> None:
    faults = after(database, f"DELETE FROM history_checkpoints WHERE log = '{ONE}' AND size = 37")
    assert faults == [
        f"{ONE} checkpoint 70: leaf 1 of the service-wide log should stand here",
        "service checkpoint 2: its root is not that of the leaves",
        f"{OTHER} checkpoint 3: leaf 2 of the service-wide log should stand here",
        "service checkpoint 3: its root is not that of the leaves",
        "service checkpoint 4: the log does not have so many leaves",
    ]


def test_a_subtree_that_is_not_stored_is_found_where_a_proof_needs_it(database: str) -> None:
    faults = after(database, "DELETE FROM history_nodes WHERE level = 5 AND at = 1")
    assert faults == [f"{ONE} subtree 5/1: its root is not stored, and proofs need it"]


def test_what_the_signer_has_not_got_to_yet_is_no_fault(database: str, ledger: Ledger) -> None:
    say(ledger, ONE, 100)
    assert checked(database).faults == []


class TestWitnesses:
    @pytest.fixture(autouse=True)
    def witnessed(self, database: str) -> None:
        with psycopg.connect(database) as connection:
            for log, size in ((ONE, 70), (OTHER, 3)):
                found = connection.execute(
                    "SELECT note FROM history_checkpoints WHERE log = %s AND size = %s", (log, size)
                ).fetchone()
                assert found is not None
                line = Note.parse(cosigned(found[0], "party-a", 1_795_000_000)).signatures[-1]
                connection.execute(
                    "INSERT INTO history_cosignatures VALUES (%s, %s, %s, %s, %s, now())",
                    (log, size, line.name, line.key_id, str(line).strip()),
                )

    def faults(self, database: str, *, pinned: bool = True) -> list[str]:
        keys = [witness_key("party-a")] if pinned else []
        with open_books(database) as books:
            return [str(fault) for fault in check_witnesses(books, lambda _: keys)]

    def test_each_line_is_by_a_key_that_was_pinned(self, database: str) -> None:
        assert self.faults(database) == []

    def test_a_line_by_any_other_key_is_found(self, database: str) -> None:
        place = f"{OTHER} checkpoint 3 cosigned by {ORIGIN}/party-a"
        assert f"{place}: the line is by no witness key of its party" in self.faults(
            database, pinned=False
        )

    def test_a_line_under_another_checkpoint_is_found(self, database: str) -> None:
        after(
            database,
            "UPDATE history_cosignatures SET line ="
            f" (SELECT line FROM history_cosignatures WHERE log = '{ONE}') WHERE log = '{OTHER}'",
        )
        (fault,) = self.faults(database)
        assert fault.startswith(f"{OTHER} checkpoint 3 cosigned by {ORIGIN}/party-a: the signature")
