"""What a party is told arrives at its own address, signed, at least once, or is given up."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from agreements import simple_terms
from domain.notifications.backoff import ATTEMPTS
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import Cast, approve, offer, open_negotiation
from http_world import World
from interfaces.notify.delivering import AT_ONCE, LEASE, Delivering, ways_out
from interfaces.notify.webhook_keys import WebhookKeys
from interfaces.settings import Settings
from receivers import Message, Papers, Receiver, saying

DOCS: Final = Path(__file__).parents[3] / "docs" / "notifications.md"


@pytest.fixture
def cast(world: World) -> Cast:
    return world.cast()


def hook(cast: Cast, there: Receiver, *kinds: str, side: Side = Side.CLIENT) -> dict[str, Any]:
    """Let a side's administrator add a webhook."""
    ours = cast.on(side)
    body = {"url": there.url, "kinds": kinds}
    answer: dict[str, Any] = done(ours["administrator"].post(f"{ours.path}/webhooks", body), 201)
    return answer


def make_an_offer(world: World, cast: Cast) -> str:
    """Let the provider make the client an offer; return the negotiation."""
    negotiation = str(open_negotiation(cast)["id"])
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    return negotiation


def send(world: World, **forward: float) -> int:
    """Set the clock forward and send what is to be sent by then."""
    world.clock.forward(**forward)
    return world.house.telling.delivering.round()


def deliveries(cast: Cast, webhook: str, **query: Any) -> list[Any]:
    path = f"{cast.client.path}/webhooks/{webhook}/deliveries"
    items: list[Any] = done(cast.client["administrator"].get(path, **query))["items"]
    return items


def signatures_of(message: Message, key: str) -> list[bool]:
    """Check each signature of a message by the standard's own words, and not by our code."""
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.removeprefix("whpk_")))
    head = message.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + message.body
    found = []
    for one in head["webhook-signature"].split(" "):
        form, signature = one.split(",")
        assert form == "v1a"
        try:
            public.verify(base64.b64decode(signature), signed)
            found.append(True)
        except InvalidSignature:
            found.append(False)
    return found


def test_an_offer_arrives_signed_with_the_published_key_and_says_ids_alone(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "offer.received")
    negotiation = make_an_offer(world, cast)
    assert send(world) == 1
    (message,) = there.heard
    assert message.path == "/parley"
    assert message.headers["content-type"] == "application/json"
    assert signatures_of(message, added["key"]) == [True]
    stamp = datetime.fromtimestamp(int(message.headers["webhook-timestamp"]), UTC)
    assert stamp == world.clock.now()
    said = json.loads(message.body)
    assert said["type"] == "offer.received"
    assert said["data"]["about"] == negotiation
    assert said["data"]["notice"] == message.headers["webhook-id"]
    assert said["data"]["party"] == cast.client.id
    for secret in ("Order management", "12000", "99.5", "example.org", "Northwind"):
        assert secret.encode() not in message.body
    assert send(world, days=1) == 0


def test_the_words_of_the_manual_verify_a_message(
    world: World, cast: Cast, there: Receiver
) -> None:
    world.clock.time = datetime.now(UTC)
    key = hook(cast, there)["key"]
    make_an_offer(world, cast)
    send(world)
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    manual: dict[str, Any] = {}
    exec(code, manual)  # noqa: S102 - our own manual
    message = next(one for one in there.heard if b"offer.received" in one.body)
    assert manual["verified"](message.headers, message.body, key)
    assert not manual["verified"](message.headers, message.body + b" ", key)
    late = {**message.headers, "webhook-timestamp": "1"}
    assert not manual["verified"](late, message.body, key)


def test_what_is_subscribed_arrives_and_nothing_else(
    world: World, cast: Cast, there: Receiver
) -> None:
    hook(cast, there, "claim.lodged")
    make_an_offer(world, cast)
    assert send(world) == 0


def test_a_party_s_webhook_hears_what_that_party_is_told_and_no_private_file(
    world: World, cast: Cast, there: Receiver
) -> None:
    hook(cast, there, side=Side.PROVIDER)
    negotiation = str(open_negotiation(cast)["id"])
    approve(cast, Side.PROVIDER, negotiation, simple_terms())
    approve(cast, Side.CLIENT, negotiation, simple_terms())
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    world.settle()
    send(world)
    heard = [json.loads(one.body) for one in there.heard]
    assert [one["type"] for one in heard] == ["negotiation.opened"]
    assert {one["data"]["party"] for one in heard} == {cast.provider.id}


def test_after_a_rotation_both_keys_sign_for_seven_days(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "offer.received")
    path = f"{cast.client.path}/webhooks/{added['webhook']}"
    rotated = done(cast.client["administrator"].post(f"{path}/key", if_match="*"))["items"][0]
    assert rotated["keys"] == [added["key"], rotated["key"]]
    make_an_offer(world, cast)
    send(world)
    assert signatures_of(there.heard[0], rotated["key"]) == [True, False]
    assert signatures_of(there.heard[0], added["key"]) == [False, True]
    world.clock.forward(days=7)
    make_an_offer(world, cast)
    send(world)
    assert signatures_of(there.heard[1], rotated["key"]) == [True]


def test_no_two_webhooks_are_signed_with_one_key(cast: Cast, there: Receiver) -> None:
    assert hook(cast, there)["key"] != hook(cast, there)["key"]


def test_what_was_not_taken_is_sent_again_later_under_the_same_id(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    there.answer = saying(500)
    send(world)
    (waiting,) = deliveries(cast, added["webhook"])
    assert (waiting["state"], waiting["attempts"]) == ("waiting", 1)
    assert waiting["error"] == "it answered 500"
    assert datetime.fromisoformat(waiting["next_at"]) > world.clock.now()
    assert send(world) == 0
    there.answer = saying(204)
    assert send(world, seconds=5) == 1
    first, second = there.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert signatures_of(second, added["key"]) == [True]
    assert [one["state"] for one in deliveries(cast, added["webhook"])] == ["sent"]


class _Killed(BaseException):
    """The process ends here."""


def test_killed_between_sending_and_saying_so_it_is_sent_once_more_under_the_same_id(
    world: World, cast: Cast, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    store = world.house.telling.deliveries

    def killed(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(store, "sent", killed)
        with pytest.raises(_Killed):
            send(world)
    assert send(world) == 0, "it is still claimed"
    assert send(world, seconds=LEASE.total_seconds()) == 1
    assert len({one.headers["webhook-id"] for one in there.heard}) == 1
    assert len(there.heard) == 2
    assert [one["state"] for one in deliveries(cast, added["webhook"])] == ["sent"]


def test_two_who_claim_at_once_never_get_the_same(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there)
    for _ in range(4):
        path = f"{cast.client.path}/webhooks/{added['webhook']}/test"
        done(cast.client["administrator"].post(path), 202)
    store, now = world.house.telling.deliveries, world.clock.now()
    first, second = store.claim(now, LEASE, 3), store.claim(now, LEASE, AT_ONCE)
    assert [len(first), len(second)] == [3, 1]
    assert not {one.number for one in first} & {one.number for one in second}
    assert store.claim(now + LEASE - timedelta(microseconds=1), LEASE, AT_ONCE) == []
    assert len(store.claim(now + LEASE, LEASE, AT_ONCE)) == 4


def test_one_that_takes_nothing_for_days_is_given_up_disabled_and_told_of(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    there.answer = saying(503)
    for _ in range(ATTEMPTS):
        assert send(world, hours=12) == 1
    assert send(world, days=30) == 0
    assert len(there.heard) == ATTEMPTS
    (dead,) = deliveries(cast, added["webhook"], state="dead")
    assert dead["error"] == "it answered 503"
    administrator = cast.client["administrator"]
    path = f"{cast.client.path}/webhooks/{added['webhook']}"
    assert done(administrator.get(path))["disabled"] == "it answered 503"
    world.settle()
    told = done(administrator.get("/notifications"))["items"]
    assert told[0]["kind"] == "webhook.disabled"
    there.answer = saying(204)
    done(administrator.post(f"{path}/enabling", if_match="*"))
    again = {"delivery": dead["delivery"]}
    assert done(administrator.post(f"{path}/redelivery", again))["count"] == 1
    assert done(administrator.post(f"{path}/redelivery", again))["count"] == 0
    assert send(world) == 1
    assert there.heard[-1].headers["webhook-id"] == dead["notice"]
    assert deliveries(cast, added["webhook"], state="dead") == []


def test_one_that_took_something_meanwhile_is_not_disabled(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    there.answer = saying(500)
    for _ in range(ATTEMPTS - 1):
        send(world, hours=12)
    there.answer = saying(204)
    path = f"{cast.client.path}/webhooks/{added['webhook']}"
    done(cast.client["administrator"].post(f"{path}/test"), 202)
    assert send(world) == 1
    there.answer = saying(500)
    assert send(world, hours=12) == 1
    states = {one["kind"]: one["state"] for one in deliveries(cast, added["webhook"])}
    assert states == {"offer.received": "dead", "webhook.test": "sent"}
    assert done(cast.client["administrator"].get(path))["disabled"] is None


def test_one_that_says_that_it_is_gone_is_disabled_at_once(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    there.answer = saying(410)
    send(world)
    path = f"{cast.client.path}/webhooks/{added['webhook']}"
    assert done(cast.client["administrator"].get(path))["disabled"] == "it answered 410"
    make_an_offer(world, cast)
    send(world, days=1)
    assert len(there.heard) == 1


def test_a_redirect_is_not_taken_for_a_yes(world: World, cast: Cast, there: Receiver) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    there.answer = saying(307, Location=f"{there.url}/elsewhere")
    send(world)
    assert [one.path for one in there.heard] == ["/parley"]
    assert deliveries(cast, added["webhook"])[0]["error"] == "it answered 307"


def test_what_waits_for_one_that_was_removed_is_nobody_s(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    path = f"{cast.client.path}/webhooks/{added['webhook']}"
    done(cast.client["administrator"].delete(path, if_match="*"))
    assert send(world) == 1
    assert there.heard == []
    waiting = world.house.telling.deliveries.waiting()
    assert dict(waiting) == {"dropped": 1}
    problem(cast.client["administrator"].get(path), 404, "not-found")


def test_a_test_goes_to_one_webhook_and_once_for_a_key(
    world: World, cast: Cast, there: Receiver
) -> None:
    added = hook(cast, there, "claim.lodged")
    path = f"{cast.client.path}/webhooks/{added['webhook']}/test"
    for _ in range(2):
        done(cast.client["administrator"].post(path, key="the-same"), 202)
    assert send(world) == 1
    assert json.loads(there.heard[0].body)["type"] == "webhook.test"


def test_with_another_secret_nothing_is_sent_under_a_key_that_nobody_knows(
    world: World, cast: Cast, there: Receiver, own_papers: Papers, tmp_path: Path
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    settings = Settings(home=tmp_path, webhook_loopback=True, webhook_roots=own_papers.roots)
    lost = ways_out(settings, WebhookKeys(tmp_path / "another.key"))
    telling = world.house.telling
    Delivering(world.house.ledger, telling.deliveries, lost, world.clock).round()
    assert there.heard == []
    assert "rotate" in deliveries(cast, added["webhook"])[0]["error"]


def test_in_earnest_this_machine_is_not_asked(
    world: World, cast: Cast, there: Receiver, own_papers: Papers, tmp_path: Path
) -> None:
    added = hook(cast, there, "offer.received")
    make_an_offer(world, cast)
    settings = Settings(home=tmp_path, webhook_roots=own_papers.roots)
    earnest = ways_out(settings, WebhookKeys(settings.webhook_secret))
    telling = world.house.telling
    Delivering(world.house.ledger, telling.deliveries, earnest, world.clock).round()
    assert there.heard == []
    assert "port" in deliveries(cast, added["webhook"])[0]["error"]


def test_webhooks_are_the_administrators_business_and_have_one_form(
    cast: Cast, there: Receiver
) -> None:
    hook(cast, there)
    path = f"{cast.client.path}/webhooks"
    problem(cast.client["negotiator"].get(path), 403, "role-missing")
    problem(cast.provider["administrator"].get(path), 404, "not-found")
    administrator = cast.client["administrator"]
    for url in ("http://hooks.northwind.example/", "https://u:p@hooks.northwind.example/"):
        problem(administrator.post(path, {"url": url}), 409, "webhook-address")
    assert len(done(administrator.get(path))["items"]) == 1
