"""The documents in a bundle: each is one that the log names, of the terms that were signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from interfaces.verifier.archive import Archive
from interfaces.verifier.contract import SignedVersion
from interfaces.verifier.findings import Findings
from interfaces.verifier.manifest import Manifest
from interfaces.verifier.pins import SIDES, Pins
from interfaces.verifier.stored import Told, number_of, text_of

PAPER_FACTS: Final = frozenset(
    f"document.{name}"
    for name in ("DocumentRendered", "DocumentSealed", "DocumentSigned", "DocumentArchived")
)
_FOLDER: Final = "documents/"
_SHA256: Final = "sha256:"


@dataclass(slots=True)
class Papers:
    """The revisions of documents that the log names, by the hex of their SHA-256."""

    contract: str
    pins: Pins
    findings: Findings
    revisions: dict[str, Told] = field(default_factory=dict)
    rendered: list[tuple[Told, int, str]] = field(default_factory=list)
    certified: int = 0

    def take(self, told: Told) -> None:
        """Take in one fact of a document; raises Malformed."""
        if not told.stored.stream.startswith(f"{self.contract}/"):
            return
        fact, name = told.fact, told.stored.name.partition(".")[2]
        self.revisions[text_of(fact, "revision").removeprefix(_SHA256)] = told
        if name == "DocumentRendered":
            self.rendered.append((told, number_of(fact, "version"), text_of(fact, "terms_digest")))
        elif name == "DocumentSealed":
            self._certificate(told, "service")
        elif name == "DocumentSigned":
            self._certificate(told, text_of(fact, "by"))

    def check_terms(self, versions: Iterable[SignedVersion]) -> None:
        """See that each document was made of the terms of its version."""
        digests = {version.number: version.terms_digest for version in versions}
        for told, number, digest in self.rendered:
            if digests.get(number) != digest:
                self.findings.faults.add(
                    told.stored.place, f"the document is not of the terms of version {number}"
                )

    def check_files(self, archive: Archive, manifest: Manifest) -> int:
        """See that each document is one that the log names; return how many there are."""
        files = [name for name in archive.names() if name.startswith(_FOLDER)]
        for name in files:
            _, digest = manifest.files.get(name, (0, ""))
            if digest not in self.revisions:
                self.findings.faults.add(name, "no fact in the log names a document of this digest")
            elif not name.startswith(f"{_FOLDER}{digest}."):
                self.findings.faults.add(name, "it is named after another digest")
        missing = len(self.revisions) - len(files)
        if missing > 0:
            self.findings.remarks.add(
                _FOLDER, f"the log names {missing} revisions of documents that are not enclosed"
            )
        return len(files)

    def _certificate(self, told: Told, whose: str) -> None:
        pinned = self.pins.certificates.get(whose)
        certificate = text_of(told.fact, "certificate")
        if whose not in {*SIDES, "service"}:
            self.findings.faults.add(told.stored.place, "it is signed by no side")
        elif pinned is None:
            self.findings.remarks.add(
                told.stored.place, f"no certificate of the {whose} is pinned to compare with"
            )
        elif certificate not in pinned:
            self.findings.faults.add(
                told.stored.place, f"certificate {certificate[:64]} is not pinned for the {whose}"
            )
        else:
            self.certified += 1
