"""The manifest: which contract a bundle is about, and the digest of every file in it.

Nobody signs the manifest. It is a table of contents: what it says is either proven by the logs or
not repeated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from interfaces.verifier.archive import MANIFEST, Archive
from interfaces.verifier.findings import Findings, Malformed, Unreadable
from interfaces.verifier.pins import SIDES
from interfaces.verifier.stored import number_of, object_of, strict_json, text_of

BUNDLE_FORM: Final = "parley/bundle/1"
_SUFFIX: Final = "[0-7][0-9a-hjkmnp-tv-z]{25}"
_RELATIONSHIP: Final = re.compile(f"relationship-{_SUFFIX}")
_CONTRACT: Final = re.compile(f"relationship-{_SUFFIX}/contract-{_SUFFIX}")
_PARTY: Final = re.compile(f"party-{_SUFFIX}")
_SERVICE: Final = re.compile(r"[A-Za-z0-9._:-]{1,200}(?:/[A-Za-z0-9._-]{1,100}){0,3}")
_DIGEST: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bundle says it is; ``files`` are sizes and digests by name, without its own."""

    service: str
    relationship: str
    contract: str
    parties: Mapping[str, str]
    files: Mapping[str, tuple[int, str]]

    def origin(self, log: str) -> str:
        """Return the origin line of one of the service's logs."""
        return f"{self.service}/{log}"


def read_manifest(archive: Archive) -> Manifest:
    """Read the manifest; raises Unreadable."""
    if MANIFEST not in archive:
        raise Unreadable(MANIFEST, "it is not in the bundle")
    try:
        return _manifest(strict_json(archive.whole(MANIFEST)))
    except Malformed as bad:
        raise Unreadable(MANIFEST, str(bad)) from bad


def _manifest(document: dict[str, Any]) -> Manifest:
    if document.get("form") != BUNDLE_FORM:
        raise Malformed(f"its form is not {BUNDLE_FORM}: get the verifier of its version")
    relationship = _matching(_RELATIONSHIP, text_of(document, "relationship"))
    contract = _matching(_CONTRACT, text_of(document, "contract"))
    if contract.partition("/")[0] != relationship:
        raise Malformed("the contract is not one of the relationship")
    parties = object_of(document, "parties")
    return Manifest(
        _matching(_SERVICE, text_of(document, "service")),
        relationship,
        contract,
        {side: _matching(_PARTY, text_of(parties, side)) for side in SIDES},
        _files(document.get("files")),
    )


def check_files(archive: Archive, manifest: Manifest, findings: Findings) -> int:
    """Compare every file with the manifest and return how many there are."""
    there = {name for name in archive.names() if name != MANIFEST}
    for name in sorted(there - manifest.files.keys()):
        findings.faults.add(name, "the manifest does not name it")
    for name in sorted(manifest.files.keys() - there):
        findings.faults.add(name, "the manifest names it, and it is not in the bundle")
    for name in sorted(there & manifest.files.keys()):
        try:
            measured = archive.measure(name)
        except Unreadable as broken:
            findings.faults.add(broken.finding.place, broken.finding.because)
            continue
        if measured != manifest.files[name]:
            findings.faults.add(name, "its size and SHA-256 are not those in the manifest")
    return len(there)


def _files(listed: object) -> dict[str, tuple[int, str]]:
    if not isinstance(listed, list):
        raise Malformed("files is not a list")
    files: dict[str, tuple[int, str]] = {}
    for one in listed:
        if not isinstance(one, dict):
            raise Malformed("a file is not an object")
        name, digest = text_of(one, "name"), text_of(one, "sha256")
        if name in files or not _DIGEST.fullmatch(digest):
            raise Malformed(f"file {name[:100]!r} is named twice or has no digest")
        files[name] = (number_of(one, "size"), digest)
    return files


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise Malformed(f"{text[:100]!r} is not what should stand here")
    return text
