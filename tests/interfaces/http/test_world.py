from http_world import World, done


def test_the_cast_strikes_a_deal(world: World) -> None:
    cast = world.cast()
    deal = world.strike_a_deal(cast)
    contract = done(cast.client["negotiator"].get(deal.contract_path))
    assert (contract["status"], contract["terms_digest"]) == ("in-force", deal.terms.digest)
    assert done(cast.auditor["auditor"].get(deal.contract_path)) == contract
