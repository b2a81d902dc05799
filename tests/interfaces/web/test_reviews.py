"""Service reviews as their pages show them: called, minuted, approved, acted upon."""

from __future__ import annotations

import re
from typing import Any

import pytest

from http_world import Cast
from measured_pages import OBJECTIVE, Lived, lived
from web_world import Sheet, WebWorld

MINUTES: Any = {
    "text": "January was bad.",
    "what-0": "Add a second disk",
    "owner-0": "service manager",
    "due-0": "2026-02-28",
    "improves-0": OBJECTIVE,
}


@pytest.fixture(scope="module")
def contract(pages: WebWorld, cast: Cast) -> Lived:
    """Lend a contract with a missed month; each test calls a review of its own."""
    return lived(pages, cast)


def called(contract: Lived, agenda: str, at: str = "2026-02-12T07:00") -> Sheet:
    """Let the client call a review, by default one that has begun."""
    page = contract.see("client-service-manager", "/reviews")
    done = page.submit("call-review", at=at, agenda=agenda, attended_by="both managers\nfinance")
    contract.pages.settle()
    return done


def seen_by(contract: Lived, subject: str, sheet: Sheet) -> Sheet:
    """Open the same page as somebody else."""
    return contract.pages.as_(subject).get(sheet.path)


def action(sheet: Sheet, move: str) -> str:
    """Return the name of the form that makes a move about the action."""
    return next(name for name in sheet.forms if name.startswith(f"{move}-action"))


def test_a_review_is_called_and_seen_by_everybody(contract: Lived) -> None:
    done = called(contract, "the month of January", at="2026-02-20T10:00")
    assert "The review is called." in done.text
    for subject in ("provider-legal", "auditor-auditor"):
        seen = seen_by(contract, subject, done)
        assert "Agenda: the month of January" in seen.text
        assert "To be there: both managers, finance" in seen.text
        assert "move" not in seen.forms
        assert "the month of January" in contract.see(subject, "/reviews").part("reviews")


def test_it_is_moved_and_called_off(contract: Lived) -> None:
    done = called(contract, "to be moved", at="2026-02-20T10:00")
    assert "minutes" not in done.forms
    moved = done.submit("move", at="2026-02-21T10:00")
    assert "Review, 21 Feb 2026, 10:00 UTC" in moved.part("review")
    other = seen_by(contract, "provider-service-manager", done)
    assert "called off" in other.submit("cancel", because="nobody has time").part("review")


def test_minutes_are_approved_by_the_other_side_and_their_action_is_seen_through(
    contract: Lived,
) -> None:
    done = called(contract, "to be minuted").submit("minutes", **MINUTES)
    assert "The minutes wait for the other side's approval." in done.text
    assert "approve-minutes" not in done.forms
    provider = seen_by(contract, "provider-service-manager", done)
    assert "Add a second disk not agreed yet" in provider.part("review")
    approved = provider.submit("approve-minutes")
    assert "Add a second disk agreed" in approved.part("review")
    assert "Provider, service manager, by 28 Feb 2026 · to improve Availability" in approved.text
    complete = approved.submit(action(approved, "complete"), note="done last night")
    assert "Add a second disk done" in complete.part("review")
    client = seen_by(contract, "client-negotiator", done)
    reopened = client.submit(action(client, "reopen"), because="it is not mounted")
    assert "Add a second disk agreed" in reopened.part("review")
    again = seen_by(contract, "provider-negotiator", done)
    again.submit(action(again, "complete"))
    client = seen_by(contract, "client-negotiator", done)
    assert "Add a second disk accepted" in client.submit(action(client, "accept")).part("review")


def test_minutes_are_objected_to_and_written_anew_from_what_they_were(contract: Lived) -> None:
    done = called(contract, "to be objected to").submit("minutes", **MINUTES)
    provider = seen_by(contract, "provider-service-manager", done)
    objected = provider.submit("object", because="it was two disks")
    assert "not approved by Provider" in objected.text
    client = seen_by(contract, "client-service-manager", done)
    assert client.form("minutes").fields["what-0"] == ["Add a second disk"]
    assert client.form("minutes").fields["due-0"] == ["2026-02-28"]
    mended: Any = {"what-0": "Add two disks"}
    second = client.submit("minutes", **mended)
    assert "Minutes, edition 2" in second.text
    assert provider.submit("approve-minutes").status == 412


def test_a_row_that_is_not_whole_is_said_beside_its_fields_and_nothing_is_lost(
    contract: Lived,
) -> None:
    page = called(contract, "to be mended")
    wrong = page.submit("minutes", **{**MINUTES, "owner-0": "", "due-0": "soon"})
    assert wrong.status == 422
    assert wrong.part("minutes-owner-0-wrong") == "Fill in who does it."
    assert wrong.part("minutes-due-0-wrong") == "Give a day, such as 2026-03-31."
    kept = wrong.form("minutes").fields
    assert (kept["text"], kept["what-0"]) == (["January was bad."], ["Add a second disk"])


def test_a_time_that_is_none_is_said_beside_its_field(contract: Lived) -> None:
    refused = called(contract, "some day", at="some day")
    assert refused.part("call-review-at-wrong").startswith("Give a day and a time, UTC")
    assert refused.form("call-review").fields["agenda"] == ["some day"]


def test_strangers_find_nothing(contract: Lived) -> None:
    done = called(contract, "ours")
    assert re.search(r"/reviews/review-[0-9a-z]{26}$", done.path)
    assert seen_by(contract, "somebody-else", done).status == 404
    assert contract.see("somebody-else", "/reviews").status == 404
    never = "/reviews/review-01kb2q8v3tf8m9z6c4h1r5w7xy"
    assert contract.see("client-legal", never).status == 404
