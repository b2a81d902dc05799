"""An audit says yes only of what somebody was asked about."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from typing import Any, Final

import pytest

AUDIT: Final = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "audit.py"))
CLEAN, WEAK, NOT_ASKED = AUDIT["CLEAN"], AUDIT["WEAK"], AUDIT["NOT_ASKED"]

FINE = {"name": "fine", "version": "1", "vulns": []}
FLAW = {"id": "X-1", "fix_versions": ["2"], "aliases": [], "description": ""}
WEAK_ONE = {"name": "weak", "version": "1", "vulns": [FLAW]}
UNKNOWN = {"name": "unknown", "skip_reason": "not found"}
UNKNOWN_WEAK = {"name": "weak", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "verdict", "words"),
    [
        ([FINE], CLEAN, "none of 1"),
        ([FINE, WEAK_ONE], WEAK, "weak 1: X-1, mended in 2"),
        ([FINE, UNKNOWN], NOT_ASKED, "no advisories could be had for 1 of 2"),
        ([WEAK_ONE, UNKNOWN], NOT_ASKED, "weak 1: X-1"),
        ([], NOT_ASKED, "nobody could be asked"),
    ],
)
def test_what_nobody_was_asked_about_is_not_called_well(
    found: list[dict[str, Any]], verdict: int, words: str
) -> None:
    said, ended = AUDIT["judged"](found)
    assert ended == verdict
    assert words in said


def test_what_one_source_could_not_tell_another_may_and_neither_forgets() -> None:
    together = AUDIT["together"]
    assert together([FINE, UNKNOWN_WEAK], [WEAK_ONE]) == [FINE, WEAK_ONE]
    assert together([WEAK_ONE], [UNKNOWN_WEAK]) == [WEAK_ONE]
    assert together([], [UNKNOWN]) == [UNKNOWN]


def test_a_source_that_is_away_is_named_and_the_audit_is_no_yes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    away = tmp_path / "uv"
    away.write_text(f"#!{sys.executable}\nraise SystemExit('no such host')\n")
    away.chmod(0o755)
    for uv in (away, tmp_path / "missing"):
        monkeypatch.setenv("UV", str(uv))
        assert AUDIT["main"]() == NOT_ASKED
        told = capsys.readouterr()
        assert told.out == ""
        assert "pypi gave no advisories" in told.err
        assert "nothing is known either way" in told.err
