"""The terms as a table to be edited: sections, parts in them, and a row for each value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.deadline import BillingCycles, Quantity, WorkingDays
from domain.terms.editing import NEW
from domain.terms.fields import Field, Sort, fields_of
from domain.terms.measurement import Scale
from domain.terms.objective import Objective
from domain.terms.part import RESERVED, Part
from domain.terms.paths import Node, TermPath, text_of
from domain.terms.typed import typed
from domain.terms.words.places import label, objective_at, part_in_words
from domain.terms.words.places import value as in_words
from interfaces.web.editor.around import Version
from interfaces.web.editor.worksheet import TERM, Worksheet

SECTIONS: Final = (
    ("parties", "The agreement", ("title", "provider", "client", "service", "description")),
    ("term", "Term and notice", ("term", "zone", "amended_in_mid_period")),
    ("objectives", "Objectives", ("objectives",)),
    ("charges", "Charges", ("currency", "charges", "budget")),
    ("credits", "Credits", ("credits",)),
    ("calendars", "Calendars", ("calendars",)),
    ("dependencies", "Dependencies and exclusions", ("dependencies", "exclusions")),
    ("support", "Support and escalation", ("support", "escalation", "stakeholders")),
    ("reporting", "Reporting and reviews", ("reporting", "reviews")),
    ("clauses", "Clauses", ("clauses",)),
)
"""The sections by id, and the fields of the terms in each."""
_ATOMS: Final = (WorkingDays, BillingCycles, Quantity)
_LONG: Final = 160
_KINDS: Final = {ServiceHours: "service hours", Dates: "list of dates"}
_SINGULAR: Final = {
    "charges": "charge",
    "calendars": "calendar",
    "dependencies": "dependency",
    "objectives": "objective",
    "targets": "target",
    "tiers": "credit tier",
    "caps": "cap",
    "bonus": "bonus",
    "exclusions": "exclusion",
    "support": "support level",
    "escalation": "escalation level",
    "stakeholders": "stakeholder group",
    "clauses": "clause",
}


_FIELDS: Final = {"id": "Short name", "of": "Of", "for": "For how long", "per": "Per", "by": "By"}
"""What some fields are called in a form."""


@dataclass(frozen=True)
class Beside:
    """A value in another version, in words; ``same`` when it is what now stands in the row."""

    called: str
    said: str
    same: bool


@dataclass(frozen=True)
class Row:
    """One value: its field as a form shows it, what it says, and what the others say."""

    path: str
    label: str
    around: str
    field: Field
    value: str
    unit: str
    said: str
    beside: tuple[Beside, ...]
    wrong: str | None
    removable: bool

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"{TERM}{self.path}"

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What there is to choose from, and how it is said."""
        if self.field.sort is Sort.YES_NO:
            return (("true", "yes"), ("false", "no"))
        return tuple((one, one) for one in self.field.choices)

    @property
    def lines(self) -> int:
        """How many lines its text takes in the form."""
        return min(max(self.value.count("\n") + 1, len(self.value) // 60 + 1, 2), 14)


@dataclass(frozen=True)
class Opening:
    """A place that can be opened to be filled in: its key, and what it is called."""

    key: str
    called: str


@dataclass(frozen=True)
class Block:
    """A part: what it is called and says, its rows, the parts in it, and what can be done."""

    path: str
    called: str
    """What it is called within what it lies in: ``Credit tier from 0``."""
    full: str
    """What it is called anywhere: ``Availability, credit tier from 0``."""
    said: str
    rows: tuple[Row, ...] = ()
    blocks: tuple[Block, ...] = ()
    openings: tuple[Opening, ...] = ()
    wrong: str | None = None
    removable: bool = False
    copyable: bool = False
    pending: bool = False
    level: int = 0

    def flat(self) -> Iterator[Block]:
        """Yield this block and every block in it, in order."""
        yield self
        for block in self.blocks:
            yield from block.flat()


@dataclass(frozen=True)
class Section:
    """A section of the table."""

    id: str
    called: str
    block: Block

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block with something in it, in order; what can be added to the section is last."""
        whole = replace(self.block, openings=())
        last = Block("", self.called, self.called, "", openings=self.block.openings)
        return tuple(
            one
            for one in (*whole.flat(), last)
            if one.rows or one.wrong or one.removable or one.openings or one.said
        )


@dataclass(frozen=True)
class Writer:
    """Writes a worksheet as sections, with other versions beside it."""

    sheet: Worksheet
    versions: Sequence[Version]
    own: Version = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", Version("yours", self.sheet.base))

    def sections(self) -> tuple[Section, ...]:
        """Return every section, empty ones with what can be added to them."""
        return tuple(
            Section(ident, called, self._part(self.sheet.base, "", 0, names))
            for ident, called, names in SECTIONS
        )

    def _part(
        self,
        part: Part,
        path: str,
        level: int,
        names: Sequence[str] | None = None,
        *,
        listed: bool = False,
    ) -> Block:
        known = fields_of(type(part))
        rows: list[Row] = []
        blocks: list[Block] = []
        openings: list[Opening] = []
        for name in known if names is None else names:
            one, here = known[name], f"{path}/{name}".lstrip("/")
            if one.sort in (Sort.PART, Sort.PARTS):
                blocks += self._parts(one, here, level + 1)
                openings += self._addable(one, here)
            elif self._shown(one, here):
                rows.append(self._row(one, here))
            elif one.sort is not Sort.FIXED:
                openings.append(Opening(here, _words(name)))
        node = self.own.nodes.get(TermPath(path))
        return Block(
            path,
            self._within(path),
            self._called(path) or _sentence(_words(path)),
            "" if node is None or blocks else self._said(node),
            tuple(rows),
            tuple(blocks),
            tuple(openings),
            self.sheet.wrong.get(path) if path else None,
            removable=listed or (node is not None and not self._required(path)),
            copyable=listed and "id" in known,
            level=level,
        )

    def _parts(self, one: Field, path: str, level: int) -> Iterator[Block]:
        value = self.own.nodes.get(TermPath(path))
        if one.sort is Sort.PART and value is not None and isinstance(value.value, Part):
            yield self._part(value.value, path, level)
        elif one.sort is Sort.PART and "/" not in path:
            standing = self._standing(path)
            if standing is not None:
                yield self._part(standing, path, level)
        for node in self._children(path):
            if isinstance(node.value, Part):
                yield self._part(node.value, node.path, level, listed=True)
        for kind in one.parts:
            key = f"{path}/{NEW}{kind.__name__}"
            if key in self.sheet.open:
                yield self._pending(key, kind, level)

    def _children(self, path: str) -> Iterator[Node]:
        """Yield the parts of a list, in order."""
        holder = self.own.nodes.get(TermPath(path))
        if holder is None or not isinstance(holder.value, tuple):
            return
        depth = len(holder.location) + 1
        for node in self.own.nodes.values():
            if len(node.location) == depth and node.location[:-1] == holder.location:
                yield node

    def _standing(self, path: str) -> Part | None:
        """Return a part that stands at its default without being written, such as credits."""
        above, _, name = path.rpartition("/")
        around = self.own.nodes.get(TermPath(above))
        part = around.value if around is not None else self.sheet.base if not above else None
        value = getattr(part, name, None)
        return value if isinstance(value, Part) else None

    def _pending(self, key: str, kind: type[Part], level: int) -> Block:
        rows = [
            self._row(one, f"{key}/{name}")
            for name, one in fields_of(kind).items()
            if one.sort not in (Sort.PART, Sort.PARTS, Sort.FIXED)
        ]
        fieldname = key.rpartition(f"/{NEW}")[0].rpartition("/")[2]
        called = f"New {_SINGULAR.get(fieldname, _words(fieldname))}"
        return Block(
            key,
            called,
            called,
            "",
            tuple(rows),
            wrong=self.sheet.wrong.get(key),
            pending=True,
            level=level,
        )

    def _addable(self, one: Field, path: str) -> Iterator[Opening]:
        if one.sort is Sort.PART and (len(one.parts) > 1 or one.required):
            return
        if one.sort is Sort.PART and self.sheet.places.nodes.get(TermPath(path)) is not None:
            return
        standing = self._standing(path) if one.sort is Sort.PART else None
        if standing is not None:
            if "/" in path:
                for name in fields_of(type(standing)):
                    yield Opening(f"{path}/{name}", f"{_words(one.name)}: {_words(name)}")
            return
        if one.parts == (Objective,):
            return  # one is copied from another, or given as data
        name = _SINGULAR.get(one.name, _words(one.name))
        for kind in one.parts:
            key = f"{path}/{NEW}{kind.__name__}"
            if key not in self.sheet.open:
                yield Opening(key, _KINDS.get(kind, name))

    def _shown(self, one: Field, path: str) -> bool:
        if one.sort is Sort.FIXED:
            return False
        if one.required or path in self.sheet.open or path in self.sheet.typed:
            return True
        return TermPath(path) in self.own.nodes

    def _row(self, one: Field, path: str) -> Row:
        node = self.own.nodes.get(TermPath(path))
        own = "" if NEW in path else typed(self.sheet.places.value(path))
        return Row(
            path,
            _FIELDS.get(one.name, _sentence(_words(one.name))),
            self._called(path.rpartition("/")[0]),
            one,
            self.sheet.typed.get(path, own),
            self._unit(one, path),
            "" if node is None else self._meaning(one, node),
            tuple(self._beside(one, path)),
            self.sheet.wrong.get(path),
            removable=node is not None and not one.required,
        )

    def _meaning(self, one: Field, node: Node) -> str:
        """Say a value in words, where they are not what stands in the field."""
        if one.sort not in (Sort.DURATION, Sort.SPAN, Sort.BOUND):
            return ""
        said = in_words(self.sheet.base, self.own.nodes, node)
        return "" if said in (typed(node.value), f"{typed(node.value)} %") else said

    def _unit(self, one: Field, path: str) -> str:
        if one.sort is Sort.PERCENT:
            return "%"
        if one.sort is Sort.MONEY:
            return self.sheet.base.currency
        objective = objective_at(self.own.nodes, TermPath(path))
        if one.sort is Sort.BOUND and objective is not None:
            return "%" if objective.measured.scale is Scale.PERCENT else ""
        return ""

    def _beside(self, one: Field, path: str) -> Iterator[Beside]:
        mine = self.own.nodes.get(TermPath(path))
        text = one.default if mine is None else typed(mine.value)
        for version in self.versions:
            node = version.nodes.get(TermPath(path))
            said = one.default if node is None else in_words(version.terms, version.nodes, node)
            theirs = one.default if node is None else typed(node.value)
            yield Beside(version.called, said or "—", theirs == text)

    def _called(self, path: str) -> str:
        return label(self.own.nodes, TermPath(path)) if path else ""

    def _within(self, path: str) -> str:
        """Call a part without what it lies in."""
        called = self._called(path)
        above = path.rpartition("/")[0]
        while above and not called.startswith(self._called(above) or called):
            above = above.rpartition("/")[0]
        around = self._called(above)
        if around and called == around:
            *_, holder, name = path.split("/")
            return _sentence(_SINGULAR.get(holder, _words(name)))
        rest = called.removeprefix(f"{around}, ") if around else called
        return _sentence(rest or _words(path.rpartition("/")[2]))

    def _required(self, path: str) -> bool:
        found = self.sheet.places.field(path)
        return found is not None and found[1].required

    def _said(self, node: Node) -> str:
        if not isinstance(node.value, Part) or isinstance(node.value, _ATOMS):
            return ""
        objective = objective_at(self.own.nodes, node.path)
        said = part_in_words(self.sheet.base, objective, node.value)
        return said if len(said) <= _LONG else ""


def names_in(terms: AgreementTerms) -> tuple[str, ...]:
    """Return every name that a field of the terms may refer to."""
    parts: list[Part] = [*terms.calendars, *terms.charges, *terms.support, *terms.dependencies]
    parts += [*terms.objectives, *terms.stakeholders]
    return (*sorted(RESERVED), *(part.key() for part in parts))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(name: str) -> str:
    return text_of(name).replace("_", " ").replace("-", " ")
