from pathlib import Path

from agreements import simple_terms
from application.checking import check_history
from domain.values.sides import Side
from http_cast import agree, offer, open_negotiation
from http_world import Cast, World, done, open_world
from interfaces.postgres.history import open_books
from kept_casts import emptied
from signers import ORIGIN


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


def test_a_cast_that_was_kept_is_what_its_facts_lead_to(database: str, tmp_path: Path) -> None:
    for home in ("first", "second"):
        (tmp_path / home).mkdir()
    with open_world(database, tmp_path / "first") as first:
        assembled = first.cast()
        head = first.house.ledger.head()
    emptied(database)
    with open_world(database, tmp_path / "second") as second:
        again = second.cast()
        assert (again.relationship, again.admission) == (
            assembled.relationship,
            assembled.admission,
        )
        assert second.house.ledger.head() == head
        house = second.house
        assert not any(house.follower.stale_rows(house.projections.all(), lambda *_: None).values())
        with open_books(database) as books:
            assert check_history(books, ORIGIN).faults == []
        second.strike_a_deal(again)
        assert second.house.ledger.head() > head
