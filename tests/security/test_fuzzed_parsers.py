"""Whatever bytes a stranger sends: a parser refuses by name, or reads; it never breaks.

This is the quick look: what was once found (``corpus``), then changes of good examples, always the
same ones. ``make fuzz`` looks longer, guided by which code is reached.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from security.fuzzing.mutating import WORDS, mutations
from security.fuzzing.targets import TARGETS, lent

CORPUS: Final = Path(__file__).parent / "corpus"
FOUND: Final = sorted(path for path in CORPUS.glob("*/*") if path.is_file())
SLOW: Final = {"bundle-zip": 40, "bundle-member": 40, "pdf": 150}
"""How many changes to try where each takes longer."""
MANY: Final = 400
SEED: Final = 20_260_101


@pytest.fixture(scope="session", autouse=True)
def _nothing_left() -> Iterator[None]:
    yield
    lent().cleanup()


@pytest.mark.parametrize("name", TARGETS)
def test_good_examples_are_read(name: str) -> None:
    seeds = TARGETS[name].seeds()
    assert seeds
    for seed in seeds:
        TARGETS[name].run(seed)


@pytest.mark.parametrize("found", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_broke_a_parser_does_not_any_more(found: Path) -> None:
    TARGETS[found.parent.name].run(found.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_changed_examples_are_read_or_refused_by_name(name: str) -> None:
    target = TARGETS[name]
    for made in (b"", *WORDS, *mutations(target.seeds(), SLOW.get(name, MANY), SEED)):
        try:
            target.run(made)
        except Exception as broken:
            raise AssertionError(f"{name} broke over {made[:2000]!r}") from broken
