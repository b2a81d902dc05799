"""A side's private file as its own people see it: draft, approvals, limits, notes, findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from application.access import ROLES
from application.preparing import APPROVES
from domain.backtest.outcome import Backtest
from domain.negotiation.position_facts import (
    REQUIRED_APPROVALS,
    ApprovalKind,
    BacktestRecorded,
    FeasibilityAssessed,
    ReservePositionSet,
)
from domain.parties.facts import Role
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath, flatten
from domain.terms.words.places import label
from domain.values.canonical import Digest
from interfaces.web.editor.around import Around, Version
from interfaces.web.visits import Visit


@dataclass(frozen=True)
class Named:
    """Terms that this side knows, and what it calls them."""

    called: str
    terms: AgreementTerms

    @property
    def digest(self) -> Digest:
        """The digest that approvals and back-tests name them by."""
        return self.terms.digest


@dataclass(frozen=True)
class Approval:
    """One approval that a firm offer of some terms needs, and how it stands."""

    kind: ApprovalKind
    stands: str | None
    roles: tuple[Role, ...]
    yours: bool
    """Whether the visitor's role gives or refuses it."""


@dataclass(frozen=True)
class Approvals:
    """Every approval that some terms need."""

    of: Named
    needed: tuple[Approval, ...]
    released: bool


@dataclass(frozen=True)
class Reserve:
    """A value beyond which this side would rather walk away, and where the terms are now."""

    called: str
    set: ReservePositionSet
    draft: str | None
    theirs: str | None


@dataclass(frozen=True)
class Found:
    """What was found out about terms or a requirement."""

    of: str
    found: FeasibilityAssessed


@dataclass(frozen=True)
class Replayed:
    """A back-test on file: of which terms, and what it came to."""

    number: int
    of: str
    record: BacktestRecorded


@dataclass(frozen=True)
class Picture:
    """A back-test drawn, with the figures it was drawn from."""

    svg: str
    outcome: Backtest


@dataclass(frozen=True)
class Private:
    """A side's private file, written for its own people."""

    around: Around
    visit: Visit

    @property
    def known(self) -> tuple[Named, ...]:
        """Terms to approve, assess or back-test: the draft, and every offer, the latest first."""
        draft = self.around.draft
        found = [] if draft is None else [Named("your draft", draft)]
        for offer in reversed(list(self.around.table.offers.values())):
            whose = "your" if offer.by is self.around.side else "their"
            found.append(Named(f"{whose} offer {offer.id[-6:]}", offer.terms))
        seen: dict[str, Named] = {}
        for one in found:
            seen.setdefault(one.digest, one)
        return tuple(seen.values())

    @property
    def approvals(self) -> tuple[Approvals, ...]:
        """The approvals of the draft, and of all terms that any was asked for."""
        position = self.around.file.position
        asked = {digest for _, digest in position.approvals}
        draft = self.around.draft
        return tuple(
            Approvals(one, tuple(self._needed(one.digest)), one.digest in position.released)
            for one in self.known
            if one.digest in asked or (draft is not None and one.terms is draft)
        )

    @property
    def reserves(self) -> tuple[Reserve, ...]:
        """The reserve values, each with where the draft and the other side stand."""
        draft, theirs = self.around.draft, self.around.theirs
        ours = {} if draft is None else flatten(draft)
        other = {} if theirs is None else flatten(theirs.terms)
        return tuple(
            Reserve(self.called(one.path), one, ours.get(one.path), other.get(one.path))
            for one in self.around.file.position.reserves.values()
        )

    @property
    def assessments(self) -> tuple[Found, ...]:
        """What was found out, of which terms."""
        position = self.around.file.position
        return tuple(Found(self._named(one.of), one) for one in position.assessed.values())

    @property
    def backtests(self) -> tuple[Replayed, ...]:
        """Every back-test on file, the latest first."""
        kept = enumerate(self.around.file.position.backtests)
        return tuple(Replayed(n, self._named(one.terms_digest), one) for n, one in kept)[::-1]

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Every value of the terms at hand: its path, and what people call it."""
        if not self.known:
            return ()
        terms = self.known[0].terms
        nodes = Version("", terms).nodes
        return tuple((str(path), label(nodes, path)) for path in flatten(terms))

    def called(self, path: str) -> str:
        """Return what people call a place, by the first terms that have it."""
        for one in self.known:
            nodes = Version("", one.terms).nodes
            if path in nodes:
                return label(nodes, TermPath(path))
        return path

    def _named(self, digest: str) -> str:
        return next((one.called for one in self.known if one.digest == digest), "earlier terms")

    def _needed(self, digest: Digest) -> Iterator[Approval]:
        held = self.visit.principal.roles
        for kind in ApprovalKind:
            if kind in REQUIRED_APPROVALS[self.around.side]:
                roles = ROLES[APPROVES[kind]]
                stands = self.around.file.position.approvals.get((kind, digest))
                yield Approval(kind, stands, roles, bool(held.intersection(roles)))
