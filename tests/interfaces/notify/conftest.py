"""A service that may send to this machine, and a receiver on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from http_world import World, open_world
from receivers import HOST, Papers, Receiver, papers, receiver


@pytest.fixture(scope="session")
def own_papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return papers(tmp_path_factory.mktemp("papers"), HOST)


@pytest.fixture
def there(own_papers: Papers) -> Iterator[Receiver]:
    with receiver(own_papers) as lent:
        yield lent


@pytest.fixture
def world(database: str, tmp_path: Path, own_papers: Papers) -> Iterator[World]:
    """Lend a service that believes the tests' authority."""
    told = {"webhook_loopback": True, "webhook_roots": own_papers.roots}
    with open_world(database, tmp_path, **told) as opened:
        yield opened
