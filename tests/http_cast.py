"""Everybody there is: a provider, a client, an independent auditor; and a deal between the two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from agreements import simple_terms
from domain.negotiation.position_facts import REQUIRED_APPROVALS, ApprovalKind
from domain.parties.facts import Role
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from http_answers import done
from signing import evidence_from, own_key

if TYPE_CHECKING:
    from httpx import Response

    from http_world import Caller, World

ORGANISATIONS: Final = ("provider", "client", "auditor")
NEWCOMER: Final = "newcomer"
"""Represents the party, in no role."""

APPROVERS: Final = {
    ApprovalKind.TECHNICAL: Role.SERVICE_MANAGER,
    ApprovalKind.COMMERCIAL: Role.FINANCE,
    ApprovalKind.MANDATE: Role.SIGNATORY,
}


def key_of(owner: str) -> dict[str, str]:
    """Return a public key as its owner pins it; the private one is in ``signing.own_key``."""
    return own_key(owner).jwk


def registration(name: str, **you: str) -> dict[str, Any]:
    """Return what it takes to register a party."""
    person = {"name": "Ada Lind", "email": "ada@northwind.example", "function": "director", **you}
    return {"name": name, "registration": "HRB 12345", "country": "DE", "you": person}


def appointment(subject: str) -> dict[str, Any]:
    """Return what it takes to appoint whoever signs in under this name."""
    return {
        "name": subject.replace("-", " ").title(),
        "email": f"{subject}@example.org",
        "function": subject,
        "identity": {"subject": subject},
    }


@dataclass
class Organisation:
    """A party with one person a role, who signs in as ``provider-negotiator`` and the like."""

    world: World
    name: str
    id: str = ""
    persons: dict[str, str] = field(default_factory=dict)
    """Person ids by role, and that of the newcomer."""

    @property
    def path(self) -> str:
        return f"/parties/{self.id}"

    def __getitem__(self, role: str) -> Caller:
        """Return the person in a role."""
        return self.world.as_(f"{self.name}-{role}")

    @property
    def keys(self) -> list[str]:
        """The thumbprints of the party's keys."""
        party = done(self[Role.ADMINISTRATOR].get(self.path))
        return [key["thumbprint"] for key in party["keys"]]

    def appear(self) -> None:
        """Register, and appoint one person a role."""
        first = self[Role.ADMINISTRATOR]
        party = done(first.post("/parties", registration(self.name.title())), 201)
        self.id = party["id"]
        self.persons[Role.ADMINISTRATOR] = party["representatives"][0]["person"]
        for role in [one for one in Role if one is not Role.ADMINISTRATOR]:
            self.appoint(role)
            person = f"{self.path}/representatives/{self.persons[role]}"
            done(first.put(f"{person}/roles/{role}", if_match="*"))
        self.appoint(NEWCOMER)
        mandate = {
            "person": self.persons[Role.SIGNATORY],
            "up_to": {"amount": "1000000.00", "currency": "EUR"},
        }
        done(first.post(f"{self.path}/mandates", mandate, if_match="*"), 201)
        signatory = self[Role.SIGNATORY]
        done(signatory.post(f"{self.path}/keys", key_of(signatory.subject), if_match="*"), 201)

    def appoint(self, role: str) -> None:
        """Appoint the person who signs in under the role's name, without giving the role."""
        asked = appointment(f"{self.name}-{role}")
        first = self[Role.ADMINISTRATOR]
        answer = first.post(f"{self.path}/representatives", asked, if_match="*")
        done(answer, 201)
        self.persons[role] = answer.headers["Location"].rsplit("/", 1)[-1]


@dataclass
class Cast:
    """The parties, and the relationship of the first two, to which the auditor is admitted."""

    provider: Organisation
    client: Organisation
    auditor: Organisation
    relationship: str
    admission: str

    @property
    def path(self) -> str:
        return f"/relationships/{self.relationship}"

    def organisations(self) -> tuple[Organisation, ...]:
        return (self.provider, self.client, self.auditor)

    def on(self, side: Side | str) -> Organisation:
        """Return the organisation on a side."""
        return self.provider if Side(side) is Side.PROVIDER else self.client


def invite(provider: Organisation, client: Organisation) -> dict[str, Any]:
    """Let the provider invite the client; return the relationship."""
    asked = {"other": client.id, "our_side": "provider", "purpose": "run order management"}
    return done(provider[Role.NEGOTIATOR].post("/relationships", asked), 201)


def assemble(world: World, prefix: str = "") -> Cast:
    """Bring everybody on: registered, related, audited, and the views up to date."""
    provider, client, auditor = (Organisation(world, f"{prefix}{name}") for name in ORGANISATIONS)
    for organisation in (provider, client, auditor):
        organisation.appear()
    relationship = invite(provider, client)
    path = f"/relationships/{relationship['id']}"
    joining = {"their_keys": relationship["keys"]["provider"]}
    done(client[Role.NEGOTIATOR].post(f"{path}/joining", joining, if_match="*"))
    admitting = {"auditor": auditor.id}
    joined = done(client[Role.LEGAL].post(f"{path}/auditors", admitting, if_match="*"), 201)
    world.settle()
    admission = joined["admissions"][0]["id"]
    return Cast(provider, client, auditor, relationship["id"], admission)


@dataclass(frozen=True)
class Deal:
    """A negotiation and the contract it led to; the ids are those of the streams."""

    negotiation: str
    offer: str
    terms: AgreementTerms
    contract: str = ""

    @property
    def path(self) -> str:
        """The path of the negotiation."""
        return path_of(self.negotiation)

    @property
    def contract_path(self) -> str:
        return path_of(self.contract)


def path_of(stream: str) -> str:
    """Return where a stream of a relationship is served."""
    relationship, inner = stream.split("/")
    kind = inner.split("-")[0]
    plural = kind if kind.endswith("s") else f"{kind}s"
    return f"/relationships/{relationship}/{plural}/{inner}"


def open_negotiation(cast: Cast, **subject: str) -> dict[str, Any]:
    """Let the client open a negotiation, of a new agreement unless told otherwise."""
    asked = {"subject": subject or {"kind": "new-agreement"}, "title": "Order management"}
    opened = cast.client[Role.NEGOTIATOR].post(f"{cast.path}/negotiations", asked)
    return done(opened, 201)


def approve(cast: Cast, side: Side, negotiation: str, terms: AgreementTerms) -> None:
    """Draft terms and have them approved in every respect that a firm offer needs."""
    ours, position = cast.on(side), f"{path_of(negotiation)}/position"
    draft = {"document": terms.document()}
    done(ours[Role.NEGOTIATOR].put(f"{position}/draft", draft, if_match="*"))
    for kind in sorted(REQUIRED_APPROVALS[side]):
        approval = {"terms_digest": terms.digest}
        approver = ours[APPROVERS[kind]]
        done(approver.post(f"{position}/approvals/{kind}", approval, if_match="*"))


def offer(cast: Cast, side: Side, negotiation: str, terms: AgreementTerms, **changes: Any) -> str:
    """Make a firm offer, valid for ten days, with its approvals; return its id."""
    approve(cast, side, negotiation, terms)
    asked = {
        "terms": terms.document(),
        "firmness": "firm",
        "valid_until": (cast.provider.world.clock.now() + timedelta(days=10)).isoformat(),
        **changes,
    }
    negotiator = cast.on(side)[Role.NEGOTIATOR]
    made = negotiator.post(f"{path_of(negotiation)}/offers", asked, if_match="*")
    return str(done(made, 201)["tabled"])


def agree(cast: Cast, negotiation: str, offered: str, terms: AgreementTerms, by: Side) -> None:
    """Let a side accept an offer, and both sign it."""
    path, exactly = f"{path_of(negotiation)}/offers/{offered}", {"terms_digest": terms.digest}
    accepted = cast.on(by)[Role.NEGOTIATOR].post(f"{path}/acceptance", exactly, if_match="*")
    done(accepted)
    for side in Side:
        done(sign(cast, side, negotiation, offered, terms))


def evidence(
    signer: Caller, negotiation: str, offered: str, action: str = "sign", /, **changes: Any
) -> dict[str, Any]:
    """Return the statement that the service prepares, changed or not, signed by a caller's key."""
    path = f"{path_of(negotiation)}/offers/{offered}/statement"
    return evidence_from(done(signer.get(path, action=action)), signer.subject, **changes)


def sign(
    cast: Cast, side: Side | str, negotiation: str, offered: str, terms: AgreementTerms
) -> Response:
    """Let a side's signatory sign an accepted offer with the key they pinned."""
    signatory = cast.on(side)[Role.SIGNATORY]
    body = {
        "terms_digest": terms.digest,
        "evidence": evidence(signatory, negotiation, offered),
    }
    path = f"{path_of(negotiation)}/offers/{offered}/signatures"
    return signatory.post(path, body, if_match="*")


def strike_a_deal(
    world: World, cast: Cast, terms: AgreementTerms | None = None, *, in_force: bool = True
) -> Deal:
    """Take a negotiation to a contract, and the clock to the instant from which it is in force."""
    terms = terms or simple_terms()
    negotiation = open_negotiation(cast)["id"]
    offered = offer(cast, Side.PROVIDER, negotiation, terms)
    agree(cast, negotiation, offered, terms, by=Side.CLIENT)
    world.settle()
    contract = f"{cast.relationship}/{negotiation.split('/')[1].replace('negotiation', 'contract')}"
    deal = Deal(negotiation, offered, terms, contract)
    if in_force:
        shown = done(cast.client[Role.NEGOTIATOR].get(deal.contract_path))
        world.tick_until(shown["begins_at"])
    return deal
