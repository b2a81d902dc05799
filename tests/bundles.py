"""Audit bundles made by hand, with real keys and no database.

A bundle holds what ``recorded_deals.Ledger`` recorded. Both can be spoilt in any way that somebody
may think of, and signed anew by whoever would have signed.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.history.checkpoint import Checkpoint, origin_of
from domain.history.leaf import leaf_of
from domain.history.merkle import inclusion_proof, root_of
from domain.history.note import LOG, WITNESS, Note, NoteKey, cosign, sign
from domain.history.proof import InclusionProof
from domain.values.sides import Side
from recorded_deals import CONTRACT, PARTIES, RELATIONSHIP, Ledger, Stored, signer_of
from signing import SERVICE, own_key

OPERATOR: Final = "operator"
DOCUMENT: Final = b"%PDF-1.7 as good as any\n"


def private_key(owner: str) -> Ed25519PrivateKey:
    """Return somebody's key for notes: the same for the same name."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"notes {owner}".encode()).digest())


def note_key(name: str, owner: str, kind: int = LOG) -> NoteKey:
    return NoteKey(name, kind, private_key(owner).public_key().public_bytes_raw())


def witness_of(side: Side) -> NoteKey:
    return note_key(origin_of(SERVICE, PARTIES[side]), f"witness {side}", WITNESS)


@dataclass
class Bundle:
    """The files of a bundle, to be written as they are."""

    files: dict[str, bytes]
    manifest: dict[str, Any]
    made_anew: bool = True

    def lines(self, log: str = RELATIONSHIP) -> list[bytes]:
        return self.files[f"history/{log}.tsv"].splitlines()

    def set_lines(self, lines: list[bytes], log: str = RELATIONSHIP) -> None:
        self.files[f"history/{log}.tsv"] = b"".join(line + b"\n" for line in lines)

    def write(self, path: Path) -> Path:
        """Write the zip; the manifest is made to fit unless told otherwise."""
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in self.files.items():
                archive.writestr(zipfile.ZipInfo(name), content)
            archive.writestr(zipfile.ZipInfo("manifest.json"), self.manifest_bytes())
        return path

    def manifest_bytes(self) -> bytes:
        listed = [
            {"name": name, "size": len(content), "sha256": sha256(content).hexdigest()}
            for name, content in self.files.items()
        ]
        document = {**self.manifest, "files": listed} if self.made_anew else self.manifest
        return json.dumps(document).encode()

    def freeze(self) -> Bundle:
        """Keep the manifest as it is from now on, whatever is done to the files."""
        self.manifest, self.made_anew = json.loads(self.manifest_bytes()), False
        return self


def history_line(ledger: Ledger, stored: Stored) -> bytes:
    stream, version, topic, state = stored
    if (stream, version) in ledger.hidden:
        return b"-\t" + leaf_of(*stored).hex().encode()
    return b"\t".join((stream.encode(), str(version).encode(), topic.encode(), state))


def checkpoint_note(
    origin: str, leaves: list[bytes], *, operator: str = OPERATOR, witnesses: bool = True
) -> str:
    """Sign a checkpoint over leaves; both parties cosign it unless told otherwise."""
    body = Checkpoint(origin, len(leaves), root_of(leaves)).body()
    lines = [sign(body, note_key(origin, operator), private_key(operator).sign)]
    for side in Side if witnesses else ():
        signing = private_key(f"witness {side}").sign
        lines.append(cosign(body, witness_of(side), 1762160400, signing))
    return str(Note(body, tuple(lines)))


def bundle(
    ledger: Ledger,
    *,
    operator: str = OPERATOR,
    cosigned_by_witnesses: bool = True,
    called: str = SERVICE,
) -> Bundle:
    """Return the bundle that the service would export of a ledger, by the name it has now."""
    files: dict[str, bytes] = {}
    leaves: list[bytes] = []
    notes: dict[str, str] = {}
    for log, entries in ledger.logs.items():
        lines = [history_line(ledger, stored) + b"\n" for stored in entries]
        files[f"history/{log}.tsv"] = b"".join(lines)
        files[f"history/{log}.leaves"] = b"".join(ledger.leaves(log))
        witnesses = cosigned_by_witnesses and log == RELATIONSHIP
        note = checkpoint_note(
            origin_of(called, log), ledger.leaves(log), operator=operator, witnesses=witnesses
        )
        notes[log] = files_note = note
        files[f"checkpoints/{log}.txt"] = files_note.encode()
        leaves.append(Checkpoint.parse(Note.parse(note).text).leaf())
    service = checkpoint_note(
        origin_of(called, "service"), leaves, operator=operator, witnesses=False
    )
    for index, log in enumerate(notes):
        proof = InclusionProof(index, tuple(inclusion_proof(index, leaves)), service)
        files[f"proofs/{log}.tlog-proof"] = str(proof).encode()
    return Bundle(files, manifest_head(service=called))


def manifest_head(**changes: Any) -> dict[str, Any]:
    return {
        "form": "parley/bundle/1",
        "service": SERVICE,
        "relationship": RELATIONSHIP,
        "contract": CONTRACT,
        "parties": {str(side): party for side, party in PARTIES.items()},
        "made_at": "2025-11-03T12:00:00Z",
        "requested_by": {"party": PARTIES[Side.CLIENT], "as": "client"},
        **changes,
    }


def pins_text(
    operator: str = OPERATOR, keys: Mapping[Side, str] | None = None, log: str = RELATIONSHIP
) -> str:
    """Return the pins of somebody who knows the operator, both witnesses and both signatories."""
    owners = keys or {side: signer_of(side) for side in Side}
    lines = [
        f"log {note_key(origin_of(SERVICE, log), operator)}",
        *(f"witness {side} {witness_of(side)}" for side in Side),
        "group both all provider client",
        "quorum both",
        *(f"key {side} {own_key(owner).thumbprint}" for side, owner in owners.items()),
    ]
    return "".join(f"{line}\n" for line in lines)
