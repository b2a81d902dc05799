"""What falls due as a calendar: stable names, the party's zone, alarms, only what is one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from icalendar import Calendar, Event

from agreements import simple_terms
from application.notices.agenda import Dates
from application.projections.due_rows import DueKind, DueRow
from charged import charged_terms
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import Cast, offer, open_negotiation
from http_world import Caller, World
from interfaces.notify.calendar import words_of, written


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast()


def calendar(caller: Caller) -> Calendar:
    answer = caller.get("/due-dates.ics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-store"
    return Calendar.from_ical(answer.text)


def events(found: Calendar) -> list[Event]:
    return list(found.walk("VEVENT"))


def an_offer(world: World, cast: Cast) -> str:
    negotiation = str(open_negotiation(cast)["id"])
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    return negotiation


def test_what_falls_due_is_in_the_calendar_with_an_alarm_a_day_before(
    world: World, cast: Cast
) -> None:
    an_offer(world, cast)
    (event,) = events(calendar(cast.client["negotiator"]))
    assert event["summary"] == "An offer expires (the client is awaited)"
    assert event.start == world.clock.now() + timedelta(days=10)
    (alarm,) = event.walk("VALARM")
    assert alarm["action"] == "DISPLAY"
    assert alarm["trigger"].dt == -timedelta(days=1)
    assert "Order management" not in event.to_ical().decode()


def test_a_date_that_moves_keeps_its_name_and_one_that_is_gone_goes(
    world: World, cast: Cast
) -> None:
    negotiation = an_offer(world, cast)
    caller = cast.client["negotiator"]
    (first,) = events(calendar(caller))
    world.clock.forward(days=1)
    again = {"answers": done(caller.get(path(negotiation)))["tabled"]}
    terms = simple_terms(availability="99.9")
    offer(cast, Side.CLIENT, negotiation, terms, **again)
    world.settle()
    (moved,) = events(calendar(caller))
    assert moved["uid"] == first["uid"]
    assert moved.start == first.start + timedelta(days=1)
    because = {"because": "we found another"}
    done(caller.post(f"{path(negotiation)}/breaking-off", because, if_match="*"))
    world.settle()
    assert events(calendar(caller)) == []


def path(stream: str) -> str:
    relationship, negotiation = stream.split("/")
    return f"/relationships/{relationship}/negotiations/{negotiation}"


def rows(*due: str) -> tuple[DueRow, ...]:
    return tuple(
        DueRow(
            stream="relationship-1/contract-1",
            relationship="relationship-1",
            kind=DueKind.REPORT_DUE,
            due=datetime.fromisoformat(one),
            objective=f"o-{number}",
        )
        for number, one in enumerate(due)
    )


NOW = datetime.fromisoformat("2026-03-01T00:00:00+00:00")


def test_times_stand_in_the_party_s_zone_which_the_calendar_describes() -> None:
    dates = Dates(rows("2026-03-28T09:00:00+00:00", "2026-03-30T09:00:00+00:00"), "Europe/Berlin")
    text = written(dates, NOW, "parley.example", "https://parley.example").decode()
    assert "DTSTART;TZID=Europe/Berlin:20260328T100000" in text
    assert "DTSTART;TZID=Europe/Berlin:20260330T110000" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in text
    starts = [one.start for one in events(Calendar.from_ical(text))]
    assert starts == [row.due for row in dates.rows]


def test_lines_are_as_the_standard_has_them() -> None:
    text = written(Dates(rows("2026-03-28T09:00:00+00:00"), "UTC"), NOW, "p.example", "https://p")
    lines = text.split(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"VERSION:2.0" in lines
    for name in (b"UID:", b"DTSTAMP:", b"DTSTART"):
        assert any(line.startswith(name) for line in lines)


def test_the_same_agenda_is_the_same_bytes_and_an_unknown_zone_is_utc() -> None:
    dates = Dates(rows("2026-03-28T09:00:00+00:00"), "Atlantis/Capital")
    once = written(dates, NOW, "p.example", "https://p")
    assert written(dates, NOW, "p.example", "https://p") == once
    assert b"DTSTART:20260328T090000Z" in once


@pytest.mark.parametrize("kind", DueKind)
def test_every_kind_of_due_date_has_its_words(kind: DueKind) -> None:
    assert words_of(kind)[0].isupper()
    assert "-" not in words_of(kind)


def secret(caller: Caller) -> str:
    return str(done(caller.put("/calendar-address"))["path"]).removeprefix("/v1")


def at(world: World, where: str) -> Any:
    return world.send("GET", where)


def test_a_calendar_program_finds_it_without_a_token_at_an_address_of_its_own(
    world: World, cast: Cast
) -> None:
    an_offer(world, cast)
    where = secret(cast.client["negotiator"])
    found = at(world, where)
    assert found.status_code == 200
    assert len(events(Calendar.from_ical(found.text))) == 1
    with psycopg.connect(world.database) as connection:
        kept = str(connection.execute("SELECT * FROM calendar_feeds").fetchall())
    assert where.split("/")[2] not in kept
    problem(at(world, f"/calendars/{'A' * 32}/due-dates.ics"), 404, "not-found")


def test_another_address_closes_the_one_before_and_closing_closes_it(
    world: World, cast: Cast
) -> None:
    caller = cast.client["negotiator"]
    first = secret(caller)
    second = secret(caller)
    problem(at(world, first), 404, "not-found")
    assert at(world, second).status_code == 200
    assert done(caller.delete("/calendar-address"))["count"] == 1
    problem(at(world, second), 404, "not-found")
    assert done(caller.delete("/calendar-address"))["count"] == 0


def test_whoever_left_finds_nothing_there(world: World, cast: Cast) -> None:
    where = secret(cast.client["negotiator"])
    person = cast.client.persons["negotiator"]
    leaving = f"{cast.client.path}/representatives/{person}"
    done(cast.client["administrator"].delete(leaving, if_match="*"))
    problem(at(world, where), 404, "not-found")


def test_strangers_auditors_and_those_without_a_role_have_empty_calendars(
    world: World, cast: Cast
) -> None:
    an_offer(world, cast)
    before = world.house.ledger.head()
    for caller in (world.as_("stranger"), cast.auditor["auditor"], cast.client["newcomer"]):
        assert events(calendar(caller)) == []
    assert world.house.ledger.head() == before, "an auditor's calendar is no reading on record"


def test_the_agenda_of_a_contract_has_what_people_must_do(world: World, cast: Cast) -> None:
    world.strike_a_deal(cast, charged_terms())
    summaries = {str(one["summary"]) for one in events(calendar(cast.provider["finance"]))}
    assert any(one.startswith("A report is due") for one in summaries)
    assert any(one.startswith("A contract ends") for one in summaries)
