"""Improvement plans as their pages show them: asked for, proposed, agreed, judged by results."""

from __future__ import annotations

from typing import Any

import pytest

from http_world import Cast
from measured_pages import JANUARY, OBJECTIVE, Lived, lived
from web_world import Sheet, WebWorld

IDEA: Any = {
    "cause": "one disk, and it was full",
    "target": "no outage of the disk",
    "reach_by": "2026-04-30",
    "what-0": "Add a second disk",
    "owner-0": "service manager",
    "due-0": "2026-02-28",
}


@pytest.fixture(scope="module")
def contract(pages: WebWorld, cast: Cast) -> Lived:
    """Lend a contract with a missed month; each test asks for a plan of its own."""
    return lived(pages, cast)


def begun(contract: Lived, because: str) -> Sheet:
    """Let the client ask for a plan."""
    page = contract.see("client-service-manager", "/plans")
    done = page.submit("begin-plan", objective=OBJECTIVE, because=because)
    contract.pages.settle()
    return done


def seen_by(contract: Lived, subject: str, sheet: Sheet) -> Sheet:
    """Open the same page as somebody else."""
    return contract.pages.as_(subject).get(sheet.path)


def test_a_plan_is_asked_for_proposed_agreed_carried_out_and_judged(contract: Lived) -> None:
    done = begun(contract, "January was missed")
    proposed = seen_by(contract, "provider-service-manager", done).submit("propose", **IDEA)
    assert "Add a second disk not agreed yet" in proposed.part("plan")
    agreed = seen_by(contract, "client-negotiator", done).submit("agree-plan")
    assert "Add a second disk agreed" in agreed.part("plan")
    provider = seen_by(contract, "provider-service-manager", done)
    (form,) = [name for name in provider.forms if name.startswith("progress-")]
    assert "Add a second disk done" in provider.submit(form, done="yes").part("plan")
    client = seen_by(contract, "client-service-manager", done)
    nothing = client.submit("close", because="it is quiet now")
    assert (nothing.status, nothing.has("close-periods-wrong")) == (409, True)
    closed = nothing.submit("close", because="it is quiet now", effective="no", periods=JANUARY)
    assert "it did not help Client: it is quiet now" in closed.part("plan")
    assert "Period from 1 Jan 2026: missed" in closed.part("plan")


def test_changes_are_asked_for_and_the_next_edition_begins_with_the_last(contract: Lived) -> None:
    done = begun(contract, "to be changed")
    seen_by(contract, "provider-negotiator", done).submit("propose", **IDEA)
    changed = seen_by(contract, "client-negotiator", done).submit("changes", because="two disks")
    assert "Client would have it otherwise: two disks" in changed.part("plan")
    again = seen_by(contract, "provider-negotiator", done)
    assert again.form("propose").fields["what-0"] == ["Add a second disk"]
    mended: Any = {"what-0": "Add two disks"}
    assert "Edition 2, by Provider" in again.submit("propose", **mended).part("plan")


def test_a_plan_without_a_measure_is_refused_beside_its_field(contract: Lived) -> None:
    page = seen_by(contract, "provider-negotiator", begun(contract, "to be mended"))
    refused = page.submit("propose", **{**IDEA, "what-0": ""})
    assert refused.part("propose-what-0-wrong") == "A plan has at least one measure."
    assert refused.form("propose").fields["cause"] == ["one disk, and it was full"]


def test_who_asked_for_it_withdraws_it_and_a_stale_answer_is_kept(contract: Lived) -> None:
    done = begun(contract, "to be withdrawn")
    early = seen_by(contract, "provider-negotiator", done)
    assert "withdraw" not in early.forms
    done.submit("withdraw", because="it was the weather")
    stale = early.submit("propose", **IDEA)
    assert (stale.status, "Plan withdrawn" in stale.text) == (412, True)


def test_the_auditor_reads_and_strangers_find_nothing(contract: Lived) -> None:
    done = begun(contract, "to be read")
    assert "propose" not in seen_by(contract, "auditor-auditor", done).forms
    assert "to be read" in contract.see("auditor-auditor", "/plans").part("plans")
    for path in ("/plans", done.path.removeprefix(contract.to)):
        assert contract.see("somebody-else", path).status == 404
