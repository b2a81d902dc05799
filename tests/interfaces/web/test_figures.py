"""Figures handed in on a page, periods reported, and time asked to be left out."""

from __future__ import annotations

from typing import Any

import pytest

from domain.terms.agreement import AgreementTerms
from http_world import Cast
from measured_pages import OBJECTIVE, Lived, lived, lived_terms
from web_world import ORIGIN, Sheet, WebWorld

FIGURES = f"/performance/{OBJECTIVE}/measurements"
EXCLUSIONS = "/performance/exclusions"
LABEL = {
    "source": "desk",
    "batch": "by hand",
    "from": "2026-01-01T00:00",
    "until": "2026-01-02T00:00",
}
GOOD = "starts,ends\n2026-01-01T10:00:00Z,2026-01-01T11:00:00Z\n"
BAD = "starts,ends\n2026-01-01T10:00:00Z,2026-01-01T11:00:00Z\n2026-01-01T12:00,soon\n"
NIGHT: Any = {"starts": "2026-03-01T22:00", "ends": "2026-03-02T02:00"}


@pytest.fixture(scope="module")
def contract(pages: WebWorld, cast: Cast) -> Lived:
    """Lend a contract that is reported within twenty days."""
    document = lived_terms().document()
    document["reporting"] = {"by": "provider", "within": "P20D"}
    return lived(pages, cast, AgreementTerms.model_validate(document))


def hand_in(contract: Lived, by: str = "client-service-manager", **filled: str) -> Sheet:
    """Fill in the form for figures and send it."""
    everything: Any = {**LABEL, **filled}
    return contract.see(by, FIGURES).submit("hand-in", **everything)


class TestHandingIn:
    def test_a_batch_shows_it_among_those_that_came_in(self, contract: Lived) -> None:
        done = hand_in(contract, figures=GOOD)
        assert (done.status, "The figures are received." in done.text) == (200, True)
        looked = contract.see("provider-legal", f"{FIGURES}?from=2026-01-01&until=2026-01-31")
        assert "by hand desk Client does not count 1 Jan 2026, 00:00 UTC" in looked.part("batches")

    def test_a_bad_row_is_named_beside_the_field_and_everything_is_kept(
        self, contract: Lived
    ) -> None:
        refused = hand_in(contract, batch="bad", figures=BAD)
        assert refused.status == 422
        assert refused.part("hand-in-figures-wrong").startswith("Row 2, starts: ")
        kept = refused.form("hand-in").fields
        assert kept["figures"] == [BAD]
        assert (kept["batch"], kept["from"]) == (["bad"], ["2026-01-01T00:00"])
        mended = refused.submit("hand-in", figures=GOOD)
        assert "The figures are received." in mended.text

    def test_a_file_is_read_and_one_that_is_refused_is_shown_to_be_mended(
        self, contract: Lived
    ) -> None:
        visitor = contract.pages.as_("client-service-manager")
        page = contract.see("client-service-manager", FIGURES)
        fields = {**page.form("hand-in").fields, **LABEL, "batch": "of a file", "figures": ""}
        sent = {"data": fields, "headers": {"Origin": ORIGIN}}
        bad = visitor.raw("POST", page.path, files={"file": ("a.csv", BAD.encode())}, **sent)
        assert bad.status_code == 422
        assert "2026-01-01T12:00,soon" in bad.text
        good = visitor.raw("POST", page.path, files={"file": ("a.csv", GOOD.encode())}, **sent)
        assert good.status_code == 303, good.text

    def test_a_whole_json_batch_says_everything_itself(self, contract: Lived) -> None:
        whole = (
            '{"source": "desk", "batch": "whole", "from": "2026-01-03T00:00:00Z", '
            '"until": "2026-01-04T00:00:00Z", "outages": []}'
        )
        nothing = dict.fromkeys(LABEL, "")
        done = hand_in(contract, format="application/json", figures=whole, **nothing)
        assert "The figures are received." in done.text

    def test_what_is_missing_is_said_beside_each_field(self, contract: Lived) -> None:
        refused = hand_in(contract, source="", figures="", until="whenever")
        assert refused.part("hand-in-until-wrong").startswith("Give a day and a time, UTC")
        assert refused.part("hand-in-source-wrong") == "Fill in this."
        assert refused.part("hand-in-figures-wrong").startswith("Fill in figures")

    def test_a_rule_that_says_no_is_shown_with_what_was_written(self, contract: Lived) -> None:
        refused = hand_in(contract, batch="early", until="2027-01-01T00:00", figures=GOOD)
        assert (refused.status, "measured-in-the-future" in refused.text) == (409, True)
        assert refused.form("hand-in").fields["figures"] == [GOOD]

    def test_is_not_offered_to_whose_role_does_not_cover_it(self, contract: Lived) -> None:
        for subject in ("client-legal", "auditor-auditor"):
            assert "hand-in" not in contract.see(subject, FIGURES).forms
        assert contract.see("somebody-else", FIGURES).status == 404


def test_a_period_is_reported_by_the_side_that_reports(contract: Lived) -> None:
    name = "report-2026-01-01"
    assert name not in contract.see("client-service-manager", FIGURES).forms
    waiting = contract.see("provider-service-manager", FIGURES)
    assert "January 2026: the report is awaited until before 2026-02-21" in waiting.text
    contract.see("provider-service-manager", FIGURES).submit(name, note="complete")
    stale = waiting.submit(name, note="too late")
    assert stale.status == 412
    working = contract.see("client-legal", f"/performance/{OBJECTIVE}/2026-01-01")
    assert "The provider reported it as complete, because complete" in working.text


class TestAnExclusion:
    def test_is_asked_for_and_granted_by_the_other_side(self, contract: Lived) -> None:
        asked = contract.see("provider-service-manager", EXCLUSIONS).submit(
            "request-exclusion", because="new disks", **NIGHT
        )
        assert "requested asked for by Provider" in asked.part("cases")
        other = contract.see("client-negotiator", EXCLUSIONS)
        assert "Client to answer" in other.part("cases")
        (grant,) = [name for name in other.forms if name.startswith("grant-")]
        assert "granted asked for by Provider" in other.submit(grant).part("cases")

    def test_is_refused_with_a_reason_that_is_shown(self, contract: Lived) -> None:
        contract.see("provider-negotiator", EXCLUSIONS).submit(
            "request-exclusion",
            because="more disks",
            starts="2026-03-08T22:00",
            ends="2026-03-09T02:00",
        )
        other = contract.see("client-service-manager", EXCLUSIONS)
        (refuse,) = [name for name in other.forms if name.startswith("refuse-")]
        nothing = other.submit(refuse, because="")
        assert nothing.part(f"{refuse}-because-wrong") == "Fill in why the time counts."
        refused = nothing.submit(refuse, because="it is our busiest night")
        assert "Refused because it is our busiest night" in refused.part("cases")

    def test_of_no_time_is_refused_beside_its_field(self, contract: Lived) -> None:
        refused = contract.see("client-negotiator", EXCLUSIONS).submit(
            "request-exclusion",
            because="nothing",
            starts="2026-03-02T00:00",
            ends="2026-03-01T00:00",
        )
        assert refused.status == 409
        assert "starts before ends" in refused.part("request-exclusion-ends-wrong")
        assert refused.form("request-exclusion").fields["because"] == ["nothing"]

    def test_decided_on_an_earlier_list_is_sent_back_with_what_is_new(
        self, contract: Lived
    ) -> None:
        early = contract.see("provider-service-manager", EXCLUSIONS)
        contract.see("provider-negotiator", EXCLUSIONS).submit(
            "request-exclusion",
            because="again disks",
            starts="2026-03-15T22:00",
            ends="2026-03-16T02:00",
        )
        stale = early.submit("request-exclusion", because="a switch", **NIGHT)
        assert stale.status == 412
        assert "Exclusion requested" in stale.text
        assert stale.form("request-exclusion").fields["because"] == ["a switch"]

    def test_is_shown_to_the_auditor_to_read_alone(self, contract: Lived) -> None:
        shown = contract.see("auditor-auditor", EXCLUSIONS)
        assert shown.status == 200
        assert set(shown.forms) - {"sign-out"} == {"/search"} & set(shown.forms)
        assert contract.see("somebody-else", EXCLUSIONS).status == 404
