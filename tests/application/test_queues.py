"""Those of one process who want the same stream take turns."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from application import queues
from application.at_hand import NotAtHand, ThreadSignal, at_hand, others_going_on
from application.ledger import Ledger
from application.queues import Queues
from interfaces.parking import LoopSignal, parkable, parked
from interfaces.postgres.group_commit import Append, Verdict
from interfaces.postgres.persistence import KeyedPostgresRecorder
from ledgers import FILE, act, note

PATIENCE = 30.0
WRITERS = 12


def test_the_second_waits_for_the_first_and_is_told_that_it_did() -> None:
    known, taken, go_on = Queues(), Event(), Event()

    def first() -> bool:
        with known.turn("a") as waited:
            taken.set()
            assert go_on.wait(PATIENCE)
            return waited

    def second() -> bool:
        with known.turn("a") as waited:
            assert go_on.is_set()
            return waited

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(first)
        assert taken.wait(PATIENCE)
        two = threads.submit(second)
        with known.turn("b") as waited:
            assert not waited, "another stream has a queue of its own"
        go_on.set()
        assert (one.result(PATIENCE), two.result(PATIENCE)) == (False, True)
    assert len(known) == 0


def test_nobody_queues_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "PATIENCE", 0.01)
    known = Queues()
    with known.turn("a"), ThreadPoolExecutor(1) as threads:

        def impatient() -> bool:
            with known.turn("a") as waited:
                return waited

        assert threads.submit(impatient).result(PATIENCE)
    assert len(known) == 0


def on_the_loop(known: Queues, name: str, done: list[str]) -> None:
    with others_going_on(LoopSignal), known.turn("a"):
        done.append(f"{name} begins")
        parked(asyncio.sleep(0))
        done.append(f"{name} ends")


def test_on_one_loop_they_are_parked_until_it_is_their_turn() -> None:
    known, done = Queues(), list[str]()

    async def three() -> None:
        await asyncio.gather(*(parkable(on_the_loop, known, name, done) for name in "xyz"))

    asyncio.run(three())
    assert done == [f"{name} {word}" for name in "xyz" for word in ("begins", "ends")]
    assert len(known) == 0


def test_who_is_parked_has_the_turn_after_somebody_in_a_thread() -> None:
    known, done, taken, go_on = Queues(), list[str](), Event(), Event()

    def in_a_thread() -> None:
        with known.turn("a"):
            taken.set()
            assert go_on.wait(PATIENCE)
            done.append("thread")

    async def both() -> None:
        thread = asyncio.create_task(asyncio.to_thread(in_a_thread))
        assert await asyncio.to_thread(taken.wait, PATIENCE)
        loop = asyncio.create_task(parkable(on_the_loop, known, "x", done))
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(thread, loop)

    asyncio.run(both())
    assert done == ["thread", "x begins", "x ends"]
    assert len(known) == 0


def test_who_is_interrupted_while_waiting_keeps_nobody_waiting() -> None:
    known, done = Queues(), list[str]()

    async def three() -> None:
        first, second, third = (
            asyncio.create_task(parkable(on_the_loop, known, name, done)) for name in "xyz"
        )
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(first, third)
        assert second.cancelled()

    asyncio.run(three())
    assert done == ["x begins", "x ends", "z begins", "z ends"]
    assert len(known) == 0


def test_who_is_interrupted_just_as_it_is_their_turn_passes_it_on() -> None:
    known = Queues()

    class Interrupted(ThreadSignal):
        def wait(self, _: float) -> bool:
            holder.close()  # the turn is handed over, and then
            raise KeyboardInterrupt

    def turn() -> Generator[None]:
        with known.turn("a"):
            yield

    holder = turn()
    next(holder)
    with (
        others_going_on(Interrupted),
        pytest.raises(KeyboardInterrupt),
        known.turn("a"),
    ):
        pytest.fail("it was interrupted")
    assert len(known) == 0


def test_without_time_nobody_queues() -> None:
    known = Queues()
    with known.turn("a"):
        with at_hand(), pytest.raises(NotAtHand), known.turn("a"):
            pytest.fail("somebody else has it")
        with at_hand(), known.turn("b") as waited:
            assert not waited
    assert len(known) == 0


@pytest.mark.postgres
def test_of_many_in_one_process_nobody_decides_in_vain(
    postgres_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = postgres_ledger.recorder
    assert isinstance(recorder, KeyedPostgresRecorder)
    refused: list[Exception] = []

    def counting(appends: Sequence[Append]) -> Sequence[Verdict]:
        verdicts = recorder.write(appends)
        refused.extend(one for one in verdicts if isinstance(one, Exception))
        return verdicts

    monkeypatch.setattr(recorder.commits, "_write", counting)
    postgres_ledger.perform(act("first"), note("0"))
    with ThreadPoolExecutor(WRITERS) as threads:
        told = [
            threads.submit(postgres_ledger.perform, act(f"k{n}"), note(f"{n}"))
            for n in range(1, WRITERS)
        ]
        versions = {one.result(PATIENCE).stream.version for one in told}
    assert versions == {*range(2, WRITERS + 1)}
    assert len(postgres_ledger.history(FILE)) == WRITERS
    assert refused == []
