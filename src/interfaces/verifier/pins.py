"""Pins: the keys a reader trusts, taken from outside and never from a bundle.

The lines ``log``, ``witness``, ``group`` and ``quorum`` are those of C2SP's tlog-policy; ``key``,
``certificate`` and ``contract`` are ours. A ``log`` line's key is named after the log's origin, so
it says which relationship the reader means; the service's other logs are signed by the same key
under their own names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.history.note import LOG, WITNESS, BadNote, NoteKey

SIDES: Final = ("provider", "client")
NO_QUORUM: Final = "none"
LONGEST_PINS: Final = 100_000
DEEPEST_GROUP: Final = 8
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


class BadPins(Exception):  # noqa: N818 - it is an answer
    """The pins file makes no sense; the message names the line."""


@dataclass(frozen=True, slots=True)
class WitnessGroup:
    """So many of these witnesses, or groups of them."""

    threshold: int
    members: tuple[str, ...]


@dataclass(slots=True)
class Pins:
    """What a pins file says.

    ``quorum`` names the witness or group whose cosignature is needed, ``none`` if none is, and is
    None when the file does not say. ``keys`` and ``certificates`` are by side (certificates also
    of the ``service``). ``contracts`` are those that a bundle may be about; none: any.
    """

    logs: dict[str, NoteKey] = field(default_factory=dict)
    witnesses: dict[str, NoteKey] = field(default_factory=dict)
    groups: dict[str, WitnessGroup] = field(default_factory=dict)
    quorum: str | None = None
    keys: dict[str, list[str]] = field(default_factory=dict)
    certificates: dict[str, list[str]] = field(default_factory=dict)
    contracts: list[str] = field(default_factory=list)

    def log_key(self, origin: str, besides: str) -> NoteKey | None:
        """Return the key of a log: its own, or that of the log ``besides`` it, under its name."""
        own, other = self.logs.get(origin), self.logs.get(besides)
        return own or (None if other is None else other.named(origin))

    def services(self, relationship: str) -> frozenset[str]:
        """Return the names of the service under which the reader pinned a relationship's log.

        There are several where a service had to go on under another name: what was signed under
        the first stays signed for that one.
        """
        log = f"/{relationship}"
        return frozenset(one.removesuffix(log) for one in self.logs if one.endswith(log))

    def met_by(self, signed: Collection[NoteKey]) -> bool:
        """Tell whether these keys' cosignatures make up the quorum."""
        return self.quorum == NO_QUORUM or (
            self.quorum is not None and self._met(self.quorum, signed)
        )

    def _met(self, name: str, signed: Collection[NoteKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name] in signed
        group = self.groups[name]
        return sum(self._met(member, signed) for member in group.members) >= group.threshold


def read_pins(text: str) -> Pins:
    """Read a pins file; raises BadPins."""
    if len(text) > LONGEST_PINS:
        raise BadPins(f"a pins file of more than {LONGEST_PINS} characters is not read")
    pins = Pins()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        try:
            _take(pins, words)
        except (BadPins, BadNote) as bad:
            raise BadPins(f"pins, line {number}: {bad}") from bad
    if not pins.logs:
        raise BadPins("pins: there is no log line, so there is nothing to hold a history against")
    return pins


def _take(pins: Pins, words: list[str]) -> None:
    match words:
        case []:
            return
        case ["log", vkey]:
            key = _note_key(vkey, LOG)
            _once(key.name, pins.logs)
            pins.logs[key.name] = key
        case ["witness", name, vkey, *_]:
            _new(pins, name)
            pins.witnesses[name] = _note_key(vkey, WITNESS)
        case ["group", name, threshold, *members] if members:
            _new(pins, name)
            pins.groups[name] = _group(pins, threshold, members)
        case ["quorum", name] if pins.quorum is None:
            _known(pins, name)
            pins.quorum = name
        case ["key", side, thumbprint] if side in SIDES:
            _shaped(thumbprint, _THUMBPRINT, "a thumbprint is 43 characters of base64url")
            pins.keys.setdefault(side, []).append(thumbprint)
        case ["contract", contract]:
            pins.contracts.append(contract)
        case ["certificate", whose, fingerprint] if whose in {*SIDES, "service"}:
            _shaped(fingerprint, _FINGERPRINT, "a fingerprint is 64 hex digits")
            pins.certificates.setdefault(whose, []).append(fingerprint)
        case _:
            raise BadPins(f"not understood: {' '.join(words)[:100]}")


def _note_key(vkey: str, kind: int) -> NoteKey:
    key = NoteKey.parse(vkey)
    if key.kind != kind:
        raise BadPins(f"{key.name} is the key of a {'log' if key.kind == LOG else 'witness'}")
    return key


def _group(pins: Pins, threshold: str, members: list[str]) -> WitnessGroup:
    for member in members:
        if member == NO_QUORUM:
            raise BadPins("a group has members")
        _known(pins, member)
    if len(set(members)) != len(members):
        raise BadPins("a member is named twice")
    if _depth(pins.groups, members) > DEEPEST_GROUP:
        raise BadPins(f"groups are nested more than {DEEPEST_GROUP} deep")
    words = {"any": 1, "all": len(members)}
    needed = words.get(threshold)
    if needed is None and re.fullmatch(r"[1-9][0-9]{0,3}", threshold):
        needed = int(threshold)
    if needed is None or needed > len(members):
        raise BadPins(f"a group takes any, all, or a number up to {len(members)}")
    return WitnessGroup(needed, tuple(members))


def _depth(groups: Mapping[str, WitnessGroup], members: Collection[str]) -> int:
    inner = [_depth(groups, groups[one].members) for one in members if one in groups]
    return 1 + max(inner, default=0)


def _new(pins: Pins, name: str) -> None:
    if name == NO_QUORUM:
        raise BadPins(f"{NO_QUORUM} means that no witness is needed; it names none")
    _once(name, {**pins.witnesses, **pins.groups})


def _once(name: str, known: Collection[str]) -> None:
    if name in known:
        raise BadPins(f"{name} is named twice")


def _known(pins: Pins, name: str) -> None:
    if name != NO_QUORUM and name not in pins.witnesses and name not in pins.groups:
        raise BadPins(f"no witness or group {name} stands before this line")


def _shaped(text: str, pattern: re.Pattern[str], because: str) -> None:
    if not pattern.fullmatch(text):
        raise BadPins(because)
