"""The embedded server: shared, private, durable, and back after anything is killed."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest

from interfaces.postgres import cluster, server_binaries
from interfaces.postgres.embedded import EmbeddedPostgres, EmbeddedPostgresError
from interfaces.postgres.server_account import ServerAccount

pytestmark = pytest.mark.postgres

ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")


def ask(postgres: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(postgres.dsn("postgres")) as connection:
        answer = connection.execute(question.encode()).fetchone()
        assert answer is not None
        return answer[0]


def postmaster(postgres: EmbeddedPostgres) -> int:
    return int((postgres.data_dir / "data" / "postmaster.pid").read_text().splitlines()[0])


def python(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """Run a program in another process of this interpreter."""
    return subprocess.Popen(  # noqa: S603 - this interpreter, this program
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )


def as_nobody(call: Callable[[], object]) -> str:
    """Call in a child of this process that has given up being root; return what came of it.

    A fork, because the interpreter itself may lie where only root can start it.
    """
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads about
        child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY.pw_gid)
            os.setuid(NOBODY.pw_uid)
            said = repr(call())
        except BaseException as problem:  # noqa: BLE001 - the parent judges it
            said = repr(problem)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def test_it_writes_durably_privately_and_as_it_is_told(data_dir: Path) -> None:
    told = {"work_mem": "7MB", "cluster_name": "it's"}
    with EmbeddedPostgres(data_dir, settings=told) as postgres:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            assert ask(postgres, f"SHOW {setting}") == "on"
        assert ask(postgres, "SHOW server_encoding") == "UTF8"
        assert ask(postgres, "SHOW timezone") == "UTC"
        assert ask(postgres, "SHOW listen_addresses") == ""
        assert {name: ask(postgres, f"SHOW {name}") for name in told} == told
        for closed in (data_dir / "data", data_dir / "run"):
            assert closed.stat().st_mode & 0o077 == 0


def test_who_stops_it_is_who_started_it(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as first:
        with EmbeddedPostgres(data_dir) as second:
            assert (first.started, second.started) == (True, False)
        assert first.is_ready()
    assert not first.is_ready()


def test_data_stay_from_one_start_to_the_next(data_dir: Path) -> None:
    for expected in (1, 2):
        with EmbeddedPostgres(data_dir) as postgres:
            with psycopg.connect(postgres.ensure_database()) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz)")
                connection.execute("INSERT INTO starts VALUES (now())")
                counted = connection.execute("SELECT count(*) FROM starts").fetchone()
            assert counted == (expected,)


def test_processes_racing_to_start_share_one_server(data_dir: Path) -> None:
    program = """
import sys; from pathlib import Path; from interfaces.postgres.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1])).start(); server.ensure_database()
print(server.started, (server.data_dir / "data/postmaster.pid").read_text().split()[0])
"""
    racers = [python(program, data_dir) for _ in range(4)]
    told = [racer.communicate(timeout=60)[0].split() for racer in racers]
    assert sorted(started for started, _ in told) == ["False", "False", "False", "True"]
    assert len({pid for _, pid in told}) == 1


def test_killing_who_started_it_leaves_it_to_the_others(data_dir: Path) -> None:
    program = """
import sys, time; from pathlib import Path
from interfaces.postgres.embedded import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start(); print("up", flush=True); time.sleep(60)
"""
    with python(program, data_dir) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "up\n"
        starter.kill()
    with EmbeddedPostgres(data_dir) as postgres:
        assert not postgres.started
        assert ask(postgres, "SELECT 1") == 1
    postgres.stop()


def test_a_killed_server_comes_back_with_every_acknowledged_row(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(data_dir).start()
    dsn = postgres.ensure_database()
    acknowledged = 0
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        for acknowledged in range(1, 201):
            connection.execute("INSERT INTO kept VALUES (%s)", [acknowledged])
        os.kill(postmaster(postgres), signal.SIGKILL)
    with EmbeddedPostgres(data_dir) as again:
        assert again.started
        with psycopg.connect(again.dsn()) as connection:
            kept = connection.execute("SELECT count(*), max(number) FROM kept").fetchone()
    assert kept == (acknowledged, acknowledged)


def test_a_server_that_cannot_stop_in_order_is_cut_short_and_loses_nothing(data_dir: Path) -> None:
    writes = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
    with EmbeddedPostgres(data_dir) as postgres:
        with psycopg.connect(postgres.dsn("postgres")) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        writer = ask(postgres, writes)
        assert isinstance(writer, int)
        os.kill(writer, signal.SIGSTOP)  # nothing can be written down without it
        found = cluster.found_cluster(data_dir)
        assert found is not None
        found.halt(patience=7)
        assert not postgres.is_ready()
    with EmbeddedPostgres(data_dir) as again:
        assert ask(again, "SELECT number FROM kept") == 1
    again.discard()


def test_a_start_that_was_cut_short_leaves_no_half_made_data(data_dir: Path) -> None:
    half_made = data_dir / "initialising-cafe"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(data_dir) as postgres:
        assert ask(postgres, "SELECT 1") == 1
    assert not half_made.exists()


def test_a_deep_directory_gets_a_short_private_socket(data_dir: Path) -> None:
    deep = data_dir / ("d" * 60) / ("e" * 60)
    with EmbeddedPostgres(deep) as postgres:
        sockets = Path(str(psycopg.conninfo.conninfo_to_dict(postgres.dsn())["host"]))
        assert ask(postgres, "SELECT 1") == 1
        assert len(str(sockets)) < 60
        assert sockets.stat().st_mode & 0o077 == 0
    postgres.discard()
    assert not sockets.exists()


def test_somebody_elses_socket_directory_is_not_used(data_dir: Path) -> None:
    deep = data_dir / ("d" * 120)
    deep.mkdir(parents=True)
    account = ServerAccount.choose()
    squatted = cluster.Cluster(deep, account, Path()).sockets
    squatted.mkdir(mode=0o755)
    try:
        with pytest.raises(EmbeddedPostgresError, match=r"is not .* alone: remove it"):
            EmbeddedPostgres(deep).start()
    finally:
        squatted.rmdir()


def test_data_of_another_major_version_are_refused_untouched(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir):
        pass
    version = data_dir / "data" / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 16, this is 18"):
        EmbeddedPostgres(data_dir).start()


def test_a_setting_postgres_refuses_is_said_at_once(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, launch = [], cluster.Cluster.launch

    def counted(self: cluster.Cluster, settings: Mapping[str, str]) -> Any:
        tried.append(settings)
        return launch(self, settings)

    monkeypatch.setattr(cluster.Cluster, "launch", counted)
    with pytest.raises(EmbeddedPostgresError, match="no_such_setting"):
        EmbeddedPostgres(data_dir, settings={"no_such_setting": "1"}).start()
    assert len(tried) == 1


def test_nothing_is_known_of_a_server_that_never_was(data_dir: Path) -> None:
    postgres = EmbeddedPostgres(data_dir)
    assert not postgres.is_ready()
    with pytest.raises(EmbeddedPostgresError, match="no server has been started"):
        postgres.dsn()
    postgres.stop()
    postgres.discard()
    assert not data_dir.exists()


def life_of_a_server(directory: Path) -> object:
    with EmbeddedPostgres(directory) as server:
        owner = (directory / "data").stat().st_uid
        with psycopg.connect(server.ensure_database()) as connection:
            return os.geteuid(), owner, connection.execute("SELECT 1").fetchone()


def test_it_runs_as_an_ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(tempfile.mkdtemp(prefix="parley-user-"))
    try:
        if not ROOT:
            assert life_of_a_server(home) == (os.geteuid(), os.geteuid(), (1,))
            return
        os.chown(home, NOBODY.pw_uid, NOBODY.pw_gid)
        programs = server_binaries.binaries_for(ServerAccount.choose())  # where nobody reaches them
        wheel = programs.parents[len(server_binaries.TREE.parts)]
        monkeypatch.setattr(server_binaries, "installed_wheel", lambda: wheel)
        said = as_nobody(lambda: life_of_a_server(home / "postgres"))
        assert said == repr((NOBODY.pw_uid, NOBODY.pw_uid, (1,)))
    finally:
        shutil.rmtree(home)


if ROOT:  # what only root can do, or need

    def test_root_keeps_out_everyone_else(data_dir: Path) -> None:
        with EmbeddedPostgres(data_dir) as postgres:
            ask(postgres, "SELECT 1")  # as root it is let in
            (data_dir / "run").chmod(0o755)  # even with the directories standing open
            (data_dir / "run" / ".s.PGSQL.5432").chmod(0o777)
            data_dir.chmod(0o755)
            assert "Peer authentication failed" in as_nobody(lambda: ask(postgres, "SELECT 1"))

    def test_an_ordinary_user_is_told_whose_directory_it_is(data_dir: Path) -> None:
        with EmbeddedPostgres(data_dir):
            pass
        assert "belongs to another account" in as_nobody(EmbeddedPostgres(data_dir).start)

    @pytest.fixture
    def closed_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """Yield a directory only root can enter, with root's other places beside it."""
        top = Path(tempfile.mkdtemp(prefix="parley-root-"))
        top.chmod(0o711)
        monkeypatch.setattr(cluster, "ELSEWHERE", top / "elsewhere")
        monkeypatch.setattr(server_binaries, "CACHE", top / "cache")
        home = top / "home"
        home.mkdir(mode=0o700)
        yield home
        shutil.rmtree(top)

    def test_data_under_a_closed_home_go_elsewhere_and_are_found_again(closed_home: Path) -> None:
        data_dir = closed_home / "postgres"
        with EmbeddedPostgres(data_dir) as postgres:
            postgres.ensure_database()
        with EmbeddedPostgres(data_dir) as again, psycopg.connect(again.dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        elsewhere = Path((data_dir / "elsewhere").read_text().strip())
        assert (elsewhere / "data" / "PG_VERSION").is_file()
        assert closed_home.stat().st_mode & 0o777 == 0o700
        again.discard()
        assert not elsewhere.exists()

    def test_programs_under_a_closed_home_are_copied_once(
        closed_home: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        closed, original = closed_home / "site-packages", server_binaries.installed_wheel()
        for part in server_binaries.NEEDED:
            shutil.copytree(original / part, closed / part, symlinks=True)
        monkeypatch.setattr(server_binaries, "installed_wheel", lambda: closed)
        account = ServerAccount.choose()
        programs = server_binaries.binaries_for(account)
        assert programs.is_relative_to(server_binaries.CACHE)
        assert server_binaries.binaries_for(account) == programs
        assert len(list(server_binaries.CACHE.iterdir())) == 1
        with EmbeddedPostgres(data_dir) as postgres:
            assert ask(postgres, "SELECT 1") == 1
