"""What a party can be asked, and two parties about working together."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from application.registering import Mandate
from authenticator import Authenticator
from domain.parties.facts import MandateId, Role
from domain.parties.keys import Fingerprint, PublicKey, thumbprint_of
from domain.values.sides import Side
from interfaces.clock import new_uuid7
from interfaces.signing_tool.statements import handed_over
from isolation.ask import BECAUSE, DEPENDENCY, FIGURE, PERSON, Ask, Asking, here, of_service, theirs
from isolation.things import Things
from signing import own_key, rotation_from

# Parties ------------------------------------------------------------------------------------------


def _register(_: Things) -> Ask:
    party = {"name": "Fresh", "registration": "HRB 1", "country": "DE", "zone": "Europe/Berlin"}
    return Ask({}, {**party, "you": PERSON})


def _appoint(things: Things) -> Ask:
    return theirs(things, {**PERSON, "identity": {"subject": f"appointed-{new_uuid7()}"}})


def _withdraw_person(things: Things) -> Ask:
    return theirs(things, person=things.stage.newcomer(Side.PROVIDER))


def _erase(things: Things) -> Ask:
    person = things.stage.newcomer(Side.PROVIDER)
    asked = things.stage.ask("provider-administrator")
    things.house.registering.withdraw(asked, things.stage.parties[Side.PROVIDER].id, person)
    return theirs(things, person=person)


def _assign(things: Things) -> Ask:
    return theirs(things, person=things.stage.newcomer(Side.PROVIDER), role=Role.LEGAL)


def _relieve(things: Things) -> Ask:
    person = things.stage.newcomer(Side.PROVIDER, Role.LEGAL)
    return theirs(things, person=person, role=Role.LEGAL)


def _grant(things: Things) -> Ask:
    person = things.stage.newcomer(Side.PROVIDER, Role.SIGNATORY)
    return theirs(things, {"person": person, "up_to": {"amount": "10.00", "currency": "EUR"}})


def _revoke_mandate(things: Things) -> Ask:
    stage = things.stage
    person = stage.newcomer(Side.PROVIDER, Role.SIGNATORY)
    asked = stage.ask("provider-administrator")
    party = stage.parties[Side.PROVIDER].id
    granted = things.house.registering.grant(asked, party, Mandate(person, None, None, None))
    mandate = next(
        MandateId(one)
        for one, held in granted.stream.state.mandates.items()
        if held.person == person
    )
    return theirs(things, BECAUSE, mandate=mandate)


def _pin(things: Things) -> Ask:
    x = f"{new_uuid7().int % 10**42:042d}A"
    return theirs(things, {"kty": "OKP", "crv": "Ed25519", "x": x})


def _revoke_key(things: Things) -> Ask:
    return theirs(things, BECAUSE, thumbprint=things.stage.newcomers_key(Side.PROVIDER))


def _rotate(things: Things) -> Ask:
    """Let a key of the provider's newcomer be replaced by whoever can."""
    name, owner = "provider-signatory", things.stage.person("provider-signatory")
    party = things.stage.parties[Side.PROVIDER].id
    fresh = f"key-{new_uuid7()}"
    request = things.stage.ask(name)
    things.house.registering.pin(request, party, PublicKey(own_key(fresh).jwk["x"]))
    retired, key = own_key(fresh), own_key(f"after {fresh}")
    statement = rotation_from(party, owner, retired, key, request.at)
    return theirs(things, handed_over(statement, retired, key), thumbprint=retired.thumbprint)


def _pin_passkey(things: Things) -> Ask:
    name, now = "provider-signatory", things.stage.world.clock.now()
    invitation = things.house.passkeys.invite(things.stage.person(name), (), now)
    made = Authenticator(f"{name}-{new_uuid7()}").create(invitation.options)
    return theirs(things, {"ticket": invitation.ticket, "credential": made})


def _witness_key(things: Things) -> PublicKey:
    key = PublicKey(own_key(f"witness-{new_uuid7()}").jwk["x"])
    asked = things.stage.ask("provider-administrator")
    things.house.registering.pin_witness_key(asked, things.stage.parties[Side.PROVIDER].id, key)
    return key


def _revoke_certificate(things: Things) -> Ask:
    fingerprint = _fingerprint()
    asked = things.stage.ask("founder-of-provider")
    party = things.stage.parties[Side.PROVIDER].id
    things.house.registering.pin_certificate(asked, party, Fingerprint(fingerprint))
    return theirs(things, BECAUSE, fingerprint=fingerprint)


def _fingerprint() -> str:
    return sha256(str(new_uuid7()).encode()).hexdigest()


PARTIES: Final[dict[str, Asking]] = {
    "whoAmI": lambda _: Ask({}),
    "registerParty": _register,
    "getParty": theirs,
    "appointRepresentative": _appoint,
    "withdrawRepresentative": _withdraw_person,
    "erasePersonalDetails": _erase,
    "assignRole": _assign,
    "relieveRole": _relieve,
    "grantMandate": _grant,
    "revokeMandate": _revoke_mandate,
    "pinKey": _pin,
    "revokeKey": _revoke_key,
    "rotateKey": _rotate,
    "invitePasskey": theirs,
    "pinPasskey": _pin_passkey,
    "pinWitnessKey": _pin,
    "revokeWitnessKey": lambda t: theirs(t, BECAUSE, thumbprint=thumbprint_of(_witness_key(t))),
    "pinCertificate": lambda t: theirs(t, {"fingerprint": _fingerprint()}),
    "revokeCertificate": _revoke_certificate,
}


# Relationships ------------------------------------------------------------------------------------


def _invite(things: Things) -> Ask:
    other = things.stage.parties["other-client"].id
    return Ask({}, {"other": other, "our_side": "provider", "purpose": "hosting"})


def _join(things: Things) -> Ask:
    keys = [things.stage.parties[Side.PROVIDER].key]
    invited = things.stage.invited("provider", "client")
    return Ask({"relationship": invited}, {"their_keys": keys})


def _invited(things: Things) -> Ask:
    return Ask({"relationship": things.stage.invited("provider", "client")}, BECAUSE)


def _admit(things: Things) -> Ask:
    joined = things.stage.joined("provider", "client")
    auditor = things.stage.parties["another-auditor"].id
    return Ask({"relationship": joined}, {"auditor": auditor, "own_private_side": True})


def _dismiss(things: Things) -> Ask:
    joined = things.stage.joined("provider", "client")
    admission = things.stage.admitted(joined)
    return Ask({"relationship": joined, "admission": admission}, BECAUSE)


def _end(things: Things) -> Ask:
    return Ask({"relationship": things.stage.joined("provider", "client")}, BECAUSE)


RELATIONSHIPS: Final[dict[str, Asking]] = {
    "inviteToRelationship": _invite,
    "listRelationships": lambda _: Ask({}),
    "getRelationship": here,
    "joinRelationship": _join,
    "declineRelationship": _invited,
    "withdrawInvitation": _invited,
    "admitAuditor": _admit,
    "dismissAuditor": _dismiss,
    "endRelationship": _end,
}


# Services -----------------------------------------------------------------------------------------


def _offer_service(things: Things) -> Ask:
    body = {"code": f"code-{new_uuid7()}", "name": "Hosting", "description": "Hosting it"}
    return theirs(things, body)


def _offer_level(things: Things) -> Ask:
    body = {"name": "Silver", "indicator": "availability", "promise": FIGURE, "window": "24 x 7"}
    return of_service(things.offered(), body)


def _withdraw_level(things: Things) -> Ask:
    made = things.offered()
    return of_service(made, BECAUSE, level=made.level)


def _redeclare(things: Things) -> Ask:
    made = things.offered()
    return of_service(made, DEPENDENCY, dependency=made.dependency)


def _withdraw_dependency(things: Things) -> Ask:
    made = things.offered()
    return of_service(made, dependency=made.dependency)


SERVICES: Final[dict[str, Asking]] = {
    "offerService": _offer_service,
    "listServices": theirs,
    "getService": lambda things: of_service(things.service),
    "offerLevel": _offer_level,
    "withdrawLevel": _withdraw_level,
    "declareDependency": lambda things: of_service(things.offered(), DEPENDENCY),
    "redeclareDependency": _redeclare,
    "withdrawDependency": _withdraw_dependency,
    "retireService": lambda things: of_service(things.offered(), BECAUSE),
}
