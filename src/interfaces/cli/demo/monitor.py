"""A Prometheus of the demo's own: on loopback, with a month of probes, gone when it was asked."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from interfaces.cli.demo.stage import free_port

QUERY: Final = 'max(last_over_time(probe_success{service="ec2"}[59s]))'
"""The region is up while a zone is; what no probe said within the minute, nobody said."""
MINUTE: Final = timedelta(minutes=1)
PATIENCE: Final = 30.0
LOOK: Final = 0.05
KEPT: Final = "1000d"
"""By itself Prometheus deletes on sight what is older than 15 days."""
ONE_BLOCK: Final = "720h"
"""Back-filling costs by the block, and the two hours it takes by itself make 361 of a month."""


class Unwatched(Exception):  # noqa: N818 - it is an answer: the figures are handed in instead
    """There is no Prometheus to ask; the message says why."""


@dataclass(frozen=True)
class Down:
    """A zone that was down, from one whole minute until before another."""

    zone: str
    starts: datetime
    ends: datetime


@contextmanager
def watched(
    folder: Path, month: tuple[datetime, datetime], zones: tuple[str, ...], outages: list[Down]
) -> Iterator[str]:
    """Lend the address of a server that saw these zones; ends it, come what may.

    Raises Unwatched where its programs are not installed or do not do it.
    """
    server, tool = _program("prometheus"), _program("promtool")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _backfill(tool, folder, probes(month, zones, outages))
    with _running(server, folder) as address:
        yield address


def probes(
    month: tuple[datetime, datetime], zones: tuple[str, ...], outages: list[Down]
) -> Iterator[str]:
    """Yield what a probe of each zone said every minute, as OpenMetrics."""
    yield "# HELP probe_success Whether the probe reached the zone"
    yield "# TYPE probe_success gauge"
    at, ends = month
    while at < ends:
        second = int(at.timestamp())
        for zone in zones:
            up = not any(one.zone == zone and one.starts <= at < one.ends for one in outages)
            yield f'probe_success{{service="ec2",zone="{zone}"}} {int(up)} {second}'
        at += MINUTE
    yield "# EOF"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unwatched(f"{name} is not installed")
    return found


def _backfill(tool: str, folder: Path, lines: Iterator[str]) -> None:
    file = folder / "probes.om"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    block = f"--max-block-duration={ONE_BLOCK}"
    done = subprocess.run(  # noqa: S603 - a program of the system, on files of our own
        [tool, "tsdb", "create-blocks-from", "openmetrics", block, str(file), str(folder / "data")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Unwatched(f"promtool could not read the probes: {done.stderr.strip()}")


@contextmanager
def _running(program: str, folder: Path) -> Iterator[str]:
    config, log = folder / "prometheus.yml", folder / "prometheus.log"
    config.write_text("global: {scrape_interval: 1m}\n", encoding="utf-8")
    port = free_port()
    with log.open("wb") as said:
        server = subprocess.Popen(  # noqa: S603 - a program of the system, on files of our own
            [
                program,
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--storage.tsdb.retention.time={KEPT}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(server, address, log)
        yield address
    finally:
        _end(server)


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(f"{address}/-/ready", timeout=PATIENCE).is_success:
                return
        except httpx.TransportError:
            pass  # it does not listen yet
        time.sleep(LOOK)
    raise Unwatched(f"Prometheus did not start; see {log}")


def _end(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(PATIENCE)
    finally:  # also when somebody is too impatient to wait for it
        server.kill()
        server.wait()
