"""Files become a past, or are refused with the row that is wrong."""

from __future__ import annotations

import json
from datetime import date

import pytest

from attainments import HOUR, at, example
from domain.attainment.records import Checks, Outages
from domain.attainment.spans import Spans
from domain.backtest.past import Past
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Days
from interfaces.backtest.sources import Asked, NoPast, Source, read_past

TERMS = example("business-hours-availability")
JANUARY = Asked(date(2026, 1, 1), date(2026, 1, 31))
LIST = "starts,ends,reason\n2026-01-13T09:00:00Z,2026-01-13T11:00:00Z,power\n"


def read(text: str, *, name: str = "outages.csv", asked: Asked = JANUARY) -> Past:
    return read_past(TERMS, [Source(name, f".{name.rpartition('.')[2]}", text.encode())], asked)


def test_an_outage_list_speaks_for_the_days_it_is_said_to_speak_for() -> None:
    told = read(LIST).told["availability"]
    assert isinstance(told.records, Outages)
    assert told.records.down == Spans.of([(at("2026-01-13T09:00"), at("2026-01-13T11:00"))])
    assert told.records.recorded.total == 31 * 24 * HOUR
    assert told.days == Days(date(2026, 1, 1), date(2026, 2, 1))


def test_the_columns_say_which_shape_it_is() -> None:
    told = read("at,failed\n2026-01-13T09:00:00Z,1\n").told["availability"]
    assert isinstance(told.records, Checks)
    row = json.dumps({"starts": "2026-01-13T09:00:00Z", "ends": "2026-01-13T11:00:00Z"})
    told = read(f"{row}\n", name="outages.ndjson").told["availability"]
    assert isinstance(told.records, Outages)


def test_a_json_batch_says_itself_which_time_it_is_for_and_days_may_be_chosen_of_it() -> None:
    batch = json.dumps(
        {
            "source": "probe",
            "batch": "first half",
            "from": "2025-12-31T22:00:00Z",
            "until": "2026-06-30T23:30:00Z",
            "outages": [],
        }
    )
    told = read(batch, name="b.json", asked=Asked()).told["availability"]
    # in Paris the batch begins at 23:00 of the day before, and ends at half past one on 1 July
    assert told.days == Days(date(2026, 1, 1), date(2026, 7, 1))
    told = read(batch, name="b.json", asked=Asked(date(2026, 2, 1), None)).told["availability"]
    assert told.days == Days(date(2026, 2, 1), date(2026, 7, 1))
    with pytest.raises(NoPast, match="nothing is on record"):
        read(batch, name="b.json", asked=Asked(date(2027, 2, 1), None))


def test_several_files_of_an_objective_complement_each_other() -> None:
    first = Source("a.csv", ".csv", LIST.encode())
    second = Source("b.csv", ".csv", LIST.replace("01-13", "01-14").encode())
    told = read_past(TERMS, [first, second], JANUARY).told["availability"]
    assert isinstance(told.records, Outages)
    assert told.records.down.total == 4 * HOUR
    checks = Source("c.csv", ".csv", b"at\n2026-01-13T09:00:00Z\n")
    with pytest.raises(NoPast, match="several shapes"):
        read_past(TERMS, [first, checks], JANUARY)


@pytest.mark.parametrize(
    ("text", "name", "asked", "says"),
    [
        (LIST, "outages.xlsx", JANUARY, r"outages\.xlsx: figures are in a file ending in"),
        (LIST, "outages.csv", Asked(date(2026, 1, 1)), "say which days it speaks for"),
        (LIST.replace("T11:00:00Z", "T08:00:00Z"), "o.csv", JANUARY, r"o\.csv, row 1, ends: no-"),
        (LIST.replace("09:00:00Z", "09:00:00"), "o.csv", JANUARY, "row 1, starts: no-offset"),
        (LIST.replace("2026-01-13", "2026-02-13"), "o.csv", JANUARY, "row 1, starts: outside"),
        ("begun,ended\n1,2\n", "o.csv", JANUARY, "row 1, begun: unknown-column"),
        ("starts", "o.ndjson", JANUARY, "not-json"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    text: str, name: str, asked: Asked, says: str
) -> None:
    with pytest.raises(NoPast, match=says):
        read(text, name=name, asked=asked)


def test_of_several_objectives_the_one_meant_is_named() -> None:
    document = TERMS.document()
    first = document["objectives"][0]
    document["objectives"] = [first, {**first, "id": "portal"}]
    terms = AgreementTerms.model_validate(document)
    with pytest.raises(NoPast, match="say of which objective"):
        read_past(terms, [Source("o.csv", ".csv", LIST.encode())], JANUARY)
    with pytest.raises(NoPast, match="no objective latency"):
        read_past(terms, [Source("o.csv", ".csv", LIST.encode(), "latency")], JANUARY)
    past = read_past(terms, [Source("o.csv", ".csv", LIST.encode(), "portal")], JANUARY)
    assert list(past.told) == ["portal"]
