"""Batches as files: read strictly, refused whole, with the row, the column and the rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agreements import simple_document
from attainments import MINUTE, at
from domain.attainment.records import Cases, Checks, Counts, Outages, Readings, Records
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from interfaces.measurements.formats import CSV, JSON, LINES, read_batch
from interfaces.measurements.unreadable import UnreadableFigures
from interfaces.measurements.writing import written

LABEL = {
    "source": "probe",
    "batch": "one",
    "from": "2026-01-01T00:00:00Z",
    "until": "2026-02-01T00:00:00Z",
}
WAITING = {
    "by": "percentile",
    "percentile": "90",
    "of": "waits",
    "unit": "time",
}
VEHICLES = {"by": "custom unit", "unit": "vehicle-days", "reads": "available", "take": "share"}


def promised(measured: dict[str, Any] | None = None) -> Objective:
    """Return an objective; measured in slices, unless told otherwise."""
    document = simple_document()
    if measured is not None:
        objective = document["objectives"][0]
        objective |= {"measured": measured, "remedy": None}
        if measured["by"] == "percentile":
            objective["targets"] = [{"window": "always", "at_most": "PT4H"}]
    return AgreementTerms.model_validate(document).objectives[0]


def records(
    media: str, text: str, shape: str = "checks", measured: dict[str, Any] | None = None
) -> Records:
    """Read a batch's records."""
    label = LABEL if media == JSON else {**LABEL, "shape": shape}
    return read_batch(media, text.encode(), label, promised(measured)).records


def refusal(
    media: str, text: str, shape: str = "checks", measured: dict[str, Any] | None = None
) -> tuple[str, str | None]:
    """Return the rule and the place by which a batch is refused."""
    with pytest.raises(UnreadableFigures) as refused:
        records(media, text, shape, measured)
    return refused.value.rule, refused.value.place


def test_the_same_figures_read_alike_in_every_format() -> None:
    rows = [
        {"at": "2026-01-01T00:00:00Z", "made": 4, "failed": 1},
        {"at": "2026-01-01T01:01:00+01:00", "made": 4, "failed": 0},
    ]
    as_csv = "at,made,failed\n2026-01-01T00:00:00Z,4,1\n2026-01-01T01:01:00+01:00,4,0\n"
    found = [
        records(JSON, json.dumps({"checks": rows})),
        records(LINES, "\n".join(map(json.dumps, rows))),
        records(CSV, as_csv),
    ]
    start = at("2026-01-01T00:00")
    for one in found:
        assert isinstance(one, Checks)
        assert one.at.tolist() == [start, start + MINUTE]
        assert (one.made.tolist(), one.failed.tolist()) == ([4, 4], [1, 0])


@pytest.mark.parametrize(
    ("line", "rule", "column"),
    [
        ("2026-01-01T00:00:00,1,0", "no-offset", "at"),
        ("2026-01-01 00:00:00Z,1,0", "no-instant", "at"),
        ("1767225600,1,0", "no-instant", "at"),
        ("2026-13-01T00:00:00Z,1,0", "no-instant", "at"),
        ("2026-01-01T00:00:00.1234567Z,1,0", "no-instant", "at"),
        ("2026-01-01T00:00:00Z,1.0,0", "no-whole-number", "made"),
        ("2026-01-01T00:00:00Z,-1,0", "no-whole-number", "made"),
        ("2026-01-01T00:00:00Z,1e3,0", "no-whole-number", "made"),
        ("2026-01-01T00:00:00Z,1,2", "more-than-all", "failed"),
        (",1,0", "missing", "at"),
        ("2025-12-31T23:59:59Z,1,0", "outside-the-batch", "at"),
        ("2026-02-01T00:00:00Z,1,0", "outside-the-batch", "at"),
        ("2026-01-01T00:00:00Z,1", "ragged-row", None),
        ('"2026-01-01T00:00:00Z,1,0', "not-csv", None),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_rule(
    line: str, rule: str, column: str | None
) -> None:
    text = f"at,made,failed\n2026-01-05T00:00:00Z,1,0\n{line}\n"
    assert refusal(CSV, text) == (rule, ", ".join(filter(None, ["row 2", column])))


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ('{"checks": [{"at": "2026-01-01T00:00:00Z", "made": 1.0}]}', "not-exact", None),
        ('{"checks": [{"at": "2026-01-01T00:00:00Z", "made": NaN}]}', "not-exact", None),
        ('{"checks": [{"at": 0}]}', "no-instant", "row 1, at"),
        (
            '{"checks": [{"at": "2026-01-01T00:00:00Z", "made": true}]}',
            "no-whole-number",
            "row 1, made",
        ),
        (
            '{"checks": [{"at": "2026-01-01T00:00:00Z", "at": "2026-01-01T00:00:00Z"}]}',
            "duplicate-key",
            None,
        ),
        ('{"checks": [], "outages": []}', "no-shape", None),
        ('{"checks": {}}', "no-rows", "checks"),
        ('{"checks": [], "unit": "s"}', "unknown-column", "unit"),
        ("[]", "not-a-batch", None),
        ("{", "not-json", None),
    ],
)
def test_json_that_leaves_something_to_guess_is_refused(
    text: str, rule: str, place: str | None
) -> None:
    assert refusal(JSON, text) == (rule, place)


def test_a_header_names_each_column_once() -> None:
    assert refusal(CSV, "at,at\n")[0] == "no-header"
    assert refusal(CSV, "when\n2026-01-01T00:00:00Z\n") == ("unknown-column", "row 1, when")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(UnreadableFigures, match="UTF-8"):
        read_batch(CSV, b"\xff\xfe", {**LABEL, "shape": "checks"}, promised())


@pytest.mark.parametrize("missing", ["source", "batch", "from", "until", "shape"])
def test_what_a_batch_must_say_of_itself(missing: str) -> None:
    label = {name: text for name, text in {**LABEL, "shape": "checks"}.items() if name != missing}
    with pytest.raises(UnreadableFigures) as refused:
        read_batch(CSV, b"at\n", label, promised())
    assert (refused.value.rule, refused.value.place) == ("missing", missing)


def test_a_length_of_time_is_written_as_one() -> None:
    row = "T-1,2026-01-02T09:00:00+01:00,{}\n"
    found = records(CSV, "id,began,value\n" + row.format("PT0.25S"), "cases", WAITING)
    assert isinstance(found, Cases)
    assert found.cases[0].value == 250_000
    text = "id,began,value\n" + row.format("0.25")
    assert refusal(CSV, text, "cases", WAITING) == ("other-unit", "row 1, value")


def test_a_reading_in_another_unit_is_refused() -> None:
    row = "2026-01-02T00:00:00Z,{},100,{}\n"
    head = "at,value,of,unit\n"
    found = records(CSV, head + row.format("99.5", "vehicle-days"), "readings", VEHICLES)
    assert isinstance(found, Readings)
    text = head + row.format("99.5", "hours")
    assert refusal(CSV, text, "readings", VEHICLES) == ("other-unit", "row 1, unit")
    text = head + row.format("100.5", "vehicle-days")
    assert refusal(CSV, text, "readings", VEHICLES) == ("more-than-all", "row 1, value")


def test_a_case_is_said_once_and_ends_after_it_began() -> None:
    head, row = "id,began,ended\n", "T-1,2026-01-02T09:00:00Z,{}\n"
    twice = head + row.format("") * 2
    assert refusal(CSV, twice, "cases", WAITING) == ("case-twice", "row 2, id")
    back = head + row.format("2026-01-02T08:59:59Z")
    assert refusal(CSV, back, "cases", WAITING) == ("no-time", "row 1, ended")


def test_outages_speak_for_all_the_time_unless_they_say_what_is_recorded() -> None:
    down = {"starts": "2026-01-02T00:00:00Z", "ends": "2026-01-02T01:00:00Z"}
    whole = records(JSON, json.dumps({"outages": [down]}))
    assert isinstance(whole, Outages)
    assert whole.recorded.total == 31 * 24 * 60 * MINUTE
    day = ["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"]
    part = records(JSON, json.dumps({"outages": [down], "recorded": [day]}))
    assert isinstance(part, Outages)
    assert part.recorded.total == 24 * 60 * MINUTE
    other = ["2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"]
    text = json.dumps({"outages": [down], "recorded": [other]})
    assert refusal(JSON, text) == ("outside-the-batch", "recorded")


@pytest.mark.parametrize(
    "document",
    [
        {"outages": [{"starts": "2026-01-02T00:00:00Z", "ends": "2026-01-02T01:00:00Z"}]},
        {"checks": [{"at": "2026-01-02T00:00:00Z", "made": 3, "failed": 1}]},
        {"counts": [{"at": "2026-01-02T00:00:00Z", "events": 9, "good": 7, "unknown": 1}]},
        {"readings": [{"at": "2026-01-02T00:00:00Z", "value": "1.25", "of": "2"}]},
    ],
)
def test_a_batch_that_is_written_reads_back(document: dict[str, Any]) -> None:
    first = read_batch(JSON, json.dumps(document).encode(), LABEL, promised(VEHICLES))
    again = read_batch(JSON, json.dumps(written(first)).encode(), {}, promised(VEHICLES))
    assert (again.source, again.batch, again.starts) == (first.source, first.batch, first.starts)
    assert written(again) == written(first)
    assert isinstance(again.records, Outages | Checks | Counts | Readings)
