"""The cast: two organisations with their people, and an auditor whom both let in."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from interfaces.cli.client import Client
from interfaces.cli.demo.stage import Stage

PEOPLE: Final = {
    "negotiator": ("negotiator",),
    "signatory": ("signatory",),
    "engineer": ("requirements-engineer",),
    "manager": ("service-manager",),
    "finance": ("finance",),
    "legal": ("legal",),
}
"""Who works for each side, and in which roles."""


@dataclass
class Organisation:
    """A party as the demo knows it: its id, and its people by the word they sign in with."""

    stage: Stage
    word: str
    party: str
    people: dict[str, str] = field(default_factory=dict)

    def as_(self, who: str) -> Client:
        """Return the API as one of its people uses it."""
        return self.stage.as_(self.subject(who))

    def subject(self, who: str) -> str:
        """Return whom one of its people signs in as."""
        return f"{self.word}-{who}"

    @property
    def path(self) -> str:
        """The path of the party."""
        return f"/parties/{self.party}"


def found(stage: Stage, word: str, name: str, country: str) -> Organisation:
    """Register an organisation; its administrator appoints the others and pins the first key."""
    admin = stage.as_(f"{word}-admin")
    body = {
        "name": name,
        "registration": f"{name}, register of companies",
        "country": country,
        "you": _person(word, "admin", "Administrator"),
    }
    answer = admin.send("/parties", body)
    return Organisation(stage, word, answer["id"])


def staff(organisation: Organisation, ceiling: str, currency: str) -> None:
    """Appoint people, give them roles, mandate the signatory and pin the signatory's key."""
    admin = organisation.as_("admin")
    for who, roles in PEOPLE.items():
        subject = organisation.subject(who)
        body = _person(organisation.word, who, who.capitalize())
        body["identity"] = {"subject": subject}
        admin.send(f"{organisation.path}/representatives", body)
        person = organisation.as_(who).get("/me")["person"]
        organisation.people[who] = person
        for role in roles:
            role_path = f"{organisation.path}/representatives/{person}/roles/{role}"
            admin.send(role_path, {}, method="PUT")
    mandate = {
        "person": organisation.people["signatory"],
        "up_to": {"amount": ceiling, "currency": currency},
    }
    admin.send(f"{organisation.path}/mandates", mandate)
    key = _key(organisation.stage.output / f"{organisation.word}-signatory.pem")
    organisation.as_("signatory").send(f"{organisation.path}/keys", key)


def meet(provider: Organisation, client: Organisation, purpose: str) -> str:
    """Invite and join: the handshake pins both sides' keys. Returns the relationship's path."""
    body = {"other": client.party, "our_side": "provider", "purpose": purpose}
    invited = provider.as_("negotiator").send("/relationships", body)
    path = f"/relationships/{invited['id']}"
    theirs = [key["thumbprint"] for key in provider.as_("admin").get(provider.path)["keys"]]
    client.as_("negotiator").send(f"{path}/joining", {"their_keys": theirs})
    return path


def _person(word: str, who: str, function: str) -> dict[str, Any]:
    return {
        "name": f"{function} of the {word}",
        "email": f"{who}@{word}.example",
        "function": function,
    }


def _key(path: Path) -> dict[str, str]:
    """Make a signing key that stays with its owner, and return its public half as a JWK."""
    key = Ed25519PrivateKey.generate()
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes_raw()
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": urlsafe_b64encode(public).rstrip(b"=").decode(),
    }
