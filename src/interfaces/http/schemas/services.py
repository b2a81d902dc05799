"""Services of a catalogue as they travel."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import StringConstraints

from application.ledger import Stream
from application.offering_services import DependencyDraft, LevelDraft, owner_of
from domain.services.facts import Charge, DependencyDeclared, Every, ServiceLevelOffered
from domain.services.offering import NotOffered, Offered, best_promise
from domain.values.composition import in_percent
from domain.values.exact import Amount, Exact, Percentage
from domain.values.figures import Bound, Figure
from domain.values.ids import OfferingId, id_pattern
from domain.values.money import Currency
from domain.values.sums import Sum
from interfaces.http.schemas.base import Answer, Body, Named, Said

OfferingRef = Annotated[
    str,
    StringConstraints(
        pattern=f"{id_pattern('party')[:-1]}/{id_pattern('offering')[1:]}", max_length=120
    ),
]
LevelRef = Annotated[str, StringConstraints(pattern=id_pattern("level"))]


class FigureBody(Body):
    """What is promised or wanted, exactly: ``at least 99.5 %``."""

    bound: Bound
    value: Exact
    unit: Annotated[Named, StringConstraints(max_length=40)]
    """Compared as written; a percentage is ``%``."""


class ChargeBody(Body):
    """What it costs, and how often that is due."""

    amount: Amount
    currency: Currency
    every: Every


class ServiceBody(Body):
    """A service to offer; ``code`` is what you call it."""

    code: Named
    name: Named
    description: Said


class LevelBody(Body):
    """A level to offer the service at."""

    name: Named
    indicator: Named
    """What is measured, such as ``availability``."""
    promise: FigureBody
    window: Named
    """When the promise holds, such as ``24 x 7``."""
    charge: ChargeBody | None = None
    """Without it, the price is on request."""


class DependencyBody(Body):
    """Something the service depends on, and the availability it is promised at."""

    on: Named
    offering: OfferingRef | None = None
    """The offering it is, where it is one you may see here."""
    availability: Percentage
    group: Named | None = None
    """Dependencies of one group replace one another; one without a group is needed by itself."""


class FigureAnswer(Answer):
    """A figure, and how it is said."""

    bound: Bound
    value: Exact
    unit: str
    text: str


class ChargeAnswer(Answer):
    """A charge, and how it is said."""

    amount: Amount
    currency: str
    every: Every
    text: str


class LevelAnswer(Answer):
    """A level that can be had now."""

    id: str
    name: str
    indicator: str
    promise: FigureAnswer
    window: str
    charge: ChargeAnswer | None


class DependencyAnswer(Answer):
    """Something the service depends on."""

    id: str
    on: str
    offering: str | None
    availability: Percentage
    group: str | None


class ServiceAnswer(Answer):
    """A service as it stands; ``version`` is the ETag."""

    id: str
    party: str
    version: int
    status: Literal["offered", "retired"]
    code: str
    name: str
    description: str
    levels: list[LevelAnswer]
    dependencies: list[DependencyAnswer]
    reachable: str
    """The availability, in percent, that the dependencies allow together."""


def figure(body: FigureBody) -> Figure:
    """Read a figure."""
    return Figure(body.bound, body.value, body.unit)


def charge(body: ChargeBody) -> Charge:
    """Read a charge."""
    return Charge(Sum(body.amount, body.currency), body.every)


def level_draft(body: LevelBody) -> LevelDraft:
    """Read a level."""
    price = None if body.charge is None else charge(body.charge)
    return LevelDraft(body.name, body.indicator, figure(body.promise), body.window, price)


def dependency_draft(body: DependencyBody) -> DependencyDraft:
    """Read a dependency."""
    offering = None if body.offering is None else OfferingId(body.offering)
    return DependencyDraft(body.on, offering, body.availability, body.group)


def figure_answer(found: Figure) -> FigureAnswer:
    """Show a figure."""
    return FigureAnswer(bound=found.bound, value=found.value, unit=found.unit, text=str(found))


def charge_answer(found: Charge) -> ChargeAnswer:
    """Show a charge."""
    return ChargeAnswer(
        amount=found.sum.amount, currency=found.sum.currency, every=found.every, text=str(found)
    )


def service_answer(stream: Stream) -> ServiceAnswer:
    """Show a service that was offered; raises ValueError for one that was not."""
    state: Offered | NotOffered = stream.state
    if isinstance(state, NotOffered):
        raise ValueError("a service that was never offered cannot be shown")
    reachable: Decimal = in_percent(best_promise(state))
    return ServiceAnswer(
        id=stream.id,
        party=owner_of(stream.id),
        version=stream.version,
        status="retired" if state.retired else "offered",
        code=state.service.code,
        name=state.service.name,
        description=state.service.description,
        levels=[] if state.retired else [_level(one) for one in state.levels.values()],
        dependencies=[_dependency(one) for one in state.dependencies.values()],
        reachable=f"{reachable:f}",
    )


def _level(offered: ServiceLevelOffered) -> LevelAnswer:
    return LevelAnswer(
        id=offered.level,
        name=offered.name,
        indicator=offered.indicator,
        promise=figure_answer(offered.promise),
        window=offered.window,
        charge=None if offered.charge is None else charge_answer(offered.charge),
    )


def _dependency(declared: DependencyDeclared) -> DependencyAnswer:
    return DependencyAnswer(
        id=declared.dependency,
        on=declared.on,
        offering=declared.offering,
        availability=declared.availability,
        group=declared.group,
    )
