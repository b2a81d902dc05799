"""The history replayed: to its end, to a leaf, to an instant, with the terms that governed then."""

from __future__ import annotations

from typing import Any, Final

import pytest

from agreements import simple_terms
from bench import Bench, faults_of
from bundles import bundle
from domain.contract.facts import (
    ContractCameIntoForce,
    ContractExpired,
    ContractRenewed,
    Ground,
    TerminationAgreed,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
)
from domain.contract.standing import ends_at
from domain.negotiation.facts import MutualTermination
from domain.values.ids import ContractId, NegotiationId, OfferId
from domain.values.sides import Side
from recorded_deals import CONTRACT, ZEROS, Ledger, Negotiated, deal

CONCLUDED: Final = 9
"""The leaf with which version 1 was on record; version 2 is leaf 17 and governs from March."""


def at(bench: Bench, ledger: Ledger | None = None, **asked: Any) -> dict[str, Any]:
    answered = bench.ask(bundle(ledger or deal()), **asked)
    assert faults_of(answered) == ""
    replay: dict[str, Any] = answered["replay"]
    return replay


def availability(replay: dict[str, Any]) -> str:
    return str(replay["terms"]["objectives"][0]["targets"][0]["at_least"])


@pytest.mark.parametrize(
    ("instant", "version", "binding", "promised"),
    [
        ("2025-12-24T00:00:00Z", 1, "before", "99.5"),
        ("2026-02-28T23:59:59Z", 1, "in-force", "99.5"),
        ("2026-03-01T00:00:00Z", 2, "in-force", "99.9"),
        ("2026-03-01T01:00:00+01:00", 2, "in-force", "99.9"),
        ("2027-01-01T00:00:00Z", 2, "after", "99.9"),
    ],
)
def test_the_terms_that_govern_at_an_instant(
    instant: str, version: int, binding: str, promised: str, bench: Bench
) -> None:
    replay = at(bench, at=instant)
    assert (replay["version"], replay["binding"]) == (version, binding)
    assert availability(replay) == promised
    terms = simple_terms(availability=promised)
    assert (replay["terms"], replay["terms_digest"]) == (terms.document(), terms.digest)


def test_before_anything_was_signed_there_are_no_terms(bench: Bench) -> None:
    replay = at(bench, event=CONCLUDED - 1)
    assert (replay["version"], replay["terms"], replay["binding"]) == (None, None, None)
    assert [moment["what"] for moment in replay["timeline"]][-1] == "NegotiationConcluded"


def test_up_to_a_leaf_only_what_was_on_record_by_then_is_known(bench: Bench) -> None:
    replay = at(bench, event=CONCLUDED)
    assert (replay["version"], replay["timeline"][-1]["leaf"]) == (1, CONCLUDED)
    assert replay["happened"] == len(replay["timeline"])


def test_without_being_asked_it_is_replayed_to_its_end(bench: Bench) -> None:
    replay = at(bench)
    assert [replay["timeline"][-1][name] for name in ("what", "terms_version")] == [
        "ContractAmended",
        2,
    ]


def test_before_the_first_fact_there_is_nothing_to_show(bench: Bench) -> None:
    assert bench.ask(bundle(deal()), at="2020-01-01T00:00:00Z")["replay"] is None


def test_renewal_notice_and_end_move_when_the_contract_binds(bench: Bench) -> None:
    ledger = deal()
    terms = ledger.now
    ledger.record(CONTRACT, ContractCameIntoForce())
    ends = terms.replace(year=2026, month=6, day=1)
    notice = TerminationNoticeGiven("notice-1", Side.CLIENT, Ground.CONVENIENCE, "we move", ends)
    ledger.record(CONTRACT, notice, Side.CLIENT)
    assert at(bench, ledger, at="2026-07-01T00:00:00Z")["binding"] == "after"
    withdrawn = TerminationNoticeWithdrawn("notice-1", Side.CLIENT)
    ledger.record(CONTRACT, withdrawn, Side.CLIENT)
    assert at(bench, ledger, at="2026-07-01T00:00:00Z")["binding"] == "in-force"
    ledger.record(CONTRACT, ContractRenewed(1, terms.replace(year=2028)))
    assert at(bench, ledger, at="2027-07-01T00:00:00Z")["binding"] == "in-force"
    ledger.record(CONTRACT, ContractExpired(terms.replace(year=2027, month=1, day=1)))
    assert at(bench, ledger, at="2027-07-01T00:00:00Z")["binding"] == "after"


def ended_by_agreement() -> Ledger:
    """Return a ledger in which both agreed that the contract ends with June."""
    ledger = deal()
    terms = simple_terms(term={"starts": "2026-01-01", "ends": "2026-06-30"})
    made = Negotiated(ledger, terms, "03", MutualTermination(ContractId(CONTRACT)))
    made.opened().accepted()
    for side in Side:
        made.signed(side)
    made.concluded()
    ends = ends_at(terms)
    assert ends is not None
    agreed = TerminationAgreed(NegotiationId(made.stream), made.offer, terms.digest, ends)
    ledger.record(CONTRACT, agreed)
    return ledger


def test_an_end_by_agreement_is_one_that_both_signed(bench: Bench) -> None:
    replay = at(bench, ended_by_agreement(), at="2026-07-01T00:00:00Z")
    assert (replay["binding"], replay["version"]) == ("after", 2)


def test_an_end_that_follows_from_nothing_is_refused(bench: Bench) -> None:
    ledger = deal()
    ends = ledger.now.replace(year=2026)
    first = NegotiationId(f"{CONTRACT.replace('contract', 'negotiation')}")
    agreed = TerminationAgreed(first, OfferId(f"offer-{ZEROS}01"), simple_terms().digest, ends)
    ledger.record(CONTRACT, agreed)
    said = faults_of(bench.ask(bundle(ledger)))
    assert "what both signed was about something else" in said
