"""People are told what concerns them, once, on their own side, and of a miss along the path."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import psycopg
import pytest

from agreements import simple_terms
from charged import charged_terms
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import Cast, Deal, approve, offer, open_negotiation, path_of
from http_world import Caller, World
from measured import month_of_outages, outage

PATH: Final = [
    {"level": 1, "role": "service manager", "after": "PT0S", "function": "hosting"},
    {"level": 2, "role": "provider-finance", "after": "PT4H", "function": "hosting"},
]
GROUP: Final = {
    "id": "hosting",
    "side": "provider",
    "function": "Hosting",
    "represented_by": "service manager",
}


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast()


def told(caller: Caller, **query: Any) -> list[Any]:
    items: list[Any] = done(caller.get("/notifications", **query))["items"]
    return items


def kinds(caller: Caller) -> list[str]:
    return [one["kind"] for one in told(caller)]


def deal_with_a_path(world: World, cast: Cast) -> Deal:
    terms = charged_terms(escalation=PATH, stakeholders=[GROUP])
    return world.strike_a_deal(cast, terms)


def miss(world: World, cast: Cast, deal: Deal) -> None:
    """Hand in a January with ten hours down, which closes it."""
    world.clock.time = max(world.clock.time, world.clock.time.replace(2026, 2, 1, 9))
    down = month_of_outages("2026-01", outage("2026-01-10T00:00", "2026-01-10T10:00"))
    path = f"{path_of(deal.contract)}/objectives/availability/measurements"
    done(cast.provider["service-manager"].post(path, down), 201)
    world.tick()


def test_an_offer_is_told_to_the_other_side_s_negotiators_and_to_nobody_else(
    world: World, cast: Cast
) -> None:
    negotiation = open_negotiation(cast)["id"]
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    received = told(cast.client["negotiator"])
    assert received[0]["kind"] == "offer.received"
    assert received[0]["about"] == negotiation
    assert received[0]["path"] == path_of(negotiation)
    for other in (cast.client["finance"], cast.provider["negotiator"], cast.auditor["auditor"]):
        assert "offer.received" not in kinds(other)


def test_what_a_private_file_asks_for_is_never_told_to_the_other_side(
    world: World, cast: Cast
) -> None:
    negotiation = open_negotiation(cast)["id"]
    position = f"{path_of(negotiation)}/position"
    terms = simple_terms()
    negotiator = cast.provider["negotiator"]
    draft = {"document": terms.document()}
    done(negotiator.put(f"{position}/draft", draft, if_match="*"))
    asked = {"kind": "commercial", "terms_digest": terms.digest}
    done(negotiator.post(f"{position}/approvals", asked, if_match="*"), 201)
    approve(cast, Side.PROVIDER, negotiation, terms)
    world.settle()
    assert "approval.requested" in kinds(cast.provider["finance"])
    assert "approval.answered" in kinds(cast.provider["negotiator"])
    everybody = cast.client.persons
    heard = {kind for role in everybody for kind in kinds(cast.client[role])}
    assert not any(kind.startswith("approval") for kind in heard)


def test_a_miss_climbs_the_path_until_the_provider_acknowledges_it(
    world: World, cast: Cast
) -> None:
    deal = deal_with_a_path(world, cast)
    miss(world, cast, deal)
    manager, finance = cast.provider["service-manager"], cast.provider["finance"]
    assert "period.missed" in kinds(cast.client["service-manager"])
    assert "escalation.climbed" in kinds(manager)
    assert "escalation.climbed" not in kinds(finance)
    world.tick(world.clock.now() + timedelta(hours=4))
    assert "escalation.climbed" in kinds(finance)
    assert "escalation.climbed" not in kinds(cast.client["service-manager"])
    shown = done(cast.client["negotiator"].get(f"{path_of(deal.contract)}/escalations"))
    assert [one["told"] for one in shown["items"][0]["path"]] == [True, True]


def test_an_acknowledged_miss_climbs_no_further(world: World, cast: Cast) -> None:
    deal = deal_with_a_path(world, cast)
    miss(world, cast, deal)
    path, says = f"{path_of(deal.contract)}/escalations/1/acknowledgement", {"says": "at it"}
    by_client = cast.client["service-manager"].post(path, says, if_match="*")
    problem(by_client, 409, "not-the-promisor")
    done(cast.provider["service-manager"].post(path, says, if_match="*"))
    world.tick(world.clock.now() + timedelta(days=1))
    assert "escalation.climbed" not in kinds(cast.provider["finance"])
    assert "escalation.over" in kinds(cast.client["service-manager"])


def test_what_is_read_is_counted_off_and_nobody_reads_for_another(world: World, cast: Cast) -> None:
    negotiation = open_negotiation(cast)["id"]
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    client, other = cast.client["negotiator"], cast.client["legal"]
    first = done(client.get("/notifications"))
    mine = [one["notice"] for one in first["items"]]
    assert first["unread"] == len(mine) > 0
    done(other.post("/notifications/readings", {"notices": mine}))
    assert done(client.get("/notifications"))["unread"] == len(mine)
    marked = done(client.post("/notifications/readings", {"notices": mine[:1]}))
    assert marked == {"marked": 1, "unread": len(mine) - 1}
    assert mine[0] not in [one["notice"] for one in told(client, unread=True)]
    again = done(client.post("/notifications/readings", {"notices": None}))
    assert again == {"marked": len(mine) - 1, "unread": 0}


def test_pages_lead_on_to_each_other(world: World, cast: Cast) -> None:
    deal_with_a_path(world, cast)
    whole = [one["notice"] for one in told(cast.client["negotiator"])]
    assert len(whole) > 3
    found: list[str] = []
    after: str | None = None
    while True:
        query = {} if after is None else {"after": after}
        page = done(cast.client["negotiator"].get("/notifications", limit=2, **query))
        found += [one["notice"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == whole
    wrong = cast.client["negotiator"].get("/notifications", after="bm90CmE")
    problem(wrong, 422, "cursor-malformed")


def test_seeing_everything_again_tells_nobody_anything_again(world: World, cast: Cast) -> None:
    deal = deal_with_a_path(world, cast)
    miss(world, cast, deal)
    before = tables(world)
    assert before["notices"]
    for view in world.house.projections.all():
        world.house.follower.rebuild([view], lambda _position, _head: None)
    world.house.store.set_policies_position(0)  # type: ignore[attr-defined]
    world.tick()
    assert tables(world) == before


def tables(world: World) -> dict[str, list[Any]]:
    """Return all that is filed and on its way."""
    with psycopg.connect(world.database) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()
            for name in ("notices", "notice_readers", "notice_deliveries")
        }


def test_people_are_reminded_once_of_what_falls_due_soon(world: World, cast: Cast) -> None:
    negotiation = open_negotiation(cast)["id"]
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    reminding = world.house.telling.reminding
    assert reminding.remind(world.clock.now()) == 0
    world.clock.forward(days=8.5)
    assert reminding.remind_now_and_then(world.clock.now()) == 1
    assert reminding.remind_now_and_then(world.clock.now()) == 0
    world.clock.forward(minutes=2)
    assert reminding.remind_now_and_then(world.clock.now()) == 0
    reminders = [one for one in told(cast.client["negotiator"]) if one["kind"] == "due.soon"]
    assert [one["what"] for one in reminders] == ["offer-expires"]
    assert "due.soon" not in kinds(cast.provider["negotiator"])


def offered(world: World, cast: Cast, **validity: float) -> None:
    negotiation = open_negotiation(cast)["id"]
    until = (world.clock.now() + timedelta(**validity)).isoformat()
    offer(cast, Side.PROVIDER, negotiation, simple_terms(), valid_until=until)
    world.settle()


def test_a_reminder_comes_with_the_minute_in_which_it_is_time(world: World, cast: Cast) -> None:
    offered(world, cast, days=10)
    reminding = world.house.telling.reminding
    world.clock.forward(days=8, minutes=-2)
    assert reminding.remind_now_and_then(world.clock.now()) == 0
    for expected in (0, 1, 0):
        world.clock.forward(minutes=1.1)
        assert reminding.remind_now_and_then(world.clock.now()) == expected


def test_what_is_set_when_it_is_near_is_told_of_before_it_is_due_and_within_the_hour(
    world: World, cast: Cast
) -> None:
    reminding = world.house.telling.reminding
    assert reminding.remind_now_and_then(world.clock.now()) == 0
    offered(world, cast, minutes=30)
    offered(world, cast, hours=30)
    come: list[int] = []
    for _ in range(31):
        world.clock.forward(minutes=2)
        come.append(reminding.remind_now_and_then(world.clock.now()))
    assert come[0] == 1, "what is due within the hour"
    assert sum(come) == 2, "the other one, when all of the agenda is looked at"


def test_what_could_not_be_looked_at_is_looked_at_the_next_time(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(world, cast, days=10)
    telling = world.house.telling
    world.clock.forward(days=8, minutes=-2)
    assert telling.reminding.remind_now_and_then(world.clock.now()) == 0
    world.clock.forward(minutes=3)
    with monkeypatch.context() as away:
        away.setattr(telling.notifying, "file_all", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            telling.reminding.remind_now_and_then(world.clock.now())
    assert telling.reminding.remind_now_and_then(world.clock.now()) == 1


def test_a_process_that_begins_anew_reminds_nobody_again(world: World, cast: Cast) -> None:
    negotiation = open_negotiation(cast)["id"]
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    world.clock.forward(days=9)
    telling = world.house.telling
    assert telling.reminding.remind(world.clock.now()) == 1
    fresh = type(telling.reminding)(
        telling.notifying, world.house.store, world.house.projections.due_dates
    )
    assert fresh.remind(world.clock.now()) == 0


def test_somebody_says_what_they_want_by_mail(cast: Cast) -> None:
    client = cast.client["negotiator"]
    usual = done(client.get("/notification-wishes"))["mail"]
    assert usual["offer.received"]
    assert not usual["comment.made"]
    said = {"mail": {"offer.received": False, "comment.made": True}}
    changed = done(client.put("/notification-wishes", said))["mail"]
    assert not changed["offer.received"]
    assert changed["comment.made"]
    assert done(cast.client["legal"].get("/notification-wishes"))["mail"] == usual
    problem(client.put("/notification-wishes", {"mail": {"no.such": True}}), 422, "bad-shape")
