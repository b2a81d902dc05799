"""On what it was measured: without that, a figure says nothing."""

from __future__ import annotations

import os
import platform

import psycopg


def machine(conninfo: str) -> str:
    """Return one line on this machine and one on the database server."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"machine: {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}\n"
        f"database: {_server(conninfo)}\n"
    )


def _server(conninfo: str) -> str:
    with psycopg.connect(conninfo) as connection:
        shown = [
            (name, str(*connection.execute("SELECT current_setting(%s)", [name]).fetchone() or ""))
            for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
        ]
    (_, version), *settings = shown
    return ", ".join([f"PostgreSQL {version}", *(f"{name} {value}" for name, value in settings)])
