from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decider import Refused
from domain.negotiation.position import (
    POSITION,
    GiveApproval,
    MakeNote,
    PositionCommand,
    RecordAssessment,
    RefuseApproval,
    ReleaseOffer,
    RequestApproval,
    SaveDraft,
    SetReservePosition,
)
from domain.negotiation.position_facts import (
    REQUIRED_APPROVALS,
    ApprovalGiven,
    ApprovalKind,
    ApprovalRefused,
    ApprovalRequested,
    DraftSaved,
    FeasibilityAssessed,
    NoteMade,
    OfferReleased,
    PositionFact,
    ReservePositionSet,
    Verdict,
)
from domain.values.canonical import Digest
from domain.values.sides import Side
from negotiations import ADA, AVAILABILITY, BO, CLIENT, PROVIDER
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

TECHNICAL, COMMERCIAL, MANDATE = ApprovalKind
TERMS, OTHER_TERMS = Digest("sha256:these"), Digest("sha256:others")


def position(*facts: PositionFact) -> Scenario:
    return Scenario(POSITION).given(*facts)


def given_all(side: Side, digest: Digest = TERMS) -> list[PositionFact]:
    return [ApprovalGiven(side, kind, digest, ADA) for kind in sorted(REQUIRED_APPROVALS[side])]


class TestReleasingAFirmOffer:
    @pytest.mark.parametrize("side", list(Side))
    def test_terms_leave_the_house_once_with_every_approval_of_their_side(self, side: Side) -> None:
        release = ReleaseOffer(side, TERMS)
        position(*given_all(side)).when(release).then(OfferReleased(side, TERMS)).when(
            release
        ).then()

    @pytest.mark.parametrize(
        ("side", "kind"),
        [(side, kind) for side in Side for kind in sorted(REQUIRED_APPROVALS[side])],
    )
    def test_none_of_them_may_be_missing(self, side: Side, kind: ApprovalKind) -> None:
        others = [
            one
            for one in given_all(side)
            if isinstance(one, ApprovalGiven) and one.kind is not kind
        ]
        with pytest.raises(Refused) as refusal:
            position(*others).when(ReleaseOffer(side, TERMS)).facts()
        assert refusal.value.rule == "approval-missing"
        assert [finding["place"] for finding in refusal.value.findings] == [kind]

    def test_a_provider_needs_three_approvals_and_a_client_two(self) -> None:
        assert REQUIRED_APPROVALS[PROVIDER] == {TECHNICAL, COMMERCIAL, MANDATE}
        assert REQUIRED_APPROVALS[CLIENT] == {COMMERCIAL, MANDATE}

    def test_approvals_of_other_terms_do_not_count(self) -> None:
        other = position(*given_all(PROVIDER, OTHER_TERMS))
        other.when(ReleaseOffer(PROVIDER, TERMS)).refused("approval-missing")

    def test_an_approval_that_is_only_asked_for_does_not_count(self) -> None:
        asked = ApprovalRequested(CLIENT, MANDATE, TERMS)
        position(ApprovalGiven(CLIENT, COMMERCIAL, TERMS, ADA), asked).when(
            ReleaseOffer(CLIENT, TERMS)
        ).refused("approval-missing")

    def test_an_approval_that_was_refused_later_does_not_count(self) -> None:
        refused = ApprovalRefused(CLIENT, MANDATE, TERMS, BO, "too dear")
        position(*given_all(CLIENT), refused).when(ReleaseOffer(CLIENT, TERMS)).refused(
            "approval-missing"
        )


class TestApprovals:
    REQUEST = RequestApproval(PROVIDER, TECHNICAL, TERMS)
    REQUESTED = ApprovalRequested(PROVIDER, TECHNICAL, TERMS)
    GIVE = GiveApproval(PROVIDER, TECHNICAL, TERMS, ADA)
    GIVEN = ApprovalGiven(PROVIDER, TECHNICAL, TERMS, ADA)
    REFUSE = RefuseApproval(PROVIDER, TECHNICAL, TERMS, BO, "no second site")
    REFUSED = ApprovalRefused(PROVIDER, TECHNICAL, TERMS, BO, "no second site")

    def test_an_approval_is_asked_for_once_and_given_once(self) -> None:
        position().when(self.REQUEST).then(self.REQUESTED).when(self.REQUEST).then().when(
            self.GIVE
        ).then(self.GIVEN).when(self.GIVE).then().when(self.REQUEST).then()

    def test_an_approval_can_be_given_unasked(self) -> None:
        position().when(self.GIVE).then(self.GIVEN)

    def test_a_refusal_has_a_reason_and_is_recorded_once(self) -> None:
        position(self.REQUESTED).when(replace(self.REFUSE, because=" ")).refused("blank-reason")
        position(self.REQUESTED).when(self.REFUSE).then(self.REFUSED).when(self.REFUSE).then()

    def test_after_a_refusal_it_can_be_asked_for_and_given_again(self) -> None:
        refused = position(self.REFUSED)
        refused.when(self.REQUEST).then(self.REQUESTED)
        refused.when(self.GIVE).then(self.GIVEN)

    def test_an_approval_given_can_be_taken_back(self) -> None:
        position(self.GIVEN).when(self.REFUSE).then(self.REFUSED)

    @pytest.mark.parametrize("move", [REQUEST, GIVE, REFUSE], ids=lambda move: type(move).__name__)
    def test_a_client_needs_no_technical_approval(
        self, move: RequestApproval | GiveApproval | RefuseApproval
    ) -> None:
        position().when(replace(move, side=CLIENT)).refused("approval-not-needed")

    def test_each_set_of_terms_is_approved_on_its_own(self) -> None:
        position(self.GIVEN).when(replace(self.GIVE, terms_digest=OTHER_TERMS)).then(
            replace(self.GIVEN, terms_digest=OTHER_TERMS)
        )


class TestOneSidesOwnFile:
    def test_a_draft_need_not_hold_together_and_is_saved_once(self) -> None:
        save = SaveDraft(PROVIDER, {"title": "Half an idea"}, "for Monday")
        saved = DraftSaved(PROVIDER, {"title": "Half an idea"}, "for Monday")
        position().when(save).then(saved).when(save).then().when(replace(save, note="")).then(
            replace(saved, note="")
        )

    def test_a_note_has_words_and_is_made_once(self) -> None:
        note = MakeNote(CLIENT, "note-1", "they need the reference", AVAILABILITY)
        made = NoteMade(CLIENT, "note-1", "they need the reference", AVAILABILITY)
        position().when(note).then(made).when(note).then()
        position().when(replace(note, text="")).refused("empty-note")

    def test_a_reserve_position_moves(self) -> None:
        settle = SetReservePosition(CLIENT, AVAILABILITY, "99.5", "the shop stands still")
        settled = ReservePositionSet(CLIENT, AVAILABILITY, "99.5", "the shop stands still")
        position().when(settle).then(settled).when(settle).then().when(
            replace(settle, value="99.0")
        ).then(replace(settled, value="99.0"))

    def test_feasibility_is_assessed_technically_and_commercially(self) -> None:
        assess = RecordAssessment(
            PROVIDER, TERMS, Verdict.FEASIBLE, Verdict.WITH_CONDITIONS, ("a second site",)
        )
        assessed = FeasibilityAssessed(
            PROVIDER, TERMS, Verdict.FEASIBLE, Verdict.WITH_CONDITIONS, ("a second site",)
        )
        position().when(assess).then(assessed).when(assess).then().when(
            replace(assess, technical=Verdict.INFEASIBLE)
        ).then(replace(assessed, technical=Verdict.INFEASIBLE))


POOLS: dict[Any, st.SearchStrategy[Any]] = {
    Digest: st.sampled_from([TERMS, OTHER_TERMS]),
    dict[str, Any]: st.sampled_from([{}, {"title": "Half an idea"}]),
}
COMMANDS = st.lists(anything(PositionCommand, POOLS), max_size=20)


class TestWhatAlwaysHolds:
    @MODEST
    @given(facts_in_any_order(PositionFact, POOLS))
    def test_any_facts_in_any_order_replay(self, facts: list[PositionFact]) -> None:
        assert_evolve_is_total(POSITION, facts)

    @MODEST
    @given(COMMANDS)
    def test_the_same_command_twice_records_nothing_new(
        self, commands: list[PositionCommand]
    ) -> None:
        asked = [
            GiveApproval(PROVIDER, kind, TERMS, ADA)
            for kind in sorted(REQUIRED_APPROVALS[PROVIDER])
        ]
        release = ReleaseOffer(PROVIDER, TERMS)
        assert_each_decided_once(POSITION, [*commands, *asked, release, *commands])

    @MODEST
    @given(st.permutations([*given_all(PROVIDER), *given_all(CLIENT)]), COMMANDS)
    def test_no_terms_are_released_unless_every_approval_stands(
        self, approvals: list[ApprovalGiven], commands: list[PositionCommand]
    ) -> None:
        asked = [GiveApproval(one.side, one.kind, one.terms_digest, one.by) for one in approvals]
        history = play(POSITION, [*asked[:4], *commands, *asked[4:], ReleaseOffer(PROVIDER, TERMS)])
        for at, fact in enumerate(history):
            if isinstance(fact, OfferReleased):
                standing = {
                    one.kind: isinstance(one, ApprovalGiven)
                    for one in history[:at]
                    if isinstance(one, ApprovalGiven | ApprovalRefused | ApprovalRequested)
                    and one.terms_digest == fact.terms_digest
                }
                assert all(standing.get(kind) for kind in REQUIRED_APPROVALS[fact.side])

    @MODEST
    @given(anything(PositionFact, POOLS))
    def test_every_fact_survives_storage(self, fact: PositionFact) -> None:
        assert_survives_storage(fact)
