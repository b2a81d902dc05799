"""`parley serve` keeps its processes running, and leaves nothing behind, however it ends."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

from faults.installation import (
    PATIENCE,
    Installation,
    alive,
    children_of,
    command_of,
    until,
)
from interfaces.serving.children import SOON

pytestmark = pytest.mark.postgres


def port_is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the service does
        try:
            tried.bind(("127.0.0.1", port))
            tried.listen()
        except OSError:
            return False
    return True


def test_a_killed_web_process_worker_and_signer_are_started_again(
    installation: Installation,
) -> None:
    web = until("both web processes run", installation.web)
    victims = [*web, installation.at_work(), installation.at_work("signer")]
    for victim in victims:
        assert victim is not None
        os.kill(victim, signal.SIGKILL)

    def replaced() -> bool:
        children = installation.children()
        return len(children) == len(victims) and not children.keys() & set(victims)

    until("all of them run again", replaced)
    until("the installation answers", installation.answers)


def test_a_database_that_cannot_start_for_a_while_ends_nothing_else(
    installation: Installation,
) -> None:
    children = installation.children()
    conf = installation.postgres.data_dir / "data" / "postgresql.conf"
    as_it_was = conf.read_bytes()

    def in_vain() -> int:
        return log_of(installation).count("PostgreSQL does not start")

    before = in_vain()
    conf.write_bytes(as_it_was + b"\nno_such_setting = 'x'\n")
    try:
        installation.postgres.stop()
        until("it was tried twice in vain", lambda: in_vain() >= before + 2)
        assert installation.supervisor is not None
        assert installation.supervisor.poll() is None
        assert not installation.answers()
    finally:
        conf.write_bytes(as_it_was)
    until("the installation answers again", installation.answers)
    assert children.keys() & set(installation.web()), "the web processes lived through it"


def test_a_crash_of_one_of_the_servers_processes_is_recovered_by_a_new_server(
    installation: Installation,
) -> None:
    before = installation.postmaster()
    (writer,) = (
        pid for pid in children_of(before) if command_of(pid).startswith("postgres: checkpointer")
    )
    os.kill(writer, signal.SIGKILL)

    def another() -> bool:
        try:
            return installation.postmaster() != before
        except (FileNotFoundError, IndexError):
            return False

    until("another server runs", another)
    until("the installation answers again", installation.answers)


def starts(installation: Installation) -> int:
    """Return how often somebody set about starting the database again."""
    return log_of(installation).count("the embedded database does not answer; starting it again")


def log_of(installation: Installation) -> str:
    return (installation.home / "log").read_text(errors="replace")


def test_while_the_database_takes_long_to_start_the_others_are_looked_after_and_wait_for_it(
    installation: Installation,
) -> None:
    time.sleep(SOON)  # who ends sooner than that is given a pause, which is not what this is about
    before, ended = starts(installation), len(log_of(installation))
    killed = [*installation.web(), installation.helper("worker"), installation.helper("signer")]

    def replaced() -> bool:
        children = installation.children()
        return len(children) == len(killed) and not children.keys() & set(killed)

    with (installation.postgres.data_dir / "lock").open("w") as held_up:
        fcntl.flock(held_up, fcntl.LOCK_EX)
        os.kill(installation.postmaster(), signal.SIGKILL)
        until("it is being started", lambda: starts(installation) > before)
        for one in killed:
            with suppress(ProcessLookupError):  # the worker and the signer leave by themselves
                os.kill(one, signal.SIGKILL)
        until("others run instead", replaced)
        waiting = installation.children()
        until("they wait", lambda: "waiting for the database" in log_of(installation)[ended:])
        assert starts(installation) == before + 1, "it is started once at a time"
    until("the installation answers again", installation.answers)
    assert installation.children() == waiting
    assert re.findall(r"starting it again in [1-9]", log_of(installation)[ended:]) == []


@pytest.mark.parametrize("begun", [0, 1])
def test_asked_to_stop_while_the_database_comes_up_it_leaves_none(
    installation: Installation, begun: int
) -> None:
    before = starts(installation)
    os.kill(installation.postmaster(), signal.SIGKILL)
    until("it is being started", lambda: starts(installation) >= before + begun)
    assert installation.stop() == 0
    assert not installation.left_behind()
    assert not installation.postgres.is_ready()


def test_killing_the_supervisor_leaves_nobody_behind_not_even_who_is_only_starting(
    installation: Installation,
) -> None:
    victims = installation.web()
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    until("new ones are starting", lambda: installation.web() not in ([], victims))
    assert installation.supervisor is not None
    installation.supervisor.kill()
    installation.supervisor.wait(PATIENCE)
    until("all of them have left", lambda: not installation.left_behind())
    until("their last threads let go of the port", lambda: port_is_free(installation.port))


def test_asked_to_stop_it_ends_well_with_all_its_processes_and_its_database(
    installation: Installation,
) -> None:
    children, postmaster = installation.children(), installation.postmaster()
    assert installation.stop() == 0
    assert not [pid for pid in (*children, postmaster) if alive(pid)]
    assert not installation.postgres.is_ready()
    assert port_is_free(installation.port)


def test_a_taken_port_is_said_in_one_line() -> None:
    with tempfile.TemporaryDirectory() as home, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = subprocess.run(
            [sys.executable, "-m", "interfaces.cli.main", "serve"],
            env=Installation(Path(home), port=port).environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert said.returncode == 2
        [line] = said.stderr.splitlines()
        assert line.startswith(f"parley: cannot serve on 127.0.0.1:{port}: ")
        assert said.stdout == ""
        assert not (Path(home) / "postgres").exists(), "nothing was started for it"
