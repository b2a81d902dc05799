"""A negotiation as the room shows it: whose move it is, what lies on the table, what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from application.access import Action
from application.policies.when_negotiation_concluded_conclude_contract import contract_of
from domain.contract.contract import CONTRACT
from domain.contract.standing import NotConcluded
from domain.negotiation.constraints import Constraint, broken
from domain.negotiation.facts import Firmness
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.table import Negotiating
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import covers, flatten, subtree
from domain.terms.words.places import label
from domain.values.sides import Side
from interfaces.http.schemas.negotiations import NegotiationAnswer, negotiation_answer, table_of
from interfaces.web.navigation import address
from interfaces.web.people import People
from interfaces.web.places import RelationshipPlace, place
from interfaces.web.room.rows import Held, Marks, Row, Section, Version, marks, sections
from interfaces.web.room.stakes import Stake, stakes
from interfaces.web.room.story import OfferShown, Story, story
from interfaces.web.visits import Visit

IN_FORCE = "in force"
YOURS = "Yours"
THEIRS = "Theirs"


@dataclass(frozen=True)
class Column:
    """One of the two versions that the terms table holds side by side."""

    title: str
    said: str
    version: Version
    side: Side | None

    @property
    def named(self) -> str:
        """What it is called in the middle of a sentence."""
        if self.side is None:
            return "the terms in force"
        return self.title.lower() if self.title in (YOURS, THEIRS) else self.title


@dataclass(frozen=True)
class Scene:
    """Everything that a page of a negotiation may need; nothing private is in it."""

    visit: Visit
    relationship: RelationshipPlace
    stream: str
    answer: NegotiationAnswer
    table: Negotiating
    story: Story
    in_force: AgreementTerms | None
    """The terms of the contract that is to be changed."""

    @property
    def to(self) -> str:
        """The room's own page."""
        return address(self.stream)

    @property
    def side(self) -> Side | None:
        """The visitor's side; None for an auditor."""
        return self.relationship.side

    @property
    def now(self) -> datetime:
        """When the page is made."""
        return self.visit.asked.at

    @property
    def tabled(self) -> OfferShown | None:
        """The offer that can be answered now, or that was accepted."""
        return None if self.answer.tabled is None else self.story.offers[self.answer.tabled]

    @property
    def contract(self) -> str | None:
        """The page of the contract that this changes, or led to."""
        named = self.answer.subject.get("contract")
        if named is None and self.answer.status == "concluded":
            named = contract_of(self.stream)
        return None if named is None else address(named)

    @property
    def may_negotiate(self) -> bool:
        """Whether the visitor can make moves here now."""
        return self.side is not None and self.visit.may(Action.NEGOTIATE)

    @property
    def may_comment(self) -> bool:
        """Whether the visitor can say something here now."""
        alive = self.answer.status in ("open", "awaiting-signatures")
        return alive and self.side is not None and self.visit.may(Action.COMMENT)

    @property
    def may_mark(self) -> bool:
        """Whether the visitor can lock terms and declare limits now."""
        return self.may_negotiate and self.answer.status == "open"

    @property
    def may_sign(self) -> bool:
        """Whether the visitor's side has yet to sign, and the visitor signs for it."""
        waits = self.answer.status == "awaiting-signatures" and self.side not in self.answer.signed
        return waits and self.side is not None and self.visit.may(Action.SIGN)

    def acceptable(self, one: OfferShown) -> bool:
        """Whether an offer is one that the visitor could accept now."""
        firm = one.offer.firmness is Firmness.FIRM and self.now < one.offer.valid_until
        return self.answerable(one) and firm

    def answerable(self, one: OfferShown) -> bool:
        """Whether an offer is the other side's, on the table, and the visitor's to answer."""
        return self.may_mark and self.answer.tabled == one.id and one.by is not self.side

    def withdrawable(self, one: OfferShown) -> bool:
        """Whether an offer is one's own and still on the table."""
        return self.may_mark and self.answer.tabled == one.id and one.by is self.side

    def whose(self, side: Side) -> str:
        """Say whose something is: *Yours*, *Theirs*, or the party's name to an auditor."""
        if self.side is None:
            return self.relationship.called(side)
        return YOURS if side is self.side else THEIRS

    def tone(self, side: Side) -> str:
        """Return the colour of a side: its own for the visitor's, the provider's for auditors."""
        return "ours" if side is (self.side or Side.PROVIDER) else "theirs"

    def path_of(self, offer: str) -> str:
        """Return the page of an offer."""
        return f"{self.to}/offers/{offer}"

    def outside(self, one: OfferShown) -> tuple[Constraint, ...]:
        """Return the limits in force that an offer does not keep to."""
        return broken(self.table.constraints.values(), flatten(one.offer.terms))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The two versions to compare, theirs first; none before the first offer."""
        order = tuple(Side) if self.side is None else (self.side.other, self.side)
        found = [column for side in order if (column := self._column(side)) is not None]
        if len(found) == 1 and self.in_force is not None:
            found.append(Column("In force", "the contract", self._versions[None], None))
        return tuple(found)

    @cached_property
    def ordered(self) -> tuple[Column, ...]:
        """The same columns, the earlier version first: what is compared with what."""
        made = list(self.story.offers)

        def when(column: Column) -> int:
            return -1 if column.version.offer is None else made.index(column.version.offer)

        return tuple(sorted(self.columns, key=when))

    @cached_property
    def marks(self) -> Marks:
        """The locks and limits over the terms."""
        versions = self._versions.values()
        return marks(self.table.locks.items(), self.table.constraints.values(), *versions)

    @cached_property
    def everything(self) -> list[Section]:
        """The terms table, with every term in it."""
        if not self.ordered:
            return []
        return sections(self.ordered[0].version, self.ordered[-1].version, self.marks)

    def sections(self, *, everything: bool) -> list[Section]:
        """Return the terms table, or what matters in it; there is nothing to compare one with."""
        if everything or len(self.ordered) == 1:
            return self.everything
        return [one for one in (found.narrowed() for found in self.everything) if one.rows]

    def row_of(self, path: str) -> Row | None:
        """Return the row that shows a term, or what it is part of or something in it."""
        rows = [row for section in self.everything for row in section.rows]
        exact = [row for row in rows if row.path == path]
        near = [row for row in rows if covers(row.path, path) or covers(path, row.path)]
        return next(iter(exact + near), None)

    def holdable(self, row: Row) -> list[tuple[str, str]]:
        """Return the offers as in which a term could be held, and what the buttons say."""
        cells = zip(self.columns, self.in_columns(row), strict=True)
        offers = [
            (column.version.offer, "Hold" if row.agreed else f"Hold {column.named}")
            for column, cell in cells
            if column.version.offer is not None and cell is not None
        ]
        return offers[:1] if row.agreed else offers

    def offer_holding(self, held: Held) -> str | None:
        """Return an offer in which a held term stands as it is held, the latest first."""
        for one in reversed(self.story.offers.values()):
            if subtree(one.offer.terms, held.path) == held.lock.values:
                return one.id
        return None

    @cached_property
    def subjects(self) -> list[tuple[str, str]]:
        """What a comment can be about, besides the whole."""
        offers = [
            (f"offer {one.id}", f"Offer {one.number} of {self.relationship.called(one.by)}")
            for one in self.story.offers.values()
        ]
        rows = [row for section in self.everything for row in section.rows]
        return offers + [(f"term {row.path}", row.label) for row in rows]

    def in_columns(self, row: Row) -> tuple[str | None, ...]:
        """Return what a row says in each column, as the columns stand."""
        earlier = {id(self.ordered[0]): row.before, id(self.ordered[-1]): row.after}
        return tuple(earlier[id(column)] for column in self.columns)

    @cached_property
    def stakes(self) -> list[Stake]:
        """What is at stake in each column."""
        return stakes(*(column.version.terms for column in self.columns))

    @cached_property
    def values(self) -> dict[str, str]:
        """What people call each single value that is on the table: what a limit can be put on."""
        found: dict[str, str] = {}
        for column in self.ordered:
            nodes = column.version.nodes
            for path, node in nodes.items():
                if node.text is not None:
                    found[path] = label(nodes, path)
        return dict(sorted(found.items(), key=lambda one: one[1]))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The same, for a form to choose from."""
        return list(self.values.items())

    @cached_property
    def _versions(self) -> dict[str | None, Version]:
        """Every version of the terms by its offer, that in force (None) before the others."""
        made = [Version(one.offer.terms, one.id) for one in self.story.offers.values()]
        in_force = [] if self.in_force is None else [Version(self.in_force)]
        return {version.offer: version for version in (*in_force, *made)}

    def _column(self, side: Side) -> Column | None:
        last = self.story.last_by(side)
        if last is None:
            return None
        said = f"offer {last.number}" + (f", {last.fate}" if last.fate else "")
        return Column(self.whose(side), said, self._versions[last.id], side)


def scene(visit: Visit, stream: str) -> Scene:
    """Gather a negotiation that the visitor may see; raises NotFound for any other."""
    relationship = stream.split("/", 1)[0]
    found = place(visit, relationship, stream)
    known, events = visit.house.reading.with_history(found.seat, NEGOTIATION, stream)
    answer = negotiation_answer(known)
    told = story(events, answer.offers, People(visit, found).named)
    in_force = _in_force(visit, found, answer.subject.get("contract"))
    return Scene(visit, found, stream, answer, table_of(known.state), told, in_force)


def _in_force(
    visit: Visit, found: RelationshipPlace, contract: str | None
) -> AgreementTerms | None:
    """Return the latest terms of the contract that a negotiation is to change, if it is shown."""
    if contract is None or not found.seat.shows(contract):
        return None
    state = visit.house.ledger.load(CONTRACT, contract).state
    return None if isinstance(state, NotConcluded) else state.standing.terms
