"""Use cases: prepare the statement that a signer signs, and gather what it is checked against.

The service prepares a statement as it would have it; the signer's own machine builds its own and
compares. When one comes in, everything that it names is looked up again: the service takes nothing
from the statement but the signature.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal

from application.access import Action, Principal
from application.desk import Desk, Request
from application.errors import NotFound
from application.instants import latest
from application.ledger import Stream
from application.ports import NewNonce
from application.recorded import Kept
from domain.decider import Refused
from domain.negotiation.facts import CounterOfferMade, ProposalMade, SignatureRequested
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.table import AwaitingSignatures, Negotiating, NotOpened
from domain.parties.party import PARTY
from domain.parties.registered import SigningKey
from domain.parties.registered import State as PartyState
from domain.parties.standing import keyring_of, keys_of_party, mandates_for, passkeys_of
from domain.relationships.access import party_on
from domain.signatures.checking import Circumstances, Submitted
from domain.signatures.evidence import Evidence
from domain.signatures.statement import Statement, written
from domain.terms.value import total_value
from domain.values.ids import OfferId, PersonId, relationship_of
from domain.values.sides import Side

log = logging.getLogger(__name__)

Deed = Literal["accept", "sign"]
ACTIONS: Final[Mapping[Deed, Action]] = {"accept": Action.NEGOTIATE, "sign": Action.SIGN}
ANSWERED: Final = {
    "accept": frozenset({"negotiation.ProposalMade", "negotiation.CounterOfferMade"}),
    "sign": frozenset({"negotiation.SignatureRequested"}),
}
"""The stored names of the facts that a statement answers."""

LIFE: Final = timedelta(hours=1)
"""How long a statement holds that the service prepares."""


@dataclass(frozen=True, slots=True)
class About:
    """What a side says yes to: which offer, and whether it accepts or signs."""

    negotiation: str
    offer: OfferId
    deed: Deed


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as the service would have it, and what a signer needs to check it alone.

    ``answered`` is the fact that ``previous`` is the leaf of, as it is stored; ``passkeys`` are
    the signer's.
    """

    statement: Statement
    answered: Kept
    passkeys: tuple[SigningKey, ...]

    @property
    def digest(self) -> str:
        """The SHA-256 of the bytes that are signed, in hex."""
        return sha256(self.statement.canonical()).hexdigest()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a yes in a negotiation stands on, looked up once: the table, and both parties' keys.

    ``at`` is the instant that the yes is judged and recorded at: now, or when the latest of all
    that was recorded, if a clock was set back since. A key never signs before it was pinned.
    """

    principal: Principal
    negotiation: Stream
    parties: Mapping[Side, Stream]
    at: datetime

    @property
    def own(self) -> PartyState:
        """The party that the asker acts for."""
        party = str(self.principal.party)
        found = next((one for one in self.parties.values() if one.id == party), None)
        if found is None:
            raise NotFound("such relationship")
        return found.state  # type: ignore[no-any-return]

    @property
    def signer(self) -> PersonId:
        """The person who asks."""
        if self.principal.person is None:
            raise NotFound("such relationship")
        return self.principal.person


class Signing:
    """Statements: prepared for signers, and met with what the service knows."""

    def __init__(self, desk: Desk, service: str, new_nonce: NewNonce) -> None:
        self._desk = desk
        self.service = service
        self._new_nonce = new_nonce

    def prepare(self, request: Request, about: About) -> Prepared:
        """Return the statement that would count if the asker signed it now.

        Raises NotFound and NotAllowed as the move itself does; Refused by rule: nothing-to-sign,
        mandate-missing.
        """
        negotiation, offer, deed = about.negotiation, about.offer, about.deed
        side = self._desk.side(request, ACTIONS[deed], str(relationship_of(negotiation)))
        ground = self.ground(request, negotiation)
        state = ground.negotiation.state
        if isinstance(state, NotOpened):
            raise NotFound("such negotiation")
        table = state if isinstance(state, Negotiating) else state.negotiating
        offered = table.offers.get(offer)
        if offered is None:
            raise NotFound("such offer")
        answered = self._answered(about)
        awaited = isinstance(state, AwaitingSignatures) and state.offer.id == offer
        if answered is None or (deed == "sign" and not awaited):
            raise Refused("nothing-to-sign", f"offer {offer} does not await signatures")
        person = ground.signer
        mandate = self.mandate(ground, person) if deed == "sign" else ""
        known = self._circumstances(ground, answered, mandate)
        statement = Statement(
            action=deed,
            service=known.service,
            negotiation=negotiation,
            offer=offer,
            terms_digest=offered.terms_digest,
            previous=known.previous,
            side=side,
            party=known.party,
            signer=person,
            mandate=mandate,
            keys=dict(known.keys),
            nonce=self._new_nonce(),
            issued=written(ground.at),
            expires=written(ground.at + LIFE),
        )
        return Prepared(statement, answered, passkeys_of(ground.own, person))

    def ground(self, request: Request, negotiation: str) -> Ground:
        """Look up everything that a yes of the asker's in a negotiation stands on."""
        relationship = self._desk.relationship(str(relationship_of(negotiation)))
        parties = {}
        for side in Side:
            party = party_on(relationship, side)
            if party is None:
                raise NotFound("such relationship")
            parties[side] = self._desk.ledger.load(PARTY, party)
        table = self._desk.ledger.load(NEGOTIATION, negotiation)
        at = latest(request.at, table.at, *(party.at for party in parties.values()))
        return Ground(request.principal, table, parties, at)

    def submitted(
        self, ground: Ground, about: About, evidence: Evidence | None, mandate: str = ""
    ) -> Submitted | None:
        """Return a statement that came in with what the service knows; None if none came in."""
        if evidence is None:
            return None
        return Submitted(evidence, self._circumstances(ground, self._answered(about), mandate))

    def mandate(self, ground: Ground, signatory: PersonId, evidence: Evidence | None = None) -> str:
        """Return the mandate that covers the accepted terms: the one signed under, if it does.

        Raises Refused (mandate-missing).
        """
        accepted = ground.negotiation.state
        if not isinstance(accepted, AwaitingSignatures):
            return ""  # the decider says what the state is; no mandate is recorded
        value = total_value(accepted.offer.terms)
        mandates = mandates_for(ground.own, signatory, value, ground.at)
        if not mandates:
            raise Refused(
                "mandate-missing",
                f"the agreement is worth {value}: the signatory needs a mandate, valid now, "
                "that covers it",
            )
        named = None if evidence is None else evidence.statement.mandate
        return next((one for one in mandates if one == named), mandates[0])

    @contextmanager
    def refusals_logged(
        self, request: Request, negotiation: str, evidence: Evidence | None
    ) -> Iterator[None]:
        """Log a refused statement by rule, place, stream and person; nothing else keeps it."""
        try:
            yield
        except Refused as refused:
            if evidence is not None:
                log.warning(
                    "signed statement refused: rule=%s place=%s stream=%s person=%s",
                    refused.rule,
                    refused.place,
                    negotiation,
                    request.principal.person,
                )
            raise

    def _answered(self, about: About) -> Kept | None:
        def wanted(fact: object) -> bool:
            match fact:
                case ProposalMade(offer=made) | CounterOfferMade(offer=made):
                    return made.id == about.offer
                case SignatureRequested(offer=requested):
                    return requested == about.offer
                case _:
                    return False

        return self._desk.ledger.latest(about.negotiation, ANSWERED[about.deed], wanted)

    def _circumstances(self, ground: Ground, answered: Kept | None, mandate: str) -> Circumstances:
        signer = ground.signer
        return Circumstances(
            service=self.service,
            negotiation=ground.negotiation.id,
            previous="" if answered is None else answered.leaf.hex(),
            party=str(ground.principal.party),
            signer=signer,
            mandate=mandate,
            keys={
                str(side): tuple(sorted(keys_of_party(party.state)))
                for side, party in ground.parties.items()
            },
            keyring=keyring_of(ground.own, signer),
        )
