from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.requirements.commands import (
    AppointRequirementsEngineer,
    BaselineRequirements,
    FindFeasible,
    FindInfeasible,
    FormSlaTeam,
    MatchRequirement,
    OpenRequirements,
    ReopenRequirements,
    RequirementsCommand,
    StateRequirement,
    WithdrawRequirement,
)
from domain.requirements.facts import (
    Priority,
    RequirementFoundFeasible,
    RequirementFoundInfeasible,
    RequirementId,
    RequirementMatched,
    RequirementsBaselined,
    RequirementsEngineerAppointed,
    RequirementsFact,
    RequirementsOpened,
    RequirementsReopened,
    RequirementStated,
    RequirementWithdrawn,
    SlaTeamFormed,
    TeamMember,
)
from domain.requirements.requirements import REQUIREMENTS, Opened
from domain.services.facts import LevelId
from domain.values.canonical import digest_of
from domain.values.figures import Bound, Figure
from domain.values.ids import OfferingId, PersonId
from domain.values.sides import Side
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

ENGINEER, COLLEAGUE, BUYER = (PersonId(f"PersonId-{n}") for n in (1, 2, 3))
PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT
UPTIME = RequirementId("RequirementId-1")
SUPPORT = RequirementId("RequirementId-2")
OFFERING, GOLD = OfferingId("OfferingId-1"), LevelId("LevelId-1")
MEMBERS = (TeamMember(ENGINEER, "service level manager"), TeamMember(COLLEAGUE, "key account"))

OPEN = OpenRequirements(CLIENT, "Shop", "a shop that sells at night")
OPENED = RequirementsOpened("Shop", "a shop that sells at night", CLIENT)
FORM = FormSlaTeam(PROVIDER, MEMBERS)
FORMED = SlaTeamFormed(MEMBERS)
APPOINT = AppointRequirementsEngineer(PROVIDER, ENGINEER)
APPOINTED = RequirementsEngineerAppointed(ENGINEER)
STATE = StateRequirement(
    CLIENT,
    BUYER,
    UPTIME,
    "Order management",
    "availability",
    "it is there when people shop",
    Figure(Bound.AT_LEAST, Decimal("99.5"), "%"),
    "24 x 7",
    Priority.MUST,
    "a closed shop sells nothing",
)
STATED = RequirementStated(
    UPTIME,
    "Order management",
    "availability",
    "it is there when people shop",
    Figure(Bound.AT_LEAST, Decimal("99.5"), "%"),
    "24 x 7",
    Priority.MUST,
    "a closed shop sells nothing",
    CLIENT,
)
MATCH = MatchRequirement(PROVIDER, ENGINEER, UPTIME, OFFERING, GOLD, None)
MATCHED = RequirementMatched(UPTIME, OFFERING, GOLD, None)
BASELINE = BaselineRequirements(CLIENT, BUYER)
BASELINED = RequirementsBaselined(
    1,
    (UPTIME,),
    digest_of(
        [
            {
                "requirement": UPTIME,
                "subject": "Order management",
                "indicator": "availability",
                "wanted": "it is there when people shop",
                "figure": {"bound": "at least", "value": "99.5", "unit": "%"},
                "window": "24 x 7",
                "priority": "must",
                "rationale": "a closed shop sells nothing",
                "stated_by": "client",
            }
        ]
    ),
)

opened = Scenario(REQUIREMENTS).given(OPENED)
staffed = opened.given(FORMED, APPOINTED)
stated = staffed.given(STATED)
baselined = stated.given(MATCHED, BASELINED)


class TestTheTeam:
    def test_either_side_opens_a_sheet(self) -> None:
        Scenario(REQUIREMENTS).when(OPEN).then(OPENED).when(OPEN).then()

    def test_another_need_has_another_sheet(self) -> None:
        opened.when(replace(OPEN, title="Billing")).refused("already-opened")
        Scenario(REQUIREMENTS).when(STATE).refused("not-opened")

    def test_the_provider_forms_the_team_and_the_team_appoints_the_engineer(self) -> None:
        opened.when(FORM).then(FORMED).when(FORM).then().when(APPOINT).then(APPOINTED).when(
            APPOINT
        ).then()

    def test_the_client_does_neither(self) -> None:
        opened.when(replace(FORM, by=CLIENT)).refused("providers-own")
        opened.given(FORMED).when(replace(APPOINT, by=CLIENT)).refused("providers-own")

    def test_a_team_has_members_each_named_once(self) -> None:
        opened.when(FormSlaTeam(PROVIDER, ())).refused("empty-team")
        opened.when(FormSlaTeam(PROVIDER, MEMBERS * 2)).refused("member-twice")

    def test_the_engineer_is_one_of_the_team(self) -> None:
        opened.when(APPOINT).refused("not-in-team")
        opened.given(FORMED).when(replace(APPOINT, person=BUYER)).refused("not-in-team")

    def test_the_team_is_formed_anew_around_the_engineer(self) -> None:
        staffed.when(FormSlaTeam(PROVIDER, MEMBERS[:1])).then(SlaTeamFormed(MEMBERS[:1]))
        staffed.when(FormSlaTeam(PROVIDER, MEMBERS[1:])).refused("engineer-leaves-team")


class TestStating:
    def test_the_client_states_what_it_wants(self) -> None:
        opened.when(STATE).then(STATED).when(STATE).then()

    def test_the_engineer_states_it_on_the_clients_behalf(self) -> None:
        staffed.when(replace(STATE, by=PROVIDER, person=ENGINEER)).then(
            replace(STATED, stated_by=PROVIDER)
        )

    def test_nobody_else_on_the_providers_side_does(self) -> None:
        staffed.when(replace(STATE, by=PROVIDER, person=COLLEAGUE)).refused("not-the-engineer")
        opened.when(replace(STATE, by=PROVIDER, person=ENGINEER)).refused("not-the-engineer")

    def test_no_percentage_beyond_a_hundred_is_wanted(self) -> None:
        impossible = Figure(Bound.AT_LEAST, Decimal(101), "%")
        opened.when(replace(STATE, figure=impossible)).refused("not-a-percentage")

    def test_a_requirement_stated_anew_has_no_answer_yet(self) -> None:
        stated.given(MATCHED).when(replace(STATE, window="Mon-Fri")).then(
            replace(STATED, window="Mon-Fri")
        ).when(BASELINE).refused("must-unanswered")

    def test_a_requirement_is_withdrawn_for_good(self) -> None:
        withdraw = WithdrawRequirement(CLIENT, BUYER, UPTIME, "no shop at night")
        gone = stated.when(withdraw).then(RequirementWithdrawn(UPTIME, "no shop at night"))
        gone.when(withdraw).then()
        gone.when(STATE).refused("requirement-withdrawn")
        gone.when(MATCH).refused("requirement-withdrawn")

    def test_what_nobody_stated_is_neither_withdrawn_nor_matched(self) -> None:
        withdraw = WithdrawRequirement(CLIENT, BUYER, UPTIME, "no")
        staffed.when(withdraw).refused("unknown-requirement")
        staffed.when(MATCH).refused("unknown-requirement")


class TestFindingOut:
    def test_the_engineer_matches_a_requirement_with_a_level(self) -> None:
        stated.when(MATCH).then(MATCHED).when(MATCH).then()

    def test_the_engineer_tells_that_it_can_be_met_and_how(self) -> None:
        feasible = FindFeasible(PROVIDER, ENGINEER, UPTIME, ("a second data centre",))
        stated.when(feasible).then(
            RequirementFoundFeasible(UPTIME, ("a second data centre",))
        ).when(feasible).then()

    def test_a_verdict_may_change(self) -> None:
        infeasible = FindInfeasible(PROVIDER, ENGINEER, UPTIME, "power fails", "at least 99 %")
        stated.given(RequirementFoundFeasible(UPTIME, ())).when(infeasible).then(
            RequirementFoundInfeasible(UPTIME, "power fails", "at least 99 %")
        ).when(infeasible).then()

    def test_it_is_neither_the_clients_nor_a_colleagues_to_find(self) -> None:
        stated.when(replace(MATCH, by=CLIENT)).refused("providers-own")
        stated.when(replace(MATCH, person=COLLEAGUE)).refused("not-the-engineer")


class TestBaseline:
    def test_what_must_be_had_is_answered_first(self) -> None:
        stated.when(BASELINE).refused("must-unanswered")
        stated.given(MATCHED).when(BASELINE).then(BASELINED).when(BASELINE).then()

    def test_a_bad_verdict_is_an_answer_too(self) -> None:
        stated.given(RequirementFoundInfeasible(UPTIME, "power fails", None)).when(BASELINE).then(
            BASELINED
        )

    def test_what_should_be_had_can_wait(self) -> None:
        should = replace(STATED, requirement=SUPPORT, priority=Priority.SHOULD)
        (baseline,) = stated.given(MATCHED, should).when(BASELINE).facts()
        assert baseline.requirements == (UPTIME, SUPPORT)

    def test_there_is_something_to_baseline(self) -> None:
        staffed.when(BASELINE).refused("nothing-to-baseline")

    def test_the_engineer_may_settle_it_and_a_colleague_may_not(self) -> None:
        matched = stated.given(MATCHED)
        matched.when(BaselineRequirements(PROVIDER, ENGINEER)).then(BASELINED)
        matched.when(BaselineRequirements(PROVIDER, COLLEAGUE)).refused("not-the-engineer")

    def test_a_baseline_stands_until_it_is_reopened(self) -> None:
        restate = replace(STATE, window="Mon-Fri")
        baselined.when(restate).refused("baselined")
        baselined.when(WithdrawRequirement(CLIENT, BUYER, UPTIME, "no")).refused("baselined")
        reopen = ReopenRequirements(CLIENT, BUYER, "nights are quiet")
        reopened = baselined.when(reopen).then(RequirementsReopened(2, "nights are quiet"))
        reopened.when(reopen).then().when(restate).then(replace(STATED, window="Mon-Fri"))

    def test_the_next_baseline_has_the_next_number(self) -> None:
        again = baselined.given(RequirementsReopened(2, "nights are quiet"))
        again.when(BASELINE).then(replace(BASELINED, baseline=2))

    def test_a_verdict_changes_no_statement_and_may_come_after_the_baseline(self) -> None:
        baselined.when(FindFeasible(PROVIDER, ENGINEER, UPTIME, ())).then(
            RequirementFoundFeasible(UPTIME, ())
        )


COMMANDS = st.lists(anything(RequirementsCommand), max_size=25).map(
    lambda commands: [OPEN, FORM, APPOINT, STATE, *commands]
)


class TestWhatAlwaysHolds:
    @MODEST
    @given(facts_in_any_order(RequirementsFact))
    def test_any_facts_in_any_order_replay(self, facts: list[RequirementsFact]) -> None:
        assert_evolve_is_total(REQUIREMENTS, facts)

    @MODEST
    @given(COMMANDS)
    def test_the_same_command_twice_records_nothing_new(
        self, commands: list[RequirementsCommand]
    ) -> None:
        assert_each_decided_once(REQUIREMENTS, commands)

    @MODEST
    @given(COMMANDS)
    def test_the_engineer_is_always_on_the_team(self, commands: list[RequirementsCommand]) -> None:
        sheet = REQUIREMENTS.replay(play(REQUIREMENTS, commands))
        assert isinstance(sheet, Opened)
        assert sheet.engineer in {member.person for member in sheet.team}

    @MODEST
    @given(COMMANDS)
    def test_a_standing_baseline_is_the_sheet_and_answers_every_must(
        self, commands: list[RequirementsCommand]
    ) -> None:
        sheet = REQUIREMENTS.replay(play(REQUIREMENTS, [*commands, MATCH, BASELINE]))
        assert isinstance(sheet, Opened)
        if sheet.baseline is not None:
            assert set(sheet.baseline.requirements) == set(sheet.requirements)
            assert sheet.unanswered() == ()

    @MODEST
    @given(COMMANDS)
    def test_baselines_are_numbered_one_by_one(self, commands: list[RequirementsCommand]) -> None:
        history = play(REQUIREMENTS, commands)
        numbers = [one.baseline for one in history if isinstance(one, RequirementsBaselined)]
        assert numbers == list(range(1, len(numbers) + 1))

    @MODEST
    @given(anything(RequirementsFact))
    def test_every_fact_survives_storage(self, fact: RequirementsFact) -> None:
        assert_survives_storage(fact)
