"""One bench and one good document for all the tests: making them takes a second."""

from __future__ import annotations

import pytest

from application.document_inputs import DocumentInputs
from documents import Bench, example, inputs_of
from domain.values.sides import Side


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def inputs() -> DocumentInputs:
    return inputs_of(example("aws-ec2-region"))


@pytest.fixture(scope="session")
def sealed(bench: Bench, inputs: DocumentInputs) -> bytes:
    return bench.sealed(inputs)


@pytest.fixture(scope="session")
def half(bench: Bench, inputs: DocumentInputs, sealed: bytes) -> bytes:
    """Return the document with the provider's signature alone."""
    return bench.signed(Side.PROVIDER, sealed, inputs)


@pytest.fixture(scope="session")
def good(bench: Bench, inputs: DocumentInputs, half: bytes) -> bytes:
    """Return the document with both signatures."""
    return bench.signed(Side.CLIENT, half, inputs)
