"""Run the parts named, or all of them, and print what was measured and on what."""

from __future__ import annotations

import logging
import sys
import tempfile
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks import (
    attainment,
    commands,
    current_terms,
    documents,
    history,
    pages,
    statements,
    verification,
)
from benchmarks.machine import machine
from benchmarks.table import Sizes, Table
from benchmarks.worlds import database_server
from interfaces.postgres.embedded import EmbeddedPostgres

Part = Callable[[EmbeddedPostgres, Path, Sizes], Iterator[Table]]

PARTS: Final[dict[str, Part]] = {
    "current-terms": current_terms.measure,
    "commands": commands.measure,
    "history": history.measure,
    "verify": verification.measure,
    "documents": documents.measure,
    "attainment": attainment.measure,
    "pages": pages.measure,
    "statements": statements.measure,
}


def main(arguments: list[str]) -> int:
    """Measure and print; leaves with exit code 2 for a part that does not exist."""
    logging.disable(logging.INFO)
    given = _parser().parse_args(arguments)
    sizes = Sizes(given.few, given.many, given.rounds, given.calls)
    with database_server() as server, tempfile.TemporaryDirectory() as home:
        print(machine(server.dsn("postgres")), flush=True)
        for name in given.parts:
            for table in PARTS[name](server, Path(home), sizes):
                print(table, flush=True)
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "benchmarks", None, __doc__, formatter_class=ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("parts", nargs="*", type=_part, default=list(PARTS), help="what to measure")
    for name, default, told in (
        ("few", 10, "the small size"),
        ("many", 10_000, "the large size"),
        ("rounds", 40, "how many times each case has its turn"),
        ("calls", 10, "how many calls a turn takes"),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=told)
    return parser


def _part(name: str) -> str:
    if name not in PARTS:
        raise ArgumentTypeError(f"no such part: {name!r}; there are: {', '.join(PARTS)}")
    return name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
