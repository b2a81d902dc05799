"""Disputes as their pages show them: opened, answered, climbing, settled or taken back."""

from __future__ import annotations

import pytest

from http_world import Cast
from measured_pages import Lived, lived
from web_world import Sheet, WebWorld


@pytest.fixture(scope="module")
def contract(pages: WebWorld, cast: Cast) -> Lived:
    """Lend a contract with a missed month; each test opens a dispute of its own."""
    return lived(pages, cast)


def opened(contract: Lived, because: str) -> Sheet:
    """Let the provider dispute the statement of January."""
    page = contract.see("provider-legal", "/disputes?about=credits")
    done = page.submit("open-dispute", because=because, evidence="ticket 17")
    contract.pages.settle()
    return done


def seen_by(contract: Lived, subject: str, sheet: Sheet) -> Sheet:
    """Open the same page as somebody else."""
    return contract.pages.as_(subject).get(sheet.path)


def test_a_dispute_is_opened_about_an_event_and_shows_its_ladder(contract: Lived) -> None:
    done = opened(contract, "two hours were maintenance")
    assert "The dispute is open." in done.text
    assert "Dispute about Statement 1" in done.part("dispute")
    assert "to come level 1, service managers: 17 Feb 2026, 08:00 UTC in 5 d" in done.text
    for subject in ("client-finance", "auditor-auditor"):
        seen = seen_by(contract, subject, done)
        assert "Provider opened the dispute" in seen.part("dispute")
        assert "two hours were maintenance ticket 17" in seen.part("dispute")
        assert done.path.removeprefix(contract.to) in "".join(
            contract.see(subject, "/disputes").links.values()
        )


def test_it_is_answered_and_settled_with_what_both_agree_to(contract: Lived) -> None:
    done = opened(contract, "to be settled")
    other = seen_by(contract, "client-negotiator", done)
    assert "Client has not answered yet" in other.text
    answered = other.submit("answer", says="we saw it down")
    assert "Client has answered" in answered.text
    proposed = answered.submit("propose", terms="half of the credit")
    assert not [name for name in proposed.forms if name.startswith("accept-")]
    mine = seen_by(contract, "provider-finance", done)
    (accept,) = [name for name in mine.forms if name.startswith("accept-")]
    settled = mine.submit(accept)
    assert "Settled so half of the credit" in settled.part("dispute")
    assert "answer" not in settled.forms


def test_a_proposal_is_declined_with_a_reason_and_a_mediator_called(contract: Lived) -> None:
    done = opened(contract, "to be declined")
    other = seen_by(contract, "client-legal", done).submit("propose", terms="nothing of it")
    mine = seen_by(contract, "provider-legal", other)
    (decline,) = [name for name in mine.forms if name.startswith("decline-")]
    nothing = mine.submit(decline, because=" ")
    assert nothing.part(f"{decline}-because-wrong") == "Fill in why you do not agree."
    declined = nothing.submit(decline, because="not enough")
    assert "Provider declined the proposal" in declined.text
    called = declined.submit("mediator", mediator="Dr. Hale")
    assert "To be heard: Dr. Hale as Provider would" in called.text


def test_only_who_opened_it_can_take_it_back(contract: Lived) -> None:
    done = opened(contract, "to be taken back")
    assert "withdraw" not in seen_by(contract, "client-legal", done).forms
    over = done.submit("withdraw", because="found our mistake")
    assert "Provider took the dispute back" in over.text
    assert "withdrawn opened by Provider" in over.part("dispute")


def test_an_answer_to_what_has_moved_is_kept_and_sent_again(contract: Lived) -> None:
    done = opened(contract, "to be moved")
    early = seen_by(contract, "client-legal", done)
    done.submit("answer", says="one more thing")
    stale = early.submit("answer", says="we do not think so")
    assert stale.status == 412
    assert "Meanwhile: " in stale.text
    assert stale.form("answer").fields["says"] == ["we do not think so"]
    assert "Client has answered" in stale.submit("answer").text


def test_what_is_no_event_is_not_disputed(contract: Lived) -> None:
    page = contract.see("client-legal", "/disputes")
    elsewhere = page.submit("open-dispute", because="no", about="1 relationship-1/contract-1")
    assert (elsewhere.status, "unknown-subject" in elsewhere.text) == (409, True)
    nothing = page.submit("open-dispute", because="no", about="nothing")
    assert nothing.part("open-dispute-about-wrong") == "Choose one of what is offered."
    assert nothing.form("open-dispute").fields["because"] == ["no"]


def test_the_auditor_reads_and_strangers_find_nothing(contract: Lived) -> None:
    done = opened(contract, "to be read")
    assert "answer" not in seen_by(contract, "auditor-auditor", done).forms
    assert "open-dispute" not in contract.see("auditor-auditor", "/disputes").forms
    assert seen_by(contract, "somebody-else", done).status == 404
    assert contract.see("somebody-else", "/disputes").status == 404
    never = "/disputes/dispute-01kb2q8v3tf8m9z6c4h1r5w7xy"
    assert contract.see("client-legal", never).status == 404
