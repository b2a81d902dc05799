"""Pages for the tests of the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_world import Cast
from web_world import WebWorld, open_pages


@pytest.fixture(scope="module")
def pages(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebWorld]:
    """Lend the pages of one service to all the tests of a module."""
    with open_pages(module_database, tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def cast(pages: WebWorld) -> Cast:
    """Bring on a provider and a client in a relationship, and their auditor, once a module."""
    return pages.world.cast()


@pytest.fixture
def fresh_pages(database: str, tmp_path: Path) -> Iterator[WebWorld]:
    """Lend the pages of a service with nobody in it."""
    with open_pages(database, tmp_path) as opened:
        yield opened
