"""Paths name terms by ids, so that they mean the same in two versions."""

from __future__ import annotations

from agreements import simple_document, simple_terms
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath, covers, exists, flatten, locations, subtree


def values(terms: AgreementTerms) -> dict[str, str]:
    return {str(path): text for path, text in flatten(terms).items()}


def test_a_value_is_named_by_ids_and_fields() -> None:
    leaves = values(simple_terms(clauses=[{"id": "law", "heading": "Law", "text": "French law"}]))
    assert leaves["objectives/availability/targets/always/at_least"] == "99.5"
    assert leaves["objectives/availability/remedy/tiers/always/from-0/credit"] == "10"
    assert leaves["objectives/availability/remedy/caps/period/percent"] == "10"
    assert leaves["charges/monthly-fee/amount"] == "12000.00"
    assert leaves["clauses/law/text"] == "French law"
    assert leaves["term/ends"] == "2026-12-31"


def test_a_beginning_names_everything_under_it_and_no_neighbour() -> None:
    terms = simple_terms()
    assert set(subtree(terms, "term")) == {"term/starts", "term/ends"}
    assert subtree(terms, "term/ends") == {"term/ends": "2026-12-31"}
    assert subtree(flatten(terms), "term") == subtree(terms, "term")
    assert not exists(terms, "ter")
    assert covers("objectives/availability", "objectives/availability/period")
    assert not covers("objectives/avail", "objectives/availability/period")


def test_a_path_does_not_depend_on_position() -> None:
    document = simple_document()
    document["charges"].insert(0, {"id": "set-up", "amount": "500.00", "every": "term"})
    leaves = values(AgreementTerms.model_validate(document))
    assert leaves["charges/monthly-fee/amount"] == "12000.00"


def test_a_bound_written_with_more_zeros_keeps_its_tier_in_place() -> None:
    document = simple_document()
    tier = document["objectives"][0]["remedy"]["tiers"][0]
    tier["at_least"] = "90.00"
    leaves = values(AgreementTerms.model_validate(document))
    assert leaves["objectives/availability/remedy/tiers/always/from-90/at_least"] == "90.00"


def test_two_of_one_name_still_have_two_paths() -> None:
    document = simple_document()
    document["charges"] *= 2
    leaves = values(AgreementTerms.model_validate(document))
    assert "charges/monthly-fee/amount" in leaves
    assert "charges/monthly-fee~2/amount" in leaves


def test_a_path_leads_back_into_the_document() -> None:
    place = locations(simple_terms())[TermPath("objectives/availability/targets/always/at_least")]
    assert place == ("objectives", 0, "targets", 0, "at_least")
