from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.parties.keys import Thumbprint
from domain.relationships.access import Scope, auditor_scope, is_open, party_on, side_of
from domain.relationships.facts import (
    AdmissionId,
    AuditorAdmitted,
    AuditorDismissed,
    Grant,
    RelationshipDeclined,
    RelationshipEnded,
    RelationshipFact,
    RelationshipInvitationLapsed,
    RelationshipInvitationWithdrawn,
    RelationshipInvited,
    RelationshipJoined,
)
from domain.relationships.relationship import (
    RELATIONSHIP,
    AdmitAuditor,
    Command,
    DeclineRelationship,
    DismissAuditor,
    EndRelationship,
    InviteToRelationship,
    Joined,
    JoinRelationship,
    LapseInvitation,
    WithdrawInvitation,
)
from domain.values.ids import PartyId, StreamId
from domain.values.sides import Side
from properties import (
    MODEST,
    MOMENTS,
    anything,
    assert_each_decided_once,
    assert_evolve_is_total,
    assert_survives_storage,
    facts_in_any_order,
    play,
)
from scenario import Scenario

NORTHWIND, ALPINE = PartyId("PartyId-1"), PartyId("PartyId-2")
AUDITOR = PartyId("PartyId-3")
NORTHWINDS, ALPINES = (Thumbprint("Thumbprint-1"),), (Thumbprint("Thumbprint-2"),)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANSWER_BY = NOW + timedelta(days=30)
UNTIL = NOW + timedelta(days=60)
ADMISSION = AdmissionId("AdmissionId-1")
NEGOTIATION = StreamId("relationship-1/negotiation-1")
INSIDE_IT = StreamId("relationship-1/negotiation-1/position-provider")
CONTRACT = StreamId("relationship-1/contract-1")

INVITE = InviteToRelationship(
    NORTHWIND, ALPINE, Side.PROVIDER, "hosting", NORTHWINDS, ANSWER_BY, NOW
)
INVITED = RelationshipInvited(NORTHWIND, ALPINE, Side.PROVIDER, "hosting", NORTHWINDS, ANSWER_BY)
JOIN = JoinRelationship(Side.CLIENT, ALPINES, NORTHWINDS, NOW)
JOINED = RelationshipJoined(Side.CLIENT, ALPINES, NORTHWINDS)
ADMIT = AdmitAuditor(
    Side.CLIENT,
    ADMISSION,
    AUDITOR,
    streams=None,
    own_private_side=False,
    until=UNTIL,
    now=NOW,
)
ADMITTED = AuditorAdmitted(ADMISSION, AUDITOR, Side.CLIENT, Grant(None, None), UNTIL)
DISMISS = DismissAuditor(Side.CLIENT, ADMISSION, "audit complete")

nothing_yet = Scenario(RELATIONSHIP)
invited = nothing_yet.given(INVITED)
joined = invited.given(JOINED)


class TestHandshake:
    def test_one_side_invites_and_the_other_joins(self) -> None:
        nothing_yet.when(INVITE).then(INVITED).when(JOIN).then(JOINED)

    def test_nobody_has_a_relationship_with_itself(self) -> None:
        nothing_yet.when(replace(INVITE, client=NORTHWIND)).refused("same-party")

    def test_an_invitation_leaves_time_to_answer(self) -> None:
        nothing_yet.when(replace(INVITE, answer_by=NOW)).refused("answer-by-past")

    def test_each_side_pins_a_key(self) -> None:
        nothing_yet.when(replace(INVITE, keys=())).refused("no-keys")
        invited.when(replace(JOIN, keys=())).refused("no-keys")

    def test_a_key_is_pinned_once(self) -> None:
        nothing_yet.when(replace(INVITE, keys=NORTHWINDS * 2)).then(INVITED)

    def test_the_sides_do_not_share_a_key(self) -> None:
        invited.when(replace(JOIN, keys=NORTHWINDS)).refused("keys-shared")

    def test_whoever_joins_names_the_keys_it_was_invited_with(self) -> None:
        invited.when(replace(JOIN, their_keys=ALPINES)).refused("keys-differ")

    def test_the_inviting_side_does_not_answer_its_own_invitation(self) -> None:
        invited.when(replace(JOIN, by=Side.PROVIDER)).refused("own-invitation")
        invited.when(DeclineRelationship(Side.PROVIDER, "no")).refused("own-invitation")

    def test_nothing_begins_before_the_other_side_has_joined(self) -> None:
        invited.when(ADMIT).refused("not-joined")
        invited.when(EndRelationship(Side.CLIENT, "no")).refused("not-joined")
        nothing_yet.when(JOIN).refused("no-relationship")

    def test_nobody_is_invited_twice(self) -> None:
        invited.when(INVITE).refused("already-invited")
        joined.when(INVITE).refused("already-joined")

    def test_the_handshake_pins_both_sides_keys(self) -> None:
        state = RELATIONSHIP.replay([INVITED, JOINED])
        assert isinstance(state, Joined)
        assert state.keys == {Side.PROVIDER: NORTHWINDS, Side.CLIENT: ALPINES}


class TestInvitationsThatComeToNothing:
    def test_the_invited_side_declines(self) -> None:
        invited.when(DeclineRelationship(Side.CLIENT, "another provider")).then(
            RelationshipDeclined("another provider")
        ).when(JOIN).refused("invitation-over")

    def test_the_inviting_side_withdraws(self) -> None:
        invited.when(WithdrawInvitation(Side.PROVIDER, "wrong address")).then(
            RelationshipInvitationWithdrawn("wrong address")
        )
        invited.when(WithdrawInvitation(Side.CLIENT, "no")).refused("not-your-invitation")

    def test_it_lapses_at_the_instant_named_and_not_before(self) -> None:
        invited.when(LapseInvitation(ANSWER_BY - timedelta(microseconds=1))).then()
        invited.when(LapseInvitation(ANSWER_BY)).then(RelationshipInvitationLapsed())

    def test_it_is_not_joined_from_that_instant_recorded_or_not(self) -> None:
        invited.when(replace(JOIN, now=ANSWER_BY)).refused("invitation-lapsed")

    def test_one_without_a_limit_does_not_lapse(self) -> None:
        nothing_yet.given(replace(INVITED, answer_by=None)).when(
            LapseInvitation(datetime(2099, 1, 1, tzinfo=UTC))
        ).then()

    def test_one_that_was_accepted_does_not_lapse(self) -> None:
        joined.when(LapseInvitation(ANSWER_BY)).then()


class TestSides:
    def test_each_party_has_its_side_and_a_stranger_none(self) -> None:
        declined = RelationshipDeclined("no")
        histories: list[list[RelationshipFact]] = [
            [INVITED],
            [INVITED, JOINED],
            [INVITED, declined],
        ]
        for history in histories:
            state = RELATIONSHIP.replay(history)
            assert side_of(state, NORTHWIND) is Side.PROVIDER
            assert side_of(state, ALPINE) is Side.CLIENT
            assert side_of(state, AUDITOR) is None
            assert party_on(state, Side.CLIENT) == ALPINE

    def test_there_are_no_sides_before_the_invitation(self) -> None:
        assert side_of(RELATIONSHIP.initial, NORTHWIND) is None

    def test_it_is_open_from_joining_to_the_end(self) -> None:
        ended = RelationshipEnded(Side.CLIENT, "moved on")
        assert not is_open(RELATIONSHIP.replay([INVITED]))
        assert is_open(RELATIONSHIP.replay([INVITED, JOINED]))
        assert not is_open(RELATIONSHIP.replay([INVITED, JOINED, ended]))

    def test_either_side_ends_it_once(self) -> None:
        end = EndRelationship(Side.CLIENT, "moved on")
        joined.when(end).then(RelationshipEnded(Side.CLIENT, "moved on")).when(end).then()


class TestAuditors:
    def test_either_side_admits_an_auditor(self) -> None:
        joined.when(ADMIT).then(ADMITTED).when(ADMIT).then()

    def test_with_its_own_private_side_if_it_says_so(self) -> None:
        joined.when(replace(ADMIT, own_private_side=True)).then(
            replace(ADMITTED, grant=Grant(None, Side.CLIENT))
        )

    def test_neither_side_audits_itself_that_way(self) -> None:
        joined.when(replace(ADMIT, auditor=NORTHWIND)).refused("auditor-is-a-side")

    def test_an_admission_shows_something_for_some_time(self) -> None:
        joined.when(replace(ADMIT, streams=())).refused("nothing-to-audit")
        joined.when(replace(ADMIT, until=NOW)).refused("until-past")

    def test_an_admission_is_not_changed_under_its_old_name(self) -> None:
        joined.given(ADMITTED).when(replace(ADMIT, until=None)).refused("admission-exists")

    def test_only_the_side_that_admitted_dismisses(self) -> None:
        admitted = joined.given(ADMITTED)
        admitted.when(replace(DISMISS, by=Side.PROVIDER)).refused("not-your-auditor")
        admitted.when(DISMISS).then(AuditorDismissed(ADMISSION, "audit complete")).when(
            DISMISS
        ).then().when(ADMIT).refused("admission-exists")

    def test_nobody_is_dismissed_who_was_not_admitted(self) -> None:
        joined.when(DISMISS).refused("unknown-admission")

    def test_an_auditor_may_come_after_the_end(self) -> None:
        joined.given(RelationshipEnded(Side.CLIENT, "moved on")).when(ADMIT).then(ADMITTED)


def scope(*facts: RelationshipFact, at: datetime = NOW) -> Scope | None:
    return auditor_scope(RELATIONSHIP.replay([INVITED, JOINED, *facts]), AUDITOR, at)


class TestScope:
    def test_an_independent_auditor_sees_what_is_shared_and_no_private_file(self) -> None:
        seen = scope(ADMITTED)
        assert seen is not None
        assert seen.shows(CONTRACT)
        assert not seen.shows(INSIDE_IT, Side.PROVIDER)
        assert not seen.shows(INSIDE_IT, Side.CLIENT)

    def test_an_auditor_of_a_side_sees_that_sides_private_files_only(self) -> None:
        seen = scope(replace(ADMITTED, grant=Grant(None, Side.CLIENT)))
        assert seen is not None
        assert seen.shows(INSIDE_IT, Side.CLIENT)
        assert not seen.shows(INSIDE_IT, Side.PROVIDER)

    def test_named_streams_are_seen_with_all_inside_them_and_nothing_else(self) -> None:
        seen = scope(replace(ADMITTED, grant=Grant((NEGOTIATION,), Side.CLIENT)))
        assert seen is not None
        assert seen.shows(NEGOTIATION)
        assert seen.shows(INSIDE_IT, Side.CLIENT)
        assert not seen.shows(CONTRACT)
        assert not seen.shows(StreamId(f"{NEGOTIATION}1"))

    def test_two_admissions_do_not_lend_each_other_anything(self) -> None:
        whole = ADMITTED
        private = AuditorAdmitted(
            AdmissionId("AdmissionId-2"),
            AUDITOR,
            Side.PROVIDER,
            Grant((NEGOTIATION,), Side.PROVIDER),
            None,
        )
        seen = scope(whole, private)
        assert seen is not None
        assert seen.shows(CONTRACT)
        assert seen.shows(NEGOTIATION, Side.PROVIDER)
        assert not seen.shows(CONTRACT, Side.PROVIDER)

    @pytest.mark.parametrize(
        ("at", "seen"), [(UNTIL - timedelta(microseconds=1), True), (UNTIL, False)]
    )
    def test_it_ends_at_the_instant_named(self, at: datetime, *, seen: bool) -> None:
        assert (scope(ADMITTED, at=at) is not None) == seen

    def test_it_ends_with_dismissal_and_outlives_the_relationship(self) -> None:
        assert scope(ADMITTED, AuditorDismissed(ADMISSION, "complete")) is None
        assert scope(ADMITTED, RelationshipEnded(Side.CLIENT, "moved on")) is not None

    def test_a_party_never_admitted_has_none(self) -> None:
        assert scope() is None
        assert auditor_scope(RELATIONSHIP.initial, AUDITOR, NOW) is None


ANYTHING = st.lists(anything(Command), max_size=20)
AFTER_THE_HANDSHAKE = ANYTHING.map(lambda commands: [INVITE, JOIN, *commands])


class TestWhatAlwaysHolds:
    @MODEST
    @given(facts_in_any_order(RelationshipFact))
    def test_any_facts_in_any_order_replay(self, facts: list[RelationshipFact]) -> None:
        assert_evolve_is_total(RELATIONSHIP, facts)

    @MODEST
    @given(ANYTHING | AFTER_THE_HANDSHAKE)
    def test_the_same_command_twice_records_nothing_new(self, commands: list[Command]) -> None:
        assert_each_decided_once(RELATIONSHIP, commands)

    @MODEST
    @given(ANYTHING)
    def test_an_invitation_comes_to_one_end(self, commands: list[Command]) -> None:
        ends = (
            RelationshipJoined,
            RelationshipDeclined,
            RelationshipInvitationWithdrawn,
            RelationshipInvitationLapsed,
        )
        assert sum(isinstance(one, ends) for one in play(RELATIONSHIP, commands)) <= 1

    @MODEST
    @given(AFTER_THE_HANDSHAKE, st.sampled_from(MOMENTS))
    def test_no_auditor_sees_past_the_end_of_every_admission(
        self, commands: list[Command], at: datetime
    ) -> None:
        state = RELATIONSHIP.replay(play(RELATIONSHIP, commands))
        assert isinstance(state, Joined)
        for party in (NORTHWIND, ALPINE, AUDITOR):
            lasting = [
                one
                for one in state.admissions.values()
                if one.auditor == party and (one.until is None or at < one.until)
            ]
            assert (auditor_scope(state, party, at) is not None) == bool(lasting)

    @MODEST
    @given(AFTER_THE_HANDSHAKE)
    def test_no_side_ever_opens_the_others_private_files(self, commands: list[Command]) -> None:
        for one in play(RELATIONSHIP, commands):
            if isinstance(one, AuditorAdmitted):
                assert one.grant.private_side in (None, one.admitted_by)
                assert one.auditor not in (NORTHWIND, ALPINE)

    @MODEST
    @given(anything(RelationshipFact))
    def test_every_fact_survives_storage(self, fact: RelationshipFact) -> None:
        assert_survives_storage(fact)
