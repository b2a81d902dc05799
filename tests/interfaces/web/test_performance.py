"""Performance as its pages show it: attained against promised, what is left, and the working."""

from __future__ import annotations

import pytest

from http_world import Cast
from measured_pages import JANUARY, OBJECTIVE, Lived, lived
from web_world import WebWorld

EVERYBODY = ("provider-negotiator", "client-service-manager", "auditor-auditor")
SLUG = "availability-20260101"
WORKING = f"/performance/{OBJECTIVE}/{JANUARY}"


@pytest.fixture(scope="module")
def contract(pages: WebWorld, cast: Cast) -> Lived:
    """Lend a contract with a missed month and one that runs."""
    return lived(pages, cast)


@pytest.mark.parametrize("subject", EVERYBODY)
def test_a_missed_month_says_so_with_its_target_budget_and_credit(
    contract: Lived, subject: str
) -> None:
    shown = contract.see(subject, "/performance")
    assert shown.status == 200
    assert "All the time 98.656 % at least 99.5 % missed" in shown.text
    assert "3 h 43 min 12 s 10 h 0 min 0 s 0 s 1,200.00 EUR" in shown.text


def test_the_running_month_says_what_is_left_in_time_and_money(contract: Lived) -> None:
    # Half a percent of February's 672 h is 3 h 21 min 36 s, of which two hours are used.
    shown = contract.see("provider-service-manager", "/performance").part(OBJECTIVE)
    assert "Budget left1 h 21 min 36 s" in shown
    assert "In seconds4,896 s" in shown
    assert "Share usedabout 59.52 %" in shown
    assert "will be missed if it goes on like this" in shown
    assert "Credit if it ended like this1,200.00 EUR" in shown
    assert "what can still be lost0.00 EUR" in shown
    assert "50 % of the budget of all the time" in shown


def test_charts_are_drawn_without_style_and_say_in_words_what_they_show(contract: Lived) -> None:
    html = contract.see("client-legal", "/performance").html
    assert html.count('<svg class="chart" role="img"') == 2
    assert "style=" not in html
    assert "January 2026: 98.656 %, missed, against at least 99.5 %." in html
    assert "of what all the time allows is used: a burn rate of" in html


@pytest.mark.parametrize("subject", EVERYBODY)
def test_a_figure_leads_to_its_working(contract: Lived, subject: str) -> None:
    shown = contract.see(subject, "/performance")
    assert shown.links["January 2026"] == f"{contract.to}{WORKING}"
    working = contract.see(subject, WORKING)
    assert (
        "100 \N{MULTIPLICATION SIGN} 2,642,400,000,000 / 2,678,400,000,000 µs = 9175/93 %"
        in working.text
    )
    assert "Down 10 h 0 min 0 s 36,000,000,000 µs" in working.text
    assert "Maintenance: 0 s excused here · quota: 0 s of 8 h used in January 2026" in working.text
    assert "what has no record counts as down" in working.text
    assert "Closed as missed" in working.part("working")


def test_a_running_figure_has_its_working_too(contract: Lived) -> None:
    working = contract.see("client-finance", f"/performance/{OBJECTIVE}/2026-02-01")
    assert "still running It still runs: this is what the figures so far come to." in working.text
    assert "Down 2 h 0 min 0 s" in working.text


@pytest.mark.parametrize(
    "path", [f"/performance/{OBJECTIVE}/2025-12-01", "/performance/nothing/2026-01-01"]
)
def test_there_is_no_working_of_what_never_was(contract: Lived, path: str) -> None:
    assert contract.see("client-finance", path).status == 404


@pytest.mark.parametrize("path", ["/performance", WORKING])
def test_strangers_find_nothing(contract: Lived, path: str) -> None:
    assert contract.see("somebody-else", path).status == 404


def test_each_side_and_the_auditor_are_offered_what_is_theirs_to_do(contract: Lived) -> None:
    offered = {
        subject: set(contract.see(subject, "/credits").forms) - {"sign-out", "/search"}
        for subject in ("client-finance", "client-legal", "provider-finance", "auditor-auditor")
    }
    assert offered == {
        "client-finance": {f"claim-{SLUG}", "record-bill"},
        "client-legal": set(),
        "provider-finance": {"record-bill"},
        "auditor-auditor": set(),
    }


@pytest.mark.parametrize("subject", ["client-finance", "provider-legal", "auditor-auditor"])
def test_a_statement_cites_a_term_a_version_and_an_event_for_every_line(
    contract: Lived, subject: str
) -> None:
    listed = contract.see(subject, "/credits")
    statement = contract.pages.as_(subject).get(listed.links["Statement 1"])
    shown = statement.part("statement")
    assert "Charged 12000 EUR from 2026-01-01T00:00:00Z until before 2026-02-01T00:00:00Z" in shown
    assert "12,000.00 EUR charges/monthly-fee version 1 event 1 of objective-availability" in shown
    assert "Credit rounded once, from exactly 1200 EUR 1,200.00 EUR" in shown
    assert contract.see(subject, "/credits/statements/2").status == 404


def test_strangers_find_nothing_and_can_do_nothing(contract: Lived) -> None:
    assert contract.see("somebody-else", "/credits").status == 404
    assert contract.see("somebody-else", "/credits/statements/1").status == 404
    page = contract.see("client-finance", "/credits")
    stranger = contract.pages.as_("somebody-else")
    form = page.form(f"claim-{SLUG}")
    token = contract.pages.as_("somebody-else").get("/").form("sign-out").fields["form_token"]
    form.fields["form_token"] = token
    assert stranger.send(form, page.path, {"evidence": "mine"}).status == 404
