"""The whole check of a bundle, in the order in which one thing rests on another.

The parties' logs first, for their keys and mandates; then the relationship's, in one pass and flat
memory; then the documents and the manifest. Nothing is believed that the pins do not lead to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.history.checkpoint import Checkpoint
from domain.values.canonical import digest_of
from interfaces.verifier.archive import MANIFEST, Archive
from interfaces.verifier.checkpoints import (
    Sealed,
    check_checkpoint,
    check_held,
    check_quorum,
    check_root,
    open_held,
)
from interfaces.verifier.contract import CONTRACT_FACTS, ContractHistory, SignedVersion, Until
from interfaces.verifier.findings import Findings, Malformed, Unreadable
from interfaces.verifier.keybook import KEYBOOK_FACTS, Keybook
from interfaces.verifier.logbook import MOST_UNSIGNED, LogRead, read_log
from interfaces.verifier.manifest import Manifest, check_files, read_manifest
from interfaces.verifier.negotiations import NEGOTIATION_FACTS, Negotiations
from interfaces.verifier.papers import PAPER_FACTS, Papers
from interfaces.verifier.pinpoint import pinpoint
from interfaces.verifier.pins import SIDES, Pins
from interfaces.verifier.stored import StoredFact, object_of, strict_json, told_by

RELATIONSHIP_FACTS = NEGOTIATION_FACTS | CONTRACT_FACTS | PAPER_FACTS


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader brings: the pins, earlier checkpoints they hold, and how far to replay."""

    pins: Pins
    held: tuple[str, ...] = ()
    until: Until = field(default_factory=Until)


@dataclass(slots=True)
class Verified:
    """What a check came to; the parts are there as far as it got."""

    findings: Findings = field(default_factory=Findings)
    manifest: Manifest | None = None
    logs: list[tuple[LogRead, Sealed | None]] = field(default_factory=list)
    history: ContractHistory | None = None
    governing: SignedVersion | None = None
    terms: dict[str, Any] | None = None
    files: int = 0
    documents: int = 0
    continued: int = 0
    certified: int = 0
    quorum: str | None = None

    @property
    def verdict(self) -> str:
        """Say ``holds``, ``unproven`` (nothing is wrong, something is missing) or ``refused``."""
        if self.findings.faults.count:
            return "refused"
        return "unproven" if self.findings.gaps.count else "holds"


def verify_bundle(path: Path, question: Question) -> Verified:
    """Check a bundle; whatever is wrong with it is in the answer. Raises OSError for no file."""
    verified = Verified(quorum=question.pins.quorum)
    try:
        with Archive(path) as archive:
            _check(archive, question, verified)
    except Unreadable as bad:
        verified.findings.faults.add(bad.finding.place, bad.finding.because)
    return verified


def _check(archive: Archive, question: Question, verified: Verified) -> None:
    findings, pins = verified.findings, question.pins
    manifest = verified.manifest = read_manifest(archive)
    if pins.contracts and manifest.contract not in pins.contracts:
        findings.faults.add(
            MANIFEST, f"it is about {manifest.contract}, and the pins name another contract"
        )
    held = open_held(question.held, manifest, pins, findings)
    books: dict[str, Keybook] = {}
    services = {manifest.service, *pins.services(manifest.relationship)}
    for side in SIDES:
        party = manifest.parties[side]
        if not pins.keys.get(side):
            findings.gaps.add("pins", f"no key of the {side} is pinned (`key {side} …`)")
        book = Keybook(side, party, services, frozenset(pins.keys.get(side, ())))
        sealed = check_checkpoint(archive, manifest, party, pins, findings)
        read = _to_read(party, sealed, held)
        read.streams_whole = False  # of the other party's a reader is shown some facts only
        for stored in read_log(archive.lines(read.file), read, KEYBOOK_FACTS, findings):
            book.take(stored, findings)
        _close(archive, read, sealed, verified)
        verified.continued += check_held(read, held.get(party, ()), findings)
        books[side] = book
    relationship = manifest.relationship
    sealed = check_checkpoint(archive, manifest, relationship, pins, findings)
    if sealed is not None:
        check_quorum(sealed, pins, findings)
    read = _to_read(relationship, sealed, held)
    story = _Story(manifest, books, question, findings)
    for stored in read_log(archive.lines(read.file), read, RELATIONSHIP_FACTS, findings):
        story.take(stored)
    _close(archive, read, sealed, verified)
    verified.continued += check_held(read, held.get(relationship, ()), findings)
    verified.files = check_files(archive, manifest, findings)
    story.close(archive, verified)


def _to_read(log: str, sealed: Sealed | None, held: dict[str, list[Checkpoint]]) -> LogRead:
    sizes = frozenset(one.size for one in held.get(log, ()))
    most = MOST_UNSIGNED if sealed is None else sealed.checkpoint.size
    return LogRead(log, f"history/{log}.tsv", sizes, most)


def _close(archive: Archive, read: LogRead, sealed: Sealed | None, verified: Verified) -> None:
    if sealed is not None and not check_root(read, sealed, verified.findings):
        pinpoint(archive, read, sealed, verified.findings)
    verified.logs.append((read, sealed))


class _Story:
    """What the relationship's log tells, told to whom it concerns."""

    def __init__(
        self,
        manifest: Manifest,
        books: dict[str, Keybook],
        question: Question,
        findings: Findings,
    ) -> None:
        self._manifest = manifest
        self._findings = findings
        self._negotiations = Negotiations(books, findings)
        self._papers = Papers(manifest.contract, question.pins, findings)
        self._history = ContractHistory(
            manifest.contract, manifest.parties, self._negotiations, findings, question.until
        )

    def take(self, stored: StoredFact) -> None:
        """Take in one fact, in the log's order."""
        try:
            told = told_by(stored)
            if stored.name in NEGOTIATION_FACTS:
                self._negotiations.take(told)
            if stored.name in PAPER_FACTS:
                self._papers.take(told)
            self._history.take(told)
        except Malformed as bad:
            self._findings.faults.add(stored.place, f"the fact is malformed: {bad}")

    def close(self, archive: Archive, verified: Verified) -> None:
        """Say what the history came to, once all of it is read."""
        history, manifest = self._history, self._manifest
        if not history.versions:
            self._findings.gaps.add(
                manifest.contract, "the bundle shows no conclusion of this contract"
            )
        self._papers.check_terms(history.versions)
        verified.documents = self._papers.check_files(archive, manifest)
        verified.certified = self._papers.certified
        verified.history = history
        verified.governing = _governing(history)
        if verified.governing is not None and not self._findings.faults.count:
            verified.terms = _terms(archive, manifest, verified.governing)


def _governing(history: ContractHistory) -> SignedVersion | None:
    """Return the greatest version recorded by then and effective by then.

    Each version holds complete terms. Before the first governs, it is the first.
    """
    known = history.versions[: history.known]
    at = history.until.at or history.last_at
    if not known or at is None:
        return None
    return next((one for one in reversed(known) if one.effective_from <= at), known[0])


def _terms(archive: Archive, manifest: Manifest, version: SignedVersion) -> dict[str, Any]:
    """Read a version's terms again; only those asked about are ever kept."""
    file = f"history/{manifest.relationship}.tsv"
    for index, line in enumerate(archive.lines(file)):
        if index == version.index:
            fact = object_of(strict_json(line.rpartition(b"\t")[2]), "fact")
            terms = object_of(fact, "terms")
            if digest_of(terms) == version.terms_digest:
                return terms
            break
    raise Unreadable(file, "it changed while it was read")
