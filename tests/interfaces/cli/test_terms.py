"""``parley terms``: what it prints, and what its exit code says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.terms.schema import json_schema
from interfaces.cli.terms import app

EXAMPLES = Path(__file__).parents[3] / "examples"
REGION = str(EXAMPLES / "aws-ec2-region.yaml")
AMENDED = str(EXAMPLES / "aws-ec2-region-amended.yaml")
OVERLAP = str(EXAMPLES / "bad" / "overlapping-tiers.yaml")
FLOAT = str(EXAMPLES / "bad" / "float-percentage.yaml")

RUN = CliRunner()


def test_a_sound_file_is_one_line_and_exit_0() -> None:
    answer = RUN.invoke(app, ["check", REGION])
    assert answer.exit_code == 0
    assert answer.output.startswith(f"{REGION}: fine: Compute, region level (sha256:")
    assert answer.output.count("\n") == 1


def test_a_bad_file_is_one_line_a_problem_and_exit_1() -> None:
    answer = RUN.invoke(app, ["check", OVERLAP])
    assert answer.exit_code == 1
    errors = [line for line in answer.output.splitlines() if "warning:" not in line]
    (error,) = errors
    tiers = "objectives/availability/remedy/tiers/business-hours"
    assert error == (
        f"{OVERLAP}:27:11 {tiers}/from-0: tiers-overlap: a result of 99 lies in both tiers "
        f"(with {tiers}/from-99)"
    )


def test_one_bad_file_among_good_ones_is_exit_1() -> None:
    assert RUN.invoke(app, ["check", REGION, FLOAT, AMENDED]).exit_code == 1


def test_warnings_are_shown_and_do_not_fail() -> None:
    answer = RUN.invoke(app, ["check", str(EXAMPLES / "accord-two-tier.yaml")])
    assert answer.exit_code == 0
    assert "warning: no-reviews" in answer.output
    assert "fine, 2 to look at" in answer.output


def test_check_answers_in_json_too() -> None:
    answer = RUN.invoke(app, ["check", "--json", REGION, FLOAT])
    assert answer.exit_code == 1
    sound, bad = json.loads(answer.output)
    assert sound["fine"] is True
    assert sound["digest"].startswith("sha256:")
    assert bad["fine"] is False
    assert bad["problems"][0]["rule"] == "float-refused"
    assert bad["problems"][0]["line"] == 21


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "no-such-file.yaml"],
        ["check", str(EXAMPLES)],
        ["check"],
        ["diff", REGION],
        ["diff", REGION, "no-such-file.yaml"],
        ["render", "--loudly", REGION],
    ],
)
def test_usage_and_unreadable_files_are_exit_2(arguments: list[str]) -> None:
    assert RUN.invoke(app, arguments).exit_code == 2


def test_diff_says_downtime_money_and_the_words_of_a_clause() -> None:
    answer = RUN.invoke(app, ["diff", REGION, AMENDED])
    assert answer.exit_code == 0
    assert "Availability: 99.99 % → 99.995 %\n" in answer.output
    assert "  allowed downtime 4 min 19.2 s → 2 min 9.6 s per 30-day month\n" in answer.output
    assert "  at risk per calendar month 12000.00 USD" in answer.output
    assert "answers within [-30-]{+14+} days" in answer.output


def test_diff_of_the_same_file_says_so() -> None:
    answer = RUN.invoke(app, ["diff", REGION, REGION])
    assert (answer.exit_code, answer.output) == (0, "no differences\n")


def test_diff_answers_in_json_too() -> None:
    answer = RUN.invoke(app, ["diff", "--json", REGION, AMENDED])
    found = json.loads(answer.output)
    assert found["before"] != found["after"]
    assert [item["kind"] for item in found["differences"]].count("added") == 1
    assert {"change": "added", "text": "14"} in found["differences"][-1]["redline"]


def test_diff_of_a_file_of_the_wrong_shape_is_exit_1() -> None:
    answer = RUN.invoke(app, ["diff", REGION, FLOAT])
    assert answer.exit_code == 1
    assert "float-refused" in answer.output


def test_render_is_words_for_people_who_never_read_yaml() -> None:
    answer = RUN.invoke(app, ["render", str(EXAMPLES / "ecommerce-five-nines.yaml")])
    assert answer.exit_code == 0
    assert (
        "At least 99.999 %, which allows 25.92 s of downtime per 30-day month, "
        "26.784 s in one of 31 days." in answer.output
    )
    assert "At risk in one period: 20000.00 EUR (50 % of 40000.00 EUR)." in answer.output


def test_render_writes_markdown_and_json_on_request() -> None:
    markdown = RUN.invoke(app, ["render", "--markdown", REGION]).output
    assert markdown.startswith("# Compute, region level\n\nAmazon Web Services provides")
    assert "\n## Availability\n\n- At least 99.99 %" in markdown
    sections = json.loads(RUN.invoke(app, ["render", "--json", REGION]).output)["sections"]
    assert sections[1]["heading"] == "Term"


def test_schema_prints_the_published_one() -> None:
    assert json.loads(RUN.invoke(app, ["schema"]).output) == json_schema()
