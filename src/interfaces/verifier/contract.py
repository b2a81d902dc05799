"""The contract a bundle is about: its versions, from when until when it binds, what happened."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from interfaces.verifier.findings import Findings
from interfaces.verifier.negotiations import Conclusion, Negotiations
from interfaces.verifier.pins import SIDES
from interfaces.verifier.stored import (
    Told,
    instant_of,
    number_of,
    optional_instant_of,
    text_of,
    written_instant,
)

CONTRACT_FACTS: Final = frozenset(
    f"contract.{name}"
    for name in (
        "ContractConcluded",
        "ContractCameIntoForce",
        "ContractAmended",
        "RenewalDeclined",
        "ContractRenewed",
        "TerminationRightOpened",
        "TerminationRightLapsed",
        "TerminationNoticeGiven",
        "TerminationNoticeWithdrawn",
        "TerminationAgreed",
        "ContractTerminated",
        "ContractExpired",
    )
)
MOST_MOMENTS: Final = 500
"""How much of the timeline is shown: the latest, and how many there are besides."""


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """A version of the terms: where it stands, from when it governs, since when on record."""

    number: int
    index: int
    leaf: bytes
    effective_from: datetime
    recorded_at: datetime
    terms_digest: str
    proven: bool


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when the contract binds, as it stood after some fact."""

    begins_at: datetime
    term_ends_at: datetime | None
    ending_at: datetime | None = None
    agreed: bool = False

    def ends_at(self) -> datetime | None:
        """Return the first instant at which it no longer binds; None while it has no end.

        A notice ends it earlier, never later; what both agreed is the end wherever it lies.
        """
        if self.ending_at is None or self.term_ends_at is None or self.agreed:
            return self.ending_at or self.term_ends_at
        return min(self.ending_at, self.term_ends_at)

    def binding(self, at: datetime) -> str:
        """Tell whether the contract binds at an instant: before, in-force or after."""
        ends = self.ends_at()
        if at < self.begins_at:
            return "before"
        return "after" if ends is not None and at >= ends else "in-force"


@dataclass(frozen=True, slots=True)
class Until:
    """How far a history is replayed: to a leaf, to an instant (UTC), or to its end (neither)."""

    event: int | None = None
    at: datetime | None = None

    def covers(self, told: Told) -> bool:
        """Tell whether a fact had happened by then."""
        if self.event is not None:
            return told.stored.index <= self.event
        return self.at is None or told.at <= self.at


@dataclass(slots=True)
class ContractHistory:
    """Everything about the contract; ``replayed`` facts are those that had happened by then."""

    contract: str
    parties: Mapping[str, str]
    negotiations: Negotiations
    findings: Findings
    until: Until
    versions: list[SignedVersion] = field(default_factory=list)
    span: Span | None = None
    moments: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_MOMENTS))
    happened: int = 0
    last_at: datetime | None = None
    known: int = 0
    """How many of the versions were on record by then."""

    def take(self, told: Told) -> None:
        """Take in one fact of the relationship, in the log's order; raises Malformed."""
        covered = self.until.covers(told)
        if covered:
            self.last_at = told.at if self.last_at is None else max(self.last_at, told.at)
        if told.stored.stream == self.contract:
            self._change(told, covered=covered)
            self._happened(told, covered=covered)
        elif self._concerns(told):
            self._happened(told, covered=covered)

    def _change(self, told: Told, *, covered: bool) -> None:
        fact, name = told.fact, told.stored.name.partition(".")[2]
        span = self.span
        match name:
            case "ContractConcluded":
                self._refuse_other_parties(told)
                begins = instant_of(fact, "begins_at")
                self._version(told, 1, begins, covered=covered)
                span = Span(begins, optional_instant_of(fact, "ends_at"))
            case "ContractAmended":
                number, since = number_of(fact, "version"), instant_of(fact, "effective_from")
                self._version(told, number, since, covered=covered)
                span = _ended(span, term=optional_instant_of(fact, "ends_at"))
            case "ContractRenewed":
                span = _ended(span, term=instant_of(fact, "ends_at"))
            case "TerminationNoticeGiven":
                span = _ending(span, instant_of(fact, "ends_at"), agreed=False)
            case "TerminationNoticeWithdrawn":
                span = _ending(span, None, agreed=False)
            case "TerminationAgreed":
                self._concluded(told, "mutual-termination")
                span = _ending(span, instant_of(fact, "ends_at"), agreed=True)
            case "ContractTerminated" | "ContractExpired":
                agreed = span is not None and span.agreed
                span = _ending(span, instant_of(fact, "ended_at"), agreed=agreed)
            case _:
                return
        if covered:
            self.span = span

    def _version(self, told: Told, number: int, since: datetime, *, covered: bool) -> None:
        if number != len(self.versions) + 1:
            self.findings.faults.add(
                told.stored.place, f"version {len(self.versions) + 1} of the terms comes here"
            )
        digest = self.negotiations.check_terms(told, told.fact)
        kinds = ("new-agreement",) if number == 1 else ("amendment", "renewal")
        conclusion = self._concluded(told, *kinds)
        proven = conclusion is not None and conclusion.proven
        self.versions.append(
            SignedVersion(
                number, told.stored.index, told.stored.leaf, since, told.at, digest, proven
            )
        )
        if covered:
            self.known = len(self.versions)

    def _concluded(self, told: Told, *kinds: str) -> Conclusion | None:
        """Return the conclusion that a change of the contract follows from, if it does."""
        negotiation = text_of(told.fact, "negotiation")
        found = self.negotiations.concluded.get(negotiation)
        place, relationship = told.stored.place, self.contract.partition("/")[0]
        if found is None:
            if negotiation.partition("/")[0] == relationship and not self._shown(negotiation):
                self.findings.gaps.add(place, f"this reader is not shown {negotiation}")
            else:
                self.findings.faults.add(place, f"no negotiation {negotiation[:100]} led to it")
            return None
        about = found.subject.get("contract", self.contract)
        same = (text_of(told.fact, "offer"), text_of(told.fact, "terms_digest"))
        if (found.offer, found.terms_digest) != same:
            self.findings.faults.add(place, "what both signed was another offer")
        if found.subject.get("kind") not in kinds or about != self.contract:
            self.findings.faults.add(place, "what both signed was about something else")
        if "new-agreement" in kinds and _suffix(negotiation) != _suffix(self.contract):
            self.findings.faults.add(place, "the negotiation led to another contract")
        if not found.proven:
            self.findings.gaps.add(
                place, f"not both signatures in {negotiation} are proven by what was pinned"
            )
        return found

    def _shown(self, negotiation: str) -> bool:
        return negotiation in self.negotiations.tables

    def _refuse_other_parties(self, told: Told) -> None:
        for side in SIDES:
            if text_of(told.fact, side) != self.parties[side]:
                self.findings.faults.add(
                    told.stored.place, f"the {side} is not the party that the manifest names"
                )

    def _concerns(self, told: Told) -> bool:
        """Tell whether a negotiation is about this contract."""
        stream = told.stored.stream
        table = self.negotiations.tables.get(stream)
        if table is None:
            return False
        first = f"negotiation-{_suffix(self.contract)}"
        return table.subject.get("contract") == self.contract or stream.endswith(f"/{first}")

    def _happened(self, told: Told, *, covered: bool) -> None:
        if not covered:
            return
        self.happened += 1
        self.moments.append(
            {
                "leaf": told.stored.index,
                "at": written_instant(told.at),
                "what": told.stored.name.partition(".")[2],
                "stream": told.stored.stream,
                "version": told.stored.version,
                "by": told.by,
                **_telling(told.fact),
            }
        )


_TOLD: Final = (
    ("by", "side"),
    ("offer", "offer"),
    ("terms_digest", "terms_digest"),
    ("version", "terms_version"),
    ("effective_from", "effective_from"),
    ("ends_at", "ends_at"),
    ("because", "because"),
)


def _telling(fact: dict[str, Any]) -> dict[str, Any]:
    """Return of a fact what is worth a word in a timeline."""
    source = fact
    offer = fact.get("offer")
    if isinstance(offer, dict):
        source = {**offer, "offer": offer.get("id")}
    return {
        name: source[member] for member, name in _TOLD if isinstance(source.get(member), str | int)
    }


def _ended(span: Span | None, *, term: datetime | None) -> Span | None:
    return None if span is None else Span(span.begins_at, term, span.ending_at, span.agreed)


def _ending(span: Span | None, at: datetime | None, *, agreed: bool) -> Span | None:
    return None if span is None else Span(span.begins_at, span.term_ends_at, at, agreed)


def _suffix(stream: str) -> str:
    return stream.rpartition("-")[2]
