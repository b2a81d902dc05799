"""``parley backtest`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from attainments import EXAMPLES
from interfaces.cli.answers import USAGE, Said
from interfaces.cli.backtest import replay
from interfaces.cli.lazily import single

RUN = CliRunner()
TERMS = str(EXAMPLES / "business-hours-availability.yaml")
OUTAGES = str(EXAMPLES / "outages-2026.csv")
DOCS = EXAMPLES.parent / "docs"
HALF_A_YEAR = ("--from", "2026-01-01", "--to", "2026-06-30")


def asked(*arguments: str) -> Result:
    app: typer.Typer = single(replay)
    return RUN.invoke(app, arguments)


def test_a_list_of_outages_is_told_as_a_table() -> None:
    # February: 2 h of 200 h of business are 1 %. June, with 22 working days: 3 h 20 min of 220 h
    # are 1.51 %. Both are in the hours of business, and cost 10 % and 20 % of 12,000.00.
    answer = asked(TERMS, "--against", OUTAGES, *HALF_A_YEAR, "--k", "5")
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert "  2026-02           99            100      MISSED         1,200.00" in lines
    assert "  2026-06           98.485        100      MISSED         2,400.00" in lines
    assert "  Best target: business-hours: at least 99 % is met in 5 of 6 periods" in lines
    assert (
        "In all: 2 of 6 periods missed; credits 3,600.00 EUR, 5 % of charges of 72,000.00 EUR"
        in lines
    )
    assert "  - every credit was claimed in time" in lines


def test_in_json_every_figure_is_exact(tmp_path: Path) -> None:
    picture = tmp_path / "past.svg"
    answer = asked(
        TERMS,
        "--against",
        f"availability={OUTAGES}",
        *HALF_A_YEAR,
        "--json",
        "--picture",
        str(picture),
    )
    said = json.loads(answer.stdout)
    assert (said["misses"], said["credit"], said["share"]) == (2, "3600.00", "5")
    assert said["objectives"][0]["best"][0]["value"] == "3250/33"  # 12,000 less 200, of 13,200
    assert picture.read_text().startswith("<svg ")


def test_what_it_cannot_do_is_said_in_one_line(tmp_path: Path) -> None:
    quiet = tmp_path / "quiet.csv"
    quiet.write_text("starts,ends\n")
    with pytest.raises(Said, match="say which days it speaks for"):
        raise _said(asked(TERMS, "--against", OUTAGES))
    with pytest.raises(Said, match="no whole calendar month"):
        raise _said(
            asked(TERMS, "--against", str(quiet), "--from", "2026-01-01", "--to", "2026-01-30")
        )
    with pytest.raises(Said, match="is before"):
        raise _said(
            asked(TERMS, "--against", OUTAGES, "--from", "2026-02-01", "--to", "2026-01-30")
        )
    backwards = _said(
        asked(TERMS, "--against", OUTAGES, "--from", "2026-02-01", "--to", "2026-01-30")
    )
    assert backwards.code == USAGE


def test_announced_maintenance_is_excused_and_what_was_announced_late_is_not(
    tmp_path: Path,
) -> None:
    excusing = ("--excusing", str(EXAMPLES / "maintenance-2026.csv"))
    answer = asked(TERMS, "--against", OUTAGES, *HALF_A_YEAR, *excusing)
    lines = answer.stdout.splitlines()
    # January's outage lay in maintenance announced ten days ahead; March's was announced two days
    # ahead, where five working days are agreed
    assert "  2026-01          100            100      met                0.00" in lines
    assert "  2026-03           99.545         97.897  met                0.00" in lines
    assert not [line for line in lines if "no time was excused" in line]
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("exclusion,starts,ends\nforce,2026-01-01T00:00:00Z,2026-01-02T00:00:00Z\n")
    refused = asked(TERMS, "--against", OUTAGES, *HALF_A_YEAR, "--excusing", str(unknown))
    with pytest.raises(Said, match="row 1, exclusion: the terms have: maintenance"):
        raise _said(refused)


def test_what_the_documents_show_is_what_it_says(tmp_path: Path) -> None:
    picture = tmp_path / "past.svg"
    drawn = ("--picture", str(picture))
    answer = asked(TERMS, "--against", OUTAGES, *HALF_A_YEAR, "--k", "5", *drawn)
    assert answer.stdout in (DOCS / "backtest.md").read_text()
    assert answer.stdout in (EXAMPLES.parent / "README.md").read_text()
    assert picture.read_text() == (DOCS / "backtest.svg").read_text()


def _said(answer: Result) -> Said:
    assert isinstance(answer.exception, Said), answer.output
    return answer.exception
