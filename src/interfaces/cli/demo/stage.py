"""The stage: a fresh installation served by real processes, people with tokens, and a narrator."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import typer

from interfaces.cli.answers import NO, Said
from interfaces.cli.client import Client
from interfaces.identity.development_issuer import DevelopmentIssuer
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.serving.supervisor import wait_until_ready

PATIENCE: Final = 60.0
LOOK: Final = 0.1
INDENT: Final = "   "

T = TypeVar("T")


@dataclass
class Stage:
    """Where the demo plays: its folder, the server's address, and who may speak to it."""

    output: Path
    address: str
    issuer: DevelopmentIssuer
    _clients: dict[str, Client] = field(default_factory=dict)
    _acts: int = 0

    def act(self, title: str) -> None:
        """Announce the next part."""
        self._acts += 1
        typer.echo(f"\n{self._acts}. {title}")

    def tell(self, words: str) -> None:
        """Say what happened."""
        for line in words.splitlines():
            typer.echo(f"{INDENT}{line}")

    def as_(self, subject: str) -> Client:
        """Return the API as somebody uses it."""
        if subject not in self._clients:
            self._clients[subject] = Client(self.address, self.issuer.token(subject, now()))
        return self._clients[subject]

    def close(self) -> None:
        """Let go of everybody's connections."""
        for client in self._clients.values():
            client.close()

    def run(self, *arguments: str, subject: str | None = None, most: int | None = None) -> str:
        """Run the command line as somebody would, show what it says, and return it.

        ``most`` paragraphs are shown where there are more. Raises Said when it fails.
        """
        done = self._ran(arguments, subject)
        if done.returncode != 0:
            raise Said(f"parley {arguments[0]} ended with {done.returncode}: {_why(done)}")
        self.tell(_begins(done.stdout, most))
        return done.stdout

    def run_refused(self, *arguments: str) -> None:
        """Run the command line where its answer has to be no, and show why; raises Said if not."""
        done = self._ran(arguments, None)
        if done.returncode != NO:
            raise Said(f"parley {arguments[0]} ended with {done.returncode}, not with {NO}")
        self.tell(_begins(_why(done), 2))

    def _ran(
        self, arguments: tuple[str, ...], subject: str | None
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PARLEY_URL": self.address}
        if subject is not None:
            environment["PARLEY_TOKEN"] = self.issuer.token(subject, now())
        typer.echo(f"{INDENT}$ parley {' '.join(_shown(one) for one in arguments)}")
        return subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "interfaces.cli.main", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def keep(self, name: str, document: Any) -> Path:
        """Leave a file behind, JSON or text."""
        path = self.output / name
        text = document if isinstance(document, str) else json.dumps(document, indent=2)
        path.write_text(text.rstrip() + "\n", encoding="utf-8")
        return path

    def wait_for(self, what: str, look: Callable[[], T | None]) -> T:
        """Wait until the worker has done something; raises Said when it does not in time."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if (found := look()) is not None:
                return found
            time.sleep(LOOK)
        raise Said(f"{what} did not come about within {PATIENCE:.0f} s; see serve.log")


def _begins(said: str, most: int | None) -> str:
    """Return the first paragraphs of an answer, and how many more there are."""
    parts = said.strip().split("\n\n")
    if most is None or len(parts) <= most:
        return said.rstrip()
    return "\n".join([*parts[:most], f"(and {len(parts) - most} paragraphs more)"])


def _why(done: subprocess.CompletedProcess[str]) -> str:
    return (done.stdout.strip() or done.stderr.strip()) if done.returncode == NO else done.stderr


@contextmanager
def raised(output: Path) -> Iterator[Stage]:
    """Set the stage in a folder, anew each time, and take it down in the end."""
    home = output / "parley"
    EmbeddedPostgres(home / "postgres").discard()
    shutil.rmtree(home, ignore_errors=True)
    output.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PARLEY_")
    }
    environment |= {"PARLEY_HOME": str(home)}
    with (output / "serve.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "interfaces.cli.main", "serve", "--port", str(port)],
            env=environment,
            stderr=log,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            if not wait_until_ready(address):
                raise Said(f"the server did not come up; see {output / 'serve.log'}")
            stage = Stage(output, address, DevelopmentIssuer(home, "parley"))
            with closing(stage):
                yield stage
        finally:
            server.terminate()
            server.wait()


def now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _shown(argument: str) -> str:
    return f'"{argument}"' if " " in argument else argument
