from agreements import simple_terms
from domain.values.sides import Side
from http_cast import agree, offer, open_negotiation
from http_world import Cast, World, done


def test_the_cast_strikes_a_deal(world: World, cast: Cast) -> None:
    deal = world.strike_a_deal(cast)
    contract = done(cast.client["negotiator"].get(deal.contract_path))
    assert (contract["status"], contract["terms_digest"]) == ("in-force", deal.terms.digest)
    assert done(cast.auditor["auditor"].get(deal.contract_path)) == contract


def test_and_amends_it_the_other_way_round(world: World, cast: Cast) -> None:
    deal, better = world.strike_a_deal(cast), simple_terms(availability="99.9")
    negotiation = open_negotiation(cast, kind="amendment", contract=deal.contract)["id"]
    since = world.clock.forward(days=30)
    offered = offer(cast, Side.CLIENT, negotiation, better, effective_from=since.isoformat())
    agree(cast, negotiation, offered, better, by=Side.PROVIDER)
    world.settle()
    contract = done(cast.client["negotiator"].get(deal.contract_path))
    assert (contract["version"], contract["terms_digest"]) == (2, better.digest)
