"""On an event loop the ledger's connections wait like any socket there, and never hold it up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from threading import current_thread, main_thread
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from application.at_hand import NotAtHand, others_going_on
from application.ledger import Ledger, Outcome
from interfaces.http.at_hand import decided_or_waiting
from interfaces.parking import LoopSignal, parkable, parked
from interfaces.postgres.group_commit import Append, Verdict
from interfaces.postgres.on_loop import OnLoop
from interfaces.postgres.persistence import KeyedPostgresRecorder, ledger_env
from ledgers import FILE, act, note

pytestmark = pytest.mark.postgres


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    with Ledger(ledger_env(database)) as opened:
        opened.perform(act("first"), note("0"))  # so that there is a connection
        yield opened


@pytest.fixture
def recorder(ledger: Ledger) -> KeyedPostgresRecorder:
    found = ledger.recorder
    assert isinstance(found, KeyedPostgresRecorder)
    return found


@pytest.fixture
def written() -> Iterator[list[bool]]:
    """Note of each commit whether it was made on the loop."""
    noted: list[bool] = []
    original = KeyedPostgresRecorder.write

    def noting(self: KeyedPostgresRecorder, appends: Sequence[Append]) -> Sequence[Verdict]:
        noted.append(current_thread() is main_thread())
        return original(self, appends)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(KeyedPostgresRecorder, "write", noting)
        yield noted


def decided(what: Callable[[], Outcome]) -> Outcome:
    async def whole() -> Outcome:
        return await decided_or_waiting(what)

    return asyncio.run(whole())


def test_a_command_is_committed_without_a_thread(ledger: Ledger, written: list[bool]) -> None:
    made = decided(lambda: ledger.perform(act("a"), note("1")))
    assert made.stream.version == 2
    assert written == [True]


def test_others_go_on_while_a_connection_waits(recorder: KeyedPostgresRecorder) -> None:
    done: list[str] = []

    def slow() -> None:
        with (
            others_going_on(LoopSignal),
            recorder.datastore.get_connection() as connection,
        ):
            connection.execute("SELECT pg_sleep(0.2)")
        done.append("slow")

    async def both() -> None:
        waiting = asyncio.create_task(parkable(slow))
        await asyncio.sleep(0.01)
        done.append("quick")
        await waiting

    asyncio.run(both())
    assert done == ["quick", "slow"]


def test_while_it_waits_the_loop_rests(recorder: KeyedPostgresRecorder) -> None:
    looks: list[int] = []

    def slow() -> None:
        with (
            others_going_on(LoopSignal),
            recorder.datastore.get_connection() as connection,
        ):
            connection.execute("SELECT pg_sleep(0.3)")

    async def watched() -> None:
        loop = asyncio.get_running_loop()
        listen = loop.add_reader

        def noting(fd: Any, callback: Callable[..., Any], *told: Any) -> None:
            looks.append(fd)
            listen(fd, callback, *told)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(loop, "add_reader", noting)
            await parkable(slow)

    asyncio.run(watched())
    assert 1 <= len(looks) < 10, "it asks the socket again and again instead of being told"


def test_a_connection_that_was_lost_is_made_anew_in_a_thread(
    ledger: Ledger, written: list[bool]
) -> None:
    with ledger.factory.datastore.get_connection() as connection:  # type: ignore[attr-defined]
        where = connection.info.dsn
    with psycopg.connect(where, autocommit=True) as another:
        another.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    made = decided(lambda: ledger.perform(act("a"), note("1")))
    assert made.stream.version == 2
    assert written[0], "on the loop first"
    assert not written[-1], "and then where somebody may wait"
    assert len(ledger.history(FILE)) == 2


def test_where_all_connections_are_lent_it_is_waited_for_one_in_a_thread(
    ledger: Ledger, recorder: KeyedPostgresRecorder, written: list[bool]
) -> None:
    with ExitStack() as lent:
        for _ in range(recorder.datastore.pool.max_size):
            lent.enter_context(recorder.datastore.get_connection())
        with pytest.raises(NotAtHand):
            asyncio.run(parkable(recorder.write, []))

        async def whole() -> Outcome:
            asked = asyncio.create_task(decided_or_waiting(ledger.perform, act("a"), note("1")))
            await asyncio.sleep(0.05)
            assert not asked.done()
            lent.close()
            return await asked

        assert asyncio.run(whole()).stream.version == 2
    assert not written[-1]


def test_one_half_is_written_while_the_other_decides() -> None:
    sizes: list[int] = []

    def write(appends: Sequence[Append]) -> Sequence[Verdict]:
        sizes.append(len(appends))
        parked(asyncio.sleep(0.001))
        return [[1]] * len(appends)

    def read(_: Any) -> Sequence[Any]:
        return []

    async def whole() -> None:
        here = OnLoop(write, read)

        async def caller(name: int) -> None:
            for version in range(3):
                event = StoredEvent(f"stream-{name}", version, "topic", b"")
                assert await here.append(Append([event], None)) == [1]

        await asyncio.gather(*map(caller, range(8)))

    asyncio.run(whole())
    assert sizes == [4, 4, 4, 4, 4, 4]
