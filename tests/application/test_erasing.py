"""First the fact, then the key: wherever it stops, it is finished; a lost key is no erasure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent

from application.access import Principal
from application.desk import Desk, Request
from application.erasing import Erasing, Forgetting, check_seals
from application.errors import KeyDestroyed, KeyReused
from application.ledger import Act, Ledger, Step
from application.policies import when_details_erased_destroy_key
from application.policies.base import PolicyRunner
from domain.decider import Refused
from domain.parties.commands import (
    AppointRepresentative,
    ErasePersonalDetails,
    RegisterParty,
    WithdrawRepresentative,
)
from domain.parties.facts import ERASED, PersonalDetailsErased, RepresentativeAppointed, Role
from domain.parties.party import PARTY
from domain.values.ids import PartyId, PersonId, StreamId
from interfaces.clock import new_uuid7
from interfaces.memory.views import MemoryViewStore

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NORTHWIND = PartyId("party-n")
ADA, BO = PersonId("person-ada"), PersonId("person-bo")
APPOINT = AppointRepresentative(
    ADA, BO, "Bo Lind", "bo@northwind.example", "head of sales", StreamId("identity-bo")
)
APPOINTING = Act(ADA, NORTHWIND, NOW, "appointing", "digest of the request")
ADMINISTRATOR = Principal("identity-ada", ADA, NORTHWIND, frozenset({Role.ADMINISTRATOR}))


def act(ledger: Ledger, key: str, command: Any) -> None:
    ledger.perform(Act(ADA, NORTHWIND, NOW, key), Step(PARTY, NORTHWIND, command))


@pytest.fixture
def after_bo(ledger: Ledger) -> Ledger:
    """Lend a ledger in which Bo was appointed and withdrawn."""
    registering = RegisterParty(
        "Northwind",
        "HRB 1",
        "DE",
        None,
        ADA,
        "Ada Holm",
        "ada@northwind.example",
        "director",
        StreamId("identity-ada"),
    )
    act(ledger, "registering", registering)
    ledger.perform(APPOINTING, Step(PARTY, NORTHWIND, APPOINT))
    act(ledger, "withdrawing", WithdrawRepresentative(ADA, BO))
    return ledger


def erase(ledger: Ledger, key: str = "erasing") -> None:
    request = Request(ADMINISTRATOR, NOW, key)
    Erasing(Desk(ledger, new_uuid7)).erase(request, NORTHWIND, BO)


def stop_after_the_fact(ledger: Ledger) -> None:
    """Record the fact, as a process does that is killed before it gets to the key."""
    act(ledger, "erasing", ErasePersonalDetails(ADA, BO))


def details_read(ledger: Ledger) -> list[Any]:
    facts = [event.fact for event in ledger.history(NORTHWIND)]
    return [one.details for one in facts if isinstance(one, RepresentativeAppointed)][1:]


def test_an_erasure_is_recorded_once_and_the_key_is_gone(after_bo: Ledger) -> None:
    for key in ("erasing", "erasing", "erasing again"):
        erase(after_bo, key)
    erased = [e.fact for e in after_bo.history(NORTHWIND) if e.fact == PersonalDetailsErased(BO)]
    assert len(erased) == 1
    assert after_bo.keys.find(BO) is None
    assert details_read(after_bo) == [ERASED]
    assert after_bo.keys.find(ADA) is not None
    assert list(check_seals(after_bo)) == []


def test_of_whom_was_erased_no_key_is_ever_made_again(after_bo: Ledger) -> None:
    erase(after_bo)
    with pytest.raises(KeyDestroyed):
        after_bo.keys.key_for(BO)


def test_a_refused_erasure_leaves_the_key_alone(after_bo: Ledger) -> None:
    act(after_bo, "again", APPOINT)
    with pytest.raises(Refused, match="withdraw them"):
        erase(after_bo)
    assert details_read(after_bo)[0].name == "Bo Lind"


class TestKilledBetweenTheFactAndTheKey:
    def test_the_worker_destroys_the_key(self, after_bo: Ledger) -> None:
        stop_after_the_fact(after_bo)
        assert after_bo.keys.find(BO) is not None
        (fault,) = check_seals(after_bo)
        assert "their key is still there" in str(fault)
        rule = when_details_erased_destroy_key.policy(after_bo)
        runner = PolicyRunner(after_bo, MemoryViewStore(), [rule])
        recorded = after_bo.head()
        runner.advance(100)
        assert after_bo.keys.find(BO) is None
        assert details_read(after_bo) == [ERASED]
        assert after_bo.head() == recorded

    def test_so_does_the_same_request_again(self, after_bo: Ledger) -> None:
        stop_after_the_fact(after_bo)
        erase(after_bo, "another request")
        assert after_bo.keys.find(BO) is None

    def test_so_does_whoever_finishes_what_was_begun(self, after_bo: Ledger) -> None:
        stop_after_the_fact(after_bo)
        Erasing(Desk(after_bo, new_uuid7)).finish()
        assert after_bo.keys.find(BO) is None
        assert after_bo.keys.find(ADA) is not None

    def test_the_state_has_let_go_of_the_details_already(self, after_bo: Ledger) -> None:
        stop_after_the_fact(after_bo)
        assert "Bo Lind" not in repr(after_bo.load(PARTY, NORTHWIND).state)


def test_a_key_that_is_lost_is_no_erasure(after_bo: Ledger) -> None:
    after_bo.keys.destroy(BO)
    with pytest.raises(MapperDeserialisationError, match=r"party-n version 4 .*restore the key"):
        after_bo.history(NORTHWIND)
    (fault,) = check_seals(after_bo)
    assert fault.place == "party-n version 4"


def test_a_state_that_another_process_folded_is_let_go_of(after_bo: Ledger) -> None:
    forgetting = Forgetting(after_bo)
    after_bo.load(PARTY, NORTHWIND)
    forgetting.heed()
    assert NORTHWIND in after_bo.remembered
    stop_after_the_fact(after_bo)
    after_bo.load(PARTY, NORTHWIND)
    forgetting.heed()
    assert NORTHWIND not in after_bo.remembered
    after_bo.load(PARTY, NORTHWIND)
    forgetting.heed()
    assert NORTHWIND in after_bo.remembered


def test_the_request_that_named_somebody_is_answered_again_until_they_are_erased(
    after_bo: Ledger,
) -> None:
    again = after_bo.perform(APPOINTING, Step(PARTY, NORTHWIND, APPOINT))
    assert again.repeated
    assert again.stream.state.representatives[BO].details.name == "Bo Lind"
    erase(after_bo)
    with pytest.raises(KeyReused):
        after_bo.perform(APPOINTING, Step(PARTY, NORTHWIND, APPOINT))


def test_an_earlier_state_reads_as_erased(after_bo: Ledger) -> None:
    erase(after_bo)
    earlier = after_bo.load_at(PARTY, NORTHWIND, 4).state
    assert earlier.representatives[BO].details == ERASED
    assert earlier.representatives[ADA].details.name == "Ada Holm"


def test_details_that_were_recorded_in_the_clear_are_not_said_to_be_erased(
    after_bo: Ledger,
) -> None:
    clear = (
        b'{"at":"2026-03-01T00:00:00Z","by":"person-ada","key":"old","fact":{"person":"person-cy",'
        b'"details":{"name":"Cy Berg","email":"cy@northwind.example"},"function":"clerk",'
        b'"identity":"identity-cy"}}'
    )
    version = len(after_bo.history(NORTHWIND)) + 1
    old = StoredEvent(NORTHWIND, version, "party.RepresentativeAppointed/1", clear)
    after_bo.recorder.insert_events([old])
    cy = PersonId("person-cy")
    act(after_bo, "withdrawing cy", WithdrawRepresentative(ADA, cy))
    with pytest.raises(Refused) as refused:
        Erasing(Desk(after_bo, new_uuid7)).erase(Request(ADMINISTRATOR, NOW, "k"), NORTHWIND, cy)
    assert refused.value.rule == "details-in-the-clear"
    assert len(after_bo.history(NORTHWIND)) == version + 1
