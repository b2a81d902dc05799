"""The inbox and the due dates: whose move it is, what is at risk, and nothing of what is over."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from agreements import simple_terms
from application.projections.base import Query
from domain.values.sides import Side
from http_answers import done
from http_cast import Cast, offer, open_negotiation
from interfaces.web.agenda import waiting
from interfaces.web.pages import due, inbox
from measured_pages import Lived, lived
from web_world import Sheet, WebWorld


@pytest.fixture(scope="module")
def contract(pages: WebWorld, cast: Cast) -> Lived:
    """Lend a contract with a missed month and one that runs."""
    return lived(pages, cast)


def test_an_offer_waits_for_whoever_answers_it(
    pages: WebWorld, cast: Cast, contract: Lived
) -> None:
    assert contract is not None
    negotiation = open_negotiation(cast)["id"]
    pages.settle()
    assert "Order management" in pages.as_("client-negotiator").get("/").part("part-either")
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    pages.settle()
    assert "offer 1 by Provider, firm" in pages.as_("client-negotiator").get("/").part("part-yours")
    theirs = pages.as_("provider-negotiator").get("/")
    assert "offer 1 by Provider" in theirs.part("part-theirs")
    assert "Offer expires" in theirs.part("part-due")
    ended = {"because": "no longer wanted"}
    path = f"{cast.path}/negotiations/{negotiation.split('/')[1]}"
    done(cast.client["negotiator"].post(f"{path}/breaking-off", ended, if_match="*"))
    pages.settle()
    assert "offer 1 by" not in pages.as_("client-negotiator").get("/").text
    board = pages.world.house.projections.open_matters
    rows = pages.world.house.store.view(board).find(Query(stream=negotiation))
    assert rows == [], "what is over has no row"


def test_of_much_that_falls_due_the_first_is_shown_and_the_rest_a_page_at_a_time(
    pages: WebWorld, cast: Cast, contract: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert contract is not None
    for _ in range(3):
        offer(cast, Side.PROVIDER, open_negotiation(cast)["id"], simple_terms())
    pages.settle()
    visitor = pages.as_("provider-negotiator")
    whole = visitor.get("/")
    assert whole.part("part-due").count("Offer expires") == 3
    assert "are shown" not in whole.text
    number = int(whole.part("due").rsplit(" ", 1)[1])
    monkeypatch.setattr(waiting, "SHOWN", 2)
    begun = visitor.get("/")
    assert begun.part("due") == "Expiring or due within two weeks 2+"
    assert "The first 2 are shown." in begun.part("part-due")
    assert begun.part("part-due").count("Offer expires") < 3
    monkeypatch.setattr(inbox, "MOST", 2)
    sheet = visitor.get(begun.links["Everything in Expiring or due within two weeks"])
    read = [sheet.part("part-due")]
    while "Show more" in sheet.links:
        sheet = visitor.get(f"/inbox/due{sheet.links['Show more']}")
        read.append(sheet.part("part-due"))
    assert len(read) == (number + 1) // 2
    assert sum(one.count("Offer expires") for one in read) == 3
    assert visitor.get("/due").text.count("Offer expires") == 3


def test_all_due_dates_are_listed_a_page_at_a_time(
    pages: WebWorld, contract: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert contract is not None
    visitor = pages.as_("client-service-manager")
    whole = listed(visitor.get("/due"))
    monkeypatch.setattr(due, "MOST", 1)
    sheet = visitor.get("/due")
    read = listed(sheet)
    assert len(read) == 1
    while "Show more" in sheet.links:
        sheet = visitor.get(f"/due{sheet.links['Show more']}")
        read += listed(sheet)
    assert read == whole
    assert len(read) > 1


def listed(sheet: Sheet) -> list[str]:
    """Return the things in a sheet's lists."""
    return re.findall(r'<li class="item">(.*?)</li>', sheet.html, re.DOTALL)


def test_a_missed_period_is_at_risk_for_both_sides(pages: WebWorld, contract: Lived) -> None:
    for subject in ("provider-service-manager", "client-negotiator"):
        risk = pages.as_(subject).get("/").part("part-risk")
        assert "The last period was missed" in risk, subject
    assert contract is not None


def test_an_exclusion_that_is_asked_for_waits_for_the_other_side(
    pages: WebWorld, contract: Lived
) -> None:
    now = pages.world.clock.now()
    wanted = {
        "exclusion": "maintenance",
        "starts": (now + timedelta(days=3)).isoformat(),
        "ends": (now + timedelta(days=3, hours=2)).isoformat(),
        "because": "a new database",
    }
    manager = contract.cast.provider["service-manager"]
    done(manager.post(f"{contract.to}/exclusions", wanted, if_match="*"), 201)
    pages.settle()
    assert "Exclusion asked for" in pages.as_("client-service-manager").get("/").part("part-risk")
    finance = pages.as_("client-finance").get("/").part("part-risk")
    assert "a new database a colleague acts" in finance
    assert "a new database" in pages.as_("provider-negotiator").get("/").part("part-theirs")


def test_an_auditor_opens_what_it_audits_itself_and_the_inbox_records_nothing(
    pages: WebWorld, cast: Cast
) -> None:
    before = pages.world.house.ledger.head()
    shown = pages.as_("auditor-auditor").get("/")
    assert "You audit 1" in shown.text
    assert pages.world.house.ledger.head() == before
    assert cast.auditor.id


def test_due_dates_are_listed_by_week_with_whose_turn_it_is(
    pages: WebWorld, cast: Cast, contract: Lived
) -> None:
    shown = pages.as_("client-service-manager").get("/due")
    assert shown.status == 200
    assert "Report due" in shown.part("due")
    assert "Client" not in pages.as_("somebody-new").get("/due").text
    assert cast.client.id
    assert contract is not None


def test_a_calendar_gets_an_address_of_its_own_that_is_shown_once(
    pages: WebWorld, cast: Cast
) -> None:
    visitor = pages.as_("client-service-manager")
    made = visitor.get("/due").submit("calendar")
    assert "/v1/calendars/" in made.text
    address = f"{made.text.split('/v1/calendars/')[1].split('/')[0]}/due-dates.ics"
    answer = pages.world.send("GET", f"/calendars/{address}")
    assert answer.status_code == 200
    assert "/v1/calendars/" not in visitor.get("/due").text
    visitor.get("/due").submit("close-calendar")
    assert pages.world.send("GET", f"/calendars/{address}").status_code == 404
    assert cast.client.id


def test_an_invitation_is_open_until_it_lapses(pages: WebWorld, cast: Cast) -> None:
    world = pages.world
    asked = {
        "other": cast.auditor.id,
        "our_side": "provider",
        "purpose": "lapse",
        "answer_by": (world.clock.now() + timedelta(days=1)).isoformat(),
    }
    invited = done(cast.provider["negotiator"].post("/relationships", asked), 201)
    pages.settle()
    theirs = pages.as_("provider-negotiator").get("/").part("part-theirs")
    assert "Invitation to work together" in theirs
    view = world.house.store.view(world.house.projections.open_matters)
    assert view.find(Query(relationship=invited["id"]))
    world.tick(world.clock.now() + timedelta(days=2))
    assert view.find(Query(relationship=invited["id"])) == []


@pytest.mark.parametrize("path", ["/", "/relationships"])
def test_whoever_has_no_role_yet_is_told_who_gives_roles_and_nothing_else(
    pages: WebWorld, cast: Cast, path: str
) -> None:
    assert cast.provider.id
    sheet = pages.as_("provider-newcomer").get(path)
    assert sheet.status == 200
    assert "You are signed in as Provider Newcomer of Provider." in sheet.text
    assert "An administrator of Provider gives roles" in sheet.text
    assert "Client" not in sheet.text
    assert sheet.links.keys() <= {"Parley", "Skip to the content"}
    assert "data-live" not in sheet.html
