"""The register of contracts, the versions of each, and the spans for which they bind.

Versions and spans keep both axes of time: since when something governs, and since when that is
recorded. So *what was promised at T, as known at T2* is a look-up.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from application.projections.base import SERVICE, Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.contract.facts import (
    ContractAmended,
    ContractCameIntoForce,
    ContractConcluded,
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    RenewalDeclined,
    TerminationAgreed,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
)
from domain.terms.agreement import AgreementTerms


class ContractRow(Row):
    """One contract; ``status`` is pending, in-force or ended, ``version`` the latest signed.

    ``ending_at`` is set while an early end is on its way. ``stream_version`` is the ETag.
    """

    contract: str
    relationship: str
    title: str
    service: str
    provider: str
    client: str
    status: str
    version: int
    terms_digest: str
    begins_at: datetime
    ends_at: datetime | None
    ending_at: datetime | None
    ground: str | None
    renewals: int
    declined: tuple[str, ...]
    changed_at: datetime
    stream_version: int


class ContractRegister(Projection[ContractRow]):
    """One row a contract."""

    name = "contract_register"
    version = 1
    row = ContractRow

    def place(self, row: ContractRow) -> Place:
        """The oldest contract first."""
        return Place(row.contract, row.contract, row.relationship, row.contract)

    def process(self, recorded: Positioned, rows: Rows[ContractRow]) -> None:
        """Open a row, or move it on."""
        event = recorded.event
        if isinstance(event.fact, ContractConcluded):
            rows.put(_concluded(event, event.fact))
            return
        if (row := rows.get(event.stream)) is None:
            return
        changes = _changes(row, event.fact)
        rows.put(
            row.model_copy(
                update={**changes, "changed_at": event.at, "stream_version": event.version}
            )
        )


def _concluded(event: Recorded, fact: ContractConcluded) -> ContractRow:
    return ContractRow(
        contract=event.stream,
        relationship=str(event.relationship),
        title=fact.terms.title,
        service=fact.terms.service,
        provider=fact.provider,
        client=fact.client,
        status="pending",
        version=1,
        terms_digest=fact.terms_digest,
        begins_at=fact.begins_at,
        ends_at=fact.ends_at,
        ending_at=None,
        ground=None,
        renewals=0,
        declined=(),
        changed_at=event.at,
        stream_version=event.version,
    )


def _changes(row: ContractRow, fact: object) -> dict[str, Any]:
    match fact:
        case ContractCameIntoForce():
            return {"status": "in-force"}
        case ContractAmended(version=version, terms=terms, terms_digest=digest, ends_at=end):
            return {
                "version": version,
                "terms_digest": digest,
                "ends_at": end,
                "title": terms.title,
                "service": terms.service,
                "declined": () if end != row.ends_at else row.declined,
            }
        case RenewalDeclined(by=by):
            return {"declined": (*row.declined, by)}
        case ContractRenewed(renewals=renewals, ends_at=end):
            return {"renewals": renewals, "ends_at": end, "declined": ()}
        case TerminationNoticeGiven(ground=ground, ends_at=end):
            return {"ending_at": end, "ground": ground}
        case TerminationNoticeWithdrawn():
            return {"ending_at": None, "ground": None}
        case TerminationAgreed(ends_at=end):
            return {"ending_at": end, "ground": "by-agreement"}
        case ContractTerminated(ended_at=at) | ContractExpired(ended_at=at):
            return {"status": "ended", "ends_at": at, "ending_at": None}
        case _:
            return {}


class VersionRow(Row):
    """One signed version: since when it governs and since when that is recorded (UTC)."""

    contract: str
    relationship: str
    version: int
    effective_from: datetime
    recorded_at: datetime
    negotiation: str
    offer: str
    terms_digest: str
    terms: dict[str, Any]


class ContractVersions(Projection[VersionRow]):
    """One row a signed version, never changed afterwards."""

    name = "contract_versions"
    version = 1
    row = VersionRow

    def place(self, row: VersionRow) -> Place:
        """In the order of the versions."""
        key = f"{row.contract}#{row.version:09d}"
        return Place(key, key, row.relationship, row.contract)

    def process(self, recorded: Positioned, rows: Rows[VersionRow]) -> None:
        """Write a version down."""
        event = recorded.event
        match event.fact:
            case ContractConcluded() as fact:
                rows.put(_version(event, fact, 1, fact.begins_at, fact.terms))
            case ContractAmended() as fact:
                rows.put(_version(event, fact, fact.version, fact.effective_from, fact.terms))
            case _:
                return


def _version(
    event: Recorded,
    fact: ContractConcluded | ContractAmended,
    version: int,
    effective_from: datetime,
    terms: AgreementTerms,
) -> VersionRow:
    return VersionRow(
        contract=event.stream,
        relationship=str(event.relationship),
        version=version,
        effective_from=effective_from,
        recorded_at=event.at,
        negotiation=fact.negotiation,
        offer=fact.offer,
        terms_digest=fact.terms_digest,
        terms=terms.document(),
    )


class SpanRow(Row):
    """From when until when a contract binds, as known since ``recorded_at`` (UTC).

    ``term_ends_at`` is the end by the terms, ``ending_at`` another end on its way: by notice of
    one side, or ``agreed`` by both.
    """

    contract: str
    relationship: str
    known_since: int
    begins_at: datetime
    term_ends_at: datetime | None
    ending_at: datetime | None
    recorded_at: datetime
    agreed: bool = False
    latest: bool = False

    @property
    def ends_at(self) -> datetime | None:
        """The first instant at which the contract no longer binds; None while it has no end.

        A notice ends it earlier, never later; what both agreed is the end wherever it lies.
        """
        if self.ending_at is None or self.term_ends_at is None or self.agreed:
            return self.ending_at or self.term_ends_at
        return min(self.ending_at, self.term_ends_at)


class ContractSpans(Projection[SpanRow]):
    """One row a change of a contract's end, by the stream version that made it known.

    The latest is kept a second time under the contract's own id, for the next change to start from.
    """

    name = "contract_spans"
    version = 2
    row = SpanRow

    def place(self, row: SpanRow) -> Place:
        """In the order they became known."""
        if row.latest:
            return Place(row.contract, row.contract, row.relationship, audience=SERVICE)
        key = f"{row.contract}#{row.known_since:09d}"
        return Place(key, key, row.relationship, row.contract)

    def process(self, recorded: Positioned, rows: Rows[SpanRow]) -> None:
        """Write a change of the end down."""
        event = recorded.event
        if isinstance(event.fact, ContractConcluded):
            span = SpanRow(
                contract=event.stream,
                relationship=str(event.relationship),
                known_since=event.version,
                begins_at=event.fact.begins_at,
                term_ends_at=event.fact.ends_at,
                ending_at=None,
                recorded_at=event.at,
            )
        else:
            before, change = rows.get(event.stream), _ending(event.fact)
            if before is None or change is None:
                return
            known = {"known_since": event.version, "recorded_at": event.at, "latest": False}
            span = before.model_copy(update={**change, **known})
        rows.put(span)
        rows.put(span.model_copy(update={"latest": True}))


def _ending(fact: object) -> dict[str, Any] | None:
    match fact:
        case ContractAmended(ends_at=end) | ContractRenewed(ends_at=end):
            return {"term_ends_at": end}
        case TerminationNoticeGiven(ends_at=end):
            return {"ending_at": end, "agreed": False}
        case TerminationAgreed(ends_at=end):
            return {"ending_at": end, "agreed": True}
        case TerminationNoticeWithdrawn():
            return {"ending_at": None, "agreed": False}
        case ContractTerminated(ended_at=at) | ContractExpired(ended_at=at):
            return {"ending_at": at}
        case _:
            return None
