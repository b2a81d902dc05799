"""What the documents say about the code is so."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from interfaces.cli.terms import app as terms
from interfaces.composition import projections
from interfaces.settings import READ_BY_OTHERS, Settings

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "tools" / "documents.py"
DOCS = ROOT / "docs"


def written(name: str) -> str:
    return (DOCS / name).read_text()


def answers_of_our_own() -> Iterator[str]:
    """Find the rules by which the API itself says no, whatever the domain says."""
    for path in (ROOT / "src" / "interfaces" / "http").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Name(id="problem" | "MissingHeader"),
                    args=[_, ast.Constant(value=str(rule)), *_],
                ):
                    yield rule


def test_what_is_made_from_the_code_is_not_stale() -> None:
    checked = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(PROGRAM), "--check"], check=False, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")


def test_every_rule_that_can_be_answered_is_listed() -> None:
    rules = runpy.run_path(str(PROGRAM))["refusals"]()
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", written("http.md"), flags=re.MULTILINE))
    assert len(rules) > 100
    assert rules.keys() | set(answers_of_our_own()) <= listed


def test_every_setting_is_in_the_runbook() -> None:
    names = {f"PARLEY_{field.upper()}" for field in Settings.model_fields} | READ_BY_OTHERS
    assert names == set(
        re.findall(r"^\| `(PARLEY_[A-Z_]+)` \|", written("runbook.md"), re.MULTILINE)
    )


def test_every_view_is_in_the_runbook() -> None:
    text = written("runbook.md")
    assert [view.name for view in projections().all() if f"`{view.name}`" not in text] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "examples/aws-ec2-region.yaml"),
        ("check", "examples/bad/float-percentage.yaml"),
        ("diff", "examples/aws-ec2-region.yaml", "examples/aws-ec2-region-amended.yaml"),
    ],
    ids=" ".join,
)
def test_the_readme_shows_what_the_command_says(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    said = CliRunner().invoke(terms, arguments).output
    assert said
    assert f"$ parley terms {' '.join(arguments)}" in (ROOT / "README.md").read_text()
    assert said in (ROOT / "README.md").read_text()


def links() -> Iterator[tuple[Path, str]]:
    for path in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text()):
            yield path, target


@pytest.mark.parametrize(("page", "target"), list(links()), ids=str)
def test_a_link_leads_somewhere(page: Path, target: str) -> None:
    assert target.startswith("https://") or (page.parent / target).exists()
