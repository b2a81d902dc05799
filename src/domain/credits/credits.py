"""The credits of a contract: a period is settled, its credits are claimed, granted and applied.

One stream for each contract. A statement is never edited: what changes later is restated, with the
difference as a line of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from domain.credits import claiming, stating
from domain.credits.account import (
    EXACTLY,
    Account,
    Claimable,
    Claimed,
    Entry,
    Granted,
    Lapsed,
    NothingDue,
    Rejected,
    Standing,
    first_standing,
    restated_standing,
)
from domain.credits.commands import (
    AdmitClaim,
    ApplyCredit,
    ClaimCredit,
    CreditCommand,
    GrantCredit,
    IssueStatement,
    LapseClaim,
    RejectClaim,
    RestateStatement,
    WithdrawClaim,
)
from domain.credits.facts import (
    ClaimLapsed,
    ClaimRejected,
    ClaimWithdrawn,
    CreditApplied,
    CreditClaimed,
    CreditFact,
    CreditGranted,
    StatementIssued,
    StatementRestated,
)
from domain.decider import Decider


def decide(command: CreditCommand, state: Account) -> list[CreditFact]:
    """Answer a command with the facts it leads to, none if they are recorded already.

    Raises Refused, by rule: already-settled, blank-reason, claim-answered, claim-in-time,
    claim-too-late, more-than-due, more-than-stated, not-claimable, not-claimed, not-granted,
    not-settled, not-turned-down, not-your-move, other-currency, reference-used, unknown-credit.
    """
    match command:
        case IssueStatement(settlement=settlement):
            return stating.issue(settlement, state)
        case RestateStatement(settlement=settlement, because=because):
            return stating.restate(settlement, because, state)
        case ClaimCredit():
            return claiming.claim(command, state)
        case WithdrawClaim(credit=credit, by=by):
            return claiming.withdraw(credit, by, state)
        case LapseClaim(credit=credit, now=now):
            return claiming.lapse(credit, now, state)
        case AdmitClaim(credit=credit, by=by):
            return claiming.admit(credit, by, state)
        case RejectClaim(credit=credit, by=by, because=because):
            return claiming.reject(credit, by, because, state)
        case GrantCredit():
            return claiming.grant(command, state)
        case ApplyCredit():
            return claiming.apply(command, state)
        case _:
            assert_never(command)


def evolve(state: Account, fact: CreditFact) -> Account:
    """Replay one fact. Total: a fact that meets an unexpected state leaves it as it is."""
    match fact:
        case StatementIssued():
            return _with_statement(state, fact)
        case StatementRestated():
            return _with_restatement(state, fact)
        case _:
            standing = state.standing(fact.credit)
            return state if standing is None else _after(state, fact, standing)


def _with_statement(state: Account, fact: StatementIssued) -> Account:
    entries = {
        one.credit: Entry(
            one.credit,
            one.objective,
            one.kind,
            fact.first,
            fact.last,
            fact.statement,
            one.amount,
            first_standing(one),
        )
        for one in fact.stated
    }
    return _recorded(state, fact, entries, [one.objective for one in fact.stated])


def _with_restatement(state: Account, fact: StatementRestated) -> Account:
    entries = {}
    for one in fact.restated:
        known = state.entries.get(one.credit)
        standing = NothingDue() if known is None else known.standing
        entries[one.credit] = Entry(
            one.credit,
            one.objective,
            one.kind,
            fact.first,
            fact.last,
            fact.statement,
            one.after,
            restated_standing(standing, one),
        )
    return _recorded(state, fact, entries, [one.objective for one in fact.restated])


def _recorded(
    state: Account,
    fact: StatementIssued | StatementRestated,
    entries: dict[str, Entry],
    objectives: list[str],
) -> Account:
    digests = (*state.digests, fact.digest)
    latest = {(fact.period, name): len(digests) for name in objectives}
    return Account({**state.entries, **entries}, digests, fact.currency, {**state.latest, **latest})


def _after(state: Account, fact: CreditFact, standing: Standing) -> Account:
    match fact, standing:
        case CreditClaimed(credit=credit, answer_by=by), Claimable(amount=amount, until=until):
            return state.with_standing(credit, Claimed(amount, until, by))
        case ClaimWithdrawn(credit=credit), Claimed(amount=amount, until=until):
            return state.with_standing(credit, Claimable(amount, until))
        case ClaimLapsed(credit=credit), Claimable(amount=amount):
            return state.with_standing(credit, Lapsed(amount))
        case ClaimRejected(credit=credit, because=because), Claimed(amount=amount):
            return state.with_standing(credit, Rejected(amount, because))
        case CreditGranted(credit=credit, amount=amount), _ if not isinstance(standing, Granted):
            return state.with_standing(credit, Granted(amount))
        case CreditApplied(credit=credit, amount=amount, reference=reference), Granted():
            applied = replace(
                standing,
                applied=EXACTLY.add(standing.applied, amount),
                references={**standing.references, reference: amount},
            )
            return state.with_standing(credit, applied)
        case _:
            return state


CREDITS: Decider[CreditCommand, Account, CreditFact] = Decider("credits", decide, evolve, Account())
