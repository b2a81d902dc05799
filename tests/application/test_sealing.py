"""What is personal is stored sealed, opens for its place alone, and stays shut without its key."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent

from application.mapper import FactMapper, fact_document
from application.recorded import Recorded
from application.sealing import KEY_BYTES, KeyLost, SealBroken, Sealer
from domain.parties.facts import (
    ERASED,
    PersonalDetails,
    RepresentativeAppointed,
    Role,
    RoleAssigned,
)
from domain.values.ids import PersonId, StreamId
from interfaces.memory.recorder import MemoryKeyRing
from key_rings import KeysRead, OneKey, mapper_with

PARTY, OTHER_PARTY = "party-1", "party-2"
BO = PersonId("person-bo")
BOS = PersonalDetails("Bo Lind", "bo@northwind.example")
APPOINTED = RepresentativeAppointed(BO, BOS, "head of sales", StreamId("identity-1"))
EVENT = Recorded(PARTY, 2, datetime(2026, 3, 1, tzinfo=UTC), "person-ada", PARTY, "k", APPOINTED)
CLEAR = b'{"name":"Bo Lind","email":"bo@northwind.example"}'
MAPPER = mapper_with(OneKey())


def stored(event: Recorded = EVENT) -> StoredEvent:
    return MAPPER.to_stored_event(event)


def unreadable(event: StoredEvent, mapper: FactMapper = MAPPER) -> MapperDeserialisationError:
    """Expect that an event cannot be read, by name; return why."""
    with pytest.raises(MapperDeserialisationError) as raised:
        mapper.to_domain_event(event)
    place = f"{event.originator_id} version {event.originator_version}"
    assert str(raised.value).startswith(f"{place} (party.RepresentativeAppointed/2): ")
    return raised.value


def test_what_is_stored_holds_neither_name_nor_address_and_reads_as_it_was() -> None:
    event = stored()
    assert event.topic == "party.RepresentativeAppointed/2"
    assert b"Bo Lind" not in event.state
    assert b"northwind" not in event.state
    assert event.state.startswith(b'{"at":"2026-03-01T00:00:00Z","by":"person-ada","for":"party-1"')
    assert json.loads(event.state)["fact"].keys() == {"person", "details", "function", "identity"}
    assert MAPPER.to_domain_event(event) == EVENT


def test_the_same_fact_never_looks_the_same_twice() -> None:
    assert len({stored().state for _ in range(20)}) == 20


def test_how_long_a_name_is_cannot_be_seen() -> None:
    names = ["Bo", "Bo Lind", "Bo Lind-Vestergaard of the Northern Isles"]
    facts = [replace(APPOINTED, details=replace(BOS, name=name)) for name in names]
    assert len({len(stored(replace(EVENT, fact=fact)).state) for fact in facts}) == 1


@pytest.mark.parametrize(
    "moved",
    [
        {"originator_id": OTHER_PARTY},
        {"originator_version": 3},
        {"state": stored().state.replace(b"person-bo", b"person-cy")},
    ],
    ids=["to another stream", "to another version", "to another person"],
)
def test_a_seal_holds_for_its_own_place_alone(moved: dict[str, Any]) -> None:
    error = unreadable(replace(stored(), **moved))
    assert isinstance(error.__cause__, SealBroken)


@pytest.mark.parametrize("part", ["nonce", "sealed"])
def test_a_flipped_bit_is_found(part: str) -> None:
    event = stored()
    document = json.loads(event.state)
    before = document["fact"]["details"][part]
    document["fact"]["details"][part] = ("B" if before[0] == "A" else "A") + before[1:]
    error = unreadable(replace(event, state=json.dumps(document).encode()))
    assert isinstance(error.__cause__, SealBroken)


@pytest.mark.parametrize("instead", ["bare", {"nonce": "AAAA", "sealed": 7}, {}, None])
def test_what_is_no_seal_at_all_is_refused(instead: object) -> None:
    event = stored()
    document = json.loads(event.state)
    document["fact"]["details"] = instead
    unreadable(replace(event, state=json.dumps(document).encode()))


def test_details_slipped_in_unsealed_are_refused() -> None:
    event = stored()
    document = json.loads(event.state)
    document["fact"]["details"] = json.loads(CLEAR)
    error = unreadable(replace(event, state=json.dumps(document).encode()))
    assert isinstance(error.__cause__, SealBroken)


def test_details_stored_in_the_clear_by_the_first_version_still_load() -> None:
    event = stored()
    document = json.loads(event.state)
    document["fact"]["details"] = json.loads(CLEAR)
    old = replace(
        event, topic="party.RepresentativeAppointed/1", state=json.dumps(document).encode()
    )
    assert MAPPER.to_domain_event(old) == EVENT
    assert MAPPER.holds_in_the_clear(old, BO)
    assert not MAPPER.holds_in_the_clear(old, "person-cy")
    assert not MAPPER.holds_in_the_clear(event, BO)


def test_a_key_that_is_gone_reads_as_erased_only_where_a_fact_says_so() -> None:
    erased = mapper_with(KeysRead({}), erased=True).to_domain_event(stored())
    assert erased.fact == replace(APPOINTED, details=ERASED)
    error = unreadable(stored(), mapper_with(KeysRead({})))
    assert isinstance(error.__cause__, KeyLost)
    assert "restore the key ring" in str(error)


def test_another_persons_key_opens_nothing() -> None:
    error = unreadable(stored(), mapper_with(KeysRead({BO: b"x" * KEY_BYTES})))
    assert isinstance(error.__cause__, SealBroken)


def test_what_may_be_copied_elsewhere_leaves_out_what_is_personal() -> None:
    assert fact_document(APPOINTED) == {
        "person": BO,
        "function": "head of sales",
        "identity": "identity-1",
    }
    assert fact_document(RoleAssigned(BO, Role.LEGAL)) == {"person": BO, "role": "legal"}


def test_of_a_request_that_names_somebody_a_digest_is_kept_that_goes_with_the_key() -> None:
    keys = MemoryKeyRing()
    sealer = Sealer(keys, lambda _stream, _check: True)
    kept = sealer.blinded("5e1f", [RoleAssigned(BO, Role.LEGAL), APPOINTED])
    assert "5e1f" not in kept
    assert sealer.is_same_request(kept, "5e1f")
    assert not sealer.is_same_request(kept, "5e1e")
    keys.destroy(BO)
    assert not sealer.is_same_request(kept, "5e1f")


def test_of_other_requests_the_digest_is_kept_as_it_is() -> None:
    sealer = Sealer(MemoryKeyRing(), lambda _stream, _check: True)
    assert sealer.blinded("5e1f", [RoleAssigned(BO, Role.LEGAL)]) == "5e1f"
    assert sealer.is_same_request("5e1f", "5e1f")
    assert not sealer.is_same_request("5e1f", "5e1e")
