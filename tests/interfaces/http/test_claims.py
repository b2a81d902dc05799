"""A miss, what it costs, and what both sides do about it, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from charged import CLAIM, charged_terms
from domain.parties.facts import Role
from http_answers import done, problem
from measured import Measured, measured, month_of_outages, outage

TEN_HOURS: Final = outage("2026-01-10T00:00", "2026-01-10T10:00")
CREDIT: Final = "availability/20260101"
LADDER: Final = [
    {"level": 1, "role": "service managers", "after": "PT120H"},
    {"level": 2, "role": "management", "after": "PT240H"},
]


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Measured]:
    """Lend a contract whose misses cost 10 % of 12,000, if claimed within thirty days."""
    with measured(database, tmp_path, charged_terms(claim=CLAIM, escalation=LADDER)) as lent:
        yield lent


def missed(service: Measured) -> None:
    """Let January be missed, and settled."""
    service.at("2026-02-01T08:00")
    service.hand_in(month_of_outages("2026-01", TEN_HOURS))


def credit(service: Measured) -> Any:
    """Return how the credit of January stands."""
    found = done(service.client.get(f"{service.deal.contract_path}/credits"))["credits"]
    return next(one for one in found if one["credit"] == CREDIT)


def agenda(service: Measured) -> dict[str, Any]:
    """Return what falls due next of each kind."""
    service.world.settle()
    found = done(service.client.get(f"{service.cast.path}/due-dates"))["items"]
    return {one["kind"]: one for one in reversed(found)}


def ask(
    service: Measured, side: str, what: str, body: Any = None, *, expect: int = 200
) -> dict[str, Any]:
    """Ask for something about the credit of January."""
    path = f"{service.deal.contract_path}/credits/{CREDIT}/{what}"
    answer = getattr(service, side).post(path, body, if_match="*")
    found: dict[str, Any] = answer.json() if expect >= 400 else done(answer, expect)
    return found


EVIDENCE: Final = {"evidence": "our probes saw it"}


class TestAMiss:
    def test_is_stated_claimed_admitted_and_deducted(self, service: Measured) -> None:
        missed(service)
        found = credit(service)
        assert (found["standing"], found["amount"]) == ("claimable", "1200.00")
        ask(service, "client", "claim", EVIDENCE, expect=201)
        claimed = credit(service)
        assert (claimed["standing"], claimed["answer_by"]) == ("claimed", "2026-03-04T00:00:00Z")
        ask(service, "provider", "claim/admission")
        assert credit(service)["open"] == "1200.00"
        applied = {"amount": "1200.00", "how": "deducted", "reference": "invoice 2026-02"}
        ask(service, "provider", "applications", applied, expect=201)
        ask(service, "provider", "applications", applied, expect=201)
        found = credit(service)
        assert found["open"] == "0.00"
        assert found["applied"] == [{"reference": "invoice 2026-02", "amount": "1200.00"}]

    def test_has_a_statement_whose_lines_cite_term_version_and_event(
        self, service: Measured
    ) -> None:
        missed(service)
        path = f"{service.deal.contract_path}/statements"
        rows: Any = done(service.provider.get(path))
        (listed,) = rows
        assert listed["statement"] == 1
        assert listed["credit"] == "1200.00"
        statement = done(service.client.get(f"{path}/1"))
        results = f"{service.deal.contract}/objective-availability/results"
        assert {(one["version"], one["stream"]) for one in statement["lines"]} == {(1, results)}
        assert statement["lines"][0]["words"] == (
            "charged: 12000 EUR from 2026-01-01T00:00:00Z until before 2026-02-01T00:00:00Z "
            f"(12000 EUR); by charges/monthly-fee of version 1, on event 1 of {results}"
        )
        problem(service.client.get(f"{path}/2"), 404, "not-found")

    def test_whose_claim_was_rejected_is_granted_in_part_after_all(self, service: Measured) -> None:
        missed(service)
        ask(service, "client", "claim", EVIDENCE, expect=201)
        ask(service, "provider", "claim/rejection", {"because": "it was announced"})
        assert credit(service)["because"] == "it was announced"
        ask(service, "provider", "grant", {"amount": "600.00", "because": "half of it"})
        assert (credit(service)["standing"], credit(service)["open"]) == ("granted", "600.00")

    def test_is_claimed_by_the_client_alone(self, service: Measured) -> None:
        missed(service)
        assert ask(service, "provider", "claim", EVIDENCE, expect=409)["rule"] == "not-your-move"

    def test_whose_claim_was_withdrawn_can_be_claimed_again(self, service: Measured) -> None:
        missed(service)
        ask(service, "client", "claim", EVIDENCE, expect=201)
        path = f"{service.deal.contract_path}/credits/{CREDIT}/claim"
        done(service.client.delete(path, if_match="*"))
        assert credit(service)["standing"] == "claimable"

    def test_that_nobody_claims_lapses_by_the_daily_sheet(self, service: Measured) -> None:
        missed(service)
        due = agenda(service)["claim-lapses"]
        assert (due["due"], due["awaits"], due["subject"]) == (
            "2026-03-03T00:00:00Z",
            "client",
            CREDIT,
        )
        service.at("2026-03-02T23:59:59")
        assert credit(service)["standing"] == "claimable"
        service.at("2026-03-03T00:00:00")
        assert credit(service)["standing"] == "lapsed"
        assert "claim-lapses" not in agenda(service)
        refused = ask(service, "client", "claim", EVIDENCE, expect=409)
        assert refused["rule"] == "claim-too-late"


class TestADispute:
    def test_climbs_the_ladder_and_ends_with_what_both_agree_to(self, service: Measured) -> None:
        missed(service)
        path = f"{service.deal.contract_path}/disputes"
        about = {"about": f"{service.deal.contract}/credits", "about_version": 1}
        because = {"because": "two hours were maintenance"}
        opened = service.provider.post(path, {**about, **because})
        dispute = done(opened, 201)["id"].rsplit("/", 1)[-1]
        assert opened.headers["Location"] == f"/v1{path}/{dispute}"
        one = f"{path}/{dispute}"
        done(service.client.post(f"{one}/answers", {"says": "no"}, if_match="*"), 201)
        assert agenda(service)["dispute-escalates"]["subject"] == "level 1: service managers"
        service.at("2026-02-06T08:00")
        ladder = done(service.client.get(one))["ladder"]
        assert [rung["reached"] for rung in ladder] == [True, False]
        asked = service.provider.post(f"{one}/proposals", {"terms": "half"}, if_match="*")
        (proposed,) = done(asked, 201)["proposals"]
        accepting = f"{one}/proposals/{proposed['proposal']}/acceptance"
        mediator = {"mediator": "the chamber of commerce"}
        done(service.client.post(f"{one}/mediators", mediator, if_match="*"), 201)
        own = service.provider.post(accepting, if_match="*")
        problem(own, 409, "own-proposal")
        settled = done(service.client.post(accepting, if_match="*"))
        assert (settled["status"], settled["settlement"]["terms"]) == ("settled", "half")
        assert settled["mediators"] == [{**mediator, "by": "client"}]
        assert settled["answered"] is True
        service.world.settle()
        (listed,) = done(service.client.get(path))["items"]
        assert (listed["id"], listed["standing"]) == (settled["id"], "settled")
        assert "dispute-escalates" not in agenda(service)

    def test_is_about_an_event_of_the_contract(self, service: Measured) -> None:
        path = f"{service.deal.contract_path}/disputes"
        body = {"about": service.deal.negotiation, "about_version": 1, "because": "so"}
        problem(service.client.post(path, body), 409, "unknown-subject")
        never = {**body, "about": service.deal.contract, "about_version": 99}
        problem(service.client.post(path, never), 409, "unknown-subject")


def test_a_right_to_end_the_contract_for_its_misses_is_used_in_time_or_gone(
    database: str, tmp_path: Path
) -> None:
    chronic = {
        "missed": 1,
        "of_consecutive": 1,
        "right": "terminate",
        "exercised_within": "P30D",
    }
    term = {"starts": "2026-01-01", "ends": "2026-12-31", "notice": {"for_chronic_failure": "P7D"}}
    terms = charged_terms(objective={"chronic_failure": chronic}, term=term)
    notice = {"ground": "chronic-failure", "because": "a month like this is enough"}
    with measured(database, tmp_path, terms) as service:
        missed(service)
        row = agenda(service)["termination-right-lapses"]
        assert (row["due"], row["awaits"]) == ("2026-03-04T00:00:00Z", "client")
        service.at("2026-03-04T00:00")
        notices = f"{service.deal.contract_path}/notices"
        negotiator = service.cast.client[Role.NEGOTIATOR]
        late = negotiator.post(notices, notice, if_match="*")
        refused = problem(late, 409, "termination-right-lapsed")
        assert "2026-01-01 to 2026-01-31" in refused["detail"]
        assert "to be used before 2026-03-04T00:00:00Z" in refused["detail"]
        assert "termination-right-lapses" not in agenda(service)


def test_a_review_that_was_called_off_still_says_what_it_was_and_why(service: Measured) -> None:
    path = f"{service.deal.contract_path}/reviews"
    service.at("2026-02-02T08:00")
    called = {"at": "2026-02-05T09:00:00Z", "agenda": "the outage", "attended_by": ["both"]}
    review = done(service.client.post(path, called), 201)["id"].rsplit("/", 1)[-1]
    because = {"because": "all is said"}
    off = done(service.provider.post(f"{path}/{review}/cancellation", because, if_match="*"))
    assert (off["status"], off["by"], off["because"]) == ("cancelled", "client", "all is said")
    assert {name: off[name] for name in called} == called


def test_a_review_is_held_minuted_approved_and_its_action_done(service: Measured) -> None:
    path = f"{service.deal.contract_path}/reviews"
    service.at("2026-02-02T08:00")
    people = ["service managers of both sides", "head of operations"]
    called = {"at": "2026-02-05T09:00:00Z", "agenda": "the outage of 10 January"}
    begun = done(service.client.post(path, {**called, "attended_by": people}), 201)
    assert (begun["agenda"], begun["attended_by"]) == (called["agenda"], people)
    review = begun["id"].rsplit("/", 1)[-1]
    one = f"{path}/{review}"
    assert agenda(service)["review-held"]["due"] == "2026-02-05T09:00:00Z"
    action = {"what": "more discs", "side": "provider", "owner": "ops", "due": "2026-02-20"}
    minutes = {"text": "the storage was full", "actions": [action]}
    problem(service.client.put(f"{one}/minutes", minutes, if_match="*"), 409, "review-not-held")
    service.at("2026-02-05T10:00")
    done(service.client.put(f"{one}/minutes", minutes, if_match="*"))
    approved = service.provider.post(f"{one}/minutes/approval", {"edition": 1}, if_match="*")
    (agreed,) = done(approved)["actions"]
    assert agenda(service)["action-due"]["awaits"] == "provider"
    service.at("2026-02-21T00:00")
    (late,) = done(service.client.get(one))["actions"]
    assert (late["standing"], late["overdue"]) == ("agreed", True)
    at = f"{one}/actions/{agreed['action']}"
    done(service.provider.post(f"{at}/completion", {"note": "done today"}, if_match="*"))
    accepted = done(service.client.post(f"{at}/acceptance", if_match="*"))
    assert accepted["actions"][0]["standing"] == "accepted"
