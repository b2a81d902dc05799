"""The connection to the database is cut after COMMIT: done, and nobody was told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from faults.installation import Installation, until
from faults.pair import Pair
from faults.proxy import CuttingProxy, postgres_proxy
from faults.trying import Trial, often

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def behind(installation: Installation) -> Iterator[tuple[Installation, CuttingProxy]]:
    """Lend a server of its own on the same database, with a proxy between the two."""
    named = {**conninfo_to_dict(installation.dsn)}
    back, file = Path(str(named["host"])), f".s.PGSQL.{named['port']}"
    with tempfile.TemporaryDirectory(prefix="parley-cut-off-") as home:
        dsn = make_conninfo(installation.dsn, host=home, requirepeer="")  # the peer is the proxy
        with postgres_proxy(f"{home}/{file}", str(back / file)) as proxy:
            server = Installation(Path(home), web_processes=1, worker=False, database=dsn)
            try:
                yield server.start(), proxy
            finally:
                server.discard()


def test_a_connection_cut_after_commit_loses_and_doubles_nothing(
    behind: tuple[Installation, CuttingProxy], installation: Installation, pair: Pair
) -> None:
    server, proxy = behind
    trial = Trial("connection to the database cut after COMMIT", server, pair)

    def cut() -> None:
        times = proxy.times
        # Every other time nobody gets through after, so that the service cannot find out itself.
        proxy.arm(stay_away=bool(times % 2))
        until("a commit's answer was cut off", lambda: proxy.times > times)
        proxy.mend()

    with trial.load():
        trial.until_acknowledged(cut, often(4))
    trial.installation = installation  # where the worker is
    trial.settle()
