"""What an offer is written on: the table, the side's own file, and the versions beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pydantic import ValidationError

from application.errors import NotFound
from application.ledger import Stream
from application.preparing import File
from domain.negotiation.facts import Amendment, NewAgreement, Offer
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.table import Negotiating
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import Node, TermPath, walk
from domain.terms.schema import EXAMPLE
from domain.values.ids import OfferId, relationship_of
from domain.values.sides import Side
from interfaces.http.schemas.negotiations import table_of
from interfaces.web.places import RelationshipPlace
from interfaces.web.places import place as place_of
from interfaces.web.visits import Visit

DRAFT: Final = "draft"
ANSWERED: Final = "answered"
THEIRS: Final = "theirs"
OURS: Final = "ours"
AGREED: Final = "agreed"
EXAMPLE_TERMS: Final = "example"


@dataclass(frozen=True)
class Version:
    """Terms to compare with: what they are called, and every place in them."""

    called: str
    terms: AgreementTerms

    @cached_property
    def nodes(self) -> Mapping[TermPath, Node]:
        """Every place by its path."""
        return {node.path: node for node in walk(self.terms)}


@dataclass(frozen=True)
class Around:
    """A negotiation as one side's writer finds it."""

    relationship: RelationshipPlace
    stream: Stream
    table: Negotiating
    file: File
    answers: OfferId | None
    agreed: Version | None

    @property
    def side(self) -> Side:
        """The writer's side."""
        return self.file.side

    @property
    def to(self) -> str:
        """The negotiation's own page."""
        return f"{self.relationship.to}/negotiations/{self.stream.id.split('/')[1]}"

    @property
    def over(self) -> bool:
        """Whether no offer can be made here any more."""
        return not isinstance(self.stream.state, Negotiating)

    def number(self, offer: OfferId) -> int:
        """Return which of the offers it is, as the room counts them."""
        return list(self.table.offers).index(offer) + 1

    @property
    def amends(self) -> bool:
        """Whether offers say from when they are to govern."""
        return isinstance(self.table.subject, Amendment)

    @property
    def answered(self) -> Offer | None:
        """The offer that is answered."""
        return None if self.answers is None else self.table.offers[self.answers]

    @cached_property
    def theirs(self) -> Version | None:
        """What the other side offered: the offer answered if it is theirs, else their last."""
        offer = self.answered
        if offer is None or offer.by is self.side:
            offer = self._last(self.side.other)
        return None if offer is None else Version("theirs", offer.terms)

    @cached_property
    def ours(self) -> Version | None:
        """What the writer's side offered last."""
        offer = self._last(self.side)
        return None if offer is None else Version("ours", offer.terms)

    @cached_property
    def draft(self) -> AgreementTerms | None:
        """The side's draft, if it has the shape of an agreement."""
        document = self.file.position.draft
        if document is None:
            return None
        try:
            return AgreementTerms.model_validate(dict(document))
        except ValidationError:
            return None

    @property
    def versions(self) -> tuple[Version, ...]:
        """What stands beside each value, as far as there is such a thing."""
        return tuple(one for one in (self.agreed, self.theirs, self.ours) if one is not None)

    def starts(self) -> dict[str, AgreementTerms]:
        """Return what one can start from, the best first."""
        found = {
            ANSWERED: None if self.answered is None else self.answered.terms,
            DRAFT: self.draft,
            THEIRS: None if self.theirs is None else self.theirs.terms,
            OURS: None if self.ours is None else self.ours.terms,
            AGREED: None if self.agreed is None else self.agreed.terms,
            EXAMPLE_TERMS: self._example(),
        }
        return {name: terms for name, terms in found.items() if terms is not None}

    def _last(self, side: Side) -> Offer | None:
        made = [offer for offer in self.table.offers.values() if offer.by is side]
        return made[-1] if made else None

    def _example(self) -> AgreementTerms:
        parties = {
            "provider": self.relationship.provider.strip(),
            "client": self.relationship.client.strip(),
        }
        return AgreementTerms.model_validate({**EXAMPLE, **parties})


def around(visit: Visit, stream: str, answers: str | None) -> Around:
    """Return a negotiation for a writer of one side.

    Raises NotFound to strangers and auditors and for an offer that was not made here, NotAllowed to
    whoever may not see their own side's private file.
    """
    file = visit.house.preparing.read(visit.asked, stream)
    found = visit.house.reading.stream(visit.asked, NEGOTIATION, stream)
    table = table_of(found.state)
    if answers is not None and answers not in table.offers:
        raise NotFound("such offer")
    agreed = None
    if not isinstance(table.subject, NewAgreement):
        agreed = Version("agreed", visit.house.agreed.of(table.subject.contract).latest)
    return Around(
        place_of(visit, str(relationship_of(stream)), stream),
        found,
        table,
        file,
        None if answers is None else OfferId(answers),
        agreed,
    )
