"""PostgreSQL for the tests: one embedded server a run, one database a worker, emptied per test."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from xdist.remote import Producer

from faults.installation import Installation
from faults.pair import Pair
from interfaces.collecting import collect_seldom
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.migrate import migrate
from kept_casts import emptied
from sharing_out import ByWorld, longest_first, where_time_went

# A gate gives the same answer to the same commit; elsewhere each run looks at other examples.
settings.register_profile("gate", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("gate")

PREFIX = "parley-tests-"
TEMPLATE = "migrated"
RUN = pytest.StashKey[Path]()
ALIVE = pytest.StashKey[TextIO]()


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a directory; workers of one run are told its name and share it."""
    collect_seldom()  # three hundred modules of tests, and all they import, are about to come
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[RUN] = Path(worker["parley_run"])
        return
    _sweep()
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    directory.chmod(0o711)  # the server's account passes through, when root runs the tests
    alive = (directory / "alive").open("w")
    fcntl.flock(alive, fcntl.LOCK_EX)
    config.stash[RUN], config.stash[ALIVE] = directory, alive


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of pytest-xdist the run's directory."""
    node.workerinput["parley_run"] = str(node.config.stash[RUN])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's server, if a test asked for one, and leave nothing behind."""
    if ALIVE in config.stash:
        _clear(config.stash[RUN])
        config.stash[ALIVE].close()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByWorld | None:
    """Share tests out by worlds, in our order, unless told to do it in another way."""
    if config.getvalue("dist") != "load":
        return None
    config.option.loadscopereorder = False  # by itself it begins with the file of most tests
    return ByWorld(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    longest_first(config.rootpath, items)


def pytest_collection_finish() -> None:
    """Look no more at what a run holds from here to its end: the tests, and all they import.

    Ten thousand tests are looked through, over and over, for garbage that is not among them.
    """
    collect_seldom()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say where the time of a run went that several workers shared."""
    if terminalreporter.config.getvalue("numprocesses"):
        reports = chain.from_iterable(terminalreporter.stats.values())
        terminalreporter.section("longest")
        for line in where_time_went(one for one in reports if isinstance(one, pytest.TestReport)):
            terminalreporter.line(line)


def _sweep() -> None:
    """Clear what a killed run left: its lock is free, so nobody is using it any more."""
    for left_over in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/alive"):
        try:
            with left_over.open("w") as alive:
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _clear(left_over.parent)
        except (BlockingIOError, PermissionError, FileNotFoundError):
            continue  # another run's, another user's, or swept by somebody else meanwhile


def _clear(directory: Path) -> None:
    EmbeddedPostgres(directory / "postgres").discard()
    shutil.rmtree(directory)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command did to the logs that a test ran in this process."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture(scope="session")
def postgres(pytestconfig: pytest.Config) -> EmbeddedPostgres:
    """Start or share the run's server; it trades crash safety for speed."""
    return EmbeddedPostgres(
        pytestconfig.stash[RUN] / "postgres", durable=False, settings={"max_connections": "200"}
    ).start()


@pytest.fixture(scope="session")
def migrated_template(postgres: EmbeddedPostgres, pytestconfig: pytest.Config) -> str:
    """Migrate one database a run, for the workers to clone."""
    with (pytestconfig.stash[RUN] / "template").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        migrate(postgres.ensure_database(TEMPLATE))
    return TEMPLATE


@pytest.fixture(scope="session")
def worker_database(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    pytestconfig: pytest.Config,
    worker_id: str,
) -> str:
    """Clone the template once for this worker."""
    with (
        (pytestconfig.stash[RUN] / "template").open("w") as lock,
        psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)  # nobody may be connected to a template being cloned
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(worker_id), sql.Identifier(migrated_template)
            )
        )
    return postgres.dsn(worker_id)


@pytest.fixture
def database(worker_database: str) -> str:
    """Return the connection string of a migrated database with nothing in it."""
    return emptied(worker_database)


@pytest.fixture(scope="module")
def module_database(worker_database: str) -> str:
    """Return the same for all the tests of a module; none of them may ask for ``database``."""
    return emptied(worker_database)


@pytest.fixture(scope="session")
def _installation() -> Iterator[Installation]:
    """Set up one installation a worker, when a test asks for it: processes, durable database."""
    with tempfile.TemporaryDirectory(prefix="parley-installation-") as home:
        installation = Installation(Path(home))
        yield installation
        installation.discard()


@pytest.fixture
def installation(_installation: Installation) -> Installation:
    """Lend a running `parley serve` with two web processes and the worker, whatever befell it."""
    return _installation.keep_running()


@pytest.fixture
def pair(installation: Installation) -> Iterator[Pair]:
    """Let a provider and a client into the installation, new ones for each test."""
    with installation.pair() as pair:
        yield pair
