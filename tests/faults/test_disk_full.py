"""PostgreSQL has no room left to write, and gets some again: no commit is half there."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from faults.disks import WAYS, Disk
from faults.installation import Installation, until
from faults.trying import LONG, Trial, often

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Way = Callable[[Installation], AbstractContextManager[Disk]]


@pytest.fixture(params=WAYS if LONG else WAYS[:1], ids=lambda way: way.__name__)
def cramped(request: pytest.FixtureRequest) -> Iterator[tuple[Installation, Disk]]:
    """Lend an installation whose disk can be full."""
    way: Way = request.param
    with tempfile.TemporaryDirectory(prefix="parley-disk-") as home:
        server = Installation(Path(home), web_processes=1)
        with way(server) as disk:
            try:
                yield server.start(), disk
            finally:
                disk.free()
                if server.supervisor is not None and server.supervisor.poll() is None:
                    server.kill()
                server.postgres.stop()


def test_a_full_disk_loses_nothing_and_doubles_nothing(
    cramped: tuple[Installation, Disk],
) -> None:
    server, disk = cramped
    with server.pair() as pair:
        trial = Trial(f"disk full ({disk.how})", server, pair)

        def fill_up() -> None:
            unanswered = trial.books.unanswered
            disk.fill()
            until("somebody is not answered", lambda: trial.books.unanswered > unanswered)
            time.sleep(1)
            disk.free()
            until("the service is back", server.answers)

        with trial.load():
            trial.until_acknowledged(fill_up, often(1))
        trial.settle()
