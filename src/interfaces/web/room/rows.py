"""The terms as a table: one row a term, what either side offered, and what the change means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from domain.negotiation.constraints import Constraint
from domain.negotiation.table import Lock
from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.clause import Clause, Dependency, Exclusion
from domain.terms.commercial import Charge
from domain.terms.deadline import BillingCycles, Quantity, WorkingDays
from domain.terms.differences import Difference, differences
from domain.terms.objective import Target
from domain.terms.paths import Node, TermPath, covers, walk
from domain.terms.redline import Segment, compare
from domain.terms.remedy import Bonus, Cap, Tier
from domain.terms.support import EscalationLevel, StakeholderGroup, SupportLevel
from domain.terms.words.places import Nodes, label, value
from domain.values.sides import Side

WHOLE: Final = (
    *(Target, Tier, Bonus, Cap, Charge, ServiceHours, Dates, Dependency, Exclusion, Clause),
    *(SupportLevel, EscalationLevel, StakeholderGroup, WorkingDays, BillingCycles, Quantity),
)
"""Parts that one phrase says: they take one row, unless something in them differs."""

UNSAID: Final = ("schema",)
GENERAL: Final = ("title", "provider", "client", "service", "description", "zone", "currency")
HEADINGS: Final = {
    "amended_in_mid_period": "Term",
    "term": "Term",
    "budget": "Charges",
    "exclusions": "What does not count",
    "stakeholders": "Who has a say",
}


@dataclass(frozen=True)
class Version:
    """One version of the terms, and the offer that they are (None: the terms in force)."""

    terms: AgreementTerms
    offer: str | None = None

    @cached_property
    def nodes(self) -> dict[TermPath, Node]:
        """Every place in the terms, in the order of the document."""
        return {node.path: node for node in walk(self.terms)}


@dataclass(frozen=True)
class Held:
    """A term that is held to be settled: by whom, at which values, and whether that binds."""

    path: str
    label: str
    lock: Lock

    @property
    def said(self) -> str:
        """The values in words."""
        return ", ".join(self.lock.values.values())


@dataclass(frozen=True)
class Row:
    """One term: what it is in the earlier version and in the later; None where it is not there.

    ``meaning`` says what the change comes to, ``redline`` shows it word by word where it is text.
    """

    path: str
    label: str
    before: str | None
    after: str | None
    agreed: bool
    meaning: str | None = None
    redline: tuple[Segment, ...] = ()
    held: Held | None = None
    limits: tuple[Constraint, ...] = ()

    @property
    def meanings(self) -> list[str]:
        """What the change comes to, each thing by itself."""
        return [] if self.meaning is None else self.meaning.split("; ")

    @property
    def anchor(self) -> str:
        """The row's id on the page."""
        return "term-" + "".join(sign if sign.isalnum() else "-" for sign in self.path)


@dataclass
class Section:
    """The rows under one heading, in the order of the document."""

    heading: str
    rows: list[Row] = field(default_factory=list)

    @property
    def open(self) -> int:
        """How many rows are not agreed."""
        return sum(not row.agreed for row in self.rows)

    def narrowed(self) -> Section:
        """Return only what is not agreed, or is held or limited."""
        kept = [row for row in self.rows if not row.agreed or row.held or row.limits]
        return Section(self.heading, kept)


@dataclass(frozen=True)
class Marks:
    """What is laid over the terms: locks and limits."""

    locks: tuple[Held, ...] = ()
    limits: tuple[Constraint, ...] = ()

    def held(self, path: str) -> Held | None:
        """Return the lock on a term, or else on what it is part of or on something in it."""
        exact = [one for one in self.locks if one.path == path]
        near = [one for one in self.locks if covers(one.path, path) or covers(path, one.path)]
        return next(iter(exact + near), None)

    def limits_on(self, path: str) -> tuple[Constraint, ...]:
        """Return the limits on a term or on something in it."""
        return tuple(one for one in self.limits if covers(path, one.path))


def sections(before: Version, after: Version, marks: Marks) -> list[Section]:
    """Return the table from one version to the other, section by section."""
    found: dict[str, Section] = {}
    for row in _rows(before, after, marks):
        heading = _heading(row.path, after.terms, before.terms)
        found.setdefault(heading, Section(heading)).rows.append(row)
    return list(found.values())


def marks(locks: Iterable[tuple[str, Lock]], limits: Iterable[Constraint], *of: Version) -> Marks:
    """Gather what is laid over the terms, named as people call it."""
    nodes: dict[TermPath, Node] = {}
    for version in of:
        nodes |= version.nodes
    held = tuple(Held(path, called(nodes, path), lock) for path, lock in locks)
    return Marks(held, tuple(limits))


def called(nodes: Nodes, path: str) -> str:
    """Return what people call a place, or its path where none of the versions has it."""
    return label(nodes, TermPath(path)) or path


def _rows(before: Version, after: Version, marks: Marks) -> Iterator[Row]:
    old, new = before.nodes, after.nodes
    changes = {one.path: one for one in differences(before.terms, after.terms)}
    told: set[str] = set()
    for path in _merged(old, new, changes):
        for change in _changes_at(changes, path):
            if change.path not in told:
                told.add(change.path)
                yield _changed(change, marks)
        if not any(covers(path, other) or covers(other, path) for other in changes):
            node = new.get(path) or old[path]
            nodes, version = (new, after) if path in new else (old, before)
            said = value(version.terms, nodes, node)
            yield Row(
                path,
                label(nodes, path),
                said,
                said,
                agreed=True,
                held=marks.held(path),
                limits=marks.limits_on(path),
            )
    yield from (_changed(one, marks) for path, one in changes.items() if path not in told)


def _merged(old: Nodes, new: Nodes, changes: Iterable[str]) -> Iterator[TermPath]:
    """Yield the path of each row of both versions once, in the order of the document."""
    seen: set[str] = set()
    before = [str(node.path) for node in _units(old, changes)]
    after = [str(node.path) for node in _units(new, changes)]
    for _, path in compare(before, after):
        if path not in seen:
            seen.add(path)
            yield TermPath(path)


def _units(nodes: Nodes, changes: Iterable[str]) -> Iterator[Node]:
    """Yield what takes a row of its own: whole parts, but value by value where some changed."""
    apart = {above for path in changes for above in _above(path)}
    whole: str | None = None
    for node in nodes.values():
        if whole is not None and covers(whole, node.path):
            continue
        whole = None
        if isinstance(node.value, WHOLE) and node.path not in apart:
            whole = node.path
            yield node
        elif node.text is not None and node.path not in UNSAID and not node.path.endswith("/id"):
            yield node


def _above(path: str) -> Iterator[str]:
    """Yield every path that this one lies under."""
    parts = path.split("/")
    yield from ("/".join(parts[:length]) for length in range(1, len(parts)))


def _changes_at(changes: dict[TermPath, Difference], path: str) -> list[Difference]:
    """Return the changes of a row: of the term, of something in it, of what it is part of."""
    return [one for at, one in changes.items() if covers(path, at) or covers(at, path)]


def _changed(change: Difference, marks: Marks) -> Row:
    return Row(
        change.path,
        change.label,
        change.before,
        change.after,
        agreed=False,
        meaning=change.meaning,
        redline=change.redline,
        held=marks.held(change.path),
        limits=marks.limits_on(change.path),
    )


def _heading(path: str, *versions: AgreementTerms) -> str:
    first, _, rest = path.partition("/")
    if first == "objectives" and rest:
        ident = rest.split("/")[0]
        found = (terms.objective(ident) for terms in versions)
        return next((one.name for one in found if one is not None), ident)
    if first in GENERAL:
        return "The agreement"
    return HEADINGS.get(first, first.replace("_", " ").capitalize())


def holders(held: Held) -> list[Side]:
    """Return the sides that hold a term, the provider first."""
    return [side for side in Side if side in held.lock.by]
