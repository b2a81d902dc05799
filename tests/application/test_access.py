"""Who may do what: every role against every action, deny by default, strangers learn nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from application.access import (
    AUDITOR_ACTIONS,
    ROLES,
    Action,
    Principal,
    Seat,
    authorise,
    authorise_party,
)
from application.errors import NotAllowed, NotFound
from domain.parties.facts import Role
from domain.parties.keys import Thumbprint
from domain.relationships.access import Scope
from domain.relationships.facts import (
    AdmissionId,
    AuditorAdmitted,
    AuditorDismissed,
    Grant,
    RelationshipDeclined,
    RelationshipEnded,
    RelationshipFact,
    RelationshipInvited,
    RelationshipJoined,
)
from domain.relationships.relationship import RELATIONSHIP, State
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.sides import Side

NORTHWIND, ALPINE = PartyId("party-northwind"), PartyId("party-alpine")
AUDITORS, STRANGERS = PartyId("party-auditors"), PartyId("party-strangers")
NOW: Final = datetime(2025, 11, 3, 9, tzinfo=UTC)
KEYS: Final = (Thumbprint("key"),)
TABLE: Final = StreamId("relationship-1/negotiation-1")
OTHER: Final = StreamId("relationship-1/negotiation-2")
ADMISSION: Final = AdmissionId("admission-1")
INVITED: Final = RelationshipInvited(NORTHWIND, ALPINE, Side.PROVIDER, "hosting", KEYS, None)
JOINED: Final = RelationshipJoined(Side.CLIENT, KEYS, KEYS)
EVERY_ACTION: Final = pytest.mark.parametrize("action", Action)


def somebody(party: PartyId | None, *roles: Role) -> Principal:
    person = None if party is None else PersonId("person-1")
    return Principal("identity-1", person, party, frozenset(roles))


def relationship(*facts: RelationshipFact) -> State:
    return RELATIONSHIP.replay(facts)


def audited(grant: Grant, until: datetime | None = None, *facts: RelationshipFact) -> State:
    admitted = AuditorAdmitted(ADMISSION, AUDITORS, Side.PROVIDER, grant, until)
    return relationship(INVITED, JOINED, admitted, *facts)


EVERYTHING: Final = Grant(None, None)


@EVERY_ACTION
def test_every_action_is_somebody_s(action: Action) -> None:
    assert ROLES[action]


@EVERY_ACTION
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("party", "side"), [(NORTHWIND, Side.PROVIDER), (ALPINE, Side.CLIENT)])
def test_a_member_may_do_what_a_role_of_theirs_covers(
    action: Action, role: Role, party: PartyId, side: Side
) -> None:
    state = relationship(INVITED, JOINED)
    if role in ROLES[action]:
        assert authorise(somebody(party, role), action, state, NOW).as_side() is side
    else:
        with pytest.raises(NotAllowed):
            authorise(somebody(party, role), action, state, NOW)


@EVERY_ACTION
def test_a_member_without_a_role_may_do_nothing(action: Action) -> None:
    with pytest.raises(NotAllowed):
        authorise(somebody(ALPINE), action, relationship(INVITED, JOINED), NOW)


@EVERY_ACTION
@pytest.mark.parametrize(
    "who", [somebody(STRANGERS, *Role), somebody(None)], ids=["party", "nobody"]
)
@pytest.mark.parametrize(
    "state",
    [relationship(), relationship(INVITED), relationship(INVITED, JOINED), audited(EVERYTHING)],
    ids=["none", "invited", "joined", "audited"],
)
def test_a_stranger_is_told_the_same_whether_there_is_anything_or_not(
    action: Action, who: Principal, state: State
) -> None:
    with pytest.raises(NotFound) as answer:
        authorise(who, action, state, NOW)
    assert str(answer.value) == "there is no such relationship here"


@pytest.mark.parametrize("after", [RelationshipDeclined("no"), None], ids=["declined", "waiting"])
def test_whoever_was_invited_may_see_the_invitation(after: RelationshipFact | None) -> None:
    state = relationship(INVITED, *([] if after is None else [after]))
    assert authorise(somebody(ALPINE, Role.LEGAL), Action.READ, state, NOW).side is Side.CLIENT


@EVERY_ACTION
def test_an_auditor_reads_and_moves_nothing(action: Action) -> None:
    auditor, state = somebody(AUDITORS, Role.AUDITOR), audited(EVERYTHING)
    if action in AUDITOR_ACTIONS:
        assert authorise(auditor, action, state, NOW).scope == Scope((EVERYTHING,))
    else:
        with pytest.raises(NotFound):
            authorise(auditor, action, state, NOW)


def test_an_auditor_has_no_side() -> None:
    seat = authorise(somebody(AUDITORS, Role.AUDITOR), Action.READ, audited(EVERYTHING), NOW)
    with pytest.raises(NotFound):
        seat.as_side()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_of_an_admitted_party_only_its_auditors_are_let_in(role: Role) -> None:
    with pytest.raises(NotFound):
        authorise(somebody(AUDITORS, role), Action.READ, audited(EVERYTHING), NOW)


def test_an_admission_ends_at_its_first_instant_out() -> None:
    state, auditor = audited(EVERYTHING, NOW), somebody(AUDITORS, Role.AUDITOR)
    assert authorise(auditor, Action.READ, state, NOW - timedelta(microseconds=1)).scope
    with pytest.raises(NotFound):
        authorise(auditor, Action.READ, state, NOW)


def test_a_dismissed_auditor_is_a_stranger() -> None:
    state = audited(EVERYTHING, None, AuditorDismissed(ADMISSION, "done"))
    with pytest.raises(NotFound):
        authorise(somebody(AUDITORS, Role.AUDITOR), Action.READ, state, NOW)


def test_an_admission_outlives_the_relationship() -> None:
    state = audited(EVERYTHING, None, RelationshipEnded(Side.CLIENT, "over"))
    assert authorise(somebody(AUDITORS, Role.AUDITOR), Action.READ, state, NOW).scope


@pytest.mark.parametrize(
    ("grant", "shared", "other", "providers", "clients"),
    [
        (Grant(None, None), True, True, False, False),
        (Grant((TABLE,), None), True, False, False, False),
        (Grant(None, Side.PROVIDER), True, True, True, False),
        (Grant((TABLE,), Side.PROVIDER), True, False, True, False),
        (Grant((OTHER,), Side.PROVIDER), False, True, False, False),
    ],
)
def test_an_auditor_sees_exactly_what_was_granted(
    grant: Grant, *, shared: bool, other: bool, providers: bool, clients: bool
) -> None:
    seat = Seat(AUDITORS, scope=Scope((grant,)))
    assert seat.shows(TABLE) is shared
    assert seat.shows(OTHER) is other
    assert seat.shows(f"{TABLE}/position-provider", Side.PROVIDER) is providers
    assert seat.shows(f"{TABLE}/position-client", Side.CLIENT) is clients


def test_the_name_of_a_stream_does_not_open_those_that_begin_alike() -> None:
    seat = Seat(AUDITORS, scope=Scope((Grant((TABLE,), None),)))
    assert not seat.shows(f"{TABLE}0")


@pytest.mark.parametrize("role", Role)
def test_a_side_reads_its_own_file_and_never_the_other_s(role: Role) -> None:
    seat = authorise(somebody(NORTHWIND, role), Action.READ, relationship(INVITED, JOINED), NOW)
    assert seat.shows(TABLE)
    assert seat.shows(f"{TABLE}/position-provider", Side.PROVIDER) is (
        role is not Role.ADMINISTRATOR
    )
    assert not seat.shows(f"{TABLE}/position-client", Side.CLIENT)


@EVERY_ACTION
def test_a_party_is_its_own_people_s_alone(action: Action) -> None:
    with pytest.raises(NotFound):
        authorise_party(somebody(ALPINE, *Role), action, NORTHWIND)
    with pytest.raises(NotFound):
        authorise_party(somebody(None), action, NORTHWIND)
    assert authorise_party(somebody(NORTHWIND, *Role), action, NORTHWIND) == NORTHWIND


def test_to_represent_a_party_takes_no_role() -> None:
    assert authorise_party(somebody(ALPINE), Action.REPRESENT, ALPINE) == ALPINE
    with pytest.raises(NotAllowed):
        authorise_party(somebody(ALPINE), Action.ADMINISTER, ALPINE)
