"""Service and database lose sight of each other: packets vanish, and nobody is told."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from faults.installation import Installation, until
from faults.networks import HASTY, WAYS, Network
from faults.trying import ENOUGH, LONG, Trial
from interfaces.postgres.silence import noticing_silence

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Way = Callable[[Path], AbstractContextManager[Network]]

PATIENCE: Final = 2.0
"""How long a client waits for an answer, in seconds."""
PARTED: Final = 25.0 if LONG else 3.0
"""How long they are parted at least, in seconds."""

TIMES: Final = 3 if LONG else 1
"""How often they are parted."""


@pytest.fixture(params=WAYS if LONG else WAYS[:1], ids=lambda way: way.__name__)
def parted(request: pytest.FixtureRequest) -> Iterator[tuple[Installation, Network]]:
    """Lend an installation and the network between it and its database."""
    way: Way = request.param
    with tempfile.TemporaryDirectory(prefix="parley-parted-") as name:
        home = Path(name)
        home.chmod(0o711)
        with way(home) as network:
            (home / "parley").mkdir()
            # In the quick version silence is noticed sooner than it is when nothing is said of it.
            hasty = {} if LONG else conninfo_to_dict(HASTY)
            dsn = noticing_silence(make_conninfo(network.dsn, **hasty))
            server = Installation(home / "parley", web_processes=1, database=dsn)
            try:
                yield server.start(), network
            finally:
                network.mend()
                server.discard()


def test_a_partition_loses_nothing_and_doubles_nothing(
    parted: tuple[Installation, Network],
) -> None:
    server, network = parted
    with server.pair() as pair:
        trial = Trial(f"network partition ({network.how})", server, pair)

        def part() -> None:
            network.part()
            began = time.monotonic()
            until("the service is not ready", lambda: not server.answers())
            if network.inside is not None:
                # With the connections go their locks, that of the one worker too.
                until("the server has let go of all who are gone", network.let_go)
            time.sleep(max(0.0, PARTED - (time.monotonic() - began)))
            network.mend()
            until("the service is back", server.answers)

        with trial.load(patience=PATIENCE):
            for _ in range(TIMES):
                trial.until_acknowledged(enough=ENOUGH // (TIMES + 1))
                part()
                trial.tally.strikes += 1
            trial.until_acknowledged(enough=ENOUGH // (TIMES + 1) + 1)
        trial.settle()
