"""The reference of agreement terms says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from interfaces.files.terms import check_bytes

ROOT = Path(__file__).parents[3]
REFERENCE = (ROOT / "docs" / "agreement-terms.md").read_text("utf-8")
SOURCES = sorted((ROOT / "src" / "domain" / "terms" / "lint").glob("*.py"))


def test_the_agreement_in_the_reference_is_sound() -> None:
    block = re.search(r"```yaml\n(.*?)```", REFERENCE, re.DOTALL)
    assert block is not None
    assert check_bytes(block[1].encode(), "reference.yaml").errors == ()


def test_every_rule_of_lint_is_in_the_reference_and_no_other() -> None:
    raised = {
        rule
        for source in SOURCES
        for rule in re.findall(r'(?:error|warning)\(\s*"([a-z-]+)"', source.read_text("utf-8"))
    }
    kinds = re.search(r"known = \{(.*?)\n    \}", SOURCES_TEXT, re.DOTALL)
    assert kinds is not None
    named = re.findall(r'^        "([a-z ]+)":', kinds[1], re.MULTILINE)
    raised |= {f"unknown-{kind.replace(' ', '-')}" for kind in named}
    section = REFERENCE.split("## What lint says", 1)[1]
    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", section)) == raised


SOURCES_TEXT = "\n".join(source.read_text("utf-8") for source in SOURCES)
