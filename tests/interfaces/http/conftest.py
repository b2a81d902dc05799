"""A world for the tests of the HTTP interface."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_cast import Organisation
from http_world import Cast, World, open_world


@pytest.fixture(scope="module")
def shared_world(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Lend one service to all the tests of a module: for those that add and never count."""
    with open_world(module_database, tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module")
def people(shared_world: World) -> Cast:
    """Bring everybody on, once for the module."""
    return shared_world.cast()


@pytest.fixture
def world(database: str, tmp_path: Path) -> Iterator[World]:
    """Lend a service with nobody in it."""
    with open_world(database, tmp_path) as opened:
        yield opened


@pytest.fixture
def cast(world: World) -> Cast:
    """Bring on a provider and a client in a relationship, and their auditor."""
    return world.cast()


@pytest.fixture
def provider(world: World) -> Organisation:
    """Bring on one party, with somebody in each role."""
    organisation = Organisation(world, "provider")
    organisation.appear()
    return organisation
