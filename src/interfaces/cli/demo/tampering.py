"""What somebody who means ill could do to what the demo leaves behind, done on purpose."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from interfaces.verifier.archive import MANIFEST

Lines = list[bytes]


def flipped(lines: Lines) -> Lines:
    """Change one byte of what the first readable fact says."""
    at = next(n for n, line in enumerate(lines) if not line.startswith(b"-"))
    changed = bytearray(lines[at])
    changed[-10] ^= 0x01
    return [*lines[:at], bytes(changed), *lines[at + 1 :]]


def cut_off(lines: Lines) -> Lines:
    """Drop the last fact."""
    return lines[:-1]


def reordered(lines: Lines) -> Lines:
    """Let two facts change places."""
    return [lines[1], lines[0], *lines[2:]]


def tampered(bundle: Path, log: str, change: Callable[[Lines], Lines], out: Path) -> Path:
    """Write a bundle with a log's lines changed and the manifest made to fit again."""
    name = f"history/{log}.tsv"
    with ZipFile(bundle) as given:
        members = {info.filename: given.read(info) for info in given.infolist()}
    members[name] = b"".join(
        line + b"\n" for line in change(members[name].rstrip(b"\n").split(b"\n"))
    )
    manifest = json.loads(members[MANIFEST])
    for listed in manifest["files"]:
        if listed["name"] == name:
            raw = members[name]
            listed |= {"sha256": sha256(raw).hexdigest(), "size": len(raw)}
    members[MANIFEST] = json.dumps(manifest, indent=2).encode()
    with ZipFile(out, "w") as made:
        for member, raw in members.items():
            made.writestr(member, raw)
    return out


def with_other_terms_attached(pdf: bytes) -> bytes:
    """Put other terms in the place of the attached ones, in a revision after all signatures.

    Every signature stays valid for the bytes that it covers.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    files = _attachment(writer.root["/Names"]["/EmbeddedFiles"], "terms.json")["/EF"]
    other = generic.StreamObject(
        stream_data=b'{"title":"other terms"}',
        dict_data={pdf_name("/Type"): pdf_name("/EmbeddedFile")},
    )
    files[pdf_name("/F")] = writer.add_object(other)
    writer.update_container(files)
    changed = io.BytesIO()
    writer.write(changed)  # type: ignore[no-untyped-call] # the library's own is untyped
    return changed.getvalue()


def _attachment(node: Any, name: str) -> Any:
    for child in node.get("/Kids", ()):
        return _attachment(child, name)
    listed = node["/Names"]
    return next(listed[n + 1] for n in range(0, len(listed), 2) if str(listed[n]) == name)
