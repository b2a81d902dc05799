"""Webhooks: where a party has itself told of things, what goes there, and signed with which key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decider import Refused
from domain.notifications.facts import (
    WebhookAdded,
    WebhookDisabled,
    WebhookEnabled,
    WebhookFact,
    WebhookId,
    WebhookKeyRotated,
    WebhookRemoved,
    WebhookSubscribed,
)
from domain.notifications.kinds import NoticeKind
from domain.notifications.webhooks import (
    MOST,
    WEBHOOKS,
    AddWebhook,
    DisableWebhook,
    EnableWebhook,
    RemoveWebhook,
    RotateWebhookKey,
    SubscribeWebhook,
    WebhookCommand,
)
from properties import MODEST, anything
from scenario import Scenario

NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
ONE = WebhookId("webhook-1")
KEY, NEXT = f"whpk_{'A' * 43}=", f"whpk_{'B' * 43}="
URL = "https://hooks.northwind.example/parley"
ADD = AddWebhook(ONE, URL, (NoticeKind.PERIOD_MISSED, NoticeKind.CLAIM_LODGED), KEY)
ADDED = WebhookAdded(ONE, URL, ("claim.lodged", "period.missed"), KEY)


def test_a_webhook_is_added_once_and_takes_what_it_is_for() -> None:
    Scenario(WEBHOOKS).given().when(ADD).then(ADDED).when(ADD).then()
    hook = WEBHOOKS.replay([ADDED]).known[ONE]
    assert hook.wants("period.missed")
    assert not hook.wants("offer.received")
    everything = WEBHOOKS.replay([replace(ADDED, kinds=())]).known[ONE]
    assert everything.wants("offer.received")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.northwind.example/parley",
        "https://user:secret@hooks.northwind.example/",
        "https://hooks.northwind.example/?token=secret",
        "https://hooks.northwind.example/#part",
        "https://Hooks.Northwind.example/",
        "https://[::1]/",
        "https:///nowhere",
        "https://hooks.northwind.example:0/",
        "https://hooks.northwind.example/a b",
        "https://hooks.northwind.example/\r\nX-Injected: yes",
        "https://hooks.northwind.example\\@10.0.0.1/",
        "ftp://hooks.northwind.example/",
        f"https://hooks.northwind.example/{'a' * 500}",
    ],
)
def test_an_address_of_another_form_is_refused(url: str) -> None:
    Scenario(WEBHOOKS).given().when(replace(ADD, url=url)).refused("webhook-address")


def test_there_is_an_end_to_how_many() -> None:
    many = [replace(ADDED, webhook=WebhookId(f"webhook-{n}")) for n in range(2, MOST + 2)]
    Scenario(WEBHOOKS).given(*many).when(ADD).refused("webhook-limit")
    Scenario(WEBHOOKS).given(*many, WebhookRemoved(many[0].webhook)).when(ADD).then(ADDED)


def test_other_kinds_go_there_from_now_on() -> None:
    change = SubscribeWebhook(ONE, (NoticeKind.OFFER_RECEIVED,))
    Scenario(WEBHOOKS).given(ADDED).when(change).then(
        WebhookSubscribed(ONE, ("offer.received",))
    ).when(change).then()


def test_after_a_rotation_both_keys_sign_for_seven_days() -> None:
    rotate = RotateWebhookKey(ONE, NEXT, NOW)
    rotated = WebhookKeyRotated(ONE, NEXT, NOW + timedelta(days=7))
    Scenario(WEBHOOKS).given(ADDED).when(rotate).then(rotated).when(rotate).then()
    hook = WEBHOOKS.replay([ADDED, rotated]).known[ONE]
    assert hook.generations(NOW) == (1, 0)
    assert hook.generations(NOW + timedelta(days=7)) == (1,)
    assert WEBHOOKS.replay([ADDED]).known[ONE].generations(NOW) == (0,)


def test_one_that_is_disabled_takes_nothing_until_it_is_enabled() -> None:
    disable = DisableWebhook(ONE, "it answered 500 for four days")
    disabled = WebhookDisabled(ONE, "it answered 500 for four days")
    Scenario(WEBHOOKS).given(ADDED).when(disable).then(disabled).when(disable).then().when(
        EnableWebhook(ONE)
    ).then(WebhookEnabled(ONE)).when(EnableWebhook(ONE)).then()
    assert not WEBHOOKS.replay([ADDED, disabled]).known[ONE].wants("period.missed")


def test_one_that_is_removed_is_gone_and_its_id_with_it() -> None:
    Scenario(WEBHOOKS).given(ADDED).when(RemoveWebhook(ONE)).then(WebhookRemoved(ONE)).when(
        RemoveWebhook(ONE)
    ).then().when(ADD).refused("webhook-removed").when(EnableWebhook(ONE)).refused(
        "unknown-webhook"
    )
    Scenario(WEBHOOKS).given(ADDED).when(replace(ADD, url=f"{URL}/2")).refused("webhook-exists")


@MODEST
@given(st.lists(anything(WebhookFact), max_size=6), anything(WebhookCommand))
def test_any_history_can_be_replayed_and_a_command_decided_twice_adds_nothing(
    facts: list[WebhookFact], command: WebhookCommand
) -> None:
    state = WEBHOOKS.replay(facts)
    try:
        first = WEBHOOKS.decide(command, state)
    except Refused:
        return
    assert WEBHOOKS.decide(command, WEBHOOKS.replay(first, state)) == []
