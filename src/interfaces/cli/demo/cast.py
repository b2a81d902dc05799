"""The cast: two organisations with their people, and an auditor whom both let in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from interfaces.cli.client import Client, path_of
from interfaces.cli.demo.stage import Stage
from interfaces.cli.signing import Signer, own_key, signed_after_asking
from interfaces.signing_tool.own_key import OwnKey, write_key

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

    @property
    def key_file(self) -> Path:
        """Where the signatory keeps the private key: on their own machine, if this were one."""
        return self.stage.output / f"{self.word}-signatory.pem"

    @property
    def known_keys(self) -> Path:
        """Where the signatory keeps the keys they know the other side by."""
        return self.stage.output / f"{self.word}-known-keys"

    def sign(self, negotiation: str, offer: str) -> None:
        """Let the signatory sign as ``parley sign`` does, on their own machine."""
        client, path = self.as_("signatory"), f"{path_of(negotiation)}/offers/{offer}"
        about = {"action": "sign", "negotiation": negotiation, "offer": offer}
        signer = Signer(own_key(self.key_file), self.known_keys, yes=True)
        body = signed_after_asking(client, about, signer, show=False)
        client.send(f"{path}/signatures", body)


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
    key = OwnKey.fresh()
    for left_over in (organisation.key_file, organisation.known_keys):
        left_over.unlink(missing_ok=True)
    write_key(organisation.key_file, key, None)
    organisation.as_("signatory").send(f"{organisation.path}/keys", key.jwk)


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
