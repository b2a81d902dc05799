"""A sheet of requirements: the team, each requirement with its answer, the levels that could be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from application.access import Action
from application.errors import NotFound
from application.ledger import Stream
from application.preparing import File
from application.projections.base import Query
from application.projections.service_catalogue import LevelRow, ServiceRow
from domain.negotiation.position import Position
from domain.negotiation.position_facts import (
    REQUIRED_APPROVALS,
    ApprovalKind,
    FeasibilityAssessed,
)
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.relationships.access import party_on
from domain.requirements.facts import Priority, RequirementId, RequirementMatched
from domain.requirements.requirements import Opened, Requirement
from domain.services.offering import Offered
from domain.values.canonical import Digest
from domain.values.figures import Figure
from domain.values.sides import Side
from interfaces.web.places import RelationshipPlace
from interfaces.web.visits import Visit

MOST_SERVICES = 100
ORDER = {Priority.MUST: 0, Priority.SHOULD: 1, Priority.COULD: 2}


@dataclass(frozen=True)
class LevelShown:
    """A level on offer, and how it compares with what is wanted."""

    offering: str
    service: str
    row: LevelRow
    short: Decimal | None
    """By how much it misses the wanted figure; None where the two cannot be compared."""

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.offering} {self.row.level}"

    @property
    def said(self) -> str:
        """What it promises and how that compares, in one line."""
        price = "price on request" if self.row.charge is None else str(self.row.charge)
        promise = f"{self.row.indicator} {self.row.promise}, {self.row.window}, {price}"
        return f"{self.service}, {self.row.name}: {promise}{self.compared}"

    @property
    def compared(self) -> str:
        """How it compares with what is wanted."""
        if self.short is None:
            return ""
        return " (reaches it)" if self.short <= 0 else f" (short by {self.short:f})"


@dataclass(frozen=True)
class MatchShown:
    """The level that answers a requirement; ``said`` is what the visitor may see of it."""

    said: str
    to: str | None
    gap: str | None


@dataclass(frozen=True)
class ItemShown:
    """A requirement with its answer, and what the visitor's own side found out about it."""

    id: RequirementId
    requirement: Requirement
    match: MatchShown | None
    levels: tuple[LevelShown, ...]
    found: FeasibilityAssessed | None


@dataclass(frozen=True)
class ApprovalShown:
    """An approval of a baseline by one's own people."""

    kind: ApprovalKind
    stands: str | None
    mine: bool
    """Whether the visitor's role gives or refuses it."""


@dataclass(frozen=True)
class FileShown:
    """One's own side's private file on a sheet."""

    version: int
    position: Position
    approvals: tuple[ApprovalShown, ...]


@dataclass(frozen=True)
class SheetShown:
    """Everything that a sheet's page says."""

    id: str
    version: int
    sheet: Opened
    team: tuple[tuple[str, str, str], ...]
    """Person, name and function."""
    engineer: str | None
    items: tuple[ItemShown, ...]
    offered: tuple[LevelShown, ...]
    file: FileShown | None

    @property
    def unanswered(self) -> list[str]:
        """What must be had and has no answer yet, by what it is about."""
        return [self.sheet.requirements[one].stated.subject for one in self.sheet.unanswered()]


APPROVES = {
    ApprovalKind.TECHNICAL: Action.APPROVE_TECHNICAL,
    ApprovalKind.COMMERCIAL: Action.APPROVE_COMMERCIAL,
}
"""A mandate approves terms with a price; a baseline has none yet."""


def sheet_shown(visit: Visit, found: RelationshipPlace, stream: Stream) -> SheetShown:
    """Return a sheet that the visitor may see, with what is their own side's beside it."""
    sheet: Opened = stream.state
    provider = str(party_on(found.stream.state, Side.PROVIDER))
    services = tuple(_services(visit, provider))
    file = own_file(visit, found, stream.id)
    names = _names(visit, provider)
    ordered = sorted(sheet.requirements.items(), key=lambda one: ORDER[one[1].stated.priority])
    return SheetShown(
        stream.id,
        stream.version,
        sheet,
        tuple((m.person, names.get(m.person, "nobody any more"), m.function) for m in sheet.team),
        None if sheet.engineer is None else names.get(sheet.engineer, "nobody any more"),
        tuple(
            ItemShown(
                key,
                one,
                None if one.match is None else _match(visit, one.match),
                tuple(_levels(services, one.stated.figure)),
                None if file is None else file.position.assessed.get(key),
            )
            for key, one in ordered
        ),
        tuple(_levels(services, None)),
        None if file is None else _file(visit, found, file, sheet),
    )


def own_file(visit: Visit, found: RelationshipPlace, about: str) -> File | None:
    """Return one's own side's private file; None for whoever may not read it."""
    if found.side is None or not found.seat.private:
        return None
    return visit.house.preparing.read(visit.asked, about)


def colleagues(visit: Visit) -> list[tuple[str, str, str]]:
    """Return the visitor's own people, to make a team of: person, name and function."""
    party = visit.party
    if party is None:
        return []
    return [
        (person, one.details.name, one.function) for person, one in party.representatives.items()
    ]


def _file(visit: Visit, found: RelationshipPlace, file: File, sheet: Opened) -> FileShown:
    digest = None if sheet.baseline is None else sheet.baseline.digest
    kinds = [] if found.side is None or digest is None else sorted(REQUIRED_APPROVALS[found.side])
    return FileShown(
        file.stream.version,
        file.position,
        tuple(
            ApprovalShown(kind, _stands(file, kind, digest), visit.may(APPROVES[kind]))
            for kind in kinds
            if kind in APPROVES
        ),
    )


def _stands(file: File, kind: ApprovalKind, digest: Digest | None) -> str | None:
    return None if digest is None else file.position.approvals.get((kind, digest))


def _services(visit: Visit, provider: str) -> Iterator[ServiceRow]:
    """Yield what the provider offers now, as far as its catalogue is open to the visitor."""
    try:
        visit.house.offering.admit(visit.asked, provider)
    except NotFound:
        return
    catalogue = visit.house.shown.view(visit.house.projections.service_catalogue)
    query = Query(stream=provider, matching=(("status", "offered"),), limit=MOST_SERVICES)
    yield from catalogue.find(query)


def _levels(services: tuple[ServiceRow, ...], wanted: Figure | None) -> Iterator[LevelShown]:
    for service in services:
        for level in service.levels:
            comparable = wanted is not None and level.promise.comparable(wanted)
            short = level.promise.short_of(wanted) if comparable and wanted else None
            yield LevelShown(service.offering, service.name, level, short)


def _match(visit: Visit, match: RequirementMatched) -> MatchShown:
    try:
        state = visit.house.offering.read(visit.asked, match.offering).state
    except NotFound:
        return MatchShown("a level of the provider's catalogue", None, match.gap)
    to = f"/services/{match.offering}"
    level = state.levels.get(match.level) if isinstance(state, Offered) else None
    if level is None:
        return MatchShown(f"{state.service.name}, a level no longer on offer", to, match.gap)
    said = f"{state.service.name}, {level.name}: {level.indicator} {level.promise}, {level.window}"
    return MatchShown(said, to, match.gap)


def _names(visit: Visit, party: str) -> dict[str, str]:
    """Return the names of a party's people: whoever shares a relationship with it may know."""
    state = visit.house.ledger.load(PARTY, party).state
    if not isinstance(state, Registered):
        return {}
    return {str(person): one.details.name for person, one in state.representatives.items()}
