"""Those of one process who want the same stream take turns."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from application import queues
from application.ledger import Ledger
from application.queues import Queues
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
