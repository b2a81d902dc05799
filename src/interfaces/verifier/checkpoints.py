"""A log's checkpoint against the pins: who signed it, who cosigned it, and what it continues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain.history.checkpoint import SERVICE_LOG, Checkpoint, SignedCheckpoint, open_checkpoint
from domain.history.note import BadNote, Note, NoteKey
from domain.history.proof import InclusionProof
from interfaces.verifier.archive import Archive
from interfaces.verifier.findings import Findings, Unreadable
from interfaces.verifier.logbook import LogRead
from interfaces.verifier.manifest import Manifest
from interfaces.verifier.pins import Pins

UNNAMED_LOG: Final = "the pins name no log {origin}: this may be another relationship's bundle"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A log's checkpoint that its pinned key signed, and the witnesses whose cosignatures hold."""

    log: str
    key: NoteKey
    checkpoint: Checkpoint
    witnesses: tuple[NoteKey, ...]
    in_service_log: bool


def check_checkpoint(
    archive: Archive, manifest: Manifest, log: str, pins: Pins, findings: Findings
) -> Sealed | None:
    """Return a log's checkpoint if its pinned key signed it; what is wrong goes to the findings."""
    file, origin = f"checkpoints/{log}.txt", manifest.origin(log)
    key = pins.log_key(origin, manifest.origin(manifest.relationship))
    if key is None:
        findings.faults.add(file, UNNAMED_LOG.format(origin=origin))
        return None
    try:
        signed = open_checkpoint(archive.text(file), key)
        cosigned = signed.note.verified(pins.witnesses.values())
    except BadNote as bad:
        findings.faults.add(file, str(bad))
        return None
    except Unreadable as bad:
        findings.faults.add(bad.finding.place, bad.finding.because)
        return None
    witnesses = tuple(one.key for one in cosigned)
    service = key.named(manifest.origin(SERVICE_LOG))
    included = _is_in_service_log(archive, f"proofs/{log}.tlog-proof", signed, service, findings)
    return Sealed(log, key, signed.checkpoint, witnesses, included)


def check_quorum(sealed: Sealed, pins: Pins, findings: Findings) -> None:
    """Say whether the pinned witnesses stand behind a checkpoint."""
    place = f"checkpoints/{sealed.log}.txt"
    if pins.quorum is None:
        findings.gaps.add(
            place,
            "the pins ask for no witness: that the service showed everybody this same history "
            "is its own word (add `witness` and `quorum` lines, or `quorum none`)",
        )
    elif not pins.met_by(sealed.witnesses):
        names = ", ".join(sorted(key.name for key in sealed.witnesses)) or "none of them"
        findings.faults.add(
            place, f"the quorum {pins.quorum} is not met: of the pinned witnesses signed {names}"
        )


def check_root(read: LogRead, sealed: Sealed, findings: Findings) -> bool:
    """Compare what the leaves lead to with what was signed; tell whether it is the same."""
    size, root = sealed.checkpoint.size, sealed.checkpoint.root
    if read.tree.size != size:
        findings.faults.add(
            read.file, f"it has {read.tree.size} leaves; its checkpoint was signed over {size}"
        )
    elif read.tree.root() != root:
        findings.faults.add(
            read.file,
            "its leaves do not lead to the root that was signed: something in it was changed, "
            f"reordered, inserted or replaced (root {read.tree.root().hex()}, signed {root.hex()})",
        )
    else:
        return True
    return False


def open_held(
    held: Iterable[str], manifest: Manifest, pins: Pins, findings: Findings
) -> dict[str, list[Checkpoint]]:
    """Return the checkpoints that the reader held before, by log."""
    by_log: dict[str, list[Checkpoint]] = {}
    logs = (manifest.relationship, *manifest.parties.values())
    origins = {manifest.origin(log): log for log in logs}
    for number, raw in enumerate(held, start=1):
        place = f"held checkpoint {number}"
        try:
            origin = Note.parse(raw).text.partition("\n")[0]
            key = pins.log_key(origin, manifest.origin(manifest.relationship))
            if origin not in origins or key is None:
                findings.faults.add(place, f"it is of {origin}, and no log in the bundle is")
                continue
            by_log.setdefault(origins[origin], []).append(open_checkpoint(raw, key).checkpoint)
        except BadNote as bad:
            findings.faults.add(place, str(bad))
    return by_log


def check_held(read: LogRead, held: Iterable[Checkpoint], findings: Findings) -> int:
    """Compare a log with earlier checkpoints of it; return how many it continues."""
    continued = 0
    for one in held:
        if one.size > read.tree.size:
            findings.faults.add(
                read.file,
                f"it has {read.tree.size} leaves, and had {one.size} by the checkpoint held: "
                "its end was cut off",
            )
        elif one.size and read.roots.get(one.size) != one.root:
            findings.faults.add(
                read.file,
                f"its first {one.size} leaves are not those of the checkpoint held: "
                "history was rewritten",
            )
        else:
            continued += 1
    return continued


def _is_in_service_log(
    archive: Archive,
    file: str,
    signed: SignedCheckpoint,
    service: NoteKey,
    findings: Findings,
) -> bool:
    if file not in archive:
        findings.gaps.add(file, "it is not shown that this checkpoint is in the service-wide log")
        return False
    try:
        proof = InclusionProof.parse(archive.text(file))
        proof.check(signed.checkpoint.leaf(), service)
    except BadNote as bad:
        findings.faults.add(file, str(bad))
        return False
    except Unreadable as bad:
        findings.faults.add(bad.finding.place, bad.finding.because)
        return False
    return True
