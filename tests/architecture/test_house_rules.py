"""What holds for every file of the repository, whatever is in it."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
ADR_HEADINGS = [
    "Status",
    "Context",
    "Decision",
    "Consequences",
    "Alternatives",
    "Enforced by",
]


def tracked(*patterns: str) -> list[Path]:
    """List the files of the repository, as git knows them."""
    listed = subprocess.run(  # noqa: S603 - git, on our own repository
        # Whoever owns the checkout: only the list of its files is wanted.
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--", *patterns],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def adrs() -> list[Path]:
    return tracked("docs/adr/*.md")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def headings(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, flags=re.MULTILINE)


def test_there_are_decisions_to_read() -> None:
    assert len(adrs()) > 3


@pytest.mark.parametrize("adr", adrs(), ids=name_of)
def test_a_decision_says_what_enforces_it(adr: Path) -> None:
    text = adr.read_text()
    assert headings(text) == ADR_HEADINGS
    if adr.name.startswith("0000-"):
        return  # the template: its reader names the file
    named = re.findall(
        r"`([^`\s]+/[^`\s]+|Makefile|pyproject\.toml)`", text.split("Enforced by")[-1]
    )
    assert named, "name the check or test that holds it, as a path in backquotes"
    assert [path for path in named if not (ROOT / path.split("::")[0]).exists()] == []


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [adr.name[:4] for adr in adrs()]
    assert len(numbers) == len(set(numbers))


REGISTRIES = "|".join(
    # Written apart, so that this file does not name them either.
    ["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.org", "deb" + r"\.debian"]
)
FOREIGN = {
    "a package registry": re.compile(REGISTRIES),
    "a path of one machine": re.compile(r"(?<![\w./~])/(?:work|farm|root|home/\w+)/"),
    "a file outside the repository": re.compile(r"\.\./" + "shared"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what: str) -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or another document that is not text
        found += [
            f"{name_of(path)}:{number}"
            for number, line in enumerate(text.splitlines(), 1)
            if FOREIGN[what].search(line)
        ]
    assert found == []


def test_no_source_file_is_several_files() -> None:
    long = {
        name_of(path): lines
        for path in tracked("*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_every_source_file_is_in_one_of_the_three_rooms() -> None:
    rooms = {path.relative_to(ROOT / "src").parts[0] for path in tracked("src")}
    assert rooms == {"domain", "application", "interfaces"}


def test_the_bootstrap_can_be_read_by_an_old_python() -> None:
    source = (ROOT / "tools" / "bootstrap.py").read_text()
    ast.parse(source, feature_version=(3, 7))
    with pytest.raises(SyntaxError):
        ast.parse("match x:\n case 1: pass", feature_version=(3, 7))
