"""Credits, disputes, reviews and improvement plans on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typer.testing import CliRunner, Result

from charged import CLAIM, charged_terms
from interfaces.cli import bills, claims, disputes, plans, reviews
from interfaces.cli.answers import Said
from interfaces.cli.main import app
from measured import Measured, measured, month_of_outages, outage

CREDIT: Final = "availability/20260101"
CLIENT: Final = ("--as", "client-service-manager")
TEN_HOURS: Final = outage("2026-01-10T00:00", "2026-01-10T10:00")


class Direct:
    """The client of the command line, on a service in this process."""

    def __init__(self, service: Measured, subject: str) -> None:
        self._world, self._subject = service.world, subject

    def get(self, path: str) -> Any:
        return self._world.as_(self._subject).get(path).json()

    def send(self, path: str, body: Any, *, method: str = "POST", **_: Any) -> Any:
        headers = {"Idempotency-Key": self._world.fresh_key(), "If-Match": "*"}
        answer = self._world.send(method, path, self._subject, json=body, headers=headers)
        if not answer.is_success:
            raise Said(answer.json()["rule"])
        return answer.json()


@pytest.fixture
def service(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Measured]:
    """Lend a contract of which January was missed, and commands that speak to it."""
    with measured(database, tmp_path, charged_terms(claim=CLAIM)) as lent:
        lent.at("2026-02-01T08:00")
        lent.hand_in(month_of_outages("2026-01", TEN_HOURS))
        for module in (bills, claims, disputes, plans, reviews):
            monkeypatch.setattr(
                module, "connect", lambda _, who: Direct(lent, who or "provider-service-manager")
            )
        yield lent


def parley(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def told(*arguments: str) -> str:
    """Return what a command says that does what it is asked."""
    done = parley(*arguments)
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.stdout


def test_a_bill_is_recorded_contested_corrected_and_cancelled(service: Measured) -> None:
    contract = service.deal.contract
    assert "no bill yet" in told("bill", "list", contract)
    days = ("--from", "2026-01-01", "--to", "2026-01-31")
    money = ("--amount", "11500.00", "--currency", "EUR", "--invoice", "R-1")
    recorded = told("bill", "record", contract, "monthly-fee", *days, *money)
    assert "recorded  11500.00 EUR  monthly-fee from 2026-01-01 to 2026-01-31" in recorded
    bill = recorded.split()[0]
    because = ("--because", "too much")
    assert "contested" in told("bill", "contest", contract, bill, *because, *CLIENT)
    assert "recorded  11500.00" in told("bill", "agree", contract, bill, *CLIENT)
    changed = ("--amount", "11000.00", "--invoice", "R-1a", "--because", "billed twice")
    assert "corrected  11000.00 EUR" in told("bill", "correct", contract, bill, *changed)
    service.world.settle()
    assert "claimable  1100.00 EUR" in told("credit", "list", contract)
    assert "cancelled" in told("bill", "cancel", contract, bill, "--because", "never sent")
    assert "too much" not in told("bill", "list", contract)


def test_a_credit_is_shown_claimed_rejected_granted_and_paid(service: Measured) -> None:
    contract = service.deal.contract
    one = (contract, CREDIT)
    assert "claimable  1200.00 EUR  claim before 2026-03-03" in told("credit", "list", contract)
    assert "statement 1  2026-01-01 to 2026-01-31  1200.00 EUR" in told(
        "credit", "statements", contract
    )
    assert "by charges/monthly-fee of version 1, on event 1 of" in told(
        "credit", "show", contract, "1"
    )
    assert "claimed" in told("credit", "claim", *one, "--evidence", "our log", *CLIENT)
    assert "claimable" in told("credit", "withdraw", *one, *CLIENT)
    told("credit", "claim", *one, "--evidence", "our log", *CLIENT)
    assert "it was announced" in told("credit", "reject", *one, "--because", "it was announced")
    half = ("--amount", "600.00", "--because", "half of it")
    assert "open 600.00" in told("credit", "grant", *one, *half)
    paid = ("--amount", "600.00", "--reference", "bank 1", "--how", "paid")
    assert "open 0.00" in told("credit", "apply", *one, *paid)


def test_a_claim_is_admitted(service: Measured) -> None:
    one = (service.deal.contract, CREDIT)
    told("credit", "claim", *one, "--evidence", "our log", *CLIENT)
    assert "granted" in told("credit", "admit", *one)


def test_a_dispute_is_opened_answered_and_settled(service: Measured) -> None:
    contract = service.deal.contract
    about = ("--about", f"{contract}/credits", "--about-version", "1", "--because", "too little")
    opened = json.loads(told("dispute", "open", contract, *about, "--json", *CLIENT))
    one = opened["id"]
    told("dispute", "answer", one, "--says", "it is right")
    told("dispute", "mediator", one, "the chamber")
    first = json.loads(told("dispute", "propose", one, "--terms", "half", "--json"))
    proposal = first["proposals"][0]["proposal"]
    told("dispute", "decline", one, proposal, "--because", "more", *CLIENT)
    second = json.loads(told("dispute", "propose", one, "--terms", "all of it", "--json"))
    settled = told("dispute", "accept", one, second["proposals"][0]["proposal"], *CLIENT)
    assert "settled: all of it" in settled
    assert "to hear the chamber: the provider" in settled
    assert "settled" in told("dispute", "show", one)
    service.world.settle()
    assert f"{one}  settled  too little" in told("dispute", "list", contract)
    assert "no review yet" in told("review", "list", contract)
    refused = parley("dispute", "withdraw", one, "--because", "so", *CLIENT)
    assert str(refused.exception) == "dispute-over"


def test_a_review_is_called_minuted_approved_and_acted_upon(service: Measured) -> None:
    asked = ("--at", "2026-02-05T09:00:00Z", "--agenda", "the outage", "--json")
    asked += ("--attended-by", "service managers", "--attended-by", "operations")
    one = json.loads(told("review", "call", service.deal.contract, *asked))["id"]
    told("review", "move", one, "--at", "2026-02-04T09:00:00Z")
    service.at("2026-02-04T10:00")
    plan = ("--action", "client:operations:2026-04-30:report faults at once")
    assert "proposed" in told("review", "minutes", one, "--text", "what was said", *plan)
    told("review", "object", one, "--edition", "1", "--because", "not so", *CLIENT)
    told("review", "minutes", one, "--text", "what was really said", *plan)
    approved = json.loads(told("review", "approve", one, "--edition", "2", "--json", *CLIENT))
    action = approved["actions"][0]["action"]
    told("review", "done", one, action, "--note", "yes", *CLIENT)
    told("review", "reopen", one, action, "--because", "not all")
    told("review", "done", one, action, *CLIENT)
    assert f"{action}  accepted" in told("review", "accept", one, action)
    shown = told("review", "show", one)
    assert "minutes 2 by the provider, approved" in shown
    assert "attended by service managers, operations" in shown
    assert isinstance(parley("review", "cancel", one, "--because", "so").exception, Said)


def test_a_plan_is_asked_for_proposed_agreed_and_judged(service: Measured) -> None:
    contract = service.deal.contract
    because = ("--objective", "availability", "--because", "missed")
    assert "no plan yet" in told("plan", "list", contract)
    one = json.loads(told("plan", "ask", contract, *because, "--json", *CLIENT))["id"]
    idea = ("--cause", "full", "--target", "99.5 % again", "--reach-by", "2026-04-30")
    todo = ("--measure", "provider:operations:2026-03-31:more discs")
    assert "edition 1 by the provider: full" in told("plan", "propose", one, *idea, *todo)
    told("plan", "change", one, "--edition", "1", "--because", "sooner", *CLIENT)
    assert "changes asked for: sooner" in told("plan", "show", one)
    told("plan", "propose", one, *idea, *todo)
    agreed = json.loads(told("plan", "agree", one, "--edition", "2", "--json", *CLIENT))
    measure = agreed["measures"][0]["measure"]
    assert f"{measure}  done" in told("plan", "progress", one, measure, "--note", "in", "--done")
    verdict = ("--not-effective", "--because", "no better", "--period", "2026-01-01")
    closed = told("plan", "close", one, *verdict, *CLIENT)
    assert "not effective: no better (2026-01-01 missed)" in closed
    refused = parley("plan", "withdraw", one, "--because", "so", *CLIENT)
    assert str(refused.exception) == "plan-closed"
    service.world.settle()
    assert f"{one}  not-effective  availability: missed" in told("plan", "list", contract)
