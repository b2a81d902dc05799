"""The rules of keys and certificates: who declares them, how one follows another, how they end.

Only a person pins a key or certificate of their own: whoever could do it for them could sign in
their place. A key that ended never comes back, and none has two uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar, assert_never

from domain.decider import Refused
from domain.parties.commands import (
    PinCertificate,
    PinPasskey,
    PinSigningKey,
    PinWitnessKey,
    RevokeCertificate,
    RevokeSigningKey,
    RevokeWitnessKey,
    RotateSigningKey,
)
from domain.parties.facts import (
    CertificatePinned,
    CertificateRevoked,
    PartyFact,
    PasskeyPinned,
    SigningKeyPinned,
    SigningKeyRevoked,
    SigningKeyRotated,
    WitnessKeyPinned,
    WitnessKeyRevoked,
)
from domain.parties.keys import Thumbprint, members, thumbprint_of
from domain.parties.registered import HandedOver, Passkey, Registered, SigningKey
from domain.signatures.checking import check_rotation, refuse_other_rotation
from domain.values.ids import PersonId

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

PinningCommand = (
    PinSigningKey
    | PinPasskey
    | RotateSigningKey
    | RevokeSigningKey
    | PinWitnessKey
    | RevokeWitnessKey
    | PinCertificate
    | RevokeCertificate
)
PinningFact = (
    SigningKeyPinned
    | PasskeyPinned
    | SigningKeyRotated
    | SigningKeyRevoked
    | WitnessKeyPinned
    | WitnessKeyRevoked
    | CertificatePinned
    | CertificateRevoked
)


def pinning(command: PinningCommand, party: Registered) -> list[PartyFact]:
    """Decide about a key or certificate of a party's. Raises Refused by the rule broken."""
    party.representative(command.by)
    match command:
        case PinSigningKey():
            return _pin(command, party)
        case PinPasskey():
            return _pin_passkey(command, party)
        case RotateSigningKey():
            return _rotate(command, party)
        case RevokeSigningKey():
            return _revoke(command, party)
        case PinWitnessKey():
            return _pin_witness(command, party)
        case RevokeWitnessKey():
            return _revoke_witness(command, party)
        case PinCertificate():
            return _pin_certificate(command, party)
        case RevokeCertificate():
            return _revoke_certificate(command, party)
        case _:
            assert_never(command)


def all_ended(person: PersonId, party: Registered, because: str) -> list[PartyFact]:
    """Return the facts that end everything a person signs with."""
    return [
        *(
            SigningKeyRevoked(person, thumbprint, because)
            for thumbprint, key in party.keys.items()
            if key.person == person
        ),
        *(
            CertificateRevoked(person, fingerprint, because)
            for fingerprint, owner in party.certificates.items()
            if owner == person
        ),
    ]


def _pin(command: PinSigningKey, party: Registered) -> list[PartyFact]:
    thumbprint = thumbprint_of(command.key)
    if party.keys.get(thumbprint) == SigningKey(command.by, command.key):
        return []
    _never_used(thumbprint, party)
    return [SigningKeyPinned(command.by, thumbprint, command.key)]


def _pin_passkey(command: PinPasskey, party: Registered) -> list[PartyFact]:
    thumbprint = thumbprint_of(command.key)
    passkey = Passkey(command.credential, command.rp_id, command.origin)
    if party.keys.get(thumbprint) == SigningKey(command.by, command.key, passkey):
        return []
    _never_used(thumbprint, party)
    return [
        PasskeyPinned(
            command.by,
            thumbprint,
            command.key,
            command.credential,
            command.rp_id,
            command.origin,
        )
    ]


def _rotate(command: RotateSigningKey, party: Registered) -> list[PartyFact]:
    thumbprint = thumbprint_of(command.key)
    old = party.keys.get(command.retired)
    if old is None or old.person != command.by or old.passkey is not None:
        raise Refused(
            "not-your-key",
            "name a key of your own that is in force and no passkey",
            place="retired",
        )
    _never_used(thumbprint, party)
    expected = {
        "service": command.service,
        "party": command.party,
        "person": command.by,
        "retired": command.retired,
        "thumbprint": thumbprint,
    }
    refuse_other_rotation(command.statement, expected)
    check_rotation(command.statement, command.jws, members(old.key), command.now)
    return [
        SigningKeyRotated(
            command.by,
            command.retired,
            thumbprint,
            command.key,
            command.statement,
            command.jws,
        )
    ]


def _revoke(command: RevokeSigningKey, party: Registered) -> list[PartyFact]:
    key = party.keys.get(command.thumbprint)
    if key is None or key.person != command.by:
        party.refuse_unless_administrator(command.by)
    if command.thumbprint in party.ended_keys:
        return []
    if key is None:
        raise Refused("unknown-key", "the party pinned no such key", place="thumbprint")
    return [SigningKeyRevoked(key.person, command.thumbprint, command.because)]


def _pin_witness(command: PinWitnessKey, party: Registered) -> list[PartyFact]:
    party.refuse_unless_administrator(command.by)
    thumbprint = thumbprint_of(command.key)
    if thumbprint in party.witness_keys:
        return []
    _never_used(thumbprint, party)
    return [WitnessKeyPinned(thumbprint, command.key)]


def _revoke_witness(command: RevokeWitnessKey, party: Registered) -> list[PartyFact]:
    party.refuse_unless_administrator(command.by)
    if command.thumbprint in party.witness_keys:
        return [WitnessKeyRevoked(command.thumbprint, command.because)]
    if command.thumbprint in party.ended_keys:
        return []
    raise Refused("unknown-key", "the party pinned no such witness key", place="thumbprint")


def _pin_certificate(command: PinCertificate, party: Registered) -> list[PartyFact]:
    owner = party.certificates.get(command.fingerprint)
    if owner == command.by:
        return []
    if owner is not None:
        raise Refused(
            "certificate-in-use", "this certificate is another's; use your own", place="fingerprint"
        )
    if command.fingerprint in party.ended_certificates:
        raise Refused(
            "certificate-ended", "this certificate was revoked; pin a new one", place="fingerprint"
        )
    return [CertificatePinned(command.by, command.fingerprint)]


def _revoke_certificate(command: RevokeCertificate, party: Registered) -> list[PartyFact]:
    owner = party.certificates.get(command.fingerprint)
    if owner != command.by:
        party.refuse_unless_administrator(command.by)
    if command.fingerprint in party.ended_certificates:
        return []
    if owner is None:
        raise Refused(
            "unknown-certificate", "the party pinned no such certificate", place="fingerprint"
        )
    return [CertificateRevoked(owner, command.fingerprint, command.because)]


def _never_used(thumbprint: Thumbprint, party: Registered) -> None:
    if thumbprint in party.ended_keys:
        raise Refused("key-ended", "this key was retired or revoked; make a new one", place="key")
    if thumbprint in party.keys or thumbprint in party.witness_keys:
        raise Refused("key-in-use", "this key is pinned already; make a new one", place="key")


def pinned(party: Registered, fact: PinningFact) -> Registered:
    """Replay what happened to a key or certificate."""
    keys, witnesses, certificates = party.keys, party.witness_keys, party.certificates
    match fact:
        case SigningKeyPinned(person, thumbprint, key):
            return replace(party, keys={**keys, thumbprint: SigningKey(person, key)})
        case PasskeyPinned(person, thumbprint, key, credential, rp_id, origin):
            passkey = SigningKey(person, key, Passkey(credential, rp_id, origin))
            return replace(party, keys={**keys, thumbprint: passkey})
        case SigningKeyRotated(person, retired, thumbprint, key):
            old = keys.get(retired)
            signed = () if old is None else (HandedOver(fact, old.key),)
            return replace(
                party,
                keys={**without(keys, retired), thumbprint: SigningKey(person, key)},
                ended_keys=party.ended_keys | {retired},
                rotations=(*party.rotations, *signed),
            )
        case SigningKeyRevoked(thumbprint=gone):
            return replace(party, keys=without(keys, gone), ended_keys=party.ended_keys | {gone})
        case WitnessKeyPinned(thumbprint, key):
            return replace(party, witness_keys={**witnesses, thumbprint: key})
        case WitnessKeyRevoked(thumbprint=gone):
            return replace(
                party, witness_keys=without(witnesses, gone), ended_keys=party.ended_keys | {gone}
            )
        case CertificatePinned(person, fingerprint):
            return replace(party, certificates={**certificates, fingerprint: person})
        case CertificateRevoked(fingerprint=revoked):
            return replace(
                party,
                certificates=without(certificates, revoked),
                ended_certificates=party.ended_certificates | {revoked},
            )
        case _:
            assert_never(fact)


def without(mapping: Mapping[_Key, _Value], gone: _Key) -> dict[_Key, _Value]:
    """Return a mapping less one of its keys, if it has it."""
    return {key: value for key, value in mapping.items() if key != gone}
