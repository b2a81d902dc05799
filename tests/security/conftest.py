"""An installation with one web process and little room, for attackers to fill."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from faults.installation import Installation
from faults.pair import Pair

ROOM: Final = 60
"""Connections that its web process holds."""


@pytest.fixture(scope="session")
def _besieged() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="parley-besieged-") as home:
        told = {"PARLEY_CONNECTIONS": str(ROOM)}
        installation = Installation(Path(home), web_processes=1, more=told)
        yield installation
        installation.discard()


@pytest.fixture
def besieged(_besieged: Installation) -> Installation:
    """Lend a running `parley serve` with one web process."""
    return _besieged.keep_running()


@pytest.fixture
def inhabitants(besieged: Installation) -> Iterator[Pair]:
    """Let a provider and a client into it."""
    with besieged.pair() as pair:
        yield pair
