"""What happened in a negotiation: who offered, answered and said what, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from application.recorded import Recorded
from domain.negotiation.facts import (
    AgreementSigned,
    CommentMade,
    CounterOfferMade,
    NegotiationBrokenOff,
    NegotiationOpened,
    Offer,
    OfferAccepted,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    SignatureDeclined,
)
from domain.terms.paths import covers
from domain.values.sides import Side
from interfaces.http.schemas.negotiations import OfferSummary

Named = Callable[[str, Side], str]
"""Says who somebody is, by the id they act under and their side."""


@dataclass(frozen=True)
class Comment:
    """Something that was said, by whom, when, and about which term or offer, if any."""

    id: str
    text: str
    by: Side
    name: str
    at: datetime
    path: str | None
    offer: str | None


@dataclass(frozen=True)
class Signature:
    """A side's signature: by whom, when, and whether a passkey or a key file made it."""

    by: Side
    name: str
    at: datetime
    means: str


@dataclass(frozen=True)
class OfferShown:
    """An offer in the order of making, with what became of it and why."""

    number: int
    offer: Offer
    fate: str | None
    answers: str | None
    at: datetime
    name: str
    because: str | None
    children: list[OfferShown] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The offer's id."""
        return self.offer.id

    @property
    def by(self) -> Side:
        """Whose it is."""
        return self.offer.by


@dataclass(frozen=True)
class Ended:
    """How a negotiation was broken off."""

    by: Side
    name: str
    at: datetime
    because: str


@dataclass(frozen=True)
class Story:
    """Everything that happened, as the room tells it; ``offers`` in the order of making."""

    title: str
    opened_by: Side
    opened_at: datetime
    signing_days: int
    offers: dict[str, OfferShown]
    comments: tuple[Comment, ...]
    signatures: tuple[Signature, ...]
    accepted: tuple[Side, str, datetime] | None
    ended: Ended | None

    @property
    def tree(self) -> list[OfferShown]:
        """The proposals; each holds the offers that answered it, and so on."""
        return [one for one in self.offers.values() if one.answers not in self.offers]

    def about(self, path: str) -> list[Comment]:
        """Return what was said about a term or something in it."""
        return [one for one in self.comments if one.path and covers(path, one.path)]

    def on_offer(self, offer: str) -> list[Comment]:
        """Return what was said about an offer."""
        return [one for one in self.comments if one.offer == offer]

    def last_by(self, side: Side) -> OfferShown | None:
        """Return a side's latest offer, whatever became of it."""
        own = [one for one in self.offers.values() if one.by is side]
        return own[-1] if own else None


def story(events: Sequence[Recorded], summaries: Iterable[OfferSummary], named: Named) -> Story:
    """Tell a negotiation that was opened; raises ValueError for one that was not."""
    if not events or not isinstance(events[0].fact, NegotiationOpened):
        raise ValueError("a negotiation that was never opened has no story")
    first, opened = events[0], events[0].fact
    fates = {one.id: one for one in summaries}
    return Story(
        opened.title,
        opened.by,
        first.at,
        opened.signing_days,
        _offers(events, fates, named),
        tuple(_comments(events, named)),
        _signatures(events, named),
        _acceptance(events, named),
        _end(events, named),
    )


def _offers(
    events: Sequence[Recorded], fates: dict[str, OfferSummary], named: Named
) -> dict[str, OfferShown]:
    reasons = dict(_reasons(events))
    shown: dict[str, OfferShown] = {}
    for event in events:
        match event.fact:
            case ProposalMade(offer=offer):
                answers = None
            case CounterOfferMade(offer=offer, answers=earlier):
                answers = str(earlier)
            case _:
                continue
        one = OfferShown(
            len(shown) + 1,
            offer,
            fates[offer.id].fate,
            answers,
            event.at,
            named(event.by, offer.by),
            reasons.get(offer.id),
        )
        if answers in shown:
            shown[answers].children.append(one)
        shown[offer.id] = one
    return shown


def _reasons(events: Sequence[Recorded]) -> Iterator[tuple[str, str]]:
    for event in events:
        match event.fact:
            case OfferRejected(offer=offer, reason=reason, because=because):
                yield offer, f"{reason.replace('-', ' ')}: {because}"
            case OfferWithdrawn(offer=offer, because=because) if because:
                yield offer, because
            case SignatureDeclined(offer=offer, because=because):
                yield offer, because
            case _:
                pass


def _comments(events: Sequence[Recorded], named: Named) -> Iterator[Comment]:
    for event in events:
        said = event.fact
        if isinstance(said, CommentMade):
            name = named(event.by, said.by)
            yield Comment(said.id, said.text, said.by, name, event.at, said.path, said.offer)


def _signatures(events: Sequence[Recorded], named: Named) -> tuple[Signature, ...]:
    """Return the signatures under the offer that was accepted last."""
    found: list[Signature] = []
    for event in events:
        match event.fact:
            case OfferAccepted():
                found = []
            case AgreementSigned(by=by, evidence=evidence):
                passkey = evidence is not None and evidence.kind == "passkey"
                means = "passkey" if passkey else "key file"
                found.append(Signature(by, named(event.by, by), event.at, means))
            case _:
                pass
    return tuple(found)


def _acceptance(events: Sequence[Recorded], named: Named) -> tuple[Side, str, datetime] | None:
    for event in reversed(events):
        if isinstance(event.fact, OfferAccepted):
            return event.fact.by, named(event.by, event.fact.by), event.at
    return None


def _end(events: Sequence[Recorded], named: Named) -> Ended | None:
    last = events[-1]
    if not isinstance(last.fact, NegotiationBrokenOff):
        return None
    return Ended(last.fact.by, named(last.by, last.fact.by), last.at, last.fact.because)
