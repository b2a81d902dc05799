"""Differences: two versions of the terms, term by term, and what each change means.

There is a difference exactly when the digests differ. A part that is only in one version is one
difference, not one for each of its fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from domain.terms.agreement import AgreementTerms
from domain.terms.deadline import BillingCycles, Quantity, WorkingDays
from domain.terms.downtime import downtime, stretch_of
from domain.terms.figures import elapsed
from domain.terms.objective import Objective, Target
from domain.terms.part import Part
from domain.terms.paths import Node, TermPath, text_of, walk
from domain.terms.redline import Segment, compare, redline
from domain.terms.stakes import at_risk_in_words, largest_credit
from domain.terms.value import total_value
from domain.terms.words.places import Nodes, label, objective_at, value

_LONG_TEXT = frozenset({"text", "details", "description", "agenda"})


class Kind(StrEnum):
    """What became of a term."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One term that is not the same in both versions."""

    path: TermPath
    kind: Kind
    label: str
    """What people call it: ``Availability, business hours``."""
    before: str | None
    """What it was, in words; None when it was not there."""
    after: str | None
    """What it is, in words; None when it is not there any more."""
    meaning: str | None = None
    """What that means in allowed downtime or in money, where it means something."""
    redline: tuple[Segment, ...] = ()
    """Word by word, for text."""

    def __str__(self) -> str:
        """Write it as one line."""
        text = f"{self.label}: {self.before or 'nothing'} → {self.after or 'nothing'}"
        return f"{text} ({self.meaning})" if self.meaning else text


@dataclass(frozen=True, slots=True)
class _Version:
    terms: AgreementTerms
    nodes: Nodes


def differences(a: AgreementTerms, b: AgreementTerms) -> tuple[Difference, ...]:
    """Return every difference from ``a`` to ``b``, in the order of the document."""
    if a.digest == b.digest:
        return ()
    old = _Version(a, {node.path: node for node in walk(a)})
    new = _Version(b, {node.path: node for node in walk(b)})
    found: list[Difference] = []
    wholes: set[str] = set()
    for path in _merged(old, new):
        if any(above in wholes for above in _above(path)):
            continue
        difference = _difference(old, new, path)
        if difference is not None:
            found.append(difference)
            if not difference.label.endswith(_ORDER):
                wholes.add(path)
    return tuple(found)


def _above(path: TermPath) -> Iterator[str]:
    """Yield every path that this one lies under."""
    parts = path.split("/")
    yield from ("/".join(parts[:length]) for length in range(1, len(parts)))


_PRICED = frozenset(
    {"remedy", "remedy/tiers", "remedy/caps", "remedy/of", "remedy/several_windows"}
)
_ORDER = "order"


def _merged(old: _Version, new: _Version) -> Iterator[TermPath]:
    """Yield the paths of both versions once, each after what came before it in its own."""
    seen: set[str] = set()
    for _, path in compare(list(old.nodes), list(new.nodes)):
        if path not in seen:
            seen.add(path)
            yield TermPath(path)


def _difference(old: _Version, new: _Version, path: TermPath) -> Difference | None:
    before, after = old.nodes.get(path), new.nodes.get(path)
    if before is None and after is not None:
        return _one_sided(old, new, after, Kind.ADDED)
    if after is None and before is not None:
        return _one_sided(old, new, before, Kind.REMOVED)
    if before is None or after is None or _same(before, after):
        return _reordered(old, new, path)
    return Difference(
        path,
        Kind.CHANGED,
        label(new.nodes, path),
        value(old.terms, old.nodes, before),
        value(new.terms, new.nodes, after),
        _meaning(old, new, path),
        _redlined(path, before, after),
    )


def _one_sided(old: _Version, new: _Version, node: Node, kind: Kind) -> Difference | None:
    """Describe what only one version has; a list is left to the parts in it."""
    if isinstance(node.value, tuple) and node.text is None:
        return None
    side, other = (new, old) if kind is Kind.ADDED else (old, new)
    default = _default(other, node.path)
    here, there = value(side.terms, side.nodes, node), default
    return Difference(
        node.path,
        kind if default is None else Kind.CHANGED,
        label(side.nodes, node.path),
        there if kind is Kind.ADDED else here,
        here if kind is Kind.ADDED else there,
        _meaning(old, new, node.path),
    )


def _default(side: _Version, path: TermPath) -> str | None:
    """Return what a field that is not written stands for, or None when it stands for nothing."""
    parent, _, field = path.rpartition("/")
    node = side.nodes.get(TermPath(parent))
    part = node.value if node is not None else side.terms if not parent else None
    if not isinstance(part, Part):
        return None
    for name, info in type(part).model_fields.items():
        if (info.alias or name) == field:
            default = getattr(part, name)
            return value(side.terms, side.nodes, Node(path, (), default, text_of(default))) or None
    return None


def _same(before: Node, after: Node) -> bool:
    atoms = (WorkingDays, BillingCycles, Quantity)
    if isinstance(before.value, atoms) or isinstance(after.value, atoms):
        return type(before.value) is type(after.value) and before.value == after.value
    return before.text == after.text


def _reordered(old: _Version, new: _Version, path: TermPath) -> Difference | None:
    """Notice parts that are the same but in another order, because the digest is not the same."""
    before, after = _keys(old.nodes.get(path)), _keys(new.nodes.get(path))
    stayed = set(before) & set(after)
    if [key for key in before if key in stayed] == [key for key in after if key in stayed]:
        return None
    return Difference(
        path,
        Kind.CHANGED,
        f"{label(new.nodes, path)}, {_ORDER}",
        ", ".join(before),
        ", ".join(after),
        "the same parts in another order",
    )


def _keys(node: Node | None) -> list[str]:
    if node is None or not isinstance(node.value, tuple) or node.text is not None:
        return []
    return [part.key() for part in node.value if isinstance(part, Part)]


def _redlined(path: TermPath, before: Node, after: Node) -> tuple[Segment, ...]:
    if path.rsplit("/", 1)[-1] not in _LONG_TEXT:
        return ()
    return redline(str(before.value), str(after.value))


def _meaning(old: _Version, new: _Version, path: TermPath) -> str | None:
    """Say what a change means, where it touches time down or money."""
    segments = path.split("/")
    if segments[0] in ("charges", "term") and path != "term/starts":
        return _worth(old.terms, new.terms)
    before, after = objective_at(old.nodes, path), objective_at(new.nodes, path)
    if segments[0] == "credits":
        return _risk_of_all(old.terms, new.terms)
    if before is None or after is None:
        return None
    said: list[str | None] = []
    if segments[2:3] == ["targets"]:
        said = [_downtime(old, new, path), _risk(old.terms, before, new.terms, after)]
    elif "/".join(segments[2:4]) in _PRICED and largest_credit(old.terms, before) != (
        largest_credit(new.terms, after)
    ):
        said = [_risk(old.terms, before, new.terms, after)]
    return "; ".join(text for text in said if text) or None


def _target(side: _Version, path: TermPath) -> Target | None:
    while path:
        node = side.nodes.get(path)
        if node is not None and isinstance(node.value, Target):
            return node.value
        path = TermPath(path.rpartition("/")[0])
    return None


def _downtime(old: _Version, new: _Version, path: TermPath) -> str | None:
    before, after = _allowed(old, path), _allowed(new, path)
    if before is None or after is None or before == after:
        return None
    (time_before, name_before), (time_after, name_after) = before, after
    if name_before == name_after:
        return f"allowed downtime {time_before} → {time_after} per {name_after}"
    return f"allowed downtime {time_before} per {name_before} → {time_after} per {name_after}"


def _allowed(side: _Version, path: TermPath) -> tuple[str, str] | None:
    objective, target = objective_at(side.nodes, path), _target(side, path)
    if objective is None or target is None:
        return None
    stretch = stretch_of(side.terms, objective, target)
    if stretch is None:
        return None
    return elapsed(downtime(target.bound, stretch.microseconds)), stretch.name


def _risk(
    old: AgreementTerms, before: Objective, new: AgreementTerms, after: Objective
) -> str | None:
    was, will_be = at_risk_in_words(old, before), at_risk_in_words(new, after)
    if was == will_be:
        return f"at risk per {after.period} {was}" if was else None
    return f"at risk per {after.period} {was or 'nothing'} → {will_be or 'nothing'}"


def _risk_of_all(old: AgreementTerms, new: AgreementTerms) -> str | None:
    said = []
    for after in new.objectives:
        before = old.objective(after.id)
        if before is not None and largest_credit(old, before) != largest_credit(new, after):
            said.append(f"{after.name} {_risk(old, before, new, after)}")
    return "; ".join(said) or None


def _worth(old: AgreementTerms, new: AgreementTerms) -> str | None:
    before, after = total_value(old), total_value(new)
    said = [] if before == after else [f"charges over the initial term {before} → {after}"]
    risk = _risk_of_all(old, new)
    return "; ".join([*said, *([risk] if risk else [])]) or None
