"""Sessions from their first minute to their last, in a service with nobody in it."""

from __future__ import annotations

from interfaces.web.sessions import IDLE, LONGEST
from web_world import ORIGIN, WebWorld


def test_the_example_can_be_set_up_twice_and_gives_a_person_for_every_role(
    fresh_pages: WebWorld,
) -> None:
    visitor = fresh_pages.stranger()
    visitor.get("/sign-in").submit("example")
    form = visitor.get("/sign-in").form("as").fields
    answer = visitor.raw("POST", "/sign-in/example", data=dict(form), headers={"Origin": ORIGIN})
    assert answer.status_code == 303
    sheet = visitor.get("/sign-in")
    assert {"provider-negotiator", "client-legal", "auditor-auditor"} <= {
        subject for one in sheet.forms["as"] for subject in one.buttons.get("subject", [])
    }
    fresh_pages.settle()
    inside = fresh_pages.as_("client-finance").get("/relationships")
    assert "Northwind Cloud" in inside.text


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(
    fresh_pages: WebWorld,
) -> None:
    visitor = fresh_pages.stranger()
    visitor.get("/sign-in").submit("as", subject="anybody")
    began = fresh_pages.world.clock.time
    fresh_pages.world.clock.time = began + IDLE
    assert visitor.get("/").path == "/sign-in"
    visitor.get("/sign-in").submit("as", subject="anybody")
    began = fresh_pages.world.clock.time
    while fresh_pages.world.clock.time < began + LONGEST - IDLE / 2:
        fresh_pages.world.clock.time += IDLE / 2
        seen = visitor.get("/").path
        assert seen == "/"
    fresh_pages.world.clock.time += IDLE / 2
    assert visitor.get("/").path == "/sign-in"
