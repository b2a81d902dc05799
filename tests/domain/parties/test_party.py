from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.parties.commands import (
    AppointRepresentative,
    AssignRole,
    GrantSigningMandate,
    PartyCommand,
    PinSigningKey,
    RegisterParty,
    RelieveRole,
    RevokeSigningKey,
    RevokeSigningMandate,
    RotateSigningKey,
    WithdrawRepresentative,
)
from domain.parties.facts import (
    MandateId,
    PartyFact,
    PartyRegistered,
    PersonalDetails,
    RepresentativeAppointed,
    RepresentativeWithdrawn,
    Role,
    RoleAssigned,
    RoleRelieved,
    SigningKeyPinned,
    SigningKeyRevoked,
    SigningKeyRotated,
    SigningMandateGranted,
    SigningMandateRevoked,
)
from domain.parties.keys import PublicKey, Thumbprint, thumbprint_of
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
from domain.values.ids import PersonId, StreamId
from domain.values.money import Money
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

ADA, BO, CY = PersonId("PersonId-1"), PersonId("PersonId-2"), PersonId("PersonId-3")
ADAS = PersonalDetails("Ada Northwind", "ada@northwind.example")
BOS = PersonalDetails("Bo Lind", "bo@northwind.example")
KEY = PublicKey("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
OTHER_KEY = PublicKey("A" * 43)
PRINT, OTHER_PRINT = thumbprint_of(KEY), thumbprint_of(OTHER_KEY)
ADA_SIGNS_IN, BO_SIGNS_IN = StreamId("StreamId-1"), StreamId("StreamId-2")
MANDATE = MandateId("MandateId-1")
JANUARY, FEBRUARY = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
LIMIT = Sum(Decimal("50000.00"), "EUR")

REGISTER = RegisterParty(
    "Northwind Hosting",
    "HRB 12345",
    "DE",
    "Europe/Berlin",
    ADA,
    ADAS.name,
    ADAS.email,
    "managing director",
    ADA_SIGNS_IN,
)
APPOINT_BO = AppointRepresentative(ADA, BO, BOS.name, BOS.email, "head of sales", BO_SIGNS_IN)
BO_APPOINTED = RepresentativeAppointed(BO, BOS, "head of sales", BO_SIGNS_IN)
BO_SIGNATORY = RoleAssigned(BO, Role.SIGNATORY)
BO_MANDATED = SigningMandateGranted(BO, MANDATE, LIMIT, JANUARY, MARCH)
GRANT = GrantSigningMandate(ADA, BO, MANDATE, LIMIT, JANUARY, MARCH)
REGISTERED = (
    PartyRegistered("Northwind Hosting", "HRB 12345", "DE", "Europe/Berlin"),
    RepresentativeAppointed(ADA, ADAS, "managing director", ADA_SIGNS_IN),
    RoleAssigned(ADA, Role.ADMINISTRATOR),
)


def northwind(*facts: PartyFact) -> Scenario:
    return Scenario(PARTY).given(*REGISTERED, *facts)


def state_after(*facts: PartyFact) -> Any:
    return PARTY.replay([*REGISTERED, *facts])


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


class TestKeys:
    def test_a_thumbprint_is_the_one_of_rfc_8037(self) -> None:
        assert PRINT == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

    @pytest.mark.parametrize("x", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "+" + "A" * 42])
    def test_what_is_not_32_bytes_in_base64url_is_no_key(self, x: str) -> None:
        with pytest.raises(ValidationError):
            TypeAdapter(PublicKey).validate_python({"x": x})

    def test_a_representative_pins_a_key_of_their_own(self) -> None:
        pin = PinSigningKey(ADA, KEY)
        northwind().when(pin).then(SigningKeyPinned(ADA, PRINT, KEY)).when(pin).then()

    def test_a_stranger_pins_none(self) -> None:
        northwind().when(PinSigningKey(CY, KEY)).refused("not-a-representative")

    def test_two_representatives_do_not_share_a_key(self) -> None:
        northwind(BO_APPOINTED, SigningKeyPinned(ADA, PRINT, KEY)).when(
            PinSigningKey(BO, KEY)
        ).refused("key-in-use")

    def test_a_key_is_rotated_by_its_owner(self) -> None:
        northwind(SigningKeyPinned(ADA, PRINT, KEY)).when(
            RotateSigningKey(ADA, PRINT, OTHER_KEY)
        ).then(SigningKeyRotated(ADA, PRINT, OTHER_PRINT, OTHER_KEY))

    def test_an_administrator_does_not_rotate_anothers_key(self) -> None:
        northwind(BO_APPOINTED, SigningKeyPinned(BO, PRINT, KEY)).when(
            RotateSigningKey(ADA, PRINT, OTHER_KEY)
        ).refused("not-your-key")

    def test_an_administrator_revokes_anothers_lost_key(self) -> None:
        revoke = RevokeSigningKey(ADA, PRINT, "laptop stolen")
        northwind(BO_APPOINTED, SigningKeyPinned(BO, PRINT, KEY)).when(revoke).then(
            SigningKeyRevoked(BO, PRINT, "laptop stolen")
        ).when(revoke).then()

    def test_a_colleague_does_not(self) -> None:
        northwind(BO_APPOINTED, SigningKeyPinned(ADA, PRINT, KEY)).when(
            RevokeSigningKey(BO, PRINT, "mischief")
        ).refused("not-an-administrator")

    def test_a_key_nobody_pinned_is_not_revoked(self) -> None:
        northwind().when(RevokeSigningKey(ADA, PRINT, "lost")).refused("unknown-key")

    def test_a_key_that_ended_never_comes_back(self) -> None:
        rotated = northwind(
            SigningKeyPinned(ADA, PRINT, KEY),
            SigningKeyRotated(ADA, PRINT, OTHER_PRINT, OTHER_KEY),
        )
        rotated.when(PinSigningKey(ADA, KEY)).refused("key-ended")
        rotated.when(RotateSigningKey(ADA, OTHER_PRINT, KEY)).refused("key-ended")

    def test_only_keys_in_force_count(self) -> None:
        state = state_after(
            SigningKeyPinned(ADA, PRINT, KEY),
            SigningKeyRotated(ADA, PRINT, OTHER_PRINT, OTHER_KEY),
        )
        assert keys_of(state, ADA) == keys_of_party(state) == (OTHER_PRINT,)
        assert key_named(state, PRINT) is None
        known = key_named(state, OTHER_PRINT)
        assert known is not None
        assert (known.person, known.key) == (ADA, OTHER_KEY)


POOLS: dict[Any, st.SearchStrategy[Any]] = {
    PublicKey: st.sampled_from([KEY, OTHER_KEY]),
    Thumbprint: st.sampled_from([PRINT, OTHER_PRINT]),
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
