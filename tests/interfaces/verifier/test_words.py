"""The answer in words: the verdict first, what is wrong before all else, and what is not proven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bundles import Bundle, bundle, pins_text
from domain.contract.facts import RenewalDeclined
from domain.values.sides import Side
from interfaces.verifier.answer import MOST_LINES
from interfaces.verifier.command import answer
from interfaces.verifier.findings import MOST_FINDINGS
from recorded_deals import CONTRACT, deal
from verifier_attacks import TAMPERED


def words(home: Path, made: Bundle, pins: str = "", **asked: Any) -> list[str]:
    pinned = home / "pins"
    pinned.write_text(pins or pins_text())
    _, said = answer(made.write(home / "bundle.zip"), pinned, **asked)
    return said.splitlines()


def section(lines: list[str], heading: str) -> list[str]:
    """Return the lines under a heading."""
    begin = lines.index(f"{heading}:") + 1
    end = next((at for at in range(begin, len(lines)) if not lines[at]), len(lines))
    return lines[begin:end]


def test_a_yes_says_what_was_checked_and_what_it_does_not_prove(tmp_path: Path) -> None:
    said = words(tmp_path, bundle(deal()))
    assert said[0] == "Yes: everything that was checked holds."
    assert "Wrong:" not in said
    assert any("Both sides signed version 2" in line for line in section(said, "This proves"))
    assert any("clock's" in line for line in section(said, "This does not prove"))


def test_a_no_says_where_and_why_and_proves_nothing(tmp_path: Path) -> None:
    made = bundle(deal())
    spoil, expected = TAMPERED["two facts are reordered"]
    spoil(made)
    said = words(tmp_path, made)
    assert said[0] == "No: this bundle is not what it says it is."
    assert said[3] == "Wrong:"
    assert all(any(word in line for line in section(said, "Wrong")) for word in expected)
    assert "This proves:" not in said


def test_what_is_missing_is_neither_yes_nor_no(tmp_path: Path) -> None:
    pins = pins_text().replace("quorum both\n", "")
    said = words(tmp_path, bundle(deal()), pins)
    assert said[0].startswith("Not proven: nothing is wrong")
    assert any("ask for no witness" in line for line in section(said, "Missing for a proof"))


def test_the_terms_are_written_out_when_a_moment_was_asked_for(tmp_path: Path) -> None:
    made = bundle(deal())
    heading = "At 2026-03-01T00:00:00Z: in force, on version 2"
    said = words(tmp_path, made, at="2026-03-01T00:00:00Z")
    assert any(line.startswith(heading) for line in said)
    assert "  objectives/0/targets/0/at_least: 99.9" in said
    assert "  objectives/0/targets/0/at_least: 99.9" not in words(tmp_path, made)


def test_what_stands_in_a_bundle_does_nothing_to_a_terminal(tmp_path: Path) -> None:
    made = bundle(deal())
    lines = made.lines()
    made.set_lines([lines[0].replace(b"negotiation.", b"\x1b[2J.", 1), *lines[1:]])
    said = "\n".join(words(tmp_path, made))
    assert "\x1b" not in said
    assert "<U+001B>[2J" in said


def test_a_long_history_is_cut_short_and_says_so(tmp_path: Path) -> None:
    ledger = deal()
    for _ in range(MOST_LINES):
        ledger.record(CONTRACT, RenewalDeclined(Side.CLIENT, "we shall see"), Side.CLIENT)
    said = section(words(tmp_path, bundle(ledger)), "What happened up to then")
    assert len(said) == MOST_LINES + 1
    assert said[0] == "  16 facts before"


@pytest.mark.parametrize("faults", [1, MOST_FINDINGS + 5])
def test_no_more_faults_are_written_out_than_anybody_reads(faults: int, tmp_path: Path) -> None:
    made = bundle(deal())
    for number in range(faults):
        made.files[f"documents/{number:064d}.pdf"] = b"nobody named it"
    wrong = section(words(tmp_path, made), "Wrong")
    assert len(wrong) == min(faults, MOST_FINDINGS + 1)
    assert ("and 5 more" in wrong[-1]) is (faults > MOST_FINDINGS)
