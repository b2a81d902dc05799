"""Three servers under Patroni, set up as `deploy/` says: nothing acknowledged is lost with one.

Each fault is struck while clients negotiate over HTTP, and each time writing resumes.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import psycopg
import pytest

from faults.books import Books
from faults.cluster import START, Cluster, Node
from faults.installation import PATIENCE, Installation, until
from faults.trying import LONG, Trial

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Strike = Callable[[Cluster, Books], float]
"""Returns for how many seconds nothing was acknowledged; the cluster is whole again after it."""


def the_primary_loses_power(cluster: Cluster, books: Books) -> float:
    """Kill -9 all of its processes but etcd; another one takes over."""
    primary = cluster.settled()
    pause = _without_writes(books, primary.die)
    primary.start_patroni()
    assert cluster.settled() is not primary
    return pause


def the_operator_switches_over(cluster: Cluster, books: Books) -> float:
    """Hand the lead to the synchronous standby, as one does before maintenance."""
    primary = cluster.settled()
    [standby] = [name for name, role in cluster.members().items() if role == "sync_standby"]
    to = ("--leader", primary.name, "--candidate", standby, "--force")
    pause = _without_writes(books, lambda: primary.control("switchover", *to))
    assert cluster.settled().name == standby
    return pause


def patroni_freezes_and_the_watchdog_bites(cluster: Cluster, books: Books) -> float:
    """Stop Patroni in its tracks: for a while there are two primaries, and one may acknowledge.

    Then do what the kernel's watchdog does to a machine whose Patroni has not been heard of.
    """
    primary = cluster.settled()
    began = time.monotonic()
    primary.freeze()
    until("another one leads", partial(_another_leads, cluster, primary), START)
    assert _takes_writes(primary), "the frozen one should believe in itself still"
    # Before the other one took over, the frozen one had lost its standby.
    alone = len(books.acknowledged)
    primary.die()
    assert len(books.acknowledged) == alone
    _resumed(books)
    pause = time.monotonic() - began
    primary.start_patroni()
    assert cluster.settled() is not primary
    return pause


def an_etcd_member_dies(cluster: Cluster, books: Books) -> float:
    """Kill -9 the member beside the primary; two of three go on."""
    primary = cluster.settled()
    pause = _without_writes(books, primary.lose_etcd)
    time.sleep(2 * 5)  # Patroni looks twice
    assert cluster.leader() is primary
    primary.start_etcd()
    assert cluster.settled() is primary
    return pause


STRIKES: Final = [
    the_operator_switches_over,
    the_primary_loses_power,
    patroni_freezes_and_the_watchdog_bites,
    an_etcd_member_dies,
]


@contextmanager
def directory(prefix: str) -> Iterator[Path]:
    """Lend a directory that the servers' account may pass through."""
    made = Path(tempfile.mkdtemp(prefix=prefix))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Set up three servers."""
    with directory("parley-cluster-") as home, Cluster(home) as made:
        yield made


@pytest.fixture(scope="module")
def served(cluster: Cluster) -> Iterator[Installation]:
    """Run `parley serve` on them, under the lesser role, with what `deploy/` tells it."""
    told = cluster.parley
    with directory("parley-served-") as home:
        replica = {"PARLEY_REPLICA": told["PARLEY_REPLICA"]}
        installation = Installation(home, database=told["PARLEY_DATABASE"], more=replica)
        lesser = ("--grant", "parley_service", "--grant-signer", "parley_service")
        migrating = replace(installation, database=cluster.owner).run("migrate", *lesser)
        assert migrating.wait(PATIENCE) == 0, installation.said()
        try:
            yield installation.start()
        finally:
            installation.discard()


@pytest.mark.parametrize("strike", STRIKES if LONG else STRIKES[:1])
def test_writing_resumes_and_nothing_acknowledged_is_lost(
    strike: Strike, cluster: Cluster, served: Installation
) -> None:
    pauses: list[float] = []
    with served.pair() as pair:
        trial = Trial(strike.__name__.replace("_", " "), served, pair)
        with trial.load():
            trial.until_acknowledged(lambda: pauses.append(strike(cluster, trial.books)), times=1)
        trial.settle(f"without writes for {', '.join(f'{pause:.1f}' for pause in pauses)} s")


def _without_writes(books: Books, strike: Callable[[], object]) -> float:
    """Strike, and return how long it took until something sent after it was acknowledged."""
    began = time.monotonic()
    strike()
    _resumed(books)
    return time.monotonic() - began


def _resumed(books: Books) -> None:
    """Wait until more is acknowledged than can have been under way."""
    known = len(books.acknowledged)
    until("writing resumes", lambda: len(books.acknowledged) > known + 20, START)


def _another_leads(cluster: Cluster, primary: Node) -> bool:
    leader = cluster.leader()
    return leader is not None and leader is not primary


def _takes_writes(node: Node) -> bool:
    with psycopg.connect(node.dsn()) as connection:
        found = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return found == (False,)
