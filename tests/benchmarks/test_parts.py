"""Every part of the benchmarks still runs, on sizes too small to say anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.__main__ import PARTS, main
from benchmarks.peers.there import NotHere
from benchmarks.table import Sizes, interleaved

from interfaces.postgres.embedded import EmbeddedPostgres

TINY = Sizes(few=3, many=5, rounds=1, calls=1, seconds=0.2, contracts=5)
NEEDS_PEERS = {"servers"}
"""Parts that measure nothing but what is installed for the benchmarks alone."""


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize("part", [part for part in PARTS if part not in NEEDS_PEERS])
def test_a_part_measures_and_says_what(
    part: str, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    tables = list(PARTS[part](postgres, tmp_path, TINY))

    assert tables
    for table in tables:
        assert table.lines[0].ratio == 1
        assert all(line.microseconds > 0 for line in table.lines)
        assert table.title in str(table)


@pytest.mark.parametrize("part", NEEDS_PEERS)
def test_a_part_whose_peers_are_not_here_says_so_before_it_makes_anything_up(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.peers.there.PYTHON", tmp_path)
    never_started = EmbeddedPostgres(tmp_path / "postgres")

    with pytest.raises(NotHere, match="is not installed"):
        list(PARTS[part](never_started, tmp_path, TINY))


def test_each_case_has_its_turns_and_the_first_is_what_others_are_held_against() -> None:
    turns: list[str] = []

    table = interleaved(
        "Two cases",
        {"one": lambda: turns.append("one"), "other": lambda: turns.append("other")},
        Sizes(few=1, many=1, rounds=2, calls=3),
        "a note",
    )

    warmed, *rounds = [turns[at : at + 6] for at in range(0, len(turns), 6)]
    assert warmed == ["one"] * 3 + ["other"] * 3
    assert rounds == [["one"] * 3 + ["other"] * 3, ["other"] * 3 + ["one"] * 3]
    assert [line.name for line in table.lines] == ["one", "other"]
    assert table.lines[0].ratio == 1
    assert table.notes[0] == "a note"


def test_a_part_that_does_not_exist_is_refused_by_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["no-such-part"])

    assert left.value.code == 2
    assert "no such part: 'no-such-part'" in capsys.readouterr().err
