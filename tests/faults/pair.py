"""A provider and a client who work together, put into a database before the service is tried.

Whatever is recorded here has keys too, so the checker counts it like everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from agreements import simple_terms
from application.desk import Desk, Request
from application.directory import Directory, identity_stream
from application.ledger import Act, Ledger, Outcome, Step
from application.signing import About, Signing
from domain.decider import Decider
from domain.negotiation.commands import OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.position import POSITION, GiveApproval
from domain.negotiation.position_facts import REQUIRED_APPROVALS
from domain.parties.commands import (
    AssignRole,
    GrantSigningMandate,
    PinSigningKey,
    RegisterParty,
)
from domain.parties.facts import MandateId, Role
from domain.parties.identity import IDENTITY, BindIdentity
from domain.parties.keys import PublicKey, thumbprint_of
from domain.parties.party import PARTY
from domain.relationships.relationship import (
    RELATIONSHIP,
    InviteToRelationship,
    JoinRelationship,
)
from domain.values.ids import OfferId, PartyId, PersonId, typed_id, within
from domain.values.sides import Side
from interfaces.clock import new_nonce, new_uuid7
from interfaces.identity.development_issuer import ISSUER
from interfaces.signing_tool.statements import signed
from signing import SERVICE, own_key

TERMS: Final = simple_terms()
VALID_UNTIL: Final = "2125-01-01T00:00:00Z"


def fresh(kind: str) -> str:
    """Return an id that nobody has."""
    return typed_id(kind, uuid4())


def offer_body(firmness: str = "firm", **more: Any) -> dict[str, Any]:
    """Return the body of an offer of the approved terms."""
    return {
        "terms": TERMS.document(),
        "firmness": firmness,
        "valid_until": VALID_UNTIL,
        **more,
    }


ROLES: Final = (
    Role.NEGOTIATOR,
    Role.SIGNATORY,
    Role.SERVICE_MANAGER,
    Role.FINANCE,
    Role.LEGAL,
)
"""All that it takes to approve an offer, make it, accept it, sign it and have it printed."""

ACCEPTANCE: Final = {"terms_digest": TERMS.digest}
BECAUSE: Final = {"because": "we thought again"}


@dataclass
class Pair:
    """Who is there: a relationship, one person a side, and the ledger it was recorded in."""

    ledger: Ledger
    relationship: str = ""

    def __post_init__(self) -> None:
        self._acts = 0
        self.lead = {side: f"{fresh('lead')}-of-the-{side}" for side in Side}
        """One person a side, in every role that a negotiation takes: whom they sign in as."""

    @property
    def path(self) -> str:
        return f"/relationships/{self.relationship}"

    def enter(self) -> Pair:
        """Register both parties, and let one invite the other and the other join."""
        parties = {side: self._party(side) for side in Side}
        keys = {side: (thumbprint_of(_key(side)),) for side in Side}
        self.relationship = fresh("relationship")
        now = datetime.now(UTC)
        invite = InviteToRelationship(
            parties[Side.PROVIDER],
            parties[Side.CLIENT],
            Side.PROVIDER,
            "to work together",
            keys[Side.PROVIDER],
            None,
            now,
        )
        join = JoinRelationship(Side.CLIENT, keys[Side.CLIENT], keys[Side.PROVIDER], now)
        for command in (invite, join):
            self.record(RELATIONSHIP, self.relationship, command)
        return self

    def negotiation(self, *, approved: bool = True) -> str:
        """Open a negotiation, with the provider's approvals for firm offers; return its path."""
        stream = within(self.relationship, fresh("negotiation"))
        opening = OpenNegotiation(NewAgreement(), Side.PROVIDER, "Order management")
        self.record(NEGOTIATION, stream, opening)
        if approved:
            self.approve(stream, Side.PROVIDER)
        return f"/relationships/{stream}".replace("/negotiation-", "/negotiations/negotiation-")

    def approve(self, stream: str, side: Side) -> None:
        """Give a side's approvals for firm offers of the terms."""
        position = within(stream, f"position-{side}")
        for kind in sorted(REQUIRED_APPROVALS[side]):
            approval = GiveApproval(side, kind, TERMS.digest, PersonId("person-of-the-side"))
            self.record(POSITION, position, approval)

    def signature(self, side: Side, path: str, offer: str) -> dict[str, Any]:
        """Return the body with which a side's person signs an accepted offer now."""
        principal = Directory(self.ledger).resolve(ISSUER, self.lead[side])
        signing = Signing(Desk(self.ledger, new_uuid7), SERVICE, new_nonce)
        request = Request(principal, datetime.now(UTC), key="")
        prepared = signing.prepare(request, About(stream_of(path), OfferId(offer), "sign"))
        return {**ACCEPTANCE, "evidence": signed(prepared.statement, own_key(side))}

    def record(self, decider: Decider[Any, Any, Any], stream: str, command: Any) -> Outcome:
        """Record what follows from a command."""
        self._acts += 1
        act = Act("the-pair", None, datetime.now(UTC), f"{stream}:{self._acts}")
        return self.ledger.perform(act, Step(decider, stream, command))

    def _party(self, side: Side) -> PartyId:
        party, person = PartyId(fresh("party")), PersonId(fresh("person"))
        identity = identity_stream(ISSUER, self.lead[side])
        self.record(
            PARTY,
            party,
            RegisterParty(
                f"{side}".title(),
                "HRB 1",
                "DE",
                None,
                person,
                "Ada Lind",
                "ada@example.org",
                "director",
                identity,
            ),
        )
        self.record(IDENTITY, identity, BindIdentity(party, person))
        for role in ROLES:
            self.record(PARTY, party, AssignRole(person, person, role))
        since = datetime.now(UTC) - timedelta(days=1)
        mandate = GrantSigningMandate(
            person, person, MandateId(fresh("mandate")), None, since, None
        )
        self.record(PARTY, party, mandate)
        self.record(PARTY, party, PinSigningKey(person, _key(side)))
        return party


def stream_of(path: str) -> str:
    """Return the stream that a negotiation's path names."""
    return path.removeprefix("/relationships/").replace("/negotiations/", "/")


def _key(side: Side) -> PublicKey:
    return PublicKey(own_key(side).jwk["x"])
