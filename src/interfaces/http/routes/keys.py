"""What a party signs with: passkeys, rotations, witness keys, certificates for documents."""

from __future__ import annotations

from fastapi import Response

from application.errors import NotFound
from application.registering import HandedOver, NewPasskey
from domain.decider import Refused
from domain.parties.keys import Fingerprint, Thumbprint
from interfaces.http.conventions import (
    FingerprintPath,
    PartyPath,
    Reading,
    TheHouse,
    ThumbprintPath,
    Versioned,
)
from interfaces.http.routes.parties import answer
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.http.schemas.parties import (
    CertificateBody,
    KeyBody,
    PartyAnswer,
    PasskeyBody,
    PasskeyOptionsAnswer,
    RotationOfKeyBody,
    public_key,
)
from interfaces.routing import Routes

router = Routes(prefix="/parties/{party}", tags=["keys"])


@router.post("/keys/{thumbprint}/rotation", operation_id="rotateKey")
def rotate_key(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    thumbprint: ThumbprintPath,
    body: RotationOfKeyBody,
    response: Response,
) -> PartyAnswer:
    """Put a new key in the place of one of yours; the retired key signs the statement."""
    if body.statement.retired != thumbprint:
        raise Refused(
            "statement-mismatch",
            f"the statement retires another key than {thumbprint}",
            place="retired",
        )
    handed_over = HandedOver(public_key(body.key), body.statement.rotation(), body.jws)
    return answer(house.registering.rotate(asked, party, handed_over), response)


@router.post("/passkeys/options", operation_id="invitePasskey")
def invite_passkey(house: TheHouse, asked: Reading, party: PartyPath) -> PasskeyOptionsAnswer:
    """Begin to register a passkey; nothing is recorded yet."""
    known = house.registering.passkeys_of(asked, party)
    invitation = house.passkeys.invite(str(asked.principal.person), known, asked.at)
    return PasskeyOptionsAnswer(options=invitation.options, ticket=invitation.ticket)


@router.post("/passkeys", operation_id="pinPasskey", status_code=201)
def pin_passkey(
    house: TheHouse, asked: Versioned, party: PartyPath, body: PasskeyBody, response: Response
) -> PartyAnswer:
    """Declare a passkey your own: statements that you sign with it count as yours."""
    house.registering.passkeys_of(asked, party)
    person = asked.principal.person
    if person is None:
        raise NotFound("such party")
    made = house.passkeys.register(person, body.ticket, body.credential, asked.at)
    passkey = NewPasskey(made.key, made.credential, house.passkeys.site)
    return answer(house.registering.pin_passkey(asked, party, passkey), response)


@router.post("/witness-keys", operation_id="pinWitnessKey", status_code=201)
def pin_witness_key(
    house: TheHouse, asked: Versioned, party: PartyPath, body: KeyBody, response: Response
) -> PartyAnswer:
    """Declare the key with which your party cosigns checkpoints of its histories."""
    return answer(house.registering.pin_witness_key(asked, party, public_key(body)), response)


@router.post("/witness-keys/{thumbprint}/revocation", operation_id="revokeWitnessKey")
def revoke_witness_key(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    thumbprint: ThumbprintPath,
    body: BecauseBody,
    response: Response,
) -> PartyAnswer:
    """End a witness key: its cosignatures no longer count."""
    outcome = house.registering.revoke_witness_key(
        asked, party, Thumbprint(thumbprint), body.because
    )
    return answer(outcome, response)


@router.post("/certificates", operation_id="pinCertificate", status_code=201)
def pin_certificate(
    house: TheHouse, asked: Versioned, party: PartyPath, body: CertificateBody, response: Response
) -> PartyAnswer:
    """Declare the certificate with which you sign documents, by its fingerprint."""
    fingerprint = Fingerprint(body.fingerprint)
    return answer(house.registering.pin_certificate(asked, party, fingerprint), response)


@router.post("/certificates/{fingerprint}/revocation", operation_id="revokeCertificate")
def revoke_certificate(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    fingerprint: FingerprintPath,
    body: BecauseBody,
    response: Response,
) -> PartyAnswer:
    """End a certificate: your own, or, as an administrator, anybody's."""
    outcome = house.registering.revoke_certificate(
        asked, party, Fingerprint(fingerprint), body.because
    )
    return answer(outcome, response)
