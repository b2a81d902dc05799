"""Negotiating a change of a contract: the terms in force stand beside what is offered."""

from __future__ import annotations

from datetime import timedelta

from agreements import simple_terms
from domain.values.sides import Side
from http_cast import offer
from http_world import Cast
from web_world import WebWorld


def test_a_contract_can_be_amended_and_the_terms_in_force_stand_beside(
    pages: WebWorld, cast: Cast
) -> None:
    deal = pages.world.strike_a_deal(cast)
    pages.settle()
    amending = f"{cast.path}/negotiations/new?kind=amendment&contract={deal.contract}"
    opening = pages.as_("client-negotiator").get(amending)
    assert opening.form("open").fields["subject"] == [f"amendment {deal.contract}"]
    room = opening.submit("open", title="Fewer outages")
    negotiation = f"{cast.relationship}/{room.path.rsplit('/', 1)[-1]}"
    later = pages.world.clock.now() + timedelta(days=40)
    better = simple_terms(availability="99.95")
    offer(cast, Side.CLIENT, negotiation, better, effective_from=later.isoformat())
    sheet = pages.as_("provider-negotiator").get(room.path)
    assert "In force" in sheet.part("terms-part")
    assert "3 h 36 min 0 s → 21 min 36 s" in sheet.part("terms-part")
    refused = pages.as_("client-negotiator").get(f"{cast.path}/negotiations/new")
    elsewhere = refused.submit("open", subject="amendment elsewhere", title="x", signing_days="14")
    assert elsewhere.status == 422
    assert "Choose one of what is offered." in elsewhere.part("open-subject-wrong")
