"""What was agreed in each negotiation: offers, acceptances, signatures, conclusions.

A conclusion is proven when both sides signed exactly the offer's terms, each with a statement that
holds; what lacks only the reader's pins, or what the reader may not see, is a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from domain.values.canonical import digest_of
from interfaces.verifier.evidence import Asked, Refuted, SaidYes, Unpinned, check_evidence
from interfaces.verifier.findings import Findings, Malformed
from interfaces.verifier.keybook import Keybook
from interfaces.verifier.pins import SIDES
from interfaces.verifier.stored import Told, object_of, optional_instant_of, text_of

NEGOTIATION_FACTS: Final = frozenset(
    f"negotiation.{name}"
    for name in (
        "NegotiationOpened",
        "ProposalMade",
        "CounterOfferMade",
        "OfferAccepted",
        "OfferRejected",
        "OfferWithdrawn",
        "SignatureRequested",
        "AgreementSigned",
        "SignatureDeclined",
        "SigningPeriodExpired",
        "NegotiationConcluded",
        "NegotiationBrokenOff",
    )
)


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """An offer that was made: by which side, of which terms, and its leaf in hex."""

    by: str
    terms_digest: str
    leaf: str
    effective_from: datetime | None


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a negotiation came to, and whether the reader's pins prove both signatures."""

    negotiation: str
    subject: dict[str, Any]
    offer: str
    terms_digest: str
    signed: tuple[SaidYes, ...]

    @property
    def proven(self) -> bool:
        """Tell whether both sides' signatures hold, by keys that the pins reach."""
        return {yes.side for yes in self.signed} == {*SIDES}


@dataclass(slots=True)
class Table:
    """One negotiation so far."""

    subject: dict[str, Any]
    offers: dict[str, KnownOffer] = field(default_factory=dict)
    accepted: str = ""
    requested: str = ""
    signers: set[str] = field(default_factory=set)
    signed: list[SaidYes] = field(default_factory=list)


@dataclass(slots=True)
class Negotiations:
    """All negotiations of the relationship that the reader may see."""

    books: Mapping[str, Keybook]
    findings: Findings
    tables: dict[str, Table] = field(default_factory=dict)
    concluded: dict[str, Conclusion] = field(default_factory=dict)
    yeses: int = 0
    digests: int = 0

    def take(self, told: Told) -> None:
        """Take in one fact, in the log's order; raises Malformed."""
        fact, stream, name = told.fact, told.stored.stream, told.stored.name
        if name == "negotiation.NegotiationOpened":
            if stream in self.tables:
                self.findings.faults.add(told.stored.place, "the negotiation was opened before")
            self.tables[stream] = Table(object_of(fact, "subject"))
            return
        table = self.tables.get(stream)
        if table is None:
            self.findings.faults.add(told.stored.place, "the negotiation was never opened")
            return
        match name.partition(".")[2]:
            case "ProposalMade" | "CounterOfferMade":
                self._offer(told, table)
            case "OfferAccepted":
                self._accept(told, table)
            case "SignatureRequested":
                self._same_terms(told, table, text_of(fact, "offer"))
                table.requested = told.stored.leaf.hex()
            case "AgreementSigned":
                self._sign(told, table)
            case "SignatureDeclined" | "SigningPeriodExpired":
                table.accepted, table.requested = "", ""
                table.signers, table.signed = set(), []
            case "NegotiationConcluded":
                self._conclude(told, table)
                # Nothing can follow; a relationship of many years has many of these.
                self.tables[stream] = Table(table.subject)
            case _:
                return

    def check_terms(self, told: Told, document: dict[str, Any]) -> str:
        """Return the digest that terms are said to have, once it is theirs."""
        said = text_of(document, "terms_digest")
        try:
            found = digest_of(object_of(document, "terms"))
        except (ValueError, RecursionError) as bad:
            raise Malformed(f"the terms have no canonical form: {bad}") from bad
        self.digests += 1
        if found != said:
            self.findings.faults.add(
                told.stored.place, f"the terms in it have digest {found}, not {said[:100]}"
            )
        return said

    def _offer(self, told: Told, table: Table) -> None:
        offer = object_of(told.fact, "offer")
        table.offers[text_of(offer, "id")] = KnownOffer(
            text_of(offer, "by"),
            self.check_terms(told, offer),
            told.stored.leaf.hex(),
            optional_instant_of(offer, "effective_from"),
        )

    def _same_terms(self, told: Told, table: Table, offer: str) -> KnownOffer | None:
        """Return the offer that a fact is about, if it names that offer's digest."""
        known = table.offers.get(offer)
        if known is None:
            self.findings.faults.add(told.stored.place, f"no offer {offer[:60]} was made here")
            return None
        if text_of(told.fact, "terms_digest") != known.terms_digest:
            self.findings.faults.add(
                told.stored.place, f"offer {offer} has digest {known.terms_digest}"
            )
            return None
        return known

    def _accept(self, told: Told, table: Table) -> None:
        offer, side = text_of(told.fact, "offer"), text_of(told.fact, "by")
        known = self._same_terms(told, table, offer)
        table.accepted, table.signers, table.signed = offer, set(), []
        if known is None:
            return
        if side not in SIDES or side == known.by:
            self.findings.faults.add(told.stored.place, "a side accepts the other side's offer")
        elif told.fact.get("evidence") is None:
            self.findings.remarks.add(
                told.stored.place, "the acceptance came without a signature; the signing binds"
            )
        else:
            self._yes(told, Asked("accept", side, offer, known.terms_digest, known.leaf))

    def _sign(self, told: Told, table: Table) -> None:
        offer, side = text_of(told.fact, "offer"), text_of(told.fact, "by")
        known = self._same_terms(told, table, offer)
        if known is None:
            return
        if offer != table.accepted or not table.requested or side not in SIDES:
            self.findings.faults.add(told.stored.place, "this offer does not wait for signatures")
            return
        if side in table.signers:
            self.findings.faults.add(told.stored.place, f"the {side} has signed before")
            return
        table.signers.add(side)
        if told.fact.get("evidence") is None:
            self.findings.gaps.add(
                told.stored.place, "recorded before signatures by the parties' own keys were asked"
            )
            return
        yes = self._yes(told, Asked("sign", side, offer, known.terms_digest, table.requested))
        if yes is not None:
            table.signed.append(yes)

    def _yes(self, told: Told, asked: Asked) -> SaidYes | None:
        if told.party != self.books[asked.side].party:
            self.findings.faults.add(told.stored.place, f"it was not recorded for the {asked.side}")
            return None
        try:
            yes = check_evidence(told, asked, self.books)
        except Refuted as refuted:
            self.findings.faults.add(told.stored.place, str(refuted))
            return None
        except Unpinned as unpinned:
            self.findings.gaps.add(told.stored.place, str(unpinned))
            return None
        self.yeses += 1
        return yes

    def _conclude(self, told: Told, table: Table) -> None:
        fact = told.fact
        offer = text_of(fact, "offer")
        known = self._same_terms(told, table, offer)
        digest = self.check_terms(told, fact)
        if known is not None and known.effective_from != optional_instant_of(
            fact, "effective_from"
        ):
            self.findings.faults.add(told.stored.place, "the offer governs from another instant")
        if offer != table.accepted or table.signers != {*SIDES}:
            self.findings.faults.add(
                told.stored.place, "it is concluded, and not both sides signed this offer"
            )
        if object_of(fact, "subject") != table.subject:
            self.findings.faults.add(told.stored.place, "the negotiation was about something else")
        self.concluded[told.stored.stream] = Conclusion(
            told.stored.stream, table.subject, offer, digest, tuple(table.signed)
        )
