"""Many clients at once, each with a connection of its own, half of them at each web process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier, Thread
from typing import Final

from faults.calling import Answer, Connection, Lost, Move
from faults.installation import PATIENCE, Installation, held, until

LOOPBACK: Final = "0100007F"


class Racers:
    """Open connections, half of them accepted by each web process."""

    def __init__(
        self, installation: Installation, connections: dict[int, list[Connection]]
    ) -> None:
        self._port = installation.port
        self._token = installation.token
        self._all = [one for pair in zip(*connections.values(), strict=True) for one in pair]
        served = Counter(self._served_by(one, list(connections)) for one in self._all)
        assert served == {pid: len(own) for pid, own in connections.items()}, served

    def release(self, moves: Sequence[Move]) -> list[Answer]:
        """Send every move at the same moment, and return their answers in the same order."""
        barrier = Barrier(len(moves))
        answers: list[Answer | None] = [None] * len(moves)

        def race(number: int, connection: Connection, move: Move) -> None:
            connection.authorise(self._token(move.subject))
            barrier.wait(PATIENCE)
            answers[number] = connection.move(move)

        racers = [
            Thread(target=race, args=(number, connection, move), daemon=True)
            for number, (connection, move) in enumerate(zip(self._all, moves, strict=False))
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join(PATIENCE)
        assert len(racers) == len(moves)
        return [answer for answer in answers if answer is not None]

    def _served_by(self, connection: Connection, processes: list[int]) -> int | None:
        """Return the process that holds the other end of a connection."""
        ends = f"{LOOPBACK}:{self._port:04X} {LOOPBACK}:{connection.local_port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        # The kernel may show a connection twice when others come and go while it is read.
        [inode] = {row[9] for row in rows if f"{row[1]} {row[2]}" == ends}
        return next((pid for pid in processes if f"socket:[{inode}]" in _open_files(pid)), None)


@contextmanager
def racers(installation: Installation, count: int) -> Iterator[Racers]:
    """Lend an even number of connections: while one process sleeps, the other one answers."""
    first, second = until("both web processes run", lambda: _both(installation))
    connections: dict[int, list[Connection]] = {}
    try:
        for awake, asleep in ((first, second), (second, first)):
            with held(asleep):
                connections[awake] = [_opened(installation) for _ in range(count // 2)]
        yield Racers(installation, connections)
    finally:
        for connection in (one for own in connections.values() for one in own):
            connection.close()


def _both(installation: Installation) -> tuple[int, ...]:
    found = tuple(installation.web())
    return found if len(found) == 2 else ()


def _opened(installation: Installation) -> Connection:
    connection = Connection(installation.port)

    def answered() -> bool:
        try:
            return connection.send("GET", "/health/live").status == 200
        except Lost:  # the process that is awake may be starting still
            return False

    until("a web process answers", answered)
    return connection


def _open_files(process: int) -> set[str]:
    found = set()
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            found.add(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return found
