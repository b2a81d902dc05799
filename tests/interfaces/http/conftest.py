"""A world for the tests of the HTTP interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_world import World, open_world


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    """Lend a service with nobody in it."""
    with open_world(database, tmp_path) as opened:
        yield opened
