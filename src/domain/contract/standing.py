"""How a contract stands: the states, and the instants at which something falls due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.contract.facts import Ground
from domain.decider import state
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.ids import PartyId
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
class Standing:
    """What holds for a contract whatever its status; ``version`` is the latest signed one."""

    provider: PartyId
    client: PartyId
    version: int
    terms: AgreementTerms
    terms_digest: Digest
    begins_at: datetime
    ends_at: datetime | None
    renewals: int = 0
    declined: frozenset[Side] = frozenset()
    rights: frozenset[str] = frozenset()
    ending: Ending | None = None


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


def renewal_decided_at(standing: Standing) -> datetime | None:
    """Return the instant from which an automatic renewal can no longer be declined.

    None when the contract does not renew by itself (any more). Without ``decline_by`` either side
    can decline until the end.
    """
    renewal = standing.terms.term.renewal
    if renewal is None or renewal.kind != "automatic" or standing.ends_at is None:
        return None
    if renewal.at_most is not None and standing.renewals >= renewal.at_most:
        return None
    if standing.declined or standing.ending is not None:
        return None
    if renewal.decline_by is None:
        return standing.ends_at
    day_after = local_day(standing.ends_at, standing.terms)
    return midnight(renewal.decline_by.before(day_after), standing.terms.zone)


def renewed_until(standing: Standing) -> datetime | None:
    """Return the end after one more automatic renewal, or None when there is none."""
    renewal = standing.terms.term.renewal
    if renewal is None or renewal.for_ is None or standing.ends_at is None:
        return None
    day_after = local_day(standing.ends_at, standing.terms)
    return midnight(renewal.for_.after(day_after), standing.terms.zone)


def earliest_end(standing: Standing, by: Side, ground: Ground, now: datetime) -> datetime | None:
    """Return when a notice given now would end the contract; None where the terms give no right.

    The period runs from the day after the notice; the contract ends as a local day does.
    """
    notice = standing.terms.term.notice
    if notice is None:
        return None
    periods = {
        Ground.CONVENIENCE: notice.by_provider if by is Side.PROVIDER else notice.by_client,
        Ground.CAUSE: notice.for_cause,
        Ground.CHRONIC_FAILURE: notice.for_chronic_failure,
    }
    period = periods.get(ground)
    if period is None:
        return None
    day_after = local_day(now, standing.terms) + ONE_DAY
    return midnight(period.after(day_after), standing.terms.zone)
