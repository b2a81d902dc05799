"""A service with a provider and a client in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_world import Cast, World, open_world


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    """Lend a service with nobody in it."""
    (tmp_path / "home").mkdir()
    with open_world(database, tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def cast(world: World) -> Cast:
    """Bring on a provider and a client in a relationship, and their auditor."""
    return world.cast()
