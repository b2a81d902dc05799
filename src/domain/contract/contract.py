"""The contract: concluded by signatures, in force from its first day, changed only by both.

Amendment, renewal by agreement and end by consent are negotiated elsewhere; here is their outcome.
What one side may do alone: decline a renewal, give notice, take its notice back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import assert_never

from domain.contract import ending, rights
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
    TerminationRightLapsed,
    TerminationRightOpened,
)
from domain.contract.standing import (
    ContractState,
    Ended,
    Ending,
    InForce,
    NotConcluded,
    Pending,
    Standing,
    amended_end,
    begins_at,
    ends_at,
    first_rule,
)
from domain.decider import Decider, Refused, command
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.ids import NegotiationId, OfferId, PartyId
from domain.values.sides import Side


@command
class ConcludeContract:
    """Record that both sides signed a first version."""

    provider: PartyId
    client: PartyId
    negotiation: NegotiationId
    offer: OfferId
    terms: AgreementTerms
    terms_digest: Digest


@command
class AmendContract:
    """Record that both sides signed a further version; it governs from an instant on."""

    negotiation: NegotiationId
    offer: OfferId
    terms: AgreementTerms
    terms_digest: Digest
    effective_from: datetime


@command
class AgreeTermination:
    """Record that both sides signed terms that end earlier."""

    negotiation: NegotiationId
    offer: OfferId
    terms: AgreementTerms
    terms_digest: Digest


@command
class BringIntoForce:
    """Record that the first day has begun."""

    now: datetime


@command
class DeclineRenewal:
    """Say that the contract shall not go on by itself."""

    by: Side
    because: str
    now: datetime


@command
class RenewContract:
    """Record that nobody declined in time and the contract goes on."""

    now: datetime


@command
class OpenTerminationRight:
    """Record that repeated misses give the right to end the contract, before ``until``."""

    objective: str
    because: str
    until: datetime | None = None


@command
class LapseTerminationRight:
    """Record that the right from missing an objective was not used in time."""

    objective: str
    now: datetime


@command
class GiveNotice:
    """End the contract early; on ``last_day``, or as soon as the notice period allows."""

    notice: str
    by: Side
    ground: Ground
    because: str
    last_day: date | None
    now: datetime


@command
class WithdrawNotice:
    """Take one's notice back before it takes effect."""

    notice: str
    by: Side
    now: datetime


@command
class EndContract:
    """Record that the end has come: by notice, by agreement, or because the term is over."""

    now: datetime


ContractCommand = (
    ConcludeContract
    | AmendContract
    | AgreeTermination
    | BringIntoForce
    | DeclineRenewal
    | RenewContract
    | OpenTerminationRight
    | LapseTerminationRight
    | GiveNotice
    | WithdrawNotice
    | EndContract
)


def decide(command: ContractCommand, state: ContractState) -> list[ContractFact]:
    """Answer a command with the facts it leads to, none if they are recorded already.

    Raises Refused, by rule: already-concluded, blank-reason, contract-ended,
    contract-not-concluded, effective-outside-term, ending-already, no-automatic-renewal,
    no-last-day, no-termination-right, not-due, not-your-notice, notice-too-short,
    renewal-decided, termination-right-lapsed, unknown-notice.
    """
    match state:
        case NotConcluded():
            return _conclude(command)
        case Pending(standing=standing) | InForce(standing=standing):
            return _live(command, standing, in_force=isinstance(state, InForce))
        case Ended():
            return _look_back(command, state)
        case _:
            assert_never(state)


def _conclude(command: ContractCommand) -> list[ContractFact]:
    if not isinstance(command, ConcludeContract):
        raise Refused("contract-not-concluded", "both sides have to sign first")
    return [
        ContractConcluded(
            command.provider,
            command.client,
            command.negotiation,
            command.offer,
            command.terms,
            command.terms_digest,
            begins_at(command.terms),
            ends_at(command.terms),
        )
    ]


def _live(command: ContractCommand, standing: Standing, *, in_force: bool) -> list[ContractFact]:
    match command:
        case ConcludeContract(offer=offer):
            if offer == standing.offer and standing.version == 1:
                return []
            raise Refused("already-concluded", "this contract is concluded: amend it instead")
        case AmendContract():
            return _amend(command, standing)
        case AgreeTermination():
            return _agree_termination(command, standing)
        case BringIntoForce(now=now):
            return _bring_into_force(standing, now, in_force=in_force)
        case DeclineRenewal(by=by, because=because, now=now):
            return ending.decline_renewal(standing, RenewalDeclined(by, because), now)
        case RenewContract(now=now):
            return ending.renew(standing, now)
        case OpenTerminationRight(objective=objective, because=because, until=until):
            opened = TerminationRightOpened(objective, because, until)
            return rights.open_right(standing, opened)
        case LapseTerminationRight(objective=objective, now=now):
            return rights.lapse_right(standing, objective, now)
        case GiveNotice(notice=notice, by=by, ground=ground, because=because):
            given = ending.Notice(notice, by, ground, because, command.last_day)
            return ending.give_notice(standing, given, command.now)
        case WithdrawNotice(notice=notice, by=by, now=now):
            return ending.withdraw_notice(standing, notice, by, now)
        case EndContract(now=now):
            return ending.end(standing, now)
        case _:
            assert_never(command)


def _look_back(command: ContractCommand, ended: Ended) -> list[ContractFact]:
    match command:
        case EndContract() | BringIntoForce() | RenewContract() | LapseTerminationRight():
            return []
        case _:
            raise Refused("contract-ended", f"this contract ended at {ended.ended_at}")


def _amend(command: AmendContract, standing: Standing) -> list[ContractFact]:
    if command.offer == standing.offer:
        return []
    if command.effective_from < standing.begins_at:
        raise Refused(
            "effective-outside-term",
            f"the contract begins at {standing.begins_at}: an amendment cannot govern before",
            place="effective_from",
        )
    end = amended_end(standing, command.terms)
    if end is not None and command.effective_from >= end:
        raise Refused(
            "effective-outside-term",
            f"on these terms the contract ends at {end}: an amendment governs from before then",
            place="effective_from",
        )
    return [
        ContractAmended(
            standing.version + 1,
            command.negotiation,
            command.offer,
            command.terms,
            command.terms_digest,
            command.effective_from,
            end,
        )
    ]


def _agree_termination(command: AgreeTermination, standing: Standing) -> list[ContractFact]:
    end = ends_at(command.terms)
    if end is None:
        raise Refused("no-last-day", "terms that end a contract name its last day", place="ends")
    agreed = TerminationAgreed(command.negotiation, command.offer, command.terms_digest, end)
    return ending.agree_termination(standing, agreed)


def _bring_into_force(standing: Standing, now: datetime, *, in_force: bool) -> list[ContractFact]:
    if in_force:
        return []
    if now < standing.begins_at:
        raise Refused("not-due", f"the contract begins at {standing.begins_at}")
    return [ContractCameIntoForce()]


def evolve(state: ContractState, fact: ContractFact) -> ContractState:
    """Replay one fact. Total: a fact that meets an unexpected state leaves it as it is."""
    match fact, state:
        case ContractConcluded(), NotConcluded():
            return Pending(
                Standing(
                    fact.provider,
                    fact.client,
                    1,
                    fact.terms,
                    fact.terms_digest,
                    fact.begins_at,
                    fact.ends_at,
                    offer=fact.offer,
                    notice_rules=(first_rule(fact.terms),),
                )
            )
        case ContractCameIntoForce(), Pending(standing=standing):
            return InForce(standing)
        case ContractTerminated(ground=ground, ended_at=at), Pending() | InForce():
            return Ended(state.standing, at, ground)
        case ContractExpired(ended_at=at), Pending() | InForce():
            return Ended(state.standing, at, None)
        case _, Pending() | InForce():
            return replace(state, standing=_after(state.standing, fact))
        case _:
            return state


def _after(standing: Standing, fact: ContractFact) -> Standing:
    match fact:
        case ContractAmended():
            return standing.amended(fact)
        case RenewalDeclined(by=by):
            return replace(standing, declined=standing.declined | {by})
        case ContractRenewed(renewals=renewals, ends_at=end):
            return standing.renewed(renewals, end)
        case TerminationRightOpened():
            return rights.with_right(standing, fact)
        case TerminationRightLapsed():
            return rights.without_right(standing, fact)
        case TerminationNoticeGiven(notice=notice, by=by, ground=ground, ends_at=end):
            return replace(standing, ending=Ending(ground, end, notice, by))
        case TerminationNoticeWithdrawn():
            return replace(standing, ending=None)
        case TerminationAgreed(ends_at=end):
            return replace(standing, ending=Ending(Ground.BY_AGREEMENT, end))
        case _:
            return standing


CONTRACT: Decider[ContractCommand, ContractState, ContractFact] = Decider(
    "contract", decide, evolve, NotConcluded()
)
