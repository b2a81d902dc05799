"""Personal fields sealed where a fact is stored, and opened where it is read.

Each person has a key of their own (``KeyRing``). A field marked ``Personal`` is stored as
AES-256-GCM under it, bound to the event and the field that it stands in, so it cannot be moved. A
key that is gone reads as erased only where the stream itself says so; without that it was lost, and
that is an error.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cache
from hmac import compare_digest, digest
from secrets import token_bytes
from typing import Any, Final, get_type_hints

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import TypeAdapter
from pydantic_core import from_json

from application.ports import KeyRing
from domain.values.personal import Personal

FORM: Final = "parley/sealed/1"
FINGERPRINT: Final = b"parley/fingerprint/1\n"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
BLOCK: Final = 128
"""What is sealed is padded to a multiple of this, so that its length says little of a name."""


class SealBroken(Exception):  # noqa: N818 - it says what is so
    """What is stored was not sealed here, or not for this place."""


class KeyLost(Exception):  # noqa: N818 - it says what is so
    """A person's key is not in the key ring, though nothing says that their data were erased."""


@dataclass(frozen=True, slots=True)
class PersonalField:
    """A field of a fact that is personal: its name, its mark, and its JSON form."""

    name: str
    mark: Personal
    adapter: TypeAdapter[Any]


@cache
def personal_fields(fact_class: type) -> tuple[PersonalField, ...]:
    """Return what is personal in one kind of fact; nothing in most."""
    hints = get_type_hints(fact_class, include_extras=True)
    return tuple(
        PersonalField(name, mark, TypeAdapter(hint))
        for name, hint in hints.items()
        for mark in getattr(hint, "__metadata__", ())
        if isinstance(mark, Personal)
    )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact stands: its stream and its version there."""

    stream: str
    version: int


Recorded = Callable[[str, Callable[[Any], bool]], bool]
"""Tells whether a stream holds a fact for which a check says yes."""


class Sealer:
    """Seals and opens the personal fields of facts; asks the streams only when a key is gone."""

    def __init__(self, keys: KeyRing, recorded: Recorded) -> None:
        self._keys = keys
        self._recorded = recorded

    def seal(self, place: Place, fact: Hashable, document: dict[str, Any]) -> None:
        """Put sealed fields in the place of a fact's personal ones, in its stored document."""
        for field in personal_fields(type(fact)):
            subject = document[field.mark.of]
            clear = field.adapter.dump_json(getattr(fact, field.name))
            clear += b" " * (-len(clear) % BLOCK)
            nonce = token_bytes(NONCE_BYTES)
            key = AESGCM(self._keys.key_for(subject))
            box = key.encrypt(nonce, clear, _bound_to(place, field.name, subject))
            document[field.name] = {
                "nonce": b64encode(nonce).decode("ascii"),
                "sealed": b64encode(box).decode("ascii"),
            }

    def open(self, place: Place, fact_class: type, document: dict[str, Any], *, old: bool) -> None:
        """Put personal fields back in the place of the sealed ones.

        ``old`` lets pass what an older version stored in the clear. Raises SealBroken and KeyLost.
        """
        for field in personal_fields(fact_class):
            stored = document[field.name]
            if not _is_sealed(stored):
                if old:
                    continue
                raise SealBroken(f"{field.name} is not sealed")
            subject = document[field.mark.of]
            key = self._keys.find(subject)
            document[field.name] = (
                self._erased(place, field, subject)
                if key is None
                else from_json(_opened(key, place, field.name, subject, stored))
            )

    def blinded(self, fingerprint: str, facts: Sequence[Hashable]) -> str:
        """Return what may be kept of a request that led to these facts.

        A digest of a request that names a person would tell, to who guesses the name, that it was
        this one. So it is made with the person's key, and with the key it goes.
        """
        for fact in facts if fingerprint else ():
            for field in personal_fields(type(fact)):
                subject = getattr(fact, field.mark.of)
                return f"{subject} {_mac(self._keys.key_for(subject), fingerprint)}"
        return fingerprint

    def is_same_request(self, kept: str, fingerprint: str) -> bool:
        """Tell whether a fingerprint is the one kept; never once the person's key is destroyed."""
        subject, blinded, mac = kept.rpartition(" ")
        if not blinded:
            return kept == fingerprint
        key = self._keys.find(subject)
        return key is not None and compare_digest(_mac(key, fingerprint), mac)

    def _erased(self, place: Place, field: PersonalField, subject: str) -> Any:
        mark = field.mark

        def says_so(fact: Any) -> bool:
            return isinstance(fact, mark.erased_by) and getattr(fact, mark.of) == subject

        if self._recorded(place.stream, says_so):
            return field.adapter.dump_python(mark.erased, mode="json")
        raise KeyLost(
            f"the key of {subject} is not in the key ring, and no fact says that their data were "
            "erased: restore the key ring"
        )


def in_the_clear(fact_class: type, document: dict[str, Any], subject: str) -> bool:
    """Tell whether a stored fact holds somebody's personal data unsealed."""
    return any(
        document.get(field.mark.of) == subject and not _is_sealed(document.get(field.name))
        for field in personal_fields(fact_class)
    )


def _is_sealed(stored: object) -> bool:
    return isinstance(stored, dict) and stored.keys() == {"nonce", "sealed"}


def _bound_to(place: Place, field: str, subject: str) -> bytes:
    return f"{FORM}\n{place.stream}\n{place.version}\n{field}\n{subject}\n".encode()


def _opened(key: bytes, place: Place, field: str, subject: str, stored: dict[str, str]) -> bytes:
    try:
        nonce, box = (b64decode(stored[part], validate=True) for part in ("nonce", "sealed"))
        return AESGCM(key).decrypt(nonce, box, _bound_to(place, field, subject))
    except (InvalidTag, ValueError, TypeError) as error:
        raise SealBroken(
            f"{field} is not what was sealed here for {subject}: it was altered, moved, or sealed "
            "with another key"
        ) from error


def _mac(key: bytes, fingerprint: str) -> str:
    return digest(key, FINGERPRINT + fingerprint.encode(), "sha256").hex()
