"""Many callers at once in one process: how many operations they get through in a while.

A *side* is one store with its callers, in a process of its own, Python's or another's. All of them
speak alike: a line of JSON says what to do, with how many callers, for how long; a line says what
came of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from benchmarks.serving import environment
from interfaces.collecting import collect_seldom

Operation = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Slot:
    """What callers got through in a while; the percentiles of an operation in microseconds."""

    operations: int
    seconds: float
    p50: float = 0.0
    p99: float = 0.0

    @property
    def microseconds(self) -> float:
        """How long it took for one more operation to be done, whoever's it was."""
        return self.seconds / self.operations * 1_000_000


AtOnce = Callable[[list[Operation], float], Slot]
"""Lets each of the operations be repeated for so many seconds, all at once."""


class Store(Protocol):
    """A store as its callers use it."""

    def operation(self, name: str, caller: int, callers: int) -> Operation:
        """Return what a caller does again and again."""
        ...


@dataclass
class Side:
    """A store with its callers in a process of its own."""

    name: str
    process: subprocess.Popen[str]

    def slot(self, operation: str, callers: int, seconds: float) -> Slot:
        """Let the callers work; raises RuntimeError when the process could not."""
        told = {"operation": operation, "callers": callers, "seconds": seconds}
        return Slot(**self.ask(told))

    def ask(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Send a line and read the answer."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError(f"{self.name} has no pipes")
        print(json.dumps(told), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.name} ended with {self.process.wait()}")
        read: dict[str, Any] = json.loads(answer)
        return read


@contextmanager
def side(name: str, command: list[str], cwd: Path | None = None) -> Iterator[Side]:
    """Start a side and wait until it is ready; it is told to end by the end of its input."""
    process = subprocess.Popen(  # noqa: S603 - our own programs
        command,
        cwd=cwd,
        env=environment({}),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        found = Side(name, process)
        try:
            found.ask({})
            yield found
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait()


def python_side(name: str, module: str, *arguments: str) -> list[str]:
    """Return the command of a side that is one of our modules."""
    return [sys.executable, "-m", module, name, *arguments]


def together(operations: list[Operation], seconds: float) -> Slot:
    """Let each operation be repeated by a thread of its own for a while, all at once.

    Raises what an operation raised.
    """
    taken: list[list[float]] = [[] for _ in operations]
    failed: list[BaseException] = []
    begin = threading.Barrier(len(operations) + 1)
    over = threading.Event()

    def repeat(operation: Operation, mine: list[float]) -> None:
        clock = time.perf_counter
        begin.wait()
        try:
            while not over.is_set():
                began = clock()
                operation()
                mine.append(clock() - began)
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            failed.append(error)
            over.set()

    threads = [
        threading.Thread(target=repeat, args=each) for each in zip(operations, taken, strict=True)
    ]
    for thread in threads:
        thread.start()
    begin.wait()
    began = time.perf_counter()
    over.wait(seconds)
    lasted, done = time.perf_counter() - began, sum(map(len, taken))
    over.set()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return measured((one for mine in taken for one in mine), done, lasted)


def measured(latencies: Iterator[float], done: int, lasted: float) -> Slot:
    """Return a slot by what each operation took (seconds); at least one was done."""
    ordered = sorted(latencies)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
    return Slot(max(done, 1), lasted, middle * 1e6, late * 1e6)


def serve(store: Store, at_once: AtOnce = together) -> None:
    """Answer the lines on standard input until there are no more; callers are threads, if not said.

    Garbage is collected as seldom as in the service, for peers as for us.
    """
    collect_seldom()
    made: dict[tuple[str, int], list[Operation]] = {}
    for line in sys.stdin:
        told = json.loads(line)
        if told:
            kind, callers = told["operation"], told["callers"]
            if (kind, callers) not in made:
                made[kind, callers] = [
                    store.operation(kind, caller, callers) for caller in range(callers)
                ]
                for operation in made[kind, callers]:
                    operation()  # a first time is not what is measured
            answer = asdict(at_once(made[kind, callers], told["seconds"]))
        else:
            answer = {"ready": True}
        print(json.dumps(answer), flush=True)
