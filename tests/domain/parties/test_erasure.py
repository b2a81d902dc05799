"""Whose details may be erased, by whom, and what is left of them."""

from __future__ import annotations

from domain.parties.commands import (
    AppointRepresentative,
    ErasePersonalDetails,
    WithdrawRepresentative,
)
from domain.parties.facts import (
    ERASED,
    PartyRegistered,
    PersonalDetails,
    PersonalDetailsErased,
    RepresentativeAppointed,
    RepresentativeWithdrawn,
    Role,
    RoleAssigned,
)
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.values.ids import PersonId, StreamId
from scenario import Scenario

ADA, BO, CY = PersonId("person-1"), PersonId("person-2"), PersonId("person-3")
BOS = PersonalDetails("Bo Lind", "bo@northwind.example")
IDENTITY, OTHER = StreamId("identity-1"), StreamId("identity-2")
BO_APPOINTED = RepresentativeAppointed(BO, BOS, "head of sales", OTHER)
ERASE_BO = ErasePersonalDetails(ADA, BO)
NORTHWIND = Scenario(PARTY).given(
    PartyRegistered("Northwind", "HRB 1", "DE", None),
    RepresentativeAppointed(ADA, PersonalDetails("Ada", "ada@x.example"), "director", IDENTITY),
    RoleAssigned(ADA, Role.ADMINISTRATOR),
    BO_APPOINTED,
)
AFTER_BO = NORTHWIND.given(RepresentativeWithdrawn(BO))


def test_who_was_withdrawn_is_erased_and_once() -> None:
    AFTER_BO.when(ERASE_BO).then(PersonalDetailsErased(BO)).when(ERASE_BO).then()


def test_who_is_in_office_has_to_be_withdrawn_first() -> None:
    withdrawn = NORTHWIND.when(ERASE_BO).refused("still-a-representative")
    withdrawn = withdrawn.when(WithdrawRepresentative(ADA, BO)).then(RepresentativeWithdrawn(BO))
    withdrawn.when(ERASE_BO).then(PersonalDetailsErased(BO))


def test_nobody_unknown_is_erased() -> None:
    AFTER_BO.when(ErasePersonalDetails(ADA, CY)).refused("unknown-person")


def test_only_an_administrator_erases() -> None:
    erasing = ErasePersonalDetails(CY, BO)
    AFTER_BO.when(erasing).refused("not-an-administrator")
    AFTER_BO.given(PersonalDetailsErased(BO)).when(erasing).refused("not-an-administrator")


def test_who_was_erased_comes_back_under_another_id_only() -> None:
    again = AppointRepresentative(ADA, BO, BOS.name, BOS.email, "head of sales", OTHER)
    AFTER_BO.when(again).then(BO_APPOINTED)
    AFTER_BO.given(PersonalDetailsErased(BO)).when(again).refused("person-erased")


def test_the_fact_itself_takes_the_details_out_of_the_state() -> None:
    state = PARTY.replay([*NORTHWIND.facts, PersonalDetailsErased(BO)])
    assert isinstance(state, Registered)
    assert state.representatives[BO].details == ERASED
    assert BOS.name not in repr(state)
