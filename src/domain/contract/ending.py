"""How a contract goes on or ends: renewal and its refusal, notice, agreed end, the end itself."""

from __future__ import annotations

from datetime import date, datetime

from domain.contract.facts import (
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
from domain.contract.rights import refuse_if_lapsed
from domain.contract.standing import (
    ONE_DAY,
    Ending,
    Standing,
    comes_to_end_at,
    declinable_until,
    earliest_end,
    governing_notice,
    renewal_decided_at,
    renewed_until,
)
from domain.decider import Refused, state
from domain.values.periods import midnight
from domain.values.sides import Side


def decline_renewal(
    standing: Standing, declined: RenewalDeclined, now: datetime
) -> list[ContractFact]:
    """Keep the contract from going on by itself, in time."""
    if declined.by in standing.declined:
        return []
    deadline = declinable_until(standing)
    if deadline is None:
        raise Refused("no-automatic-renewal", "this contract does not renew by itself")
    if now >= deadline:
        raise Refused("renewal-decided", f"a renewal could be declined until {deadline}")
    return [declined]


def renew(standing: Standing, now: datetime) -> list[ContractFact]:
    """Record every renewal decided by now, so that recording them a second time adds nothing."""
    renewals: list[ContractFact] = []
    while (decided := renewal_decided_at(standing)) is not None and now >= decided:
        until = renewed_until(standing)
        if until is None:
            break
        renewals.append(ContractRenewed(standing.renewals + 1, until))
        standing = standing.renewed(standing.renewals + 1, until)
    if renewals:
        return renewals
    if decided is None:
        raise Refused("no-automatic-renewal", "this contract does not renew by itself")
    raise Refused("not-due", f"a renewal can be declined until {decided}")


def agree_termination(standing: Standing, agreed: TerminationAgreed) -> list[ContractFact]:
    """End the contract when both sides signed that it ends."""
    known = standing.ending == Ending(Ground.BY_AGREEMENT, agreed.ends_at)
    return [] if known else [agreed]


@state
class Notice:
    """A notice as a side writes it; without ``last_day`` it ends things as soon as it may."""

    id: str
    by: Side
    ground: Ground
    because: str
    last_day: date | None


def give_notice(standing: Standing, notice: Notice, now: datetime) -> list[ContractFact]:
    """End the contract early on a ground the terms give, no sooner than they allow."""
    ending = standing.ending
    if ending is not None and ending.notice == notice.id:
        return []
    if ending is not None:
        raise _ending_already(ending.ends_at)
    if not notice.because.strip():
        raise Refused("blank-reason", "say why the contract is to end", place="because")
    end = _notice_ends(standing, notice, now)
    over = standing.ends_at
    if over is not None and over <= end and renewal_decided_at(standing) is None:
        raise _ending_already(over)  # nothing renews it, so the notice would come to nothing
    return [TerminationNoticeGiven(notice.id, notice.by, notice.ground, notice.because, end)]


def _notice_ends(standing: Standing, notice: Notice, now: datetime) -> datetime:
    """Return when the notice takes effect: as asked for, if that is not too soon."""
    by, ground = notice.by, notice.ground
    earliest = earliest_end(standing, by, ground, now)
    unopened = ground is Ground.CHRONIC_FAILURE and not standing.rights
    if earliest is None or unopened or by is _without_right(ground):
        raise Refused(
            "no-termination-right",
            f"the terms give the {by} no right to end this for {ground} now",
            place="ground",
        )
    if ground is Ground.CHRONIC_FAILURE:
        refuse_if_lapsed(standing, now)
    if notice.last_day is None:
        return earliest
    end = midnight(notice.last_day + ONE_DAY, governing_notice(standing, now).zone)
    if end < earliest:
        raise Refused(
            "notice-too-short",
            f"notice given now can end the contract at {earliest} at the earliest",
            place="last_day",
        )
    return end


def _without_right(ground: Ground) -> Side | None:
    """Return the side that cannot rely on a ground: a provider gains none by failing itself."""
    return Side.PROVIDER if ground is Ground.CHRONIC_FAILURE else None


def _ending_already(at: datetime) -> Refused:
    return Refused("ending-already", f"this contract ends at {at} already")


def withdraw_notice(standing: Standing, notice: str, by: Side, now: datetime) -> list[ContractFact]:
    """Take one's own notice back while it has no effect yet."""
    ending = standing.ending
    if ending is None or ending.notice != notice:
        raise Refused("unknown-notice", f"no notice {notice} is running here")
    if ending.by is not by:
        raise Refused("not-your-notice", f"only the {ending.by} can take its notice back")
    if now >= ending.ends_at:
        raise Refused("contract-ended", f"the notice took effect at {ending.ends_at}")
    return [TerminationNoticeWithdrawn(notice, by)]


def end(standing: Standing, now: datetime) -> list[ContractFact]:
    """Record the end that comes first: by notice or agreement, or because the term is over."""
    over = comes_to_end_at(standing)
    if over is None or now < over:
        raise Refused("not-due", "the end of this contract has not come")
    if renewal_decided_at(standing) is not None:
        raise Refused("not-due", "this contract renews by itself: record the renewal first")
    ending = standing.ending
    if ending is not None and ending.ends_at == over:
        return [ContractTerminated(ending.ground, over)]
    return [ContractExpired(over)]
