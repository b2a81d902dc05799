"""What reads the bytes of strangers, each as one function that takes any bytes.

A target refuses by the names its reader documents, and lets everything else out: that is a finding.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from agreements import simple_document
from bundles import Bundle, bundle, pins_text
from domain.history.checkpoint import Checkpoint
from domain.history.note import BadNote, Note
from domain.history.proof import ConsistencyProof, InclusionProof
from domain.terms.agreement import AgreementTerms
from domain.terms.lint import lint
from domain.terms.objective import Objective
from interfaces.backtest.sources import Asked, NoPast, Source, read_excuses, read_past
from interfaces.bridges.draft import Given
from interfaces.bridges.languages import read_draft
from interfaces.documents.trust import certificates_in, common_name, fingerprint
from interfaces.documents.verdict import Known, judge
from interfaces.files.terms import check_bytes
from interfaces.http.conventions import read_cursor
from interfaces.http.problems import MissingHeader
from interfaces.identity.bearer import InvalidToken, Verifier
from interfaces.measurements.formats import CSV, JSON, LINES, read_batch
from interfaces.measurements.unreadable import UnreadableFigures
from interfaces.verifier.command import answer
from interfaces.verifier.pins import BadPins, read_pins
from measured import measured_terms
from recorded_deals import deal

GIVEN: Final = Given(date(2026, 1, 1), "Northwind", "Contoso", "EUR")
LABEL: Final = {
    "source": "probe",
    "batch": "2026-01",
    "from": "2026-01-01T00:00:00Z",
    "until": "2026-02-01T00:00:00Z",
}
MEASURED: Final[Mapping[str, dict[str, object]]] = {
    "outages": {"by": "elapsed time", "missing": "counts as down"},
    "checks": {"by": "time slices", "slice": "PT1M", "missing": "counts as down"},
    "counts": {"by": "event ratio", "good": "answered", "of": "requests", "missing": "excluded"},
}


@dataclass(frozen=True)
class Target:
    """A reader under fire, and examples of what it reads."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


# Terms, and other people's documents --------------------------------------------------------------


def _terms(ending: str) -> Callable[[bytes], None]:
    def run(raw: bytes) -> None:
        checked = check_bytes(raw, f"terms.{ending}")
        assert checked.terms is not None or checked.problems
        if checked.terms is not None:
            written = json.dumps(checked.terms.document()).encode()
            again = check_bytes(written, "terms.json").terms
            assert again == checked.terms, "what was read is not what is written"

    return run


def _document(raw: bytes) -> None:
    """Read JSON as the API does: first as JSON, then as terms."""
    with suppress(ValueError, RecursionError):
        document = json.loads(raw)
        with suppress(ValidationError):
            lint(AgreementTerms.model_validate(document))


def _bridge(language: str) -> Callable[[bytes], None]:
    def run(raw: bytes) -> None:
        draft = read_draft(language, raw, "document.yaml", GIVEN, None)
        assert draft.terms is not None or draft.problems

    return run


def _examples(pattern: str) -> list[bytes]:
    root = Path(__file__).parents[3]
    return [path.read_bytes() for path in sorted(root.glob(pattern))]


# Figures ------------------------------------------------------------------------------------------


@cache
def _promised(shape: str) -> Objective:
    measured = dict(MEASURED[shape])
    return measured_terms(measured=measured).objectives[0]


def _figures(media: str) -> Callable[[bytes], None]:
    def run(raw: bytes) -> None:
        for shape in ("outages",):
            label = LABEL if media == JSON else {**LABEL, "shape": shape}
            with suppress(UnreadableFigures):
                read_batch(media, raw, dict(label), _promised(shape))

    return run


def _past(raw: bytes) -> None:
    terms = measured_terms()
    asked = Asked(date(2026, 1, 1), date(2026, 1, 31))
    for ending in ("csv", "json"):
        source = Source(f"past.{ending}", ending, raw, "availability")
        with suppress(NoPast):
            read_past(terms, (source,), asked)
        with suppress(NoPast):
            read_excuses(terms, source)


OUTAGES: Final = [{"starts": "2026-01-10T10:00:00Z", "ends": "2026-01-10T11:00:00Z"}]
ROWS: Final = b"starts,ends\n2026-01-10T10:00:00Z,2026-01-10T11:00:00Z\n"


def _batches() -> list[bytes]:
    return [json.dumps({**LABEL, "outages": OUTAGES}).encode()]


# History and bundles ------------------------------------------------------------------------------


@cache
def lent() -> tempfile.TemporaryDirectory[str]:
    """Return where the targets write; whoever has run them cleans it up."""
    return tempfile.TemporaryDirectory(prefix="parley-fuzz-")


def _room() -> Path:
    return Path(lent().name)


@cache
def _good() -> Bundle:
    return bundle(deal())


@cache
def _pins() -> Path:
    path = _room() / "pins"
    path.write_text(pins_text())
    return path


def _asked(path: Path) -> None:
    code, said = answer(path, _pins(), as_json=True)
    assert code == (0 if json.loads(said)["verdict"] == "holds" else 1)


def _zip(raw: bytes) -> None:
    path = _room() / "bundle.zip"
    path.write_bytes(raw)
    _asked(path)


def _member(raw: bytes) -> None:
    """Put bytes in the place of a file of a good bundle: the first byte says of which."""
    good = _good()
    names = [*sorted(good.files), "manifest.json"]
    name, content = names[raw[0] % len(names)] if raw else names[0], raw[1:]
    made = Bundle(dict(good.files), dict(good.manifest))
    if name == "manifest.json":
        with suppress(ValueError, RecursionError):
            changed = json.loads(content)
            if isinstance(changed, dict):
                made.manifest |= changed
    else:
        made.files[name] = content
    _asked(made.write(_room() / "member.zip"))


def _zips() -> list[bytes]:
    return [_good().write(_room() / "seed.zip").read_bytes()]


def _members() -> list[bytes]:
    good = _good()
    named = enumerate([*sorted(good.files), "manifest.json"])
    contents = {**good.files, "manifest.json": json.dumps(good.manifest).encode()}
    return [bytes([number]) + contents[name] for number, name in named]


def _notes(raw: bytes) -> None:
    text = raw.decode("utf-8", "replace")
    with suppress(BadNote):
        note = Note.parse(text)
        assert Note.parse(str(note)) == note
        Checkpoint.parse(note.text)
    for kind in (InclusionProof, ConsistencyProof):
        with suppress(BadNote):
            kind.parse(text)
    with suppress(BadPins):
        read_pins(text)


def _note_seeds() -> list[bytes]:
    files = _good().files
    told = [text for name, text in files.items() if name.startswith(("checkpoints", "proofs"))]
    return [*told, pins_text().encode()]


# Documents, certificates, tokens ------------------------------------------------------------------

PDF: Final = (
    b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R] /SigFlags 3 >>"
    b" /Names << /EmbeddedFiles << /Names [(terms.json) 4 0 R] >> >> >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    b"3 0 obj\n<< /FT /Sig /T (provider) /V << /Type /Sig /Filter /Adobe.PPKLite /SubFilter"
    b" /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents <3003> >> >>\nendobj\n"
    b"4 0 obj\n<< /Type /Filespec /F (terms.json) /EF << /F 5 0 R >> >>\nendobj\n"
    b"5 0 obj\n<< /Length 2 >>\nstream\n{}\nendstream\nendobj\n"
)


def _pdf() -> bytes:
    """Return the document with its table of where each object is."""
    starts = [PDF.index(b"\n%d 0 obj" % number) + 1 for number in range(1, 6)]
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % at for at in starts
    )
    return PDF + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(PDF)


KNOWN: Final = Known({"provider": ["00" * 32], "client": ["00" * 32], "service": ["00" * 32]})


def _judged(raw: bytes) -> None:
    assert not judge(raw, KNOWN).holds


def _certificates(raw: bytes) -> None:
    with suppress(ValueError):
        for one in certificates_in(raw):
            assert len(fingerprint(one)) == 64
            common_name(one)


def _certificate_seeds() -> list[bytes]:
    from documents import Bench  # noqa: PLC0415 - making keys takes a moment

    authority = Bench(_room() / "authority").authority
    return [authority.root.read_bytes(), authority.named("seal").certificate.read_bytes()]


def _tokens(raw: bytes) -> None:
    from joserfc.jwk import KeySet, OKPKey  # noqa: PLC0415 - as above

    keys = KeySet([OKPKey.generate_key("Ed25519")])
    with suppress(InvalidToken):
        Verifier("https://issuer.example", "parley", lambda _: keys).verify(
            raw.decode("utf-8", "replace")
        )
    with suppress(MissingHeader):
        read_cursor(raw.decode("utf-8", "replace"))


TOKEN: Final = b"eyJhbGciOiJFZDI1NTE5In0.eyJzdWIiOiJhIn0.AAAA"


TARGETS: Final = {
    one.name: one
    for one in (
        Target("terms-yaml", _terms("yaml"), lambda: _examples("examples/*.yaml")),
        Target("terms-json", _terms("json"), lambda: [json.dumps(simple_document()).encode()]),
        Target("terms-body", _document, lambda: [json.dumps(simple_document()).encode()]),
        Target(
            "openslo",
            _bridge("openslo"),
            lambda: _examples("tests/interfaces/bridges/golden/*.openslo.yaml"),
        ),
        Target("table", _bridge("table"), lambda: [b"service: One\ntiers:\n- above: 99.9\n"]),
        Target("figures-json", _figures(JSON), _batches),
        Target(
            "figures-lines", _figures(LINES), lambda: [json.dumps(one).encode() for one in OUTAGES]
        ),
        Target("figures-csv", _figures(CSV), lambda: [ROWS]),
        Target("past", _past, lambda: [ROWS, *_batches()]),
        Target("bundle-zip", _zip, _zips),
        Target("bundle-member", _member, _members),
        Target("notes", _notes, _note_seeds),
        Target("pdf", _judged, lambda: [_pdf()]),
        Target("certificates", _certificates, _certificate_seeds),
        Target("tokens", _tokens, lambda: [TOKEN]),
    )
}

if __name__ == "__main__":
    sys.stdout.write("\n".join(TARGETS) + "\n")
