"""Use cases on a contract: what one side may do alone, and what was promised when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from application.access import Action
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step
from application.projections.base import Projection, Query, R, View
from application.projections.contracts import (
    ContractSpans,
    ContractVersions,
    SpanRow,
    VersionRow,
)
from application.projections.paging import every
from domain.contract.contract import (
    CONTRACT,
    ContractCommand,
    DeclineRenewal,
    GiveNotice,
    WithdrawNotice,
)
from domain.contract.facts import Ground
from domain.contract.standing import NotConcluded
from domain.values.ids import relationship_of
from domain.values.sides import Side

PAGE = 50

Binding = Literal["before", "in-force", "after"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was promised at an instant, as known at another (both UTC).

    ``binding`` tells whether the contract bound both sides then: *before*, *in-force* or *after*.
    ``version`` is the version that governed, or the first to govern if it had not begun.
    """

    at: datetime
    known_at: datetime
    binding: Binding
    span: SpanRow
    version: VersionRow


class Contracting:
    """What a side may do alone, each raising Refused by the rule it breaks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def decline_renewal(self, request: Request, contract: str, because: str) -> Outcome:
        """Say that the contract shall not go on by itself."""
        side = self._side(request, contract)
        return self._move(request, contract, DeclineRenewal(side, because, request.at))

    def give_notice(
        self,
        request: Request,
        contract: str,
        ground: Ground,
        because: str,
        last_day: date | None,
    ) -> Outcome:
        """End the contract early, as soon as the notice period allows or on a later day."""
        side = self._side(request, contract)
        notice = self._desk.new("notice")
        command = GiveNotice(notice, side, ground, because, last_day, request.at)
        return self._move(request, contract, command)

    def withdraw_notice(self, request: Request, contract: str, notice: str) -> Outcome:
        """Take one's notice back before it takes effect."""
        side = self._side(request, contract)
        return self._move(request, contract, WithdrawNotice(notice, side, request.at))

    def _side(self, request: Request, contract: str) -> Side:
        side = self._desk.side(request, Action.GIVE_NOTICE, str(relationship_of(contract)))
        if isinstance(self._desk.ledger.load(CONTRACT, contract).state, NotConcluded):
            raise NotFound("such contract")
        return side

    def _move(self, request: Request, contract: str, command: ContractCommand) -> Outcome:
        return self._desk.record(request, Step(CONTRACT, contract, command, request.expected))


class Promises:
    """What each contract promised, on both axes of time."""

    def __init__(self, versions: View[VersionRow], spans: View[SpanRow]) -> None:
        self._versions = versions
        self._spans = spans

    def as_of(self, contract: str, at: datetime, known_at: datetime) -> AsOf:
        """Return what was promised at an instant, as known at another.

        The greatest version recorded by then and effective by then governs: each version holds
        complete terms, so a later one replaces an earlier one from its own first instant on.
        Raises NotFound when nothing was known of the contract then.
        """
        spans = self._newest(self._spans, ContractSpans(), contract)
        span = next((one for one in spans if one.recorded_at <= known_at), None)
        versions = self._newest(self._versions, ContractVersions(), contract)
        known = (one for one in versions if one.recorded_at <= known_at)
        oldest: VersionRow | None = None
        for version in known:
            oldest = version
            if version.effective_from <= at:
                break
        if span is None or oldest is None:
            raise NotFound("such contract at that time")
        return AsOf(at, known_at, _binding(span, at), span, oldest)

    def version(self, contract: str, number: int) -> VersionRow:
        """Return one signed version; raises NotFound when there is none of that number."""
        row = self._versions.get(f"{contract}#{number:09d}")
        if row is None:
            raise NotFound("such version")
        return row

    def _newest(self, view: View[R], projection: Projection[R], contract: str) -> Iterator[R]:
        """Yield a contract's rows, the newest first; the newest is mostly the one asked for."""
        query = Query(stream=contract, descending=True, limit=PAGE)
        return every(view, projection, query, first=2)


def _binding(span: SpanRow, at: datetime) -> Binding:
    if at < span.begins_at:
        return "before"
    return "after" if span.ends_at is not None and at >= span.ends_at else "in-force"
