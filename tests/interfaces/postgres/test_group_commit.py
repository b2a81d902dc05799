"""Callers who come at the same time share a commit, and each is judged and told for itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from signal import SIGUSR2, pthread_kill, signal
from threading import Event, Lock, current_thread, main_thread

import psycopg
import pytest
from eventsourcing.persistence import (
    DataError,
    IntegrityError,
    OperationalError,
    StoredEvent,
)
from psycopg.rows import TupleRow

from append_races import TOPIC, How, altered_append, ledger_with_queue, writers, wrongly_told
from application.errors import OutcomeUnknown
from application.ports import KeyRecord
from interfaces.postgres.group_commit import Append, GroupCommit, Verdict
from interfaces.postgres.persistence import KeyedPostgresRecorder

PATIENCE = 30.0
SLOWLY = "\nPERFORM pg_sleep(random() * 0.004);\nEND"
OVERTAKEN = """
    IF EXISTS (SELECT FROM unnest(stream, version) AS e (stream, version)
            WHERE e.stream LIKE 'relationship-0-0/%' AND e.version = 1) THEN
        FOR patience IN 1..3000 LOOP
            EXIT WHEN (SELECT max(l.notification_id) FROM ledger_events l)
                > (SELECT max(l.notification_id) FROM ledger_events l
                    WHERE l.originator_id = ANY(stream));
            PERFORM pg_sleep(0.01);
        END LOOP;
        PERFORM pg_sleep(1);
    END IF;
END"""
"""Somebody's first append takes until a later one is there to be read, and a second more."""


def an_append(stream: str, version: int = 1, key: str | None = None) -> Append:
    record = None if key is None else KeyRecord("somebody", key, "", stream, version, version)
    return Append([StoredEvent(stream, version, TOPIC, b"{}")], record)


class Disk:
    """Something that appends are written to, slowly the first time; it notes what it was given."""

    def __init__(self, answer: Callable[[Append], Verdict] | None = None) -> None:
        self.batches: list[list[Append]] = []
        self.go_on = Event()
        self.begun = Event()
        self._answer = answer or (lambda _: [1])

    def write(self, appends: Sequence[Append]) -> list[Verdict]:
        first = not self.batches
        self.batches.append(list(appends))
        if first:
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
        return [self._answer(append) for append in appends]

    def while_it_is_busy(self, commits: GroupCommit, *appends: Append) -> list[object]:
        """Append once, and then, while that is being written, all these; return the answers."""
        with ThreadPoolExecutor(len(appends) + 1) as callers:
            first = callers.submit(commits.append, an_append("first"))
            assert self.begun.wait(PATIENCE)
            others = []
            for number, append in enumerate(appends, start=1):
                others.append(callers.submit(commits.append, append))
                _until(lambda queued=number: commits.waiting == queued)
            self.go_on.set()
            first.result(PATIENCE)
            return [other.exception(PATIENCE) or other.result() for other in others]


def _until(what: Callable[[], bool]) -> None:
    wait = Event()
    for _ in range(3000):
        if what():
            return
        wait.wait(0.01)
    raise AssertionError("waited in vain")


class TestWhoComesWhileAnotherWrites:
    def test_is_written_with_all_who_wait(self) -> None:
        disk = Disk()
        disk.while_it_is_busy(
            GroupCommit(disk.write), *(an_append(f"stream-{number}") for number in range(5))
        )
        assert [len(batch) for batch in disk.batches] == [1, 5]

    def test_is_told_its_own_answer(self) -> None:
        disk = Disk(lambda append: [append.events[0].originator_version])
        answers = disk.while_it_is_busy(
            GroupCommit(disk.write), *(an_append(f"stream-{number}", number) for number in (7, 8))
        )
        assert answers == [[7], [8]]

    def test_waits_for_the_commit_after_when_there_are_too_many(self) -> None:
        disk = Disk()
        commits = GroupCommit(disk.write, largest=2)
        disk.while_it_is_busy(commits, *(an_append(f"stream-{number}") for number in range(5)))
        assert [len(batch) for batch in disk.batches] == [1, 2, 2, 1]


class TestAtMostOneAppend:
    def test_to_a_stream_is_in_a_commit_and_those_after_it_keep_their_order(self) -> None:
        disk = Disk()
        appends = [an_append("a", 1), an_append("b", 1), an_append("a", 2), an_append("a", 3)]
        disk.while_it_is_busy(GroupCommit(disk.write), *appends)
        written = [[one.events[0].originator_version for one in batch] for batch in disk.batches]
        assert written == [[1], [1, 1], [2], [3]]

    def test_of_a_key_is_in_a_commit(self) -> None:
        disk = Disk()
        disk.while_it_is_busy(
            GroupCommit(disk.write), an_append("a", key="same"), an_append("b", key="same")
        )
        assert [len(batch) for batch in disk.batches] == [1, 1, 1]

    def test_that_touches_several_streams_holds_back_who_touches_one_of_them(self) -> None:
        disk = Disk()
        both = Append([*an_append("a").events, *an_append("b").events], None)
        disk.while_it_is_busy(GroupCommit(disk.write), an_append("a"), both, an_append("b", 2))
        assert [len(batch) for batch in disk.batches] == [1, 1, 1, 1]


class TestOneThatFails:
    def test_is_refused_alone(self) -> None:
        refused = IntegrityError("version 1 of b is taken")
        disk = Disk(lambda append: refused if append.events[0].originator_id == "b" else [4])
        a, b, c = disk.while_it_is_busy(
            GroupCommit(disk.write), an_append("a"), an_append("b"), an_append("c")
        )
        assert (a, c) == ([4], [4])
        assert isinstance(b, IntegrityError)

    def test_by_what_it_holds_does_not_take_the_others_with_it(self) -> None:
        def broken(append: Append) -> Verdict:
            if append.events[0].originator_id == "b":
                raise DataError("no such text")
            return [4]

        disk = Disk(broken)
        a, b, c = disk.while_it_is_busy(
            GroupCommit(disk.write), an_append("a"), an_append("b"), an_append("c")
        )
        assert (a, c) == ([4], [4])
        assert isinstance(b, DataError)

    @pytest.mark.parametrize("error", [OperationalError("lost"), OutcomeUnknown("cancelled")])
    def test_with_the_connection_leaves_all_of_them_unknown(self, error: Exception) -> None:
        def lost(append: Append) -> Verdict:
            if append.events[0].originator_id == "first":
                return [1]
            raise error

        disk = Disk(lost)
        commits = GroupCommit(disk.write)
        answers = disk.while_it_is_busy(commits, an_append("a"), an_append("b"))
        assert [type(answer) for answer in answers] == [type(error)] * 2
        assert answers[0] is not answers[1]
        assert commits.append(an_append("first")) == [1], "the queue goes on"


class Interrupted(BaseException):
    """Somebody pressed Ctrl-C."""


def test_a_caller_who_is_interrupted_keeps_nobody_waiting() -> None:
    disk = Disk()
    commits = GroupCommit(disk.write)
    main = main_thread().ident
    assert main is not None

    def interrupt(*_: object) -> None:
        raise Interrupted

    def press() -> None:
        _until(lambda: commits.waiting == 1)
        pthread_kill(main, SIGUSR2)

    before = signal(SIGUSR2, interrupt)
    try:
        with ThreadPoolExecutor(3) as others:
            writing = others.submit(commits.append, an_append("first"))
            assert disk.begun.wait(PATIENCE)
            pressing = others.submit(press)
            with pytest.raises(Interrupted):
                commits.append(an_append("a"))
            pressing.result(PATIENCE)
            following = others.submit(commits.append, an_append("b"))
            _until(lambda: commits.waiting == 1)
            disk.go_on.set()
            assert (writing.result(PATIENCE), following.result(PATIENCE)) == ([1], [1])
    finally:
        signal(SIGUSR2, before)
    assert [[one.events[0].originator_id for one in batch] for batch in disk.batches] == [
        ["first"],
        ["b"],
    ]


class HeldAfter:
    """A lock after which one thread is held, once, until it is let go on."""

    def __init__(self) -> None:
        self.holds = False
        self.held, self.go_on = Event(), Event()
        self._lock = Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
        if self.holds and current_thread() is not main_thread():
            self.holds = False
            self.held.set()
            assert self.go_on.wait(PATIENCE)


def test_a_caller_who_is_interrupted_as_it_is_handed_the_writing_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk, lock = Disk(), HeldAfter()
    commits = GroupCommit(disk.write)
    monkeypatch.setattr(commits, "_lock", lock)
    main = main_thread().ident
    assert main is not None

    def interrupt(*_: object) -> None:
        raise Interrupted

    def press() -> None:
        _until(lambda: commits.waiting == 1)
        lock.holds = True
        disk.go_on.set()
        assert lock.held.wait(PATIENCE), "the writing is being handed over"
        pthread_kill(main, SIGUSR2)

    before = signal(SIGUSR2, interrupt)
    try:
        with ThreadPoolExecutor(3) as others:
            writing = others.submit(commits.append, an_append("first"))
            assert disk.begun.wait(PATIENCE)
            pressing = others.submit(press)
            with pytest.raises(Interrupted):
                commits.append(an_append("a"))
            lock.go_on.set()
            pressing.result(PATIENCE)
            assert writing.result(PATIENCE) == [1]
            assert others.submit(commits.append, an_append("b")).result(PATIENCE) == [1]
    finally:
        signal(SIGUSR2, before)


class TestOnPostgreSQL:
    def test_each_append_in_a_commit_is_judged_alone(self, database: str) -> None:
        with ledger_with_queue(database) as ledger:
            recorder = ledger.recorder
            assert isinstance(recorder, KeyedPostgresRecorder)
            recorder.write([an_append("relationship-a/x", 1, "first")])
            several = Append(
                [
                    *an_append("relationship-c/x", 1).events,
                    *an_append("relationship-d/x", 1).events,
                ],
                None,
            )
            verdicts = recorder.write(
                [
                    an_append("relationship-a/x", 2, "second"),
                    an_append("relationship-b/x", 1, "first"),
                    several,
                    an_append("relationship-a/x", 1, "third"),
                ]
            )
            assert [
                len(verdict) if isinstance(verdict, list) else str(verdict) for verdict in verdicts
            ] == [
                1,
                "key first of somebody is taken",
                2,
                "version 1 of relationship-a/x is taken",
            ]
            assert ledger.head() == max(verdicts[2])
            assert recorder.find_key("somebody", "third") is None
            assert not ledger.exists("relationship-b/x")

    def test_a_version_out_of_turn_does_not_take_the_others_with_it(self, database: str) -> None:
        with (
            ledger_with_queue(database) as ledger,
            ThreadPoolExecutor(3) as callers,
            psycopg.connect(database) as blocking,
        ):
            recorder = ledger.recorder
            assert isinstance(recorder, KeyedPostgresRecorder)
            blocking.execute("LOCK TABLE ledger_events IN EXCLUSIVE MODE")
            callers.submit(recorder.commits.append, an_append("relationship-a/x"))
            _until(lambda: _held_up(blocking))
            early = callers.submit(recorder.commits.append, an_append("relationship-b/x", 7))
            _until(lambda: recorder.commits.waiting == 1)
            fine = callers.submit(recorder.commits.append, an_append("relationship-c/x"))
            _until(lambda: recorder.commits.waiting == 2)
            blocking.rollback()
            with pytest.raises(IntegrityError, match="comes before version 6"):
                early.result(PATIENCE)
            assert fine.result(PATIENCE) == [ledger.head()]


class TestWritersInSeveralProcesses:
    """Two processes with eight callers each, threads or all on one event loop, on one ledger."""

    @pytest.mark.parametrize("how", ["threads", "one loop"])
    def test_lose_nothing_to_a_follower(self, database: str, how: How) -> None:
        with altered_append(database, _slowly):
            assert _skipped(database, how) == 0

    def test_would_lose_something_without_the_lock(self, database: str) -> None:
        with altered_append(database, _overtaken):
            assert _skipped(database) > 0, "or this test proves nothing"

    @pytest.mark.parametrize("how", ["threads", "one loop"])
    def test_are_told_what_is_so_when_they_want_the_same(self, database: str, how: How) -> None:
        told = writers(database, "the same streams", 2, 60, how)
        assert wrongly_told(database, told) == []
        assert any(not one.positions for one in told), "nobody wanted the same"
        assert _gaps(database) == 0

    def test_are_told_so_even_by_a_careless_queue(self, database: str) -> None:
        # Two that want the same make the whole commit fail, and each is judged once more, alone.
        told = writers(database, "the same streams", 2, 60, "careless threads")
        assert wrongly_told(database, told) == []
        assert _gaps(database) == 0

    def test_would_be_told_wrong_if_it_also_passed_over_what_is_taken(self, database: str) -> None:
        # This is how a group commit goes wrong: who came too late is told that it was recorded.
        with altered_append(database, _passing_over):
            told = writers(database, "the same streams", 2, 60, "careless threads")
        assert wrongly_told(database, told) != [], "or these tests prove nothing"


def _held_up(blocking: psycopg.Connection[TupleRow]) -> bool:
    return bool(blocking.execute("SELECT FROM pg_locks WHERE NOT granted").fetchall())


def _slowly(text: str) -> str:
    return SLOWLY.join(text.rsplit("\nEND", 1))


def _overtaken(text: str) -> str:
    unlocked = text.replace("LOCK TABLE public.ledger_events IN EXCLUSIVE MODE;", "")
    return OVERTAKEN.join(unlocked.rsplit("\nEND", 1))


def _passing_over(text: str) -> str:
    return text.replace("ORDER BY e.place\n", "ORDER BY e.place ON CONFLICT DO NOTHING\n", 1)


def _skipped(database: str, how: How = "threads") -> int:
    """Follow a ledger while many write to it, and return how many events were never seen."""
    seen: list[int] = []
    with ledger_with_queue(database) as ledger, ThreadPoolExecutor(1) as aside:
        written = aside.submit(writers, database, "own streams", 2, 60, how)
        while True:
            over = written.done()
            found = ledger.recorder.select_notifications(
                seen[-1] if seen else 0, 500, inclusive_of_start=False
            )
            seen += [notification.id for notification in found]
            if over and not found:
                break
    told = [position for one in written.result() for position in one.positions]
    assert len(told) == 2 * 8 * 60
    assert sorted(seen) == seen
    return len(set(told) - set(seen))


def _gaps(database: str) -> int:
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "SELECT count(*) FROM (SELECT count(*) AS events, max(originator_version) AS latest"
            " FROM ledger_events GROUP BY originator_id) streams WHERE events <> latest"
        ).fetchone()
    assert row is not None
    return int(row[0])
