"""What holds for every settlement, whatever was agreed and reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_terms
from domain.settlement.caps import Credited
from domain.settlement.governing import Version
from domain.settlement.settlement import Case, settle
from domain.settlement.statement import Step
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import exists
from properties import MODEST
from settlements import case_of, cites, days, judged, signed, stands

MONTHS = [days(f"2026-{number:02d}") for number in range(1, 13)]
MARCH = MONTHS[2]

percentages = st.integers(0, 100_000).map(lambda n: str(Fraction(n, 1000)))
fees = st.integers(1, 10_000_000).map(lambda n: f"{Decimal(n) / 100:.2f}")


@st.composite
def tiers(draw: st.DrawFn) -> list[dict[str, str]]:
    """Draw tiers that lint lets through: no gap, and a worse result never costs less."""
    bounds = sorted(draw(st.sets(st.integers(1, 994), max_size=3)), reverse=True)
    edges = [995, *bounds, 0]
    costs = sorted(draw(st.lists(st.integers(0, 100), min_size=len(edges) - 1, max_size=4)))
    return [
        {
            "at_least": f"{Decimal(low) / 10:.1f}",
            "below": f"{Decimal(high) / 10:.1f}",
            "credit": str(credit),
        }
        for high, low, credit in zip(edges, edges[1:], costs, strict=False)
    ]


caps = st.lists(
    st.builds(
        lambda per, most: {"per": per, **most},
        st.sampled_from(["period", "12 months", "term"]),
        st.one_of(
            st.integers(1, 40).map(lambda n: {"percent": str(n)}),
            st.integers(1, 900_000).map(lambda n: {"amount": f"{Decimal(n) / 100:.2f}"}),
        ),
    ),
    max_size=3,
    unique_by=lambda cap: cap["per"],
)


@st.composite
def agreements(draw: st.DrawFn) -> AgreementTerms:
    """Draw an agreement of one monthly fee, with tiers and caps of its own and over all."""
    terms = simple_terms(fee=draw(fees), credits={"caps": draw(caps)})
    document = terms.document()
    document["objectives"][0]["remedy"].update(tiers=draw(tiers()), caps=draw(caps))
    return AgreementTerms.model_validate(document)


def _case(terms: AgreementTerms, value: str, *, credited: Any = (), run: Any = MARCH) -> Case:
    versions = signed(terms)
    return case_of(versions, run, judged(versions, run, value), credited=credited)


@MODEST
@given(agreements(), st.lists(percentages, min_size=12, max_size=12))
def test_no_cap_is_ever_passed(terms: AgreementTerms, values: list[str]) -> None:
    credited: list[Credited] = []
    for run, value in zip(MONTHS, values, strict=True):
        credited = [
            *credited,
            *stands(settle(_case(terms, value, credited=credited, run=run))),
        ]
    fee, remedy = Fraction(terms.charges[0].amount), terms.objectives[0].remedy
    assert remedy is not None
    for cap in (*remedy.caps, *terms.credits.caps):
        months = 1 if cap.per == "period" else 12
        limit = (
            cap.amount
            if cap.amount is not None
            else fee * months * Fraction(cap.percent or 0) / 100
        )
        found = [one.amount for one in credited]
        spans = [[one] for one in found] if cap.per == "period" else [found]
        assert all(Fraction(sum(span)) <= limit for span in spans), cap


def test_no_cap_over_several_objectives_is_passed_by_rounding() -> None:
    # three credits of 33.335 under a cap of 100.01: each alone would be rounded up to 33.34
    terms = simple_terms(fee="333.35", credits={"caps": [{"per": "period", "amount": "100.01"}]})
    document = terms.document()
    first = document["objectives"][0]
    first["remedy"].pop("caps")
    document["objectives"] = [{**first, "id": name} for name in ("a", "b", "c")]
    versions = signed(AgreementTerms.model_validate(document))
    three = [judged(versions, MARCH, "99", objective=name) for name in ("a", "b", "c")]
    found = settle(case_of(versions, MARCH, *three))
    assert [one.credit.exact for one in found.objectives] == [Fraction("33.335")] * 3
    assert [str(one.credit.amount) for one in found.objectives] == ["33.33", "33.34", "33.34"]


@MODEST
@given(agreements(), percentages, percentages)
def test_a_worse_result_never_costs_less(terms: AgreementTerms, one: str, other: str) -> None:
    worse, better = sorted((one, other), key=Fraction)
    assert settle(_case(terms, worse)).credit >= settle(_case(terms, better)).credit


@MODEST
@given(agreements(), percentages, st.integers(1, 31 * 24 * 60 - 1))
def test_splitting_a_period_where_the_terms_do_not_change_changes_no_credit(
    terms: AgreementTerms, value: str, minute: int
) -> None:
    middle = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minute)
    versions = [*signed(terms), Version(2, terms, middle)]
    whole = settle(_case(terms, value))
    split = settle(case_of(versions, MARCH, judged(versions, MARCH, value, value)))
    assert len(judged(versions, MARCH, value, value).parts) == 2
    assert split.objectives[0].credit == whole.objectives[0].credit


@MODEST
@given(agreements(), percentages)
def test_the_same_inputs_give_the_same_bytes(terms: AgreementTerms, value: str) -> None:
    again = AgreementTerms.model_validate(terms.document())
    first, second = settle(_case(terms, value)), settle(_case(again, value))
    assert first.canonical() == second.canonical()
    assert first.digest == second.digest


@MODEST
@given(agreements(), percentages)
def test_every_line_names_a_place_that_its_version_has(terms: AgreementTerms, value: str) -> None:
    (found,) = settle(_case(terms, value)).objectives
    for line in found.lines:
        assert exists(terms, line.place), line.place
        assert (line.version, line.event) == (1, cites("availability", MARCH))


@MODEST
@given(agreements(), percentages)
def test_the_lines_add_up_to_the_credit(terms: AgreementTerms, value: str) -> None:
    (found,) = settle(_case(terms, value)).objectives
    steps = (Step.CREDIT, Step.LARGEST_ONLY, Step.CAP, Step.MINIMUM)
    amounts = [line.amount or 0 for line in found.lines if line.step in steps]
    assert sum(amounts, Fraction(0)) == found.credit.exact
    assert abs(Fraction(found.credit.amount) - found.credit.exact) < Fraction(1, 100)
