"""The story plays over HTTP, on a real database, with a clock that the teller sets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_cast import Cast
from http_world import World, open_world


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    """Lend a service with nobody in it."""
    with open_world(database, tmp_path) as opened:
        yield opened


@pytest.fixture
def cast(world: World) -> Cast:
    """Bring on a provider and a client in a relationship, and their auditor."""
    return world.cast()
