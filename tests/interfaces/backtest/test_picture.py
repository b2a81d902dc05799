"""The picture of a back-test: well-formed, told in words too, and nothing in it runs."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree as ET

from attainments import DAY, HOUR, at, example, outages
from domain.backtest.outcome import Backtest
from domain.backtest.past import Past, Told
from domain.backtest.replay import backtest
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Days
from interfaces.backtest.picture import as_picture

SVG = "{http://www.w3.org/2000/svg}"
TERMS = example("business-hours-availability")
HALF_A_YEAR = Days(date(2026, 1, 1), date(2026, 7, 1))


def replayed(terms: AgreementTerms, days: Days = HALF_A_YEAR) -> Backtest:
    period = days.instants(terms.zone)
    downs = ((at("2026-02-10T09:00"), 2 * HOUR), (at("2026-06-23T12:00"), 4 * HOUR))
    return backtest(terms, Past({"availability": Told(outages(period, *downs), days)}))


def drawn(terms: AgreementTerms, days: Days = HALF_A_YEAR) -> ET.Element:
    # the picture is ours, and made in this process
    return ET.fromstring(as_picture(terms, replayed(terms, days)))  # noqa: S314


def words(svg: ET.Element) -> list[str]:
    return [one.text or "" for one in svg.iter(f"{SVG}text")]


def test_each_period_is_a_mark_and_each_miss_a_cross_with_its_credit() -> None:
    svg = drawn(TERMS)
    crosses = [one for one in svg.iter(f"{SVG}path") if one.get("d", "").count("M") == 2]
    dots = [one for one in svg.iter(f"{SVG}circle") if one.get("class") == "dot"]
    assert (len(crosses), len(dots)) == (2, 10)
    said = words(svg)
    assert {"1,200.00", "2,400.00", "2026-01", "2026-06"} <= set(said)
    assert "business-hours: at least 99.5 %" in said


def test_whoever_does_not_see_it_is_told() -> None:
    svg = drawn(TERMS)
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "title desc"
    described = svg.find(f"{SVG}desc")
    assert described is not None
    assert "missed in 2026-02 (credit 1,200.00 EUR), 2026-06 (credit 2,400.00 EUR)" in str(
        described.text
    )


def test_it_is_light_and_dark_and_runs_and_loads_nothing() -> None:
    text = as_picture(TERMS, replayed(TERMS))
    assert "prefers-color-scheme: dark" in text
    assert not [word for word in ("<script", "href", "url(", "@import", " on") if word in text]


def test_names_are_written_and_never_read_as_markup() -> None:
    document = TERMS.document()
    document["title"] = '<script>alert("1")</script>\u202e'
    svg = drawn(AgreementTerms.model_validate(document))
    assert not list(svg.iter(f"{SVG}script"))
    assert '<script>alert("1")</script>⟨U+202E⟩' in words(svg)


def test_a_rolling_objective_names_only_as_many_periods_as_there_is_room_for() -> None:
    document = TERMS.document()
    document["objectives"][0]["period"] = "rolling 30 days"
    svg = drawn(AgreementTerms.model_validate(document), Days(date(2026, 1, 1), date(2026, 4, 1)))
    names = [one for one in words(svg) if one.startswith("to 2026-")]
    assert 2 <= len(names) <= 10


def test_a_flat_past_on_its_target_is_drawn_too() -> None:
    document = example("accord-two-tier").document()
    document["objectives"][0]["targets"] = [{"at_least": "100"}]
    document["objectives"][0]["remedy"]["tiers"] = []
    terms = AgreementTerms.model_validate(document)
    days = Days(date(2026, 1, 1), date(2026, 2, 1))
    told = Told(outages(days.instants("UTC")), days)
    found = backtest(terms, Past({"availability": told}))
    assert "100 %" in as_picture(terms, found)
    gone = Told(outages(days.instants("UTC"), (at("2026-01-01"), 31 * DAY)), days)
    assert "0 %" in as_picture(terms, backtest(terms, Past({"availability": gone})))
