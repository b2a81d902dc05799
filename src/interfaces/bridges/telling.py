"""What of some terms has been said in another language, and what has not, with the reason.

A bridge takes every value of the terms in hand exactly once: it says it, or it leaves it with a
reason. What it forgot is listed too, so that nothing can be dropped in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.terms.agreement import AgreementTerms
from domain.terms.part import Part
from domain.terms.paths import Node, walk
from interfaces.bridges.writing import as_json, as_yaml

NO_PLACE: Final = "there is no place for it"


@dataclass(frozen=True, slots=True)
class Unsaid:
    """One thing that a translation does not say, or says only nearly."""

    place: str
    """The path of the term; for an import, the place in the document that was read."""
    because: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why what lies under a path is not said; ``*`` stands for any one segment."""

    under: str
    because: str


@dataclass(frozen=True, slots=True)
class Translation:
    """Terms in another language: its documents, and what they do not say."""

    documents: tuple[dict[str, Any], ...]
    unsaid: tuple[Unsaid, ...]
    remarks: tuple[str, ...] = ()
    """Lines for the head of the file."""

    @property
    def yaml(self) -> str:
        """The documents as YAML, one after another."""
        head = "".join(f"# {line}\n" for line in self.remarks)
        return head + "---\n".join(as_yaml(document) for document in self.documents)

    @property
    def json(self) -> str:
        """The only document as JSON."""
        (document,) = self.documents
        return as_json(document)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where terms come from: the contract whose version they are."""

    contract: str
    version: int
    digest: str

    def __str__(self) -> str:
        """Write it as ``relationship-.../contract-..., version 2, sha256:...``."""
        return f"{self.contract}, version {self.version}, {self.digest}"


def slug(text: str, fallback: str) -> str:
    """Return words as an id: lower-case letters, digits and hyphens, at most 60 of them."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or fallback


class Telling:
    """Keeps count of what has been said of some terms."""

    def __init__(self, terms: AgreementTerms) -> None:
        self._nodes = tuple(walk(terms))
        self._leaves = tuple(node.path for node in self._nodes if node.text is not None)
        self._inside: dict[str, list[Node]] = {}
        for node in self._nodes:
            self._inside.setdefault("/".join(node.path.split("/")[:2]), []).append(node)
        self._under: dict[str, list[int]] = {}
        for number, leaf in enumerate(self._leaves):
            for place in _around(leaf):
                self._under.setdefault(place, []).append(number)
        self._said: set[int] = set()
        self._touched: set[str] = set()
        self._left: dict[str, str] = {}

    def parts(self, kind: type[Part], part: str = "") -> Iterator[tuple[str, Any]]:
        """Yield the parts of one kind with their paths, in order; those inside one part alone."""
        for node in self._inside.get(part, ()) if part else self._nodes:
            if isinstance(node.value, kind):
                yield node.path, node.value

    def say(self, *paths: str) -> None:
        """Take down that everything at or under these paths is said."""
        for path in paths:
            for number in self._under.get(path, ()):
                self._said.add(number)
                self._touched.update(_around(self._leaves[number]))

    def leave(self, path: str, because: str) -> None:
        """Take down that a place is not said, or only nearly; nothing there is nothing left."""
        if path in self._under:
            self._left.setdefault(path, because)

    def rest(self, reasons: Sequence[Reason]) -> tuple[Unsaid, ...]:
        """Return all that is not said, in the order of the document."""
        found = dict(self._left)
        for number, leaf in enumerate(self._leaves):
            if number not in self._said and not any(place in self._left for place in _around(leaf)):
                place, because = self._why(leaf, reasons)
                found.setdefault(place, because)
        return tuple(
            Unsaid(place, found[place])
            for place in sorted(found, key=lambda place: (self._under[place][0], place))
        )

    def _why(self, leaf: str, reasons: Sequence[Reason]) -> tuple[str, str]:
        """Return the largest place around a value of which nothing is said, and the reason."""
        for reason in reasons:
            place = _matched(reason.under, leaf)
            if place is not None:
                return (leaf if place in self._touched else place), reason.because
        return leaf, NO_PLACE


def _around(leaf: str) -> Iterator[str]:
    """Yield every place that a value lies under, and itself."""
    end = leaf.find("/")
    while end > 0:
        yield leaf[:end]
        end = leaf.find("/", end + 1)
    yield leaf


def _matched(pattern: str, leaf: str) -> str | None:
    """Return the beginning of a path that a pattern matches, or None."""
    wanted, segments = pattern.split("/"), leaf.split("/")
    if len(segments) < len(wanted):
        return None
    pairs = zip(wanted, segments, strict=False)
    if all(want in ("*", segment) for want, segment in pairs):
        return "/".join(segments[: len(wanted)])
    return None
