"""Facts of a party and of who signs in as whom."""

from __future__ import annotations

from typing import assert_never

from domain.parties import facts as party
from domain.parties.facts import IdentityFact, PartyFact
from interfaces.web.sayings.voice import Saying, Voice, because, did, when, words


def of_party(fact: PartyFact, voice: Voice) -> Saying:
    """Say what happened to a party and its people."""
    match fact:
        case party.PartyRegistered(name=name, registration=number, country=country):
            return did(f"registered {name} ({number}, {country}).")
        case party.RepresentativeAppointed(person=person, function=function):
            return did(f"appointed {_of(voice, person)} as {function}.")
        case party.RepresentativeWithdrawn(person=person):
            return did(f"withdrew {_of(voice, person)}, who no longer represents the party.")
        case party.RoleAssigned(person=person, role=role):
            return did(f"gave {_of(voice, person)} the role of {words(role)}.")
        case party.RoleRelieved(person=person, role=role):
            return did(f"relieved {_of(voice, person)} of the role of {words(role)}.")
        case party.PersonalDetailsErased(person=person):
            return did(f"had the personal details of {_of(voice, person)} erased for good.")
        case party.SigningMandateGranted() | party.SigningMandateRevoked():
            return _mandate(fact, voice)
        case party.WitnessKeyPinned(thumbprint=key):
            return did(f"pinned {key} as the key that cosigns checkpoints.")
        case party.WitnessKeyRevoked(thumbprint=key, because=why):
            return did(f"revoked the witness key {key}{because(why)}.")
        case (
            party.SigningKeyPinned()
            | party.PasskeyPinned()
            | party.SigningKeyRotated()
            | party.SigningKeyRevoked()
            | party.CertificatePinned()
            | party.CertificateRevoked()
        ):
            return _key(fact, voice)
        case _:
            assert_never(fact)


def _mandate(
    fact: party.SigningMandateGranted | party.SigningMandateRevoked, voice: Voice
) -> Saying:
    match fact:
        case party.SigningMandateGranted(person=person, up_to=limit, valid_until=until):
            sum_ = "without limit" if limit is None else f"up to {limit}"
            ends = "until it is revoked" if until is None else f"until {when(until)}"
            since = f"from {when(fact.valid_from)} {ends}"
            return did(f"gave {_of(voice, person)} a mandate to sign {sum_}, {since}.")
        case party.SigningMandateRevoked(mandate=mandate, because=why):
            return did(f"revoked the mandate {mandate}{because(why)}.")
        case _:
            assert_never(fact)


def _key(
    fact: party.SigningKeyPinned
    | party.PasskeyPinned
    | party.SigningKeyRotated
    | party.SigningKeyRevoked
    | party.CertificatePinned
    | party.CertificateRevoked,
    voice: Voice,
) -> Saying:
    whose = _of(voice, fact.person)
    match fact:
        case party.SigningKeyPinned(thumbprint=key):
            return did(f"pinned {key} as a signing key of {whose}.")
        case party.PasskeyPinned(thumbprint=key, rp_id=site):
            return did(f"pinned {key} as a passkey of {whose} for {site}.")
        case party.SigningKeyRotated(retired=old, thumbprint=new):
            return did(f"put the key {new} of {whose} in the place of {old}.")
        case party.SigningKeyRevoked(thumbprint=key, because=why):
            return did(f"revoked the key {key} of {whose}{because(why)}.")
        case party.CertificatePinned(fingerprint=print_):
            return did(f"pinned {print_} as a certificate of {whose} for documents.")
        case party.CertificateRevoked(fingerprint=print_, because=why):
            return did(f"revoked the certificate {print_} of {whose}{because(why)}.")
        case _:
            assert_never(fact)


def of_identity(fact: IdentityFact, voice: Voice) -> Saying:
    """Say who somebody who signs in is."""
    match fact:
        case party.IdentityBound(party=whose, person=person):
            name = voice.person(person, whose)
            return did(f"let an identity sign in as {name} of {voice.party(whose)}.")
        case party.IdentityUnbound(party=whose, person=person):
            name = voice.person(person, whose)
            return did(f"no longer lets that identity sign in as {name} of {voice.party(whose)}.")
        case _:
            assert_never(fact)


def _of(voice: Voice, person: str) -> str:
    return voice.known(person) or person
