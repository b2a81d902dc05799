"""The keys a signer knows the others by: taken at first use, followed by signed rotations only.

The file holds a line for each key, ``<service> <party> <thumbprint>``; it is text, so that it can
be compared with what the other side reads out on the telephone, and written by hand beforehand.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.signatures.jws import verify_detached
from domain.signatures.statement import Rotation
from domain.signatures.verifying import BadSignature, thumbprint_of_members
from interfaces.signing_tool.statements import Lie

Known = frozenset[tuple[str, str, str]]
"""Service, party, thumbprint."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the file holds from now on, and what is new in it, in words."""

    known: Known
    news: tuple[str, ...]


def recognise(
    known: Known, service: str, card: Mapping[str, Any], trusted: Collection[str] = ()
) -> Recognised:
    """Compare a party's keys with those it was known by; raises Lie (keys) for a stranger.

    ``card`` is the party as the service answers it, with its keys and its rotations; ``trusted``
    holds thumbprints that the signer has compared with the party itself.
    """
    party = str(card["id"])
    shown = _shown(card)
    before = {key for at, of, key in known if (at, of) == (service, party)}
    rest = frozenset(line for line in known if line[:2] != (service, party))
    # A key that is shown no more is forgotten, so that nothing follows from it again; but whoever
    # shows no key at all cannot make itself unknown.
    kept = rest | {(service, party, one) for one in (shown or before)}
    if not before:
        words = f"first use: {party} signs with {', '.join(sorted(shown))}"
        return Recognised(kept, (words,))
    successors = _successors(card, before, service)
    strangers = sorted(shown - before - successors - {*trusted})
    if strangers:
        raise Lie(
            "keys",
            f"{party} is shown with {', '.join(strangers)}, which no key you know handed over to; "
            "compare it with them directly, then name it with --trust",
        )
    news = [f"{party} now signs with {one}" for one in sorted(shown - before)]
    return Recognised(kept, tuple(news))


def read_known(path: Path) -> Known:
    """Read the file; a file that is not there knows nobody. Raises Lie for a malformed line."""
    if not path.exists():
        return frozenset()
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    entries = [tuple(line) for line in lines if line and not line[0].startswith("#")]
    for entry in entries:
        if len(entry) != 3:  # noqa: PLR2004 - service, party, thumbprint
            raise Lie(str(path), f"not a line of service, party, thumbprint: {' '.join(entry)}")
    return frozenset((entry[0], entry[1], entry[2]) for entry in entries)


def write_known(path: Path, known: Iterable[tuple[str, str, str]]) -> None:
    """Write the file, readable by its owner, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text("".join(f"{' '.join(line)}\n" for line in sorted(known)), encoding="utf-8")
    draft.replace(path)


def _shown(card: Mapping[str, Any]) -> set[str]:
    """Return the thumbprints of a card, each derived from the key itself."""
    found = set()
    for key in card["keys"]:
        members = {name: key[name] for name in ("kty", "crv", "x", "y") if key.get(name)}
        if thumbprint_of_members(members) != key["thumbprint"]:
            raise Lie("keys", f"{key['thumbprint']} is not the name of the key shown")
        found.add(str(key["thumbprint"]))
    return found


def _successors(card: Mapping[str, Any], before: Collection[str], service: str) -> set[str]:
    """Follow rotations from the keys known before; one that is not signed leads nowhere."""
    reached = set(before)
    for rotation in card["rotations"]:
        statement, retired = rotation["statement"], rotation["retired_key"]
        if statement is None or statement["retired"] not in reached:
            continue
        try:
            said = Rotation(**statement)
            verify_detached(rotation["jws"], said.canonical(), retired, said.retired)
        except (BadSignature, TypeError) as bad:
            raise Lie("keys", f"a rotation of {card['id']} does not hold: {bad}") from bad
        if thumbprint_of_members(retired) != said.retired:
            raise Lie("keys", f"a rotation of {card['id']} is shown with another key")
        if (said.service, said.party) == (service, card["id"]):
            reached.add(said.thumbprint)
    return reached - set(before)
