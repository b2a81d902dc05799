"""A negotiation or a contract as it stood then, to be read: its terms, and what held besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from application.looking_back import Stood
from domain.contract.standing import Ended, InForce, Pending, Standing
from domain.negotiation.facts import Firmness, Offer
from domain.negotiation.table import AwaitingSignatures, BrokenOff, Concluded, Negotiating
from domain.values.sides import Side
from interfaces.web.terms_shown import TermsShown, terms_shown


@dataclass(frozen=True, slots=True)
class OfferThen:
    """An offer that had been made by then, and what had become of it."""

    number: int
    by: Side
    firmness: Firmness
    valid_until: datetime
    fate: str


@dataclass(frozen=True, slots=True)
class Then:
    """How something stood: in which status, on which terms, with what besides.

    ``terms_of`` says which terms those are; both are None where none were on the table.
    """

    status: str
    terms_of: str | None = None
    terms: TermsShown | None = None
    offers: tuple[OfferThen, ...] = ()
    remarks: tuple[str, ...] = ()
    dates: dict[str, datetime] = field(default_factory=dict)


def stood_shown(stood: Stood) -> Then | None:
    """Return what to show of a stream as it stood; None for a kind that is not replayed."""
    match stood.state:
        case Negotiating() | AwaitingSignatures() | Concluded() | BrokenOff() as state:
            return _negotiation(state)
        case Pending(standing=standing):
            return _contract("pending", standing)
        case InForce(standing=standing):
            return _contract("in-force", standing)
        case Ended(standing=standing, ended_at=at):
            return _contract("ended", standing, {"Ended": at})
        case _:
            return None


def _negotiation(state: Negotiating | AwaitingSignatures | Concluded | BrokenOff) -> Then:
    match state:
        case Negotiating():
            return _table("open", state, state.on_the_table, "on the table")
        case AwaitingSignatures(negotiating=table, offer=offer, missing=missing):
            shown = _table("awaiting-signatures", table, offer, "accepted")
            lacking = " and ".join(missing) or "nobody"
            accepted = f"Accepted by the {state.accepted_by}; missing: {lacking}."
            dates = {"To be signed before": state.sign_by}
            return replace(shown, remarks=(accepted, *shown.remarks), dates=dates)
        case Concluded(negotiating=table, offer=offer):
            return _table("concluded", table, offer, "signed by both")
        case BrokenOff(negotiating=table, by=side):
            shown = _table("broken-off", table, None, "")
            return replace(shown, remarks=(f"By the {side}.",))
        case _:
            assert_never(state)


def _table(status: str, table: Negotiating, offer: Offer | None, how: str) -> Then:
    offers = tuple(_offers(table))
    number = None if offer is None else list(table.offers).index(offer.id) + 1
    return Then(
        status,
        None if offer is None else f"Offer {number}, by the {offer.by}, {how}",
        None if offer is None else terms_shown(offer.terms),
        offers,
        tuple(_remarks(table)),
        {} if offer is None or status != "open" else {"Valid until": offer.valid_until},
    )


def _offers(table: Negotiating) -> Iterator[OfferThen]:
    for number, (name, offer) in enumerate(table.offers.items(), start=1):
        fate = "on the table" if name == table.tabled else table.fates.get(name, "accepted")
        yield OfferThen(number, offer.by, offer.firmness, offer.valid_until, fate)


def _remarks(table: Negotiating) -> Iterator[str]:
    for constraint in table.constraints.values():
        yield f"Limit: {constraint.says()}."
    for path, lock in table.locks.items():
        whose = " and ".join(sorted(lock.by))
        yield f"{path} is held to be settled by {whose}{', and binds' if lock.binding else ''}."


def _contract(status: str, standing: Standing, more: dict[str, datetime] | None = None) -> Then:
    dates = {"From": standing.begins_at}
    if standing.ends_at is not None:
        dates["Until"] = standing.ends_at
    if standing.ending is not None:
        dates[f"Ending ({standing.ending.ground})"] = standing.ending.ends_at
    return Then(
        status,
        f"Version {standing.version}, the latest signed by then",
        terms_shown(standing.terms),
        dates={**dates, **(more or {})},
    )
