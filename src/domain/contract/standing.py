"""How a contract stands: the states, and the instants at which something falls due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.contract.facts import ContractAmended, Ground
from domain.decider import state
from domain.terms.agreement import AgreementTerms
from domain.terms.commercial import NoticePeriods
from domain.values.canonical import Digest
from domain.values.ids import OfferId, PartyId
from domain.values.periods import midnight
from domain.values.sides import Side

ONE_DAY: Final = timedelta(days=1)


@state
class Ending:
    """An early end that is on its way: by notice of a side, or agreed by both (``by`` None)."""

    ground: Ground
    ends_at: datetime
    notice: str | None = None
    by: Side | None = None


@state
class Right:
    """A right to end the contract by misses of an objective; ``until`` is too late to use it."""

    objective: str
    because: str
    until: datetime | None = None
    lapsed: bool = False


@state
class NoticeRule:
    """What a notice given from ``since`` on is held against, until a later rule takes over."""

    since: datetime
    notice: NoticePeriods | None
    zone: str


@state
class Standing:
    """What holds for a contract whatever its status; ``version`` is the latest signed one.

    ``offer`` is the one it was signed from; ``notice_rules`` are those of all signed versions, in
    the order in which they govern.
    """

    provider: PartyId
    client: PartyId
    version: int
    terms: AgreementTerms
    terms_digest: Digest
    begins_at: datetime
    ends_at: datetime | None
    renewals: int = 0
    declined: frozenset[Side] = frozenset()
    rights: tuple[Right, ...] = ()
    ending: Ending | None = None
    offer: OfferId | None = None
    notice_rules: tuple[NoticeRule, ...] = ()

    def renewed(self, renewals: int, until: datetime) -> Standing:
        """Return how it stands after one more renewal; a new end can be declined anew."""
        return replace(self, renewals=renewals, ends_at=until, declined=frozenset())

    def amended(self, amendment: ContractAmended) -> Standing:
        """Return how it stands on other terms; who declined the old end has not declined a new."""
        moved = amendment.ends_at != self.ends_at
        return replace(
            self,
            version=amendment.version,
            terms=amendment.terms,
            terms_digest=amendment.terms_digest,
            ends_at=amendment.ends_at,
            declined=frozenset() if moved else self.declined,
            offer=amendment.offer,
            notice_rules=_with_rule(self.notice_rules, amendment),
        )


@state
class NotConcluded:
    """Nothing is signed yet."""


@state
class Pending:
    """Signed, and waiting for its first day."""

    standing: Standing


@state
class InForce:
    """Both sides are bound now."""

    standing: Standing


@state
class Ended:
    """It bound both sides until ``ended_at``; ``ground`` is None when it ran its term."""

    standing: Standing
    ended_at: datetime
    ground: Ground | None


ContractState = NotConcluded | Pending | InForce | Ended


def begins_at(terms: AgreementTerms) -> datetime:
    """Return the instant (UTC) at which the first local day of the terms begins."""
    return midnight(terms.starts, terms.zone)


def ends_at(terms: AgreementTerms) -> datetime | None:
    """Return the instant (UTC) at which the last local day of the terms is over."""
    return None if terms.ends is None else midnight(terms.ends + ONE_DAY, terms.zone)


def local_day(instant: datetime, terms: AgreementTerms) -> date:
    """Return the local day an instant falls on, in the zone of the terms."""
    return instant.astimezone(ZoneInfo(terms.zone)).date()


def amended_end(standing: Standing, terms: AgreementTerms) -> datetime | None:
    """Return the end on other terms; an end they leave alone stays where renewals moved it."""
    same = (terms.ends, terms.zone) == (standing.terms.ends, standing.terms.zone)
    return standing.ends_at if same else ends_at(terms)


def comes_to_end_at(standing: Standing) -> datetime | None:
    """Return when the contract ends as things stand, a renewal that is still open left aside.

    A notice ends it earlier, never later; what both agreed is the end wherever it lies.
    """
    ending = standing.ending
    if ending is None:
        return standing.ends_at
    if standing.ends_at is None or ending.by is None:
        return ending.ends_at
    return min(ending.ends_at, standing.ends_at)


def declinable_until(standing: Standing) -> datetime | None:
    """Return the instant from which the next automatic renewal can no longer be declined.

    None when the terms have no further one. Without ``decline_by`` it can be until the end.
    """
    renewal = standing.terms.term.renewal
    if renewal is None or renewal.kind != "automatic" or standing.ends_at is None:
        return None
    if renewal.at_most is not None and standing.renewals >= renewal.at_most:
        return None
    if renewal.decline_by is None:
        return standing.ends_at
    day_after = local_day(standing.ends_at, standing.terms)
    return midnight(renewal.decline_by.before(day_after), standing.terms.zone)


def renewal_decided_at(standing: Standing) -> datetime | None:
    """Return the instant at which the contract goes on by itself, or None when it will not.

    It will not when a side declined, or when an early end comes before a renewal would matter.
    """
    ending = standing.ending
    ends_first = ending is not None and ending.ends_at == comes_to_end_at(standing)
    return None if standing.declined or ends_first else declinable_until(standing)


def renewed_until(standing: Standing) -> datetime | None:
    """Return the end after one more automatic renewal, or None when there is none."""
    renewal = standing.terms.term.renewal
    if renewal is None or renewal.for_ is None or standing.ends_at is None:
        return None
    day_after = local_day(standing.ends_at, standing.terms)
    return midnight(renewal.for_.after(day_after), standing.terms.zone)


def first_rule(terms: AgreementTerms) -> NoticeRule:
    """Return the notice rule of a first version, which governs from its first day."""
    return NoticeRule(begins_at(terms), terms.term.notice, terms.zone)


def _with_rule(rules: tuple[NoticeRule, ...], amendment: ContractAmended) -> tuple[NoticeRule, ...]:
    """Add an amendment's rule; whatever was to govern from then on gives way to it."""
    terms, since = amendment.terms, amendment.effective_from
    earlier = tuple(rule for rule in rules if rule.since < since)
    if earlier and (earlier[-1].notice, earlier[-1].zone) == (terms.term.notice, terms.zone):
        return earlier
    return (*earlier, NoticeRule(since, terms.term.notice, terms.zone))


def governing_notice(standing: Standing, now: datetime) -> NoticeRule:
    """Return the rule for a notice given now: of the version in force, not of the latest signed."""
    begun = [rule for rule in standing.notice_rules if rule.since <= now]
    if begun:
        return begun[-1]
    return standing.notice_rules[0] if standing.notice_rules else first_rule(standing.terms)


def earliest_end(standing: Standing, by: Side, ground: Ground, now: datetime) -> datetime | None:
    """Return when a notice given now would end the contract; None where the terms give no right.

    The period runs from the day after the notice; the contract ends as a local day does.
    """
    rule = governing_notice(standing, now)
    if rule.notice is None:
        return None
    periods = {
        Ground.CONVENIENCE: (
            rule.notice.by_provider if by is Side.PROVIDER else rule.notice.by_client
        ),
        Ground.CAUSE: rule.notice.for_cause,
        Ground.CHRONIC_FAILURE: rule.notice.for_chronic_failure,
    }
    period = periods.get(ground)
    if period is None:
        return None
    day_after = now.astimezone(ZoneInfo(rule.zone)).date() + ONE_DAY
    return midnight(period.after(day_after), rule.zone)
