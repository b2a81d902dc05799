"""What a package holds of what was gathered, and how it says what is missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from application.bundling import Bundle, Member
from application.packaging import Gathered, Paper
from application.redlining import Edition
from interfaces.files.zipping import zipped
from interfaces.packages.package import package
from redlines import NEW, OLD, between

CONTRACT = f"relationship-{'0' * 26}/contract-{'0' * 26}"
AT = datetime(2026, 4, 5, 10, tzinfo=UTC)
PAPER = Paper(b"%PDF-1.7 ...", "the seal of the service, the provider's signature")


def gathered(**changes: Any) -> Gathered:
    """Return a second version without statements, with whatever is changed."""
    manifest = Member("manifest.json", [b"{}\n"])
    parts: dict[str, Any] = {
        "contract": CONTRACT,
        "version": 2,
        "negotiation": f"relationship-{'0' * 26}/negotiation-{'0' * 26}",
        "recorded_at": AT,
        "effective_from": AT,
        "edition": Edition("Version 2", "", AT, NEW),
        "redline": between(OLD, NEW),
        "signed": (),
        "talks_withheld": False,
        "paper": PAPER,
        "paper_withheld": False,
        "bundle": Bundle("audit.zip", iter(()), lambda _: manifest),
    }
    return Gathered(**{**parts, **changes})


def files(**changes: Any) -> dict[str, bytes]:
    packed = b"".join(zipped(package(gathered(**changes))))
    with ZipFile(BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_signed_document_is_in_it_with_what_it_bears() -> None:
    found = files()
    assert found["agreement.pdf"] == PAPER.content
    manifest = json.loads(found["manifest.json"])
    assert (manifest["signed_document"], manifest["signed_document_bears"]) == (
        "agreement.pdf",
        PAPER.bears,
    )
    assert f"the document of this version: {PAPER.bears}" in found["README.txt"].decode()


def test_what_is_missing_is_named_and_why() -> None:
    said = files(paper=None, redline=None)["README.txt"].decode()
    assert "The signed document: none of this version was made yet." in said
    assert "A redline: this is the first version." in said
    assert "both sides signed before statements were asked for" in said


def test_whoever_may_not_see_the_negotiation_is_not_told_its_name() -> None:
    found = files(talks_withheld=True)
    assert json.loads(found["manifest.json"])["negotiation"] is None
    assert "whoever asked may not see the negotiation" in found["README.txt"].decode()
    assert not [name for name in found if name.startswith("statements/")]


def test_a_document_that_the_reader_may_not_see_is_not_said_to_be_missing() -> None:
    found = files(paper=None, paper_withheld=True)
    assert b"The signed document: whoever asked may not see it." in found["README.txt"]
    assert json.loads(found["manifest.json"])["signed_document"] is None


def test_the_same_version_is_packed_into_the_same_bytes() -> None:
    first, second = (b"".join(zipped(package(gathered()))) for _ in range(2))
    assert first == second


def test_the_summary_and_the_redline_are_of_this_version() -> None:
    found = files()
    assert b"at least 99.995 %" in found["summary.md"]
    assert b"99.995" in found["redline/since-version-1.html"]
    assert found["terms.json"] == NEW.canonical()
