"""Setting a version's document with typst: the same inputs give the same bytes."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import typst

from application.document_inputs import DocumentInputs
from domain.values.canonical import canonical_json
from interfaces.documents.contents.whole import contents
from interfaces.documents.not_set import NotSet

TEMPLATES: Final = Path(__file__).parent / "templates"
STANDARDS: Final = ["a-3a", "ua-1"]
TERMS: Final = "terms.json"
INPUTS: Final = "inputs.json"
STATEMENTS: Final = "statements.json"
HISTORY: Final = "history.json"


@dataclass(frozen=True, slots=True)
class Attachment:
    """An associated file; ``relationship`` is that of PDF/A-3 (source, data, supplement)."""

    name: str
    text: str
    relationship: str
    description: str

    @property
    def kind(self) -> str:
        """Its media type."""
        return "application/json" if self.name.endswith(".json") else "text/plain"


@cache
def press() -> str:
    """Name what makes the documents here: the layout, by its digest, typst and pyHanko."""
    made_of = sha256()
    here = Path(__file__).parent
    for path in sorted(
        [*TEMPLATES.glob("*.typ"), *(here / "contents").glob("*.py"), here / "fields.py"]
    ):
        made_of.update(path.read_bytes())
    return (
        f"layout {made_of.hexdigest()[:16]}, typst {version('typst')}, pyHanko {version('pyhanko')}"
    )


@cache
def _fonts() -> typst.Fonts:
    """Return typst's own fonts, found once: looking through them takes as long as a stamp."""
    return typst.Fonts(include_system_fonts=False)


def attachments(inputs: DocumentInputs) -> tuple[Attachment, ...]:
    """Return what is attached to a version's document."""
    leaves = inputs.document()["leaves"]
    found = [
        Attachment(
            TERMS,
            inputs.terms.canonical().decode(),
            "source",
            "The terms in canonical JSON (RFC 8785): the bytes behind the digest that was signed",
        ),
        Attachment(
            INPUTS,
            inputs.canonical().decode(),
            "source",
            "Everything this document was made from",
        ),
        Attachment(
            HISTORY,
            canonical_json({"form": "parley/history-lines/1", "leaves": leaves}).decode(),
            "supplement",
            "The facts that led to this version, with their leaf hashes",
        ),
    ]
    if inputs.statements():
        found.append(
            Attachment(
                STATEMENTS,
                canonical_json(inputs.statements()).decode(),
                "supplement",
                "What each side signed in the log, with its signature",
            )
        )
    found += [
        Attachment(
            name, proof, "supplement", "The proof that this fact is under a signed checkpoint"
        )
        for name, proof in inputs.proofs()
    ]
    return tuple(found)


def render(inputs: DocumentInputs) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1; raises NotSet.

    Fonts are those that come with typst, so that no machine's own can change a byte.
    """
    files = [
        {
            "name": one.name,
            "text": one.text,
            "kind": one.kind,
            "relationship": one.relationship,
            "description": one.description,
        }
        for one in attachments(inputs)
    ]
    return compiled(
        TEMPLATES / "contract.typ",
        {"contents": json.dumps(contents(inputs)), "attached": json.dumps(files)},
        pdf_standards=STANDARDS,
        timestamp=int(inputs.recorded_at.timestamp()),
    )


def compiled(template: Path, words: dict[str, str], **how: Any) -> bytes:
    """Run typst on a template, with its own fonts only; raises NotSet."""
    compiler = typst.Compiler(
        template, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=words
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", typst.TypstWarning)
            made = compiler.compile(format="pdf", **how)
    except typst.TypstError as error:
        raise NotSet(error.message) from error
    if not isinstance(made, bytes):
        raise NotSet("typst made no PDF")
    return made
