"""``export`` and ``import`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bridged import checked, example
from interfaces.bridges.writing import as_yaml
from interfaces.cli.answers import USAGE, Said
from interfaces.cli.bridges import install
from interfaces.files.terms import check_file

RUN = CliRunner()
TABLE = """
provider: Amazon Web Services
service: Compute, region level
objective: {indicator: availability, target: "99.99", period: calendar month}
tiers: [{below: "99.99", credit_percent: "10"}]
note: read the small print
"""


@pytest.fixture
def terms() -> typer.Typer:
    app = typer.Typer()
    install(typer.Typer(), app)
    return app


@pytest.fixture
def agreement(tmp_path: Path) -> Path:
    path = tmp_path / "terms.yaml"
    path.write_text(as_yaml(example("ecommerce-five-nines").document()))
    return path


def test_rules_are_written_and_what_they_do_not_say_is_said(
    terms: typer.Typer, agreement: Path, tmp_path: Path
) -> None:
    out = tmp_path / "rules.yml"
    answer = RUN.invoke(terms, ["export", str(agreement), "--to", "prometheus", "--out", str(out)])
    assert answer.exit_code == 0, answer.output
    assert "not said charges/monthly-fee: Prometheus knows no money" in answer.stderr
    checked(out.read_text(), tmp_path)


def test_an_export_in_json_holds_the_text_and_what_is_not_said(
    terms: typer.Typer, agreement: Path
) -> None:
    answer = RUN.invoke(terms, ["export", str(agreement), "--to", "openslo", "--json"])
    said = json.loads(answer.stdout)
    assert "apiVersion: openslo/v1" in said["text"]
    assert {"place", "because"} == set(said["unsaid"][0])


def test_a_file_of_the_wrong_shape_is_a_no(terms: typer.Typer, tmp_path: Path) -> None:
    path = tmp_path / "terms.yaml"
    path.write_text("title: One\n")
    answer = RUN.invoke(terms, ["export", str(path), "--to", "openslo"])
    assert isinstance(answer.exception, Said)
    assert "missing-field" in str(answer.exception)


def test_a_table_becomes_an_agreement_file_that_could_be_offered(
    terms: typer.Typer, tmp_path: Path
) -> None:
    table, out = tmp_path / "table.yaml", tmp_path / "terms.yaml"
    table.write_text(TABLE)
    arguments = ["--client", "Alpine Retail", "--currency", "USD", "--starts", "2026-01-01"]
    answer = RUN.invoke(terms, ["import", str(table), "--out", str(out), *arguments])
    assert answer.exit_code == 0, answer.output
    assert "warning charges: left-open:" in answer.stderr
    assert "not taken note: a table of ours has no such field" in answer.stderr
    made = check_file(out)
    assert made.errors == ()
    assert made.terms is not None
    assert (made.terms.client, str(made.terms.starts)) == ("Alpine Retail", "2026-01-01")


def test_openslo_goes_out_and_comes_in_again(
    terms: typer.Typer, agreement: Path, tmp_path: Path
) -> None:
    out = tmp_path / "slo.yaml"
    RUN.invoke(terms, ["export", str(agreement), "--to", "openslo", "--out", str(out)])
    answer = RUN.invoke(terms, ["import", str(out), "--from", "openslo", "--json"])
    draft = json.loads(answer.stdout)
    assert draft["terms"]["objectives"][0]["targets"] == [{"at_least": "99.999"}]
    assert draft["problems"] == []


def test_a_bare_number_is_a_no_with_its_place(terms: typer.Typer, tmp_path: Path) -> None:
    table = tmp_path / "table.yaml"
    table.write_text(TABLE.replace('"99.99", period', "99.99, period"))
    answer = RUN.invoke(terms, ["import", str(table)])
    assert isinstance(answer.exception, Said)
    assert str(answer.exception) == (
        f'{table}:4:38 objective/target: float-refused: write it in quotes, "99.99": a bare number '
        "may lose its exact value"
    )


def test_a_day_that_is_none_is_wrong_usage(terms: typer.Typer, tmp_path: Path) -> None:
    table = tmp_path / "table.yaml"
    table.write_text(TABLE)
    answer = RUN.invoke(terms, ["import", str(table), "--starts", "tomorrow"])
    assert isinstance(answer.exception, Said)
    assert answer.exception.code == USAGE
