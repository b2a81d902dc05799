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
from datetime import timedelta
from hashlib import sha256
from typing import Final, Literal

from application.access import Action
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Kept
from application.ports import NewNonce
from domain.decider import Refused
from domain.negotiation.facts import CounterOfferMade, ProposalMade, SignatureRequested
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.table import AwaitingSignatures, Negotiating, NotOpened
from domain.parties.party import PARTY
from domain.parties.registered import SigningKey
from domain.parties.registered import State as PartyState
from domain.parties.standing import keyring_of, keys_of_party, mandates_for, passkeys_of
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
        state = self._desk.ledger.load(NEGOTIATION, negotiation).state
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
        person = _person(request)
        mandate = self.mandate(request, negotiation, person) if deed == "sign" else ""
        known = self._circumstances(request, negotiation, answered, mandate)
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
            issued=written(request.at),
            expires=written(request.at + LIFE),
        )
        return Prepared(statement, answered, passkeys_of(self._own(request), person))

    def submitted(
        self,
        request: Request,
        about: About,
        evidence: Evidence | None,
        mandate: str = "",
    ) -> Submitted | None:
        """Return a statement that came in with what the service knows; None if none came in."""
        if evidence is None:
            return None
        known = self._circumstances(request, about.negotiation, self._answered(about), mandate)
        return Submitted(evidence, known)

    def mandate(
        self,
        request: Request,
        negotiation: str,
        signatory: PersonId,
        evidence: Evidence | None = None,
    ) -> str:
        """Return the mandate that covers the accepted terms: the one signed under, if it does.

        Raises Refused (mandate-missing).
        """
        accepted = self._desk.ledger.load(NEGOTIATION, negotiation).state
        if not isinstance(accepted, AwaitingSignatures):
            return ""  # the decider says what the state is; no mandate is recorded
        value = total_value(accepted.offer.terms)
        mandates = mandates_for(self._own(request), signatory, value, request.at)
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

    def _circumstances(
        self, request: Request, negotiation: str, answered: Kept | None, mandate: str
    ) -> Circumstances:
        person = _person(request)
        relationship = str(relationship_of(negotiation))
        keys = {
            str(side): tuple(sorted(keys_of_party(self._party(relationship, side))))
            for side in Side
        }
        return Circumstances(
            service=self.service,
            negotiation=negotiation,
            previous="" if answered is None else answered.leaf.hex(),
            party=str(request.principal.party),
            signer=person,
            mandate=mandate,
            keys=keys,
            keyring=keyring_of(self._own(request), person),
        )

    def _party(self, relationship: str, side: Side) -> PartyState:
        party = self._desk.party(relationship, side)
        return self._desk.ledger.load(PARTY, party).state  # type: ignore[no-any-return]

    def _own(self, request: Request) -> PartyState:
        party = str(request.principal.party)
        return self._desk.ledger.load(PARTY, party).state  # type: ignore[no-any-return]


def _person(request: Request) -> PersonId:
    if request.principal.person is None:
        raise NotFound("such relationship")
    return request.principal.person
