"""Verdicts by pinned certificates alone, kept: the same bytes, judged by the same, are as good.

A verdict takes most of a second, and a page about a document shows it at every look. What goes into
one that names no roots is the bytes, the pinned certificates and the digest expected; no clock does
(a pinned certificate vouches for itself, and its date for nothing), nor any list of revocations. So
it is kept by these. With roots the instant counts, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from application.recently import RecentlyUsed
from interfaces.documents.verdict import Known, Verdict, judge

MOST: Final = 500
"""Some 2 kB each; the one that was longest not asked for makes room."""
PRESSED: Final = frozenset({"readable", "pages"})
"""Checks that may fail for want of time or memory, as the pages are made again to compare."""


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """Everything that a verdict without roots depends on."""

    pdf: bytes
    certificates: tuple[tuple[str, tuple[str, ...]], ...]
    terms_digest: str | None


class KeptVerdicts:
    """Judges documents, each once for as long as it remembers; any thread may ask."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: RecentlyUsed[JudgedBy, Verdict] = RecentlyUsed(most)

    def judge(
        self, pdf: bytes, certificates: Mapping[str, Sequence[str]], terms_digest: str | None
    ) -> Verdict:
        """Return the verdict on a document by pinned certificates; what it was judged by, keeps."""
        pinned = tuple(sorted((whose, tuple(prints)) for whose, prints in certificates.items()))
        by = JudgedBy(sha256(pdf).digest(), pinned, terms_digest)
        if (known := self._kept.get(by)) is not None:
            return known
        verdict = judge(pdf, Known(certificates, terms_digest=terms_digest))
        if not any(check.holds is False and check.name in PRESSED for check in verdict.checks):
            self._kept.put(by, verdict)
        return verdict


KEPT: Final = KeptVerdicts()
"""Those of this process."""
