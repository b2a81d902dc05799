"""Run the parts named, or all of them, and print what was measured, on what, against which aims."""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks import (
    append,
    attainment,
    commands,
    documents,
    history,
    moves,
    over_http,
    pages,
    rebuild,
    scale,
    servers,
    statements,
    verification,
)
from benchmarks.machine import machine
from benchmarks.peers.there import NotHere
from benchmarks.report import Report
from benchmarks.table import Sizes, Table
from benchmarks.worlds import database_server
from interfaces.postgres.embedded import EmbeddedPostgres

Part = Callable[[EmbeddedPostgres, Path, Sizes], Iterator[Table]]

PARTS: Final[dict[str, Part]] = {
    "append": append.measure,
    "http": over_http.measure,
    "servers": servers.measure,
    "rebuild": rebuild.measure,
    "scale": scale.measure,
    "attainment": attainment.measure,
    "verify": verification.measure,
    "documents": documents.measure,
    "commands": commands.measure,
    "history": history.measure,
    "pages": pages.measure,
    "statements": statements.measure,
    "moves": moves.measure,
}
QUICK: Final = Sizes(few=10, many=1000, rounds=3, calls=3, seconds=1.0, contracts=2000)
"""What ``--quick`` measures: enough to see that all of it works, and nothing to quote."""


def main(arguments: list[str]) -> int:
    """Measure and print; leaves with exit code 2 for a part that does not exist."""
    logging.disable(logging.INFO)
    given = _parser().parse_args(arguments)
    sizes = QUICK if given.quick else Sizes(*(getattr(given, name) for name in Sizes.__slots__))
    with database_server() as server, tempfile.TemporaryDirectory() as home:
        report = Report(machine(server.dsn("postgres")))
        print(report.machine, flush=True)
        for name in given.parts:
            began = time.monotonic()
            try:
                for table in PARTS[name](server, Path(home), sizes):
                    print(table, flush=True)
                    report.tables.append((name, table))
            except NotHere as absent:
                print(f"{name}: not measured: {absent}\n", flush=True)
                report.absent.append(f"{name}: {absent}")
            report.seconds[name] = time.monotonic() - began
    print(report.summary(), flush=True)
    if given.report:
        given.report.write_text(report.document())
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
        ("seconds", 2.0, "how long a turn is where many callers come at once"),
        ("contracts", 100_000, "how many contracts a large installation has"),
    ):
        parser.add_argument(f"--{name}", type=type(default), default=default, help=told)
    parser.add_argument("--quick", action="store_true", help="small sizes, a few minutes in all")
    parser.add_argument("--report", type=Path, help="a file to write what was measured into")
    return parser


def _part(name: str) -> str:
    if name not in PARTS:
        raise ArgumentTypeError(f"no such part: {name!r}; there are: {', '.join(PARTS)}")
    return name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
