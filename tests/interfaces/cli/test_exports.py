"""``parley terms redline`` and ``summary``: files in, a document out, and no service."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from interfaces.cli.answers import NO, USAGE, Said
from interfaces.cli.exports import install
from redlines import EXAMPLES, NEW
from tracked_changes import accepted

REGION = str(EXAMPLES / "aws-ec2-region.yaml")
AMENDED = str(EXAMPLES / "aws-ec2-region-amended.yaml")
BAD = str(EXAMPLES / "bad" / "float-percentage.yaml")
RUN = CliRunner()


@pytest.fixture
def terms() -> typer.Typer:
    app = typer.Typer()
    install(typer.Typer(), typer.Typer(), app)
    return app


@pytest.mark.parametrize("suffix", ["html", "pdf", "docx"])
def test_the_suffix_says_the_form(terms: typer.Typer, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"redline.{suffix}"
    answer = RUN.invoke(terms, ["redline", REGION, AMENDED, "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith(f"{out}: 5 changed terms, ")
    begins = {"html": b"<!doctype html>", "pdf": b"%PDF", "docx": b"PK"}[suffix]
    assert out.read_bytes().startswith(begins)


def test_the_word_document_holds_the_new_text(terms: typer.Typer, tmp_path: Path) -> None:
    out = tmp_path / "redline.docx"
    RUN.invoke(terms, ["redline", REGION, AMENDED, "--out", str(out)])
    assert accepted(out.read_bytes())[0] == ("Title", NEW.title)


@pytest.mark.parametrize(("name", "code"), [("redline.odt", USAGE), ("redline", USAGE)])
def test_another_form_is_refused(terms: typer.Typer, tmp_path: Path, name: str, code: int) -> None:
    answer = RUN.invoke(terms, ["redline", REGION, AMENDED, "--out", str(tmp_path / name)])
    assert isinstance(answer.exception, Said)
    assert answer.exception.code == code
    assert "one of .html, .pdf, .docx" in str(answer.exception)
    assert not (tmp_path / name).exists()


def test_terms_of_the_wrong_shape_are_a_no(terms: typer.Typer, tmp_path: Path) -> None:
    out = tmp_path / "redline.html"
    answer = RUN.invoke(terms, ["redline", REGION, BAD, "--out", str(out)])
    assert isinstance(answer.exception, Said)
    assert answer.exception.code == NO
    assert "float-refused" in str(answer.exception)


def test_a_file_is_summarised(terms: typer.Typer) -> None:
    text = RUN.invoke(terms, ["summary", REGION]).output
    assert text.startswith("Compute, region level, in plain words\naws-ec2-region.yaml\nsha256:")
    page = RUN.invoke(terms, ["summary", REGION, "--markdown"]).output
    assert page.startswith("# Compute, region level, in plain words\n")
