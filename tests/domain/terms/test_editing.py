"""Editing terms by their paths: exact, and saying what would fit where something does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from agreements import simple_terms
from any_terms import ANY_TERMS
from domain.terms.agreement import AgreementTerms
from domain.terms.editing import Misfits, Places, add, copy, edit, remove
from domain.terms.fields import Sort
from domain.terms.paths import flatten, walk
from domain.terms.typed import typed
from interfaces.files.terms import check_file

EXAMPLES = sorted(Path("examples").glob("*.yaml"))
TARGET = "objectives/availability/targets/always/at_least"


def misfits(terms: AgreementTerms, **changes: str) -> dict[str, str]:
    """Return what is refused of changes; ``/`` in a path is written ``__``."""
    with pytest.raises(Misfits) as refused:
        edit(terms, {path.replace("__", "/"): text for path, text in changes.items()})
    return refused.value.at


@settings(max_examples=40, deadline=None)
@given(ANY_TERMS)
def test_every_value_edited_to_its_own_text_changes_nothing(terms: AgreementTerms) -> None:
    assert edit(terms, flatten(terms)).digest == terms.digest


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_value_can_be_typed_anew_as_the_form_shows_it(path: Path) -> None:
    terms = check_file(path).terms
    assert terms is not None
    other = simple_terms()
    for node in walk(terms):
        found = Places(terms).field(node.path)
        if found is None or found[1].sort in (Sort.PART, Sort.PARTS):
            continue
        assert edit(terms, {node.path: typed(node.value)}).digest == terms.digest
        # Away and back again: what was typed is what stands there.
        if not found[1].required and found[1].sort is not Sort.SPAN:
            try:
                away = edit(terms, {node.path: ""})
            except Misfits:
                continue  # it cannot go alone: a tier without its only bound
            if node.path.rsplit("/", 1)[0] in {n.path for n in walk(away)} | {node.path}:
                assert edit(away, {node.path: typed(node.value)}).digest == terms.digest
    assert edit(other, {}).digest == other.digest


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (TARGET, "99.950"),
        ("charges/monthly-fee/amount", "12500.005"),
        ("term/ends", "2027-06-30"),
        ("objectives/availability/measured/slice", "PT5M"),
        ("objectives/availability/measured/missing", "left out"),
        ("objectives/availability/period", "rolling 30 days"),
        ("objectives/availability/remedy/several_windows", "largest only"),
        ("objectives/availability/remedy/claim/within", "P30D"),
        ("objectives/availability/concern_at", "50, 80"),
        ("charges/monthly-fee/estimate", "true"),
        ("credits/transferable", "true"),
        ("reporting/within", "P5D"),
        ("budget/ceiling", "200000"),
        ("zone", "Europe/Vienna"),
        ("description", "Two lines,\nto the letter. "),
    ],
)
def test_what_is_typed_is_what_stands_there(path: str, text: str) -> None:
    terms = edit(simple_terms(), {path: text})
    assert flatten(terms)[path] == text  # type: ignore[index]


@pytest.mark.parametrize(
    ("typed_in", "stands"),
    [("30 days", "P30D"), ("4 hours", "PT4H"), ("1 month", "P1M"), ("P1W", "P7D")],
)
def test_lengths_of_time_may_be_typed_the_way_people_say_them(typed_in: str, stands: str) -> None:
    terms = edit(simple_terms(), {"term/notice/by_client": typed_in})
    assert flatten(terms)["term/notice/by_client"] == stands  # type: ignore[index]


def test_a_deadline_becomes_one_in_working_days_and_back() -> None:
    within = "objectives/availability/remedy/claim/within"
    first = edit(simple_terms(), {within: "10 working days of business-hours"})
    assert flatten(first)[f"{within}/working_days"] == "10"  # type: ignore[index]
    assert typed(Places(first).value(within)) == "10 working days of business-hours"
    later = edit(first, {f"{within}/working_days": "15"})
    assert typed(Places(later).value(within)) == "15 working days of business-hours"
    assert flatten(edit(later, {within: "2 billing cycles"}))[f"{within}/billing_cycles"] == "2"  # type: ignore[index]
    assert flatten(edit(later, {within: "P45D"}))[within] == "P45D"  # type: ignore[index]


def test_a_refusal_names_every_path_and_what_would_fit() -> None:
    wrong = misfits(
        simple_terms(),
        charges__monthly_fee="1",
        objectives__availability__targets__always__at_least="ninety",
        objectives__availability__remedy__of="Not A Name",
        objectives__availability__measured__missing="whatever",
        term__starts="soon",
        currency="",
    )
    assert wrong == {
        "charges/monthly_fee": "there is no such place in these terms",
        TARGET: "a number such as 99.5, or a length of time such as PT4H or 4 hours",
        "objectives/availability/remedy/of": "a name of lower-case words joined by hyphens, such "
        "as business-hours",
        "objectives/availability/measured/missing": "one of: counts as down, counts as up, left "
        "out, last known state holds",
        "term/starts": "a day such as 2026-03-31",
        "currency": "this cannot be left out; a currency such as EUR",
    }


def test_an_exact_figure_is_never_taken_for_a_binary_one() -> None:
    terms = edit(simple_terms(), {"charges/monthly-fee/amount": "0.1"})
    assert terms.document()["charges"][0]["amount"] == "0.1"
    assert "charges/monthly-fee/amount" in misfits(
        simple_terms(), **{"charges/monthly-fee/amount": "1e3"}
    )


def test_an_emptied_value_goes_back_to_its_default() -> None:
    ended = simple_terms()
    assert edit(ended, {"term/ends": ""}).ends is None
    cap = "objectives/availability/remedy/caps/period/percent"
    assert misfits(ended, **{cap: ""}) == {
        "objectives/availability/remedy/caps/period": "a cap has either a percent or an amount"
    }


def test_a_tier_is_added_with_what_was_typed_or_refused_at_its_own_fields() -> None:
    tiers = "objectives/availability/remedy/tiers"
    terms = add(simple_terms(), tiers, {"below": "95", "credit": "25"})
    assert flatten(terms)[f"{tiers}/always/from-0~2/credit"] == "25"  # type: ignore[index]
    with pytest.raises(Misfits) as refused:
        add(simple_terms(), tiers, {"below": "95", "credit": "much"})
    assert refused.value.at == {f"{tiers}/+/credit": "a percentage from 0 to 100, such as 99.95"}
    with pytest.raises(Misfits) as refused:
        add(simple_terms(), tiers, {"below": "95"})
    assert refused.value.at == {f"{tiers}/+": "a tier has either a credit in percent or an amount"}


def test_parts_are_added_by_kind_and_missing_fields_named() -> None:
    hours = {"id": "office", "zone": "Europe/Vienna", "open": "Mon-Fri 08:00-18:00"}
    assert add(simple_terms(), "calendars", hours, "ServiceHours").calendar("office") is not None
    days = {"id": "holidays", "zone": "Europe/Vienna", "dates": "2026-12-25, 2026-12-26"}
    assert add(simple_terms(), "calendars", days, "Dates").calendar("holidays") is not None
    with pytest.raises(Misfits) as refused:
        add(simple_terms(), "clauses", {"id": "law"})
    assert refused.value.at.keys() == {"clauses/+/heading", "clauses/+/text"}
    assert add(simple_terms(), "budget", {"ceiling": "500000"}).budget is not None


def test_an_objective_is_copied_under_a_name_of_its_own() -> None:
    terms = copy(simple_terms(), "objectives/availability", "availability-of-search")
    first, second = terms.objectives
    assert second.model_copy(update={"id": first.id}) == first
    with pytest.raises(Misfits) as refused:
        copy(terms, "objectives/availability", "availability-of-search")
    assert refused.value.at == {"objectives/+/id": "a name that nothing else here has"}


def test_a_part_is_taken_out_unless_it_is_needed() -> None:
    terms = remove(simple_terms(), "objectives/availability/remedy/caps/period")
    remedy = terms.objectives[0].remedy
    assert remedy is not None
    assert remedy.caps == ()
    assert remove(terms, "objectives/availability/remedy").objectives[0].remedy is None
    with pytest.raises(Misfits) as refused:
        remove(terms, "objectives/availability")
    assert "objectives/availability" in refused.value.at
