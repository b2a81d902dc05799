"""``redline``, ``summary`` and ``package`` on the command line, with a service and without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

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


CONTRACT = f"relationship-{'0' * 26}/contract-{'1' * 26}"
NEGOTIATION = f"relationship-{'0' * 26}/negotiation-{'2' * 26}"
SERVED = f"/v1/relationships/relationship-{'0' * 26}"


@contextmanager
def service(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    """Lend a service that answers everything alike, and what it was asked."""
    asked: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """Return the commands that ask a service, under the names of their groups."""
    monkeypatch.setenv("PARLEY_TOKEN", "a-token")
    app, contracts, negotiations = typer.Typer(), typer.Typer(), typer.Typer()
    install(contracts, negotiations, typer.Typer())
    app.add_typer(contracts, name="contract")
    app.add_typer(negotiations, name="negotiation")
    return app


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (
            ["contract", "redline", CONTRACT, "2", "--since", "1", "--out", "{}.docx"],
            f"/contracts/contract-{'1' * 26}/versions/2/redline?format=docx&since=1",
        ),
        (
            ["negotiation", "redline", NEGOTIATION, "offer-1", "--out", "{}.pdf"],
            f"/negotiations/negotiation-{'2' * 26}/offers/offer-1/redline?format=pdf",
        ),
        (
            ["contract", "package", CONTRACT, "2", "--out", "{}.zip"],
            f"/contracts/contract-{'1' * 26}/versions/2/package",
        ),
    ],
)
def test_what_the_service_makes_is_written_as_it_came(
    remote: typer.Typer, tmp_path: Path, command: list[str], path: str
) -> None:
    arguments = [one.format(tmp_path / "out") for one in command]
    with service(200, b"the file") as (address, asked):
        answer = RUN.invoke(remote, [*arguments, "--url", address])
    assert answer.exit_code == 0, answer.exception
    assert asked == [f"{SERVED}{path}"]
    assert Path(arguments[-1]).read_bytes() == b"the file"
    assert answer.output.startswith(f"{arguments[-1]}: 8 bytes")


def test_a_version_is_summarised_by_the_service(remote: typer.Typer) -> None:
    with service(200, b"Order management, in plain words\n") as (address, asked):
        answer = RUN.invoke(remote, ["contract", "summary", CONTRACT, "2", "--url", address])
    assert answer.output == "Order management, in plain words\n"
    assert asked == [f"{SERVED}/contracts/contract-{'1' * 26}/versions/2/summary?format=text"]


def test_a_no_leaves_no_file(remote: typer.Typer, tmp_path: Path) -> None:
    out = tmp_path / "package.zip"
    said = b'{"rule": "checkpoint-behind", "detail": "ask again in a moment"}'
    arguments = ["contract", "package", CONTRACT, "2", "--out", str(out)]
    with service(409, said) as (address, _):
        answer = RUN.invoke(remote, [*arguments, "--url", address])
    assert isinstance(answer.exception, Said)
    assert str(answer.exception) == "checkpoint-behind: ask again in a moment"
    assert not out.exists()
