"""What holds for every contract, whatever is asked of it, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts import BERLIN, concluding, terms_for
from domain.contract.contract import (
    CONTRACT,
    AgreeTermination,
    AmendContract,
    BringIntoForce,
    ContractCommand,
    DeclineRenewal,
    EndContract,
    GiveNotice,
    LapseTerminationRight,
    OpenTerminationRight,
    RenewContract,
    WithdrawNotice,
)
from domain.contract.facts import (
    ContractAmended,
    ContractCameIntoForce,
    ContractConcluded,
    ContractExpired,
    ContractFact,
    ContractRenewed,
    ContractTerminated,
    Ground,
    RenewalDeclined,
    TerminationAgreed,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
)
from domain.contract.standing import InForce, Pending, earliest_end
from domain.decider import Refused
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from properties import (
    MODEST,
    MOMENTS,
    anything,
    assert_each_decided_once,
    assert_evolve_is_total,
    assert_survives_storage,
    facts_in_any_order,
)

NOTICE = {
    "by_provider": "P20D",
    "by_client": "P10D",
    "for_cause": "P5D",
    "for_chronic_failure": "P0D",
}
MONTHLY = {"kind": "automatic", "for": "P1M", "decline_by": "P10D"}
TERMS = [
    terms_for("2026-01-01", "2026-01-30", renewal={**MONTHLY, "at_most": 2}, notice=NOTICE),
    terms_for("2026-01-01", "2026-02-15", zone=BERLIN, renewal=MONTHLY, notice=NOTICE),
    terms_for("2026-01-01", "2026-03-01", notice=NOTICE),
    terms_for("2026-01-01", "2026-03-20", notice=NOTICE),
    terms_for("2026-01-01", None, notice=NOTICE),
]
POOLS: dict[Any, st.SearchStrategy[Any]] = {
    AgreementTerms: st.sampled_from(TERMS),
    Digest: st.sampled_from([terms.digest for terms in TERMS]),
    Ground: st.sampled_from([Ground.CONVENIENCE, Ground.CONVENIENCE, *Ground]),
    str: st.sampled_from(["one word", "one word", "another word"]),
    date | None: st.none() | st.sampled_from([moment.date() for moment in MOMENTS]),
}
COMMAND = anything(ContractCommand, POOLS)
CHANGING = [AmendContract, RenewContract, OpenTerminationRight, LapseTerminationRight]
ENDING = [DeclineRenewal, AgreeTermination, GiveNotice, GiveNotice, WithdrawNotice, EndContract]
AT_LAST = datetime(2099, 1, 1, tzinfo=UTC)


def _in_time(commands: list[Any]) -> list[Any]:
    """Let time go forward: a clock does not run backwards between two requests."""
    moments = sorted(one.now for one in commands if hasattr(one, "now"))
    return [replace(one, now=moments.pop(0)) if hasattr(one, "now") else one for one in commands]


def lives(*kinds: Any, on: Sequence[AgreementTerms] = TERMS) -> st.SearchStrategy[list[Any]]:
    """Return a strategy for what is asked of a contract in force, in the order of time."""
    asked = st.lists(st.one_of(*[anything(kind, POOLS) for kind in kinds]), min_size=3, max_size=12)
    return st.tuples(st.sampled_from(on), asked).map(
        lambda life: [
            concluding(life[0]),
            BringIntoForce(MOMENTS[0]),
            *_in_time(life[1]),
            EndContract(AT_LAST),
        ]
    )


LIVES = lives(*CHANGING, *ENDING)
ENDINGS = lives(RenewContract, WithdrawNotice, *ENDING)
FACTS = st.tuples(anything(ContractConcluded, POOLS), facts_in_any_order(ContractFact, POOLS)).map(
    lambda history: [history[0], *history[1]]
)


def lived(commands: Iterable[Any]) -> list[tuple[Any, Any, Any]]:
    """Return every fact of a life with the command and the state that led to it."""
    history: list[tuple[Any, Any, Any]] = []
    state = CONTRACT.initial
    for command in commands:
        try:
            facts = CONTRACT.decide(command, state)
        except Refused:
            continue
        history += [(command, state, fact) for fact in facts]
        state = CONTRACT.replay(facts, state)
    return history


def facts_of(commands: Iterable[Any]) -> list[Any]:
    """Return every fact of a life."""
    return [fact for _, _, fact in lived(commands)]


@MODEST
@given(facts_in_any_order(ContractFact, POOLS) | FACTS)
def test_any_facts_in_any_order_replay(facts: list[ContractFact]) -> None:
    assert_evolve_is_total(CONTRACT, facts)


@MODEST
@given(FACTS, st.lists(COMMAND, min_size=4, max_size=10))
def test_every_command_is_answered_whatever_happened_before(
    facts: list[ContractFact], commands: list[ContractCommand]
) -> None:
    state = CONTRACT.replay(facts)
    for command in commands:
        try:
            answer = CONTRACT.decide(command, state)
        except Refused as refusal:
            assert refusal.because  # noqa: PT017 - both answers are right, nothing else is
        else:
            assert isinstance(answer, list)


@MODEST
@given(st.lists(COMMAND, max_size=12) | LIVES)
def test_the_same_command_twice_records_nothing_new(commands: list[ContractCommand]) -> None:
    assert_each_decided_once(CONTRACT, commands)


@MODEST
@given(LIVES)
def test_versions_count_from_one_without_a_gap(commands: list[ContractCommand]) -> None:
    versions = [
        1 if isinstance(fact, ContractConcluded) else fact.version
        for fact in facts_of(commands)
        if isinstance(fact, ContractConcluded | ContractAmended)
    ]
    assert versions == list(range(1, len(versions) + 1))


@MODEST
@given(LIVES)
def test_a_contract_begins_once_comes_into_force_once_and_ends_at_most_once_and_last(
    commands: list[ContractCommand],
) -> None:
    kinds = [type(fact) for fact in facts_of([*commands, *commands])]
    assert kinds.count(ContractConcluded) == 1
    assert kinds[0] is ContractConcluded
    assert kinds.count(ContractCameIntoForce) == 1
    ends = [at for at, kind in enumerate(kinds) if kind in {ContractTerminated, ContractExpired}]
    assert ends in ([], [len(kinds) - 1])


@MODEST
@given(ENDINGS)
def test_nothing_ends_before_its_time_and_only_for_what_was_said(
    commands: list[ContractCommand],
) -> None:
    early: TerminationNoticeGiven | TerminationAgreed | None = None
    term: datetime | None = None
    for command, _, fact in lived(commands):
        match fact:
            case ContractConcluded() | ContractAmended() | ContractRenewed():
                term = fact.ends_at
            case TerminationNoticeGiven() | TerminationAgreed():
                early = fact
            case TerminationNoticeWithdrawn():
                assert isinstance(early, TerminationNoticeGiven)
                assert (early.notice, early.by) == (fact.notice, fact.by)
                early = None
            case ContractTerminated():
                assert isinstance(command, EndContract)
                assert early is not None
                assert fact.ended_at == early.ends_at <= command.now
            case ContractExpired():
                assert isinstance(command, EndContract)
                assert term is not None
                assert fact.ended_at == term <= command.now
                assert not isinstance(early, TerminationAgreed)
                assert early is None or early.ends_at > term
            case _:
                pass


@MODEST
@given(LIVES)
def test_no_notice_is_shorter_than_its_side_and_ground_allow(
    commands: list[ContractCommand],
) -> None:
    for command, state, fact in lived(commands):
        if isinstance(fact, TerminationNoticeGiven):
            assert isinstance(command, GiveNotice)
            assert isinstance(state, Pending | InForce)
            soonest = earliest_end(state.standing, fact.by, fact.ground, command.now)
            assert soonest is not None
            assert fact.ends_at >= soonest
            assert state.standing.ending is None


@MODEST
@given(lives(RenewContract, DeclineRenewal, AmendContract, on=TERMS[:2]))
def test_nothing_renews_against_a_refusal_and_every_renewal_goes_on_from_the_last_end(
    commands: list[ContractCommand],
) -> None:
    term: datetime | None = None
    declined = False
    for _, _, fact in lived(commands):
        match fact:
            case ContractConcluded():
                term = fact.ends_at
            case ContractAmended():
                declined = declined and fact.ends_at == term
                term = fact.ends_at
            case RenewalDeclined():
                declined = True
            case ContractRenewed():
                assert not declined
                assert term is not None
                assert fact.ends_at > term
                term = fact.ends_at
            case _:
                pass


@MODEST
@given(anything(ContractFact, POOLS))
def test_every_fact_survives_storage(fact: ContractFact) -> None:
    assert_survives_storage(fact)
