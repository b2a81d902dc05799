"""An offer that a contract could not take once both had signed it is refused when it is made."""

from __future__ import annotations

from datetime import timedelta

from agreements import simple_terms
from domain.parties.facts import Role
from domain.values.sides import Side
from http_answers import problem
from http_cast import Cast, approve, open_negotiation, path_of
from http_world import World


def test_an_amendment_cannot_be_offered_for_a_time_before_the_contract(
    world: World, cast: Cast
) -> None:
    deal = world.strike_a_deal(cast)
    stricter = simple_terms(availability="99.9")
    talks = open_negotiation(cast, kind="amendment", contract=deal.contract)["id"]
    approve(cast, Side.CLIENT, talks, stricter)
    asked = {
        "terms": stricter.document(),
        "firmness": "firm",
        "valid_until": (world.clock.now() + timedelta(days=10)).isoformat(),
        "effective_from": "2025-12-31T00:00:00Z",
    }
    negotiator, path = cast.client[Role.NEGOTIATOR], f"{path_of(talks)}/offers"
    for query in ("", "?validate=only"):
        refused = negotiator.post(f"{path}{query}", asked, if_match="*")
        assert "begins at 2026-01-01" in problem(refused, 409, "effective-outside-term")["detail"]
    negotiator.post(path, {**asked, "effective_from": "2026-06-01T00:00:00Z"}, if_match="*")
    assert negotiator.get(path_of(talks)).json()["tabled"] is not None
