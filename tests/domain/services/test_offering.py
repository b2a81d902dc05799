from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.services.facts import (
    Charge,
    DependencyDeclared,
    DependencyId,
    DependencyWithdrawn,
    Every,
    LevelId,
    OfferingFact,
    ServiceLevelOffered,
    ServiceLevelWithdrawn,
    ServiceOffered,
    ServiceRetired,
)
from domain.services.offering import (
    OFFERING,
    Command,
    DeclareDependency,
    Offered,
    OfferService,
    OfferServiceLevel,
    RetireService,
    WithdrawDependency,
    WithdrawServiceLevel,
    best_promise,
    levels_on_offer,
)
from domain.values.figures import Bound, Figure
from domain.values.sums import Sum
from properties import (
    MODEST,
    anything,
    assert_each_decided_once,
    assert_evolve_is_total,
    assert_survives_storage,
    facts_in_any_order,
    play,
)
from scenario import Scenario

GOLD = LevelId("LevelId-1")
CHARGE = Charge(Sum(Decimal("12000.00"), "EUR"), Every.MONTH)
PROMISE = Figure(Bound.AT_LEAST, Decimal("99.95"), "%")
POWER, NETWORK = DependencyId("DependencyId-1"), DependencyId("DependencyId-2")

OFFER = OfferService("OM", "Order management", "Orders from basket to invoice")
OFFERED = ServiceOffered("OM", "Order management", "Orders from basket to invoice")
OFFER_GOLD = OfferServiceLevel(GOLD, "Gold", "availability", PROMISE, "24 x 7", CHARGE)
GOLD_OFFERED = ServiceLevelOffered(GOLD, "Gold", "availability", PROMISE, "24 x 7", CHARGE)
DECLARE_POWER = DeclareDependency(POWER, "power", None, Decimal("99.9"), None)
POWER_DECLARED = DependencyDeclared(POWER, "power", None, Decimal("99.9"), None)

offered = Scenario(OFFERING).given(OFFERED)


def test_a_service_is_offered() -> None:
    Scenario(OFFERING).when(OFFER).then(OFFERED).when(OFFER).then()


def test_another_service_does_not_take_its_place() -> None:
    offered.when(replace(OFFER, name="Billing")).refused("already-offered")


def test_a_service_nobody_offers_has_no_levels() -> None:
    Scenario(OFFERING).when(OFFER_GOLD).refused("not-offered")


def test_a_level_is_offered() -> None:
    offered.when(OFFER_GOLD).then(GOLD_OFFERED).when(OFFER_GOLD).then()


def test_a_level_stays_what_it_was_under_its_id() -> None:
    gold = offered.given(GOLD_OFFERED)
    gold.when(replace(OFFER_GOLD, charge=None)).refused("level-exists")
    gold.given(ServiceLevelWithdrawn(GOLD, "too dear")).when(OFFER_GOLD).refused("level-exists")


def test_more_than_all_cannot_be_promised() -> None:
    impossible = replace(PROMISE, value=Decimal("100.1"))
    offered.when(replace(OFFER_GOLD, promise=impossible)).refused("not-a-percentage")


def test_a_level_is_withdrawn_once() -> None:
    withdraw = WithdrawServiceLevel(GOLD, "too dear")
    offered.given(GOLD_OFFERED).when(withdraw).then(ServiceLevelWithdrawn(GOLD, "too dear")).when(
        withdraw
    ).then()
    offered.when(withdraw).refused("unknown-level")


def test_a_dependency_is_declared_and_declared_anew_when_its_promise_changes() -> None:
    better = replace(DECLARE_POWER, availability=Decimal("99.99"))
    offered.when(DECLARE_POWER).then(POWER_DECLARED).when(DECLARE_POWER).then().when(better).then(
        replace(POWER_DECLARED, availability=Decimal("99.99"))
    )


def test_a_dependency_is_withdrawn() -> None:
    withdraw = WithdrawDependency(POWER)
    offered.given(POWER_DECLARED).when(withdraw).then(DependencyWithdrawn(POWER)).when(
        withdraw
    ).then()


def test_nothing_happens_to_a_retired_service() -> None:
    retire = RetireService("replaced")
    retired = offered.when(retire).then(ServiceRetired("replaced")).when(retire).then()
    retired.when(OFFER_GOLD).refused("service-retired")
    retired.when(OFFER).refused("already-offered")


def test_the_best_promise_is_what_the_dependencies_allow_together() -> None:
    network = replace(POWER_DECLARED, dependency=NETWORK, availability=Decimal(99), group="net")
    other = replace(network, dependency=DependencyId("DependencyId-3"))
    state = OFFERING.replay([OFFERED, POWER_DECLARED, network, other])
    assert best_promise(state) == Fraction(999, 1000) * Fraction(9999, 10000)


def test_nothing_declared_limits_no_promise() -> None:
    assert best_promise(OFFERING.replay([OFFERED])) == best_promise(OFFERING.initial) == 1


def test_a_retired_service_has_no_level_on_offer() -> None:
    assert levels_on_offer(OFFERING.replay([OFFERED, GOLD_OFFERED])) == (GOLD_OFFERED,)
    assert levels_on_offer(OFFERING.replay([OFFERED, GOLD_OFFERED, ServiceRetired("old")])) == ()
    assert levels_on_offer(OFFERING.initial) == ()


def test_a_charge_reads_like_a_price_tag() -> None:
    assert str(CHARGE) == "12000.00 EUR a month"
    assert str(replace(CHARGE, every=Every.ONCE)) == "12000.00 EUR once"


COMMANDS = st.lists(anything(Command), max_size=20).map(lambda commands: [OFFER, *commands])


@MODEST
@given(facts_in_any_order(OfferingFact))
def test_any_facts_in_any_order_replay(facts: list[OfferingFact]) -> None:
    assert_evolve_is_total(OFFERING, facts)


@MODEST
@given(COMMANDS)
def test_the_same_command_twice_records_nothing_new(commands: list[Command]) -> None:
    assert_each_decided_once(OFFERING, commands)


@MODEST
@given(COMMANDS)
def test_a_level_id_means_one_level_for_ever(commands: list[Command]) -> None:
    facts = play(OFFERING, commands)
    ids = [one.level for one in facts if isinstance(one, ServiceLevelOffered)]
    assert len(ids) == len(set(ids))


@MODEST
@given(COMMANDS)
def test_the_best_promise_is_a_share_no_better_than_any_part_needed_alone(
    commands: list[Command],
) -> None:
    state = OFFERING.replay(play(OFFERING, commands))
    assert isinstance(state, Offered)
    best = best_promise(state)
    assert 0 <= best <= 1
    for one in state.dependencies.values():
        assert one.group is not None or best <= Fraction(one.availability) / 100


@MODEST
@given(anything(OfferingFact))
def test_every_fact_survives_storage(fact: OfferingFact) -> None:
    assert_survives_storage(fact)
