"""How tests are shared out among the workers of one run: by worlds, the longest first.

A world that many tests look at (a service, a contract lived through, browsers) is made in each
process that runs one of them. So a file goes to one worker whole, and so do files that share one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

INSTALLATION: Final = (
    "tests/faults/test_kills.py",
    "tests/interfaces/serving/test_serving.py",
    "tests/interfaces/serving/test_killed_between_figures_and_fact.py",
    "tests/interfaces/signer/test_process.py",
    "tests/interfaces/http/test_races.py",
    "tests/interfaces/http/test_repeated_requests.py",
    "tests/faults/test_cut_off.py",
    "tests/faults/test_clock_jumps.py",
    "tests/faults/test_operator.py",
    "tests/faults/test_stamping_authority.py",
    "tests/faults/test_fifty_writers.py",
)
BESIEGED: Final = (
    "tests/security/test_slow_clients.py",
    "tests/security/test_large_requests.py",
    "tests/security/test_hostile_requests.py",
)
BROWSERS: Final = (
    "tests/browser/test_story.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_door.py",
    "tests/browser/test_editor.py",
    "tests/browser/test_passkeys.py",
    "tests/browser/test_room.py",
)
TOGETHER: Final = {
    **dict.fromkeys(INSTALLATION, "a running installation"),
    **dict.fromkeys(BROWSERS, "browsers"),
    **dict.fromkeys(BESIEGED, "a besieged installation"),
}
"""The files that share a world with others, and which."""

LONGEST: Final = (
    *INSTALLATION,
    *BROWSERS,
    "tests/interfaces/cli/test_demo.py",
    "tests/benchmarks/test_parts.py",
    "tests/interfaces/http/test_schemathesis.py",
    "tests/faults/test_restored_backup.py",
    *BESIEGED,
    "tests/interfaces/postgres/test_embedded.py",
    "tests/interfaces/web/test_page_isolation.py",
    "tests/security/test_secrets.py",
    "tests/faults/test_failover.py",
    "tests/interfaces/partitions/test_moved_under_writers.py",
    "tests/interfaces/http/test_isolation_matrix.py",
    "tests/faults/test_standby.py",
    "tests/security/test_isolation_by_description.py",
    "tests/interfaces/http/test_private_sides.py",
    "tests/interfaces/http/test_history.py",
    "tests/security/test_stateful.py",
    "tests/story/test_life_of_an_agreement.py",
)
"""Begun first, in this order, so that nobody is left with a long file when the others are done."""


SHOWN: Final = 25


def world_of(nodeid: str) -> str:
    """Return what a test shares with those that one worker runs together with it."""
    file = nodeid.partition("::")[0]
    return TOGETHER.get(file, file)


def where_time_went(reports: Iterable[pytest.TestReport]) -> list[str]:
    """Return a line for each world that a run spent most of its time in, the longest first."""
    spent: Counter[str] = Counter()
    for one in reports:
        spent[world_of(one.nodeid)] += one.duration
    return [f"{seconds:8.1f} s  {world}" for world, seconds in spent.most_common(SHOWN)]


class ByWorld(LoadScopeScheduling):
    """Gives each worker whole files, and the files that share a world to one."""

    def _split_scope(self, nodeid: str) -> str:
        return world_of(nodeid)


def longest_first(root: Path, items: list[pytest.Item]) -> None:
    """Put tests in the order in which they are shared out."""
    places = {root / file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))
