"""What a page looks up: no more because of what is closed, and each party once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from application.ledger import Ledger
from domain.decider import Decider
from http_cast import Cast, open_negotiation
from interfaces.postgres.views import PostgresView
from web_world import Visitor, WebWorld


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return what is looked up from now on: streams by kind, and pages of views."""
    counted: Counter[str] = Counter()
    load, find = Ledger.load, PostgresView[Any].find

    def loading(ledger: Ledger, decider: Decider[Any, Any, Any], stream: str) -> Any:
        counted[decider.kind] += 1
        return load(ledger, decider, stream)

    def finding(view: PostgresView[Any], query: Any) -> Any:
        counted["view"] += 1
        return find(view, query)

    monkeypatch.setattr(Ledger, "load", loading)
    monkeypatch.setattr(PostgresView, "find", finding)
    return counted


def signed_in(pages: WebWorld) -> Visitor:
    """Sign in anew: a contract takes longer to come into force than a session lasts."""
    visitor = pages.stranger()
    assert visitor.get("/sign-in").submit("as", subject="client-negotiator").status == 200
    return visitor


def test_an_inbox_looks_up_as_much_among_concluded_negotiations_as_without(
    pages: WebWorld, cast: Cast, looked_up: Counter[str]
) -> None:
    def opened() -> dict[str, int]:
        visitor = signed_in(pages)
        looked_up.clear()
        assert visitor.get("/").status == 200
        return dict(looked_up)

    open_negotiation(cast)
    pages.settle()
    before = opened()
    for _ in range(3):
        pages.world.strike_a_deal(cast)
    pages.settle()
    assert opened() == before
    assert before["relationship"] == 1
    assert before["party"] == 3, "who the visitor is, and each side's name"
