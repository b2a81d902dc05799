from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.parties.commands import (
    AppointRepresentative,
    AssignRole,
    PartyCommand,
    RelieveRole,
    RevokeSigningMandate,
    RotateSigningKey,
    WithdrawRepresentative,
)
from domain.parties.facts import (
    MandateId,
    PartyFact,
    RepresentativeWithdrawn,
    Role,
    RoleAssigned,
    RoleRelieved,
    SigningKeyPinned,
    SigningKeyRevoked,
    SigningMandateRevoked,
)
from domain.parties.keys import CurveKey, PublicKey, Thumbprint
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.parties.standing import (
    key_named,
    keys_of,
    keys_of_party,
    mandate_for,
    represents,
    roles_of,
)
from domain.values.ids import StreamId
from domain.values.money import Money
from domain.values.sums import Sum
from northwind import (
    ADA,
    ADA_SIGNS_IN,
    APPOINT_BO,
    BO,
    BO_APPOINTED,
    BO_MANDATED,
    BO_SIGNATORY,
    CY,
    FEBRUARY,
    GRANT,
    JANUARY,
    KEY,
    LIMIT,
    MANDATE,
    MARCH,
    OTHER_KEY,
    OTHER_PRINT,
    PRINT,
    REGISTER,
    REGISTERED,
    northwind,
    rotation,
    state_after,
)
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


class TestRegistration:
    def test_the_first_representative_becomes_administrator(self) -> None:
        Scenario(PARTY).when(REGISTER).then(*REGISTERED)

    def test_a_party_is_registered_once(self) -> None:
        northwind().when(REGISTER).refused("already-registered")

    def test_nothing_happens_to_a_party_nobody_registered(self) -> None:
        Scenario(PARTY).when(APPOINT_BO).refused("not-registered")


class TestRepresentatives:
    def test_an_administrator_appoints_a_representative(self) -> None:
        northwind().when(APPOINT_BO).then(BO_APPOINTED).when(APPOINT_BO).then()

    def test_others_do_not(self) -> None:
        northwind(BO_APPOINTED).when(
            AppointRepresentative(
                BO, CY, "Cy", "cy@northwind.example", "clerk", StreamId("StreamId-3")
            )
        ).refused("not-an-administrator")

    def test_other_details_are_not_slipped_in_by_appointing_again(self) -> None:
        northwind(BO_APPOINTED).when(replace(APPOINT_BO, email="x@y.example")).refused(
            "already-appointed"
        )

    def test_nor_another_identity(self) -> None:
        northwind(BO_APPOINTED).when(replace(APPOINT_BO, identity=ADA_SIGNS_IN)).refused(
            "already-appointed"
        )

    def test_a_role_goes_to_a_representative_only(self) -> None:
        northwind().when(AssignRole(ADA, CY, Role.LEGAL)).refused("not-a-representative")

    def test_a_role_held_already_is_not_assigned_again(self) -> None:
        assign = AssignRole(ADA, BO, Role.LEGAL)
        northwind(BO_APPOINTED).when(assign).then(RoleAssigned(BO, Role.LEGAL)).when(assign).then()

    def test_the_last_administrator_stays(self) -> None:
        alone = northwind(BO_APPOINTED)
        alone.when(RelieveRole(ADA, ADA, Role.ADMINISTRATOR)).refused("last-administrator")
        alone.when(WithdrawRepresentative(ADA, ADA)).refused("last-administrator")

    def test_an_administrator_may_go_when_another_stays(self) -> None:
        northwind(BO_APPOINTED, RoleAssigned(BO, Role.ADMINISTRATOR)).when(
            RelieveRole(ADA, ADA, Role.ADMINISTRATOR)
        ).then(RoleRelieved(ADA, Role.ADMINISTRATOR))

    def test_whoever_leaves_leaves_mandates_keys_and_roles_behind(self) -> None:
        northwind(
            BO_APPOINTED,
            BO_SIGNATORY,
            RoleAssigned(BO, Role.LEGAL),
            BO_MANDATED,
            SigningKeyPinned(BO, PRINT, KEY),
        ).when(WithdrawRepresentative(ADA, BO)).then(
            SigningMandateRevoked(MANDATE, "the signatory no longer represents the party"),
            SigningKeyRevoked(BO, PRINT, "its owner no longer represents the party"),
            RoleRelieved(BO, Role.LEGAL),
            RoleRelieved(BO, Role.SIGNATORY),
            RepresentativeWithdrawn(BO),
        )

    def test_a_representative_may_leave_without_asking(self) -> None:
        northwind(BO_APPOINTED).when(WithdrawRepresentative(BO, BO)).then(
            RepresentativeWithdrawn(BO)
        )

    def test_but_may_not_send_another_away(self) -> None:
        northwind(BO_APPOINTED).when(WithdrawRepresentative(BO, ADA)).refused(
            "not-an-administrator"
        )


class TestMandates:
    def test_a_signatory_is_given_a_mandate_up_to_a_value(self) -> None:
        northwind(BO_APPOINTED, BO_SIGNATORY).when(GRANT).then(BO_MANDATED).when(GRANT).then()

    def test_others_are_not(self) -> None:
        northwind(BO_APPOINTED).when(GRANT).refused("not-a-signatory")

    def test_a_mandate_that_ends_before_it_begins_is_refused(self) -> None:
        northwind(BO_APPOINTED, BO_SIGNATORY).when(replace(GRANT, valid_until=JANUARY)).refused(
            "mandate-period"
        )

    def test_a_mandate_is_not_widened_under_its_old_name(self) -> None:
        mandated = northwind(BO_APPOINTED, BO_SIGNATORY, BO_MANDATED)
        mandated.when(replace(GRANT, up_to=None)).refused("mandate-exists")

    def test_a_revoked_mandate_is_not_granted_again_under_its_name(self) -> None:
        revoke = RevokeSigningMandate(ADA, MANDATE, "left the board")
        northwind(BO_APPOINTED, BO_SIGNATORY, BO_MANDATED).when(revoke).then(
            SigningMandateRevoked(MANDATE, "left the board")
        ).when(revoke).then().when(GRANT).refused("mandate-exists")

    def test_a_mandate_never_granted_is_not_revoked(self) -> None:
        northwind().when(RevokeSigningMandate(ADA, MANDATE, "no reason")).refused("unknown-mandate")

    def test_mandates_end_with_the_role_of_signatory(self) -> None:
        northwind(BO_APPOINTED, BO_SIGNATORY, BO_MANDATED).when(
            RelieveRole(ADA, BO, Role.SIGNATORY)
        ).then(
            SigningMandateRevoked(MANDATE, "their holder is no longer a signatory"),
            RoleRelieved(BO, Role.SIGNATORY),
        )

    @pytest.mark.parametrize(
        ("amount", "currency", "at", "under"),
        [
            ("50000.00", "EUR", JANUARY, MANDATE),
            ("50000.01", "EUR", JANUARY, None),
            ("1", "USD", JANUARY, None),
            ("1", "EUR", datetime(2025, 12, 31, tzinfo=UTC), None),
            ("1", "EUR", FEBRUARY, MANDATE),
            ("1", "EUR", MARCH, None),
        ],
    )
    def test_a_mandate_covers_its_value_its_currency_and_its_time(
        self, amount: str, currency: str, at: datetime, under: MandateId | None
    ) -> None:
        state = state_after(BO_APPOINTED, BO_SIGNATORY, BO_MANDATED)
        assert mandate_for(state, BO, Money(Decimal(amount), currency), at) == under

    def test_a_mandate_is_its_holders_alone(self) -> None:
        state = state_after(BO_APPOINTED, BO_SIGNATORY, BO_MANDATED)
        assert mandate_for(state, ADA, LIMIT, FEBRUARY) is None

    def test_a_mandate_without_limit_covers_any_value_in_any_currency(self) -> None:
        state = state_after(BO_APPOINTED, BO_SIGNATORY, replace(BO_MANDATED, up_to=None))
        assert mandate_for(state, BO, Sum(Decimal(10**12), "JPY"), FEBRUARY) == MANDATE

    def test_the_first_mandate_that_covers_is_the_one_named(self) -> None:
        larger = replace(BO_MANDATED, mandate=MandateId("MandateId-2"), up_to=None)
        state = state_after(BO_APPOINTED, BO_SIGNATORY, BO_MANDATED, larger)
        assert mandate_for(state, BO, LIMIT, FEBRUARY) == MANDATE
        assert mandate_for(state, BO, Sum(Decimal(50001), "EUR"), FEBRUARY) == larger.mandate


HAND_OVER = rotation(ADA, "ada", "bo", JANUARY)
POOLS: dict[Any, st.SearchStrategy[Any]] = {
    PublicKey: st.sampled_from([KEY, OTHER_KEY]),
    CurveKey: st.just(CurveKey("A" * 43, "E" * 43)),
    Thumbprint: st.sampled_from([PRINT, OTHER_PRINT]),
    RotateSigningKey: st.just(HAND_OVER),
}
COMMANDS = st.lists(anything(PartyCommand, POOLS), max_size=25).map(
    lambda commands: [REGISTER, APPOINT_BO, AssignRole(ADA, BO, Role.SIGNATORY), *commands]
)


class TestWhatAlwaysHolds:
    @MODEST
    @given(facts_in_any_order(PartyFact, POOLS))
    def test_any_facts_in_any_order_replay(self, facts: list[PartyFact]) -> None:
        assert_evolve_is_total(PARTY, facts)

    @MODEST
    @given(COMMANDS)
    def test_the_same_command_twice_records_nothing_new(self, commands: list[PartyCommand]) -> None:
        assert_each_decided_once(PARTY, commands)

    @MODEST
    @given(COMMANDS)
    def test_there_is_always_an_administrator(self, commands: list[PartyCommand]) -> None:
        history = play(PARTY, commands)
        for length in range(len(REGISTERED), len(history) + 1):
            state = PARTY.replay(history[:length])
            assert isinstance(state, Registered)
            assert state.administrators()

    @MODEST
    @given(COMMANDS)
    def test_mandates_and_keys_are_held_by_people_who_may_hold_them(
        self, commands: list[PartyCommand]
    ) -> None:
        state = PARTY.replay(play(PARTY, commands))
        assert isinstance(state, Registered)
        assert all(Role.SIGNATORY in roles_of(state, m.person) for m in state.mandates.values())
        assert all(represents(state, key.person) for key in state.keys.values())

    @MODEST
    @given(COMMANDS)
    def test_what_ended_stays_ended(self, commands: list[PartyCommand]) -> None:
        state = PARTY.replay(play(PARTY, commands))
        assert isinstance(state, Registered)
        assert not state.ended_keys & set(state.keys)
        assert not state.ended_mandates & set(state.mandates)
        assert not state.ended_certificates & set(state.certificates)
        assert not set(state.keys) & set(state.witness_keys)

    @MODEST
    @given(anything(PartyFact, POOLS))
    def test_every_fact_survives_storage(self, fact: PartyFact) -> None:
        assert_survives_storage(fact)


def test_a_stranger_and_an_unregistered_party_have_nothing() -> None:
    for state in (PARTY.initial, state_after()):
        assert not represents(state, CY)
        assert roles_of(state, CY) == frozenset()
        assert keys_of(state, CY) == ()
        assert mandate_for(state, CY, None, JANUARY) is None
    assert keys_of_party(PARTY.initial) == ()
    assert key_named(PARTY.initial, PRINT) is None
