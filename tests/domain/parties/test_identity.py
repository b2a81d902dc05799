from hypothesis import given
from hypothesis import strategies as st

from domain.parties.facts import IdentityBound, IdentityFact, IdentityUnbound
from domain.parties.identity import IDENTITY, BindIdentity, Command, UnbindIdentity
from domain.values.ids import PartyId, PersonId
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

PARTY, ADA, BO = PartyId("PartyId-1"), PersonId("PersonId-1"), PersonId("PersonId-2")
COMMANDS = st.lists(anything(Command), max_size=15)


def test_an_identity_is_bound_to_a_representative() -> None:
    bind = BindIdentity(PARTY, ADA)
    Scenario(IDENTITY).when(bind).then(IdentityBound(PARTY, ADA)).when(bind).then()


def test_an_identity_taken_is_not_bound_to_another() -> None:
    bound = Scenario(IDENTITY).given(IdentityBound(PARTY, ADA))
    bound.when(BindIdentity(PARTY, BO)).refused("identity-taken")
    bound.when(BindIdentity(PartyId("PartyId-2"), ADA)).refused("identity-taken")


def test_an_identity_unbound_is_free_again() -> None:
    unbind = UnbindIdentity(PARTY, ADA)
    Scenario(IDENTITY).given(IdentityBound(PARTY, ADA)).when(unbind).then(
        IdentityUnbound(PARTY, ADA)
    ).when(unbind).then().when(BindIdentity(PARTY, BO)).then(IdentityBound(PARTY, BO))


def test_an_identity_is_not_unbound_from_somebody_else() -> None:
    Scenario(IDENTITY).given(IdentityBound(PARTY, ADA)).when(UnbindIdentity(PARTY, BO)).refused(
        "identity-taken"
    )


@MODEST
@given(COMMANDS)
def test_an_identity_is_never_two_representatives_at_once(commands: list[Command]) -> None:
    bound: set[tuple[PartyId, PersonId]] = set()
    for fact in play(IDENTITY, commands):
        who = (fact.party, fact.person)
        bound = bound | {who} if isinstance(fact, IdentityBound) else bound - {who}
        assert len(bound) <= 1


@MODEST
@given(COMMANDS)
def test_the_same_command_twice_records_nothing_new(commands: list[Command]) -> None:
    assert_each_decided_once(IDENTITY, commands)


@MODEST
@given(facts_in_any_order(IdentityFact))
def test_any_facts_in_any_order_replay(facts: list[IdentityFact]) -> None:
    assert_evolve_is_total(IDENTITY, facts)


@MODEST
@given(anything(IdentityFact))
def test_every_fact_survives_storage(fact: IdentityFact) -> None:
    assert_survives_storage(fact)
